"""Acts that wait for a second person: reading them, confirming, declining, taking one's own back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import NinjaAPI

from cms.api.act_schemas import ActAnswer, WaitingList, WaitingWithPeople
from cms.api.acting import Operation, Session, View, add_act, is_dry, sealed_otherwise
from cms.api.answers import answer, instant
from cms.api.bodies import BadForm, data_for, read_body, schema_of
from cms.api.limits import limited
from cms.api.people_answers import gain_and_loss
from cms.api.schemas import Detail
from cms.sharing import services
from cms.sharing.act_forms import DecisionForm
from cms.sharing.confirming import AskPending, may_see_outcome, open_acts, waiting_confirmations
from cms.sharing.decisions import ANSWERS, Answer
from cms.sharing.differences import difference
from cms.sharing.models import PendingAct
from cms.sharing.outcomes import outcome_of
from cms.sharing.views.finding import waiting_act
from cms.users.http import ViewerRequest

TAG = "Waiting for confirmation"
MOST = 100


def add_waiting(api: NinjaAPI) -> None:
    """Add the operations."""
    plain = {401: Detail, 404: Detail, 429: Detail}
    api.get(
        "/waiting",
        tags=[TAG],
        auth=Session(),
        operation_id="waiting",
        response={200: WaitingList} | plain,
        summary="What waits for you, and what you proposed",
    )(waiting)
    api.get(
        "/waiting/{handle}",
        tags=[TAG],
        auth=Session(),
        operation_id="waiting-one",
        response={200: WaitingWithPeople} | plain,
        summary="One act that waits, with who would gain and who would lose",
    )(one)
    for chosen in ANSWERS:
        operation = Operation(
            path=f"/waiting/{{handle}}/{chosen.name}",
            tag=TAG,
            name=f"waiting-{chosen.name}",
            summary=str(chosen.label),
            body=schema_of(DecisionForm),
            answers=ActAnswer,
            sealed=True,
        )
        add_act(api, operation, _view(chosen))


@limited
def waiting(request: ViewerRequest) -> HttpResponse:
    """List what waits for the viewer, the longest waiting first, and then what the viewer proposed."""
    viewer: Any = request.viewer
    rows = list(waiting_confirmations(viewer, request.at)[:MOST])
    rows += [row for row in open_acts().filter(proposed_by=viewer.pk)[:MOST] if row not in rows]
    return answer({"items": [_told(row, request) for row in rows]})


@limited
def one(request: ViewerRequest, handle: str) -> HttpResponse:
    """Tell of one act that waits and concerns the viewer."""
    pending, viewer = _found(request, handle), request.viewer
    changes = outcome_of(pending) if may_see_outcome(viewer, AskPending(pending, request.at)) else []
    shown = difference(changes, viewer, request.at)  # type: ignore[arg-type]
    return answer(_told(pending, request) | gain_and_loss(shown))


def _found(request: ViewerRequest, handle: str) -> PendingAct:
    try:
        identifier = UUID(handle)
    except ValueError as error:
        raise Http404 from error
    return waiting_act(request, identifier)


def _view(chosen: Answer) -> View:
    def view(request: ViewerRequest, handle: str) -> HttpResponse:
        pending = _found(request, handle)
        viewer: Any = request.viewer
        if not chosen.open_to(viewer, AskPending(pending, request.at)):
            raise Http404
        form = DecisionForm(data_for(DecisionForm(), read_body(request)))
        if not form.is_valid():
            raise BadForm(form.errors)
        services.lock(pending.sharing_id)
        shown = difference(outcome_of(pending) if chosen.changes else [], viewer, request.at)
        found = gain_and_loss(shown)
        if sealed_otherwise(request, shown.seal):
            return answer({"done": False, "waits": None} | found, 409)
        if not is_dry(request):
            chosen.run(pending, viewer, request.at, form.cleaned_data["reason"])
        return answer({"done": not is_dry(request), "waits": None} | found)

    return view


def _told(row: PendingAct, request: ViewerRequest) -> dict[str, Any]:
    ask = AskPending(row, request.at)
    return {
        "handle": str(row.handle),
        "kind": row.kind,
        "item": str(row.sharing.uuid),
        "reference": row.sharing.reference,
        "owner": row.sharing.owner.key,
        "new_owner": row.new_owner.key if row.new_owner is not None else None,
        "value": row.value or None,
        "text": row.text or None,
        "reason": row.reason,
        "proposed_at": instant(row.proposed_at),
        "acts": [chosen.name for chosen in ANSWERS if chosen.open_to(request.viewer, ask)],
    }
