"""Participation figures by the API: the table of the page, for the people of the page, with as much withheld."""

from typing import Any

from django.http import HttpResponse
from ninja import NinjaAPI

from cms.api.acting import Session
from cms.api.answers import answer
from cms.api.limits import limited
from cms.api.schemas import Detail, ParameterErrors, ParticipationAnswer
from cms.oversight.figures import asked, record_export
from cms.oversight.participation import Line, table
from cms.oversight.suppression import THRESHOLD
from cms.users.http import ViewerRequest

_TEXT = {"type": "string"}
_PARAMETERS: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": "element",
        "description": "Key of an element of `elements`; without it the first.",
        "schema": _TEXT,
    },
    {
        "in": "query",
        "name": "quarter",
        "description": "One of `quarters`, such as 2026-Q3; without it the newest.",
        "schema": _TEXT,
    },
]


def add_participation(api: NinjaAPI) -> None:
    """Add the operation."""
    answers = {200: ParticipationAnswer, 401: Detail, 404: Detail, 422: ParameterErrors, 429: Detail}
    api.get(
        "/participation",
        tags=["Participation"],
        auth=Session(),
        operation_id="read-participation",
        response=answers,
        summary="How participants take part in an element in a quarter: all of them, or your own; on record",
        openapi_extra={"parameters": _PARAMETERS},
    )(participation)


@limited
def participation(request: ViewerRequest) -> HttpResponse:
    """Tell the figures of an element in a quarter, to the Commission of all participants, to a State of its own."""
    form, opened = asked(request)
    if not form.is_valid():
        errors = {name: " ".join(map(str, sentences)) for name, sentences in form.errors.items()}
        return answer({"detail": "Some parameters are not understood.", "errors": errors}, 422)
    element, quarter = form.elements[form.cleaned_data["element"]], form.told[form.cleaned_data["quarter"]]
    found = table(element, quarter, opened[element.code])
    record_export(request, quarter, [element.code], len(found.lines))
    return answer(
        {
            "element": element.key,
            "quarter": str(quarter),
            "elements": list(form.elements),
            "quarters": list(form.told),
            "participants": [_line(line) for line in found.lines],
            "total": found.total,
            "threshold": THRESHOLD,
        }
    )


def _line(line: Line) -> dict[str, Any]:
    return {
        "participant": line.key,
        "items": line.number,
        "in_time": line.in_time,
        "described": line.complete,
        "acknowledged": line.acknowledged,
    }
