"""The same act on many of one's own items: ticked in a list, tried out, done all together or not at all."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cms.sharing import services
from cms.sharing.bulk_forms import FORMS, FilterForm, ManyForm, ticked
from cms.sharing.differences import difference
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on, reaches_of
from cms.sharing.views.acts import put_beside
from cms.users.http import ViewerRequest

PAGE_SIZE = 50


def _open_to(request: ViewerRequest, permission: str) -> Any:
    """Return the published items on which the viewer may do this and whose text the viewer may see."""
    reaches = reaches_of(request.viewer, request.at)
    rows = Sharing.objects.filter(may_act_on(permission, reaches) & may_act_on("view_draft", reaches))
    return rows.filter(page__live=True).select_related("page", "owner", "element")


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: ViewerRequest) -> HttpResponse:
    """List one's own published items; for those ticked ask for the act, try it out, do it."""
    if request.method == "POST" and request.POST.get("act") in FORMS:
        return _act(request, request.POST["act"])
    reaches = reaches_of(request.viewer, request.at)
    form = FilterForm(request.GET or None)
    rows = form.filtered(_open_to(request, "narrow")).order_by("-first_shared_at", "uuid")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "form": form,
        "acts": [(name, kind.label) for name, kind in FORMS.items() if _holds(reaches, kind.permission)],
        "query": query.urlencode(),
        "nothing_ticked": request.method == "POST",
    }
    return render(request, "sharing/bulk.html", context)


def _holds(reaches: Any, permission: str) -> bool:
    return bool(Sharing.objects.filter(may_act_on(permission, reaches)).exists())


def _act(request: ViewerRequest, name: str) -> HttpResponse:
    kind = FORMS[name]
    identifiers = ticked(request.POST.getlist("items"))
    sharings = list(_open_to(request, kind.permission).filter(uuid__in=identifiers).order_by("pk"))
    if len(sharings) != len(identifiers):
        raise Http404
    if not sharings:
        return redirect("sharing:bulk")
    asked = request.POST.get("step")
    form = kind(request.POST if asked else None, sharings=sharings, at=request.at)
    if not asked or not form.is_valid():
        return _show(request, name, form)
    return _try_or_do(request, name, form)


def _try_or_do(request: ViewerRequest, name: str, form: ManyForm) -> HttpResponse:
    actor: Any = request.viewer
    ids = [sharing.pk for sharing in form.sharings]
    run = form.service(actor)
    try:
        shown = difference(services.rehearse(run, ids), actor, request.at)
        if request.POST.get("seal") == shown.seal:
            run()
            done = ngettext("Done, for %(number)s item.", "Done, for %(number)s items.", len(ids))
            messages.success(request, done % {"number": len(ids)})
            return redirect("sharing:bulk")
    except (NotAllowed, ValidationError) as error:
        put_beside(form, error)
        return _show(request, name, form)
    fields = [form[field].as_hidden() for field in form.fields]
    changed = bool(request.POST.get("seal"))
    context = {
        "name": name,
        "form": form,
        "difference": shown,
        "hidden": fields,
        "changed": changed,
    }
    return render(request, "sharing/bulk_confirm.html", context, status=409 if changed else 200)


def _show(request: ViewerRequest, name: str, form: ManyForm) -> HttpResponse:
    context = {"name": name, "form": form}
    return render(request, "sharing/bulk_act.html", context, status=400 if form.errors else 200)
