"""A person's own page of saved searches and past ones."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cms.core.identifiers import uuid_or_404
from cms.users.http import ViewerRequest, person_or_404
from search.forms import ChangeForm, SaveForm, told_errors
from search.models import SavedSearch
from search.saving import change_search, forget_past, forget_search, past_searches, saved_searches


@require_GET
def saved(request: ViewerRequest) -> HttpResponse:
    """Show the person's saved searches and the latest searches."""
    person = person_or_404(request)
    context: dict[str, Any] = {
        "saved": saved_searches(person),
        "past": past_searches(person),
        "frequencies": SavedSearch.Frequency.choices,
    }
    return render(request, "search/saved.html", context)


@require_POST
def save(request: ViewerRequest) -> HttpResponse:
    """Keep a search."""
    person, form = person_or_404(request), SaveForm(request.POST)
    if form.is_valid() and form.keep(actor=person, at=request.at):
        messages.success(request, _("The search is saved."))
    else:
        messages.error(request, _("The search was not saved: %(why)s") % {"why": told_errors(form)})
    return redirect("saved-searches")


@require_POST
def change(request: ViewerRequest, handle: str) -> HttpResponse:
    """Give it another name; be told sooner or later."""
    person, form = person_or_404(request), ChangeForm(request.POST)
    row = uuid_or_404(handle)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: %(why)s") % {"why": told_errors(form)})
    elif change_search(actor=person, handle=row, **form.cleaned_data):
        messages.success(request, _("Changed."))
    else:
        raise Http404
    return redirect("saved-searches")


@require_POST
def forget(request: ViewerRequest, handle: str) -> HttpResponse:
    """Delete a saved search."""
    if not forget_search(actor=person_or_404(request), handle=uuid_or_404(handle)):
        raise Http404
    messages.success(request, _("The saved search is deleted."))
    return redirect("saved-searches")


@require_POST
def empty_history(request: ViewerRequest) -> HttpResponse:
    """Empty the person's history."""
    forget_past(actor=person_or_404(request))
    messages.success(request, _("Your search history is empty."))
    return redirect("saved-searches")
