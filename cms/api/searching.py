"""What stands beside a search: titles while one types, the list as a file; what a person keeps of searching."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from ninja import NinjaAPI

from cms.api.acting import Operation, Session, add_act, is_dry
from cms.api.answers import answer, instant, parameter_errors, suggested_answer
from cms.api.bodies import BadForm, data_for, read_body, schema_of
from cms.api.limits import limited
from cms.api.parameters import LIST_PARAMETERS, TYPED
from cms.api.schemas import Detail, History, KeptSearches, ParameterErrors, SearchKept, SuggestAnswer
from cms.core.identifiers import uuid_or_404
from cms.users.http import ViewerRequest, person_or_404
from search.exporting import FORMS, list_file
from search.forms import ChangeForm, SaveForm
from search.models import PastSearch, SavedSearch
from search.queries import InvalidSearch
from search.saving import change_search, forget_past, forget_search, is_search, past_searches, saved_searches
from search.suggestions import suggested

SEARCHING, KEEPING = "Reading", "Saved and past searches"
_PLAIN = {401: Detail, 404: Detail, 429: Detail}


def add_searching(api: NinjaAPI) -> None:
    """Add the operations; before that which takes any rest of an address for an item's identifier."""
    api.get(
        "/search/suggest",
        tags=[SEARCHING],
        operation_id="suggest",
        response={200: SuggestAnswer, 429: Detail},
        summary="Items with the words typed so far in their title",
        openapi_extra={"parameters": [TYPED]},
    )(suggest)
    api.get(
        "/search/export/{form}",
        tags=[SEARCHING],
        auth=Session(),
        operation_id="export",
        response={200: None, 422: ParameterErrors} | _PLAIN,
        summary="The list of what is found, as a file",
        description=f"`form` is one of: {', '.join(FORMS)}. Items whose owners allow no copies are left out.",
        openapi_extra={"parameters": LIST_PARAMETERS},
    )(export)
    for path, view, answers, summary in (
        ("/search/saved", saved, KeptSearches, "Your saved searches"),
        ("/search/history", history, History, "Your latest searches, each once"),
    ):
        response: dict[int, Any] = {200: answers} | _PLAIN
        name = f"read-{path[1:].replace('/', '-')}"
        api.get(path, tags=[KEEPING], auth=Session(), response=response, summary=summary, operation_id=name)(view)
    _add_acts(api)


def _add_acts(api: NinjaAPI) -> None:
    nothing: type[forms.Form] = forms.Form
    saving = "What newly comes to match it, or newly becomes visible to you, is told as soon as `frequency` says."
    for path, name, summary, form, view, description in (
        ("/search/saved", "save-search", "Save a search", SaveForm, save, saving),
        (
            "/search/saved/{handle}/change",
            "change-saved-search",
            "Rename it; be told otherwise",
            ChangeForm,
            change,
            "",
        ),
        ("/search/saved/{handle}/delete", "delete-saved-search", "Delete it", nothing, forget, ""),
        ("/search/history/empty", "empty-history", "Empty your history", nothing, empty_history, ""),
    ):
        operation = Operation(
            path=path,
            tag=KEEPING,
            name=name,
            summary=summary,
            description=description,
            body=schema_of(form),  # type: ignore[arg-type]
            answers=SearchKept,
        )
        add_act(api, operation, view)


@limited
def suggest(request: ViewerRequest) -> HttpResponse:
    """List visible items whose title has the words typed so far, the last of them as the beginning of a word."""
    return answer(suggested_answer(suggested(request.viewer, request.GET.get("q", ""), request.at)))


@limited
def export(request: ViewerRequest, form: str) -> HttpResponse:
    """Give the list of what a search finds as a file, under the rights to export; recorded with the items in it."""
    try:
        return list_file(request, form)
    except InvalidSearch as invalid:
        return parameter_errors(invalid)


@limited
def saved(request: ViewerRequest) -> HttpResponse:
    """List what the viewer keeps."""
    return answer(
        {"items": [_kept(row, readable=readable) for row, readable in saved_searches(person_or_404(request))]}
    )


@limited
def history(request: ViewerRequest) -> HttpResponse:
    """List the viewer's latest searches."""
    return answer({"items": [_past(row) for row in past_searches(person_or_404(request))]})


def save(request: ViewerRequest) -> HttpResponse:
    """Keep a search."""
    person, form = person_or_404(request), _filled(SaveForm(), request)
    return _done(request, form, lambda: form.keep(actor=person, at=request.at))


def change(request: ViewerRequest, handle: str) -> HttpResponse:
    """Change the name of a saved search, or how soon its owner is told."""
    person, identifier = person_or_404(request), uuid_or_404(handle)
    rows = SavedSearch.objects.filter(user=person, handle=identifier)
    row = rows.first()
    if row is None:
        raise Http404
    form = _filled(ChangeForm(instance=row), request)

    def run() -> SavedSearch | None:
        return rows.first() if change_search(actor=person, handle=identifier, **form.cleaned_data) else None

    return _done(request, form, run)


def forget(request: ViewerRequest, handle: str) -> HttpResponse:
    """Delete a saved search."""
    person, form = person_or_404(request), _filled(forms.Form(), request)
    identifier = uuid_or_404(handle)

    def run() -> None:
        if not forget_search(actor=person, handle=identifier):
            raise Http404

    return _done(request, form, run)


def empty_history(request: ViewerRequest) -> HttpResponse:
    """Empty the viewer's history."""
    person, form = person_or_404(request), _filled(forms.Form(), request)
    return _done(request, form, lambda: forget_past(actor=person))


def _filled(form: Any, request: ViewerRequest) -> Any:
    """Return the form of the same kind with what was sent. Raises BadBody, and BadForm where it is refused."""
    data = data_for(form, read_body(request))
    found = type(form)(data, instance=form.instance) if isinstance(form, forms.ModelForm) else type(form)(data)
    if not found.is_valid():
        raise BadForm(found.errors)
    return found


def _done(request: ViewerRequest, form: Any, run: Callable[[], SavedSearch | None]) -> HttpResponse:
    """Do it, or try it out; where the form has errors now, it was refused."""
    with transaction.atomic():
        row = run()
        transaction.set_rollback(is_dry(request))
    if form.errors:
        raise BadForm(form.errors)
    return answer({"done": not is_dry(request), "saved": row and _kept(row, readable=is_search(row.parameters))})


def _kept(row: SavedSearch, *, readable: bool) -> Mapping[str, Any]:
    return {
        "handle": str(row.handle),
        "name": row.name,
        "frequency": row.frequency,
        "parameters": row.parameters,
        "url": f"/search/?{row.parameters}",
        "readable": readable,
        "saved_at": instant(row.created_at),
        "told_at": None if row.told_at is None else instant(row.told_at),
    }


def _past(row: PastSearch) -> Mapping[str, Any]:
    return {
        "words": row.words,
        "parameters": row.parameters,
        "url": f"/search/?{row.parameters}",
        "total": row.total,
        "at": instant(row.at),
    }
