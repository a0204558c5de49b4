"""One act on many items: first what it would do, then all of it or nothing."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404
from cms.sharing.models import Sharing
from cms.users.http import ViewerRequest
from content_types.models import TopicPage
from workflows.bulk import ACTS, MOST, BulkAct, run
from workflows.forms import ReviewForm, TopicForm
from workflows.selectors import items_of
from workflows.views.finding import served


def _chosen(request: ViewerRequest) -> list[Sharing]:
    """Return the items that were ticked; one that is absent or hidden makes the whole request the one 404."""
    identifiers = {uuid_or_404(value) for value in request.POST.getlist("item")[: MOST + 1]}
    found = list(items_of(served()).select_related("element__page").filter(uuid__in=identifiers))
    if len(found) != len(identifiers):
        raise Http404
    return found


def _form(act: BulkAct, sharings: list[Sharing], data: Any) -> forms.Form | None:
    if act.asks == "next_on":
        return ReviewForm(data)
    if act.asks == "topic":
        pages = {sharing.element_id: getattr(sharing.element, "page", None) for sharing in sharings}
        topics = TopicPage.objects.none()
        for page in [page for page in pages.values() if page is not None]:
            topics |= TopicPage.objects.live().descendant_of(page)
        return TopicForm(data, topics=topics.order_by("path"))
    return None


@require_POST
def bulk(request: ViewerRequest) -> HttpResponse:
    """Show what the act would do with each item; with `sure`, do it to all, or to none."""
    act = ACTS.get(request.POST.get("act", ""))
    sharings = _chosen(request)
    if act is None or not sharings:
        messages.error(request, _("Tick some items, and choose what to do with them."))
        return redirect("workflows:bulletins")
    if len(sharings) > MOST:
        messages.error(request, _("At most %(number)s at once.") % {"number": MOST})
        return redirect("workflows:bulletins")
    asked = "tried" in request.POST
    form = _form(act, sharings, request.POST if asked else None)
    ready = form is None or (form.is_bound and form.is_valid())
    data = form.cleaned_data if form is not None and ready else {}
    sure = ready and "sure" in request.POST
    user: Any = request.viewer
    outcomes = run(act, sharings, data, actor=user, at=request.at, dry=not sure) if ready else []
    refused = [outcome for outcome in outcomes if outcome.refusal]
    if sure and not refused:
        done = ngettext("Done with %(number)s item.", "Done with %(number)s items.", len(outcomes))
        messages.success(request, done % {"number": len(outcomes)})
        return redirect("workflows:bulletins")
    context = {
        "act": act,
        "form": form,
        "sharings": sharings,
        "outcomes": outcomes,
        "refused": refused,
        "ready": ready,
        "not_done": sure,
    }
    return render(request, "workflows/bulk.html", context)
