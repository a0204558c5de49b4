"""A person's own page of saved searches and past ones."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cms.core.identifiers import uuid_or_404
from cms.users.http import ViewerRequest, person_or_404
from search.forms import SaveForm
from search.models import SavedSearch
from search.queries import InvalidSearch, parse_search
from search.saving import (
    MOST_SAVED,
    TooManySaved,
    change_frequency,
    forget_past,
    forget_search,
    past_searches,
    save_search,
)


@require_GET
def saved(request: ViewerRequest) -> HttpResponse:
    """Show the person's saved searches and the latest searches."""
    person = person_or_404(request)
    rows = [(row, _readable(row.parameters)) for row in SavedSearch.objects.filter(user=person).order_by("name", "pk")]
    context: dict[str, Any] = {
        "saved": rows,
        "past": past_searches(person),
        "frequencies": SavedSearch.Frequency.choices,
    }
    return render(request, "search/saved.html", context)


def _readable(parameters: str) -> bool:
    """Tell whether the search can still be made: what searches may say can change."""
    try:
        parse_search(QueryDict(parameters))
    except InvalidSearch:
        return False
    return True


@require_POST
def save(request: ViewerRequest) -> HttpResponse:
    """Keep a search."""
    person, form = person_or_404(request), SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The search was not saved: give it a name of at most 100 characters."))
        return redirect("saved-searches")
    try:
        save_search(
            actor=person,
            name=form.cleaned_data["name"],
            parameters=form.cleaned_data["parameters"],
            frequency=form.cleaned_data["frequency"],
            at=request.at,
        )
    except InvalidSearch as invalid:
        messages.error(request, _("The search was not saved: %(why)s") % {"why": "; ".join(invalid.errors.values())})
    except TooManySaved:
        messages.error(request, _("You keep %(most)d searches already. Delete one first.") % {"most": MOST_SAVED})
    else:
        messages.success(request, _("The search is saved."))
    return redirect("saved-searches")


@require_POST
def change(request: ViewerRequest, handle: str) -> HttpResponse:
    """Be told sooner or later."""
    person, frequency = person_or_404(request), request.POST.get("frequency", "")
    known = frequency in SavedSearch.Frequency.values
    if not known or not change_frequency(actor=person, handle=uuid_or_404(handle), frequency=frequency):
        raise Http404
    messages.success(request, _("Changed."))
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
