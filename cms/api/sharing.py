"""An item's sharing for its owner's people: reading it, and the acts on it, with who gains and who loses.

The acts are those of the catalogue, each with an operation of its own; what they take is what their forms take.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from ninja import NinjaAPI

from cms.api.act_schemas import ActAnswer, SharingAnswer
from cms.api.acting import Operation, View, add_act, is_dry, sealed_otherwise
from cms.api.answers import answer, instant
from cms.api.bodies import BadBody, BadForm, data_for, read_body, schema_of
from cms.api.limits import limited
from cms.api.people_answers import gain_and_loss, people
from cms.api.schemas import Detail
from cms.audit.enums import Event
from cms.audit.services import record
from cms.sharing import services
from cms.sharing.act_forms import ReasonForm
from cms.sharing.catalogue import ACTS, DRAFT_ACTS, SharingAct, revocation
from cms.sharing.differences import difference
from cms.sharing.doing import Asked, asked_for, do, foreseen
from cms.sharing.models import Named, Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.reasons import reasons
from cms.sharing.rules import allowed, open_actions
from cms.sharing.services.acting import entry_of
from cms.sharing.views.finding import recipient_handle, recipient_of, with_readers, worked_on
from cms.users.http import ViewerRequest

TAG = "Sharing"
ADDRESS = "/items/{identifier}/sharing"
REVOKE = "revoke"
_HANDLE = {"type": "string", "description": "The recipient's handle, as reading the sharing gives it."}


def add_sharing(api: NinjaAPI) -> None:
    """Add the operations; before that which takes any rest of an address for an item's identifier."""
    answers = {200: SharingAnswer, 404: Detail, 429: Detail}
    summary = "How an item is shared, and who can read it"
    api.get(ADDRESS, tags=[TAG], response=answers, summary=summary, operation_id="sharing")(read_sharing)
    for act in (*ACTS, *DRAFT_ACTS):
        add_act(api, _operation(act.name, act.label, act.explanation, schema_of(act.form)), _view(act))
    revoking = schema_of(ReasonForm, recipient=_HANDLE)
    explanation = "Takes the access of one recipient away; it holds for every request from this moment on."
    add_act(api, _operation(REVOKE, "Revoke a recipient's access", explanation, revoking), revoke)


def _operation(name: str, label: Any, explanation: Any, body: Mapping[str, Any]) -> Operation:
    return Operation(
        path=f"{ADDRESS}/{name}",
        tag=TAG,
        name=f"sharing-{name}",
        summary=str(label),
        description=str(explanation),
        body=body,
        answers=ActAnswer,
        sealed=True,
    )


def _view(act: SharingAct) -> View:
    def view(request: ViewerRequest, identifier: str) -> HttpResponse:
        sharing = worked_on(request, identifier, besides=act.permission, drafts=act in DRAFT_ACTS)
        return _answered(request, act, sharing, read_body)

    return view


def revoke(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Take one recipient's access away."""
    sharing = worked_on(request, identifier)
    if not any(allowed(request.viewer, name, sharing, request.at) for name in ("narrow", "propose_narrowing")):
        raise Http404
    body = read_body(request)
    handle = body.pop("recipient", None)
    if not isinstance(handle, str):
        raise BadBody({"recipient": "Must be a string: the recipient's handle, as reading the sharing gives it."})
    recipient = recipient_of(sharing, handle)
    return _answered(request, revocation(recipient), sharing, lambda _request: body, recipient)


def _answered(
    request: ViewerRequest, act: SharingAct, sharing: Sharing, read: Any, recipient: Recipient | None = None
) -> HttpResponse:
    """Try the act out, and do it unless it is only tried out; the one Http404 for whoever may not."""
    viewer: Any = request.viewer
    blank = asked_for(act, sharing, viewer, request.at, recipient=recipient)
    if blank is None:
        raise Http404
    data = data_for(blank.form, read(request))
    # the item is held until the end of the request: what was tried out is what is done
    services.lock(sharing.pk)
    asked = asked_for(act, sharing, viewer, request.at, data, recipient=recipient)
    if asked is None:
        raise Http404
    return _done(request, asked, viewer)


def _done(request: ViewerRequest, asked: Asked, viewer: Any) -> HttpResponse:
    if not asked.form.is_valid():
        raise BadForm(asked.form.errors)
    shown = difference(foreseen(asked, viewer), viewer, request.at)
    found = gain_and_loss(shown)
    if sealed_otherwise(request, shown.seal):
        return answer({"done": False, "waits": None} | found, 409)
    waits = None if is_dry(request) else do(asked, viewer)
    return answer({"done": not is_dry(request), "waits": waits and str(waits.handle)} | found)


@limited
def read_sharing(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Tell how the item is shared and who can read it by which rule, as its sharing page does; of a draft, what is
    proposed."""
    sharing = worked_on(request, identifier, drafts=True)
    proposed = None
    if sharing.page.live:
        sharing = with_readers(request, identifier)
        viewer: Any = request.viewer
        rule, details = "sharing.see_readers", {"page": "api"}
        event = Event.READERS_SEEN
        record(entry_of(sharing, event, actor=viewer, at=request.at, rule=rule, details=details))
    elif sharing.first_shared_at is None:
        proposed = _proposed(sharing)
    found = {"acts": _open_acts(request, sharing), "readers": _readers(request, sharing), "proposed": proposed}
    return answer(_facts(sharing) | found)


def _facts(sharing: Sharing) -> dict[str, Any]:
    rows = sharing.recipients.filter(revoked_at__isnull=True).select_related("organisation", "group", "user")
    return {
        "id": str(sharing.uuid),
        "reference": sharing.reference,
        "owner": sharing.owner.key,
        "element": sharing.element.key,
        "countries": sharing.countries,
        "marking": sharing.marking,
        "state": sharing.state,
        "quarantined": sharing.quarantined,
        "recipients": [_named(row, recipient_handle(row)) for row in rows.order_by("pk")],
    }


def _proposed(sharing: Sharing) -> dict[str, Any]:
    proposal = sharing.proposal
    rows = proposal.recipients.select_related("organisation", "group", "user").order_by("pk")
    return {
        "marking": proposal.marking,
        "state": proposal.state,
        "use_limits": proposal.use_limits,
        "copies_allowed": proposal.copies_allowed,
        "recipients": [_named(row, None) for row in rows],
    }


def _named(row: Named, handle: str | None) -> dict[str, Any]:
    return {
        "handle": handle,
        "kind": row.kind,
        "name": getattr(row.target, "email", "") or getattr(row.target, "key", ""),
        "from": row.valid_from and instant(row.valid_from),
        "until": row.valid_until and instant(row.valid_until),
        "purpose": row.purpose,
    }


def _open_acts(request: ViewerRequest, sharing: Sharing) -> list[str]:
    """Return the names of what the viewer may do with the item, or propose."""
    offered = [act for act in (ACTS if sharing.page.live else DRAFT_ACTS) if act.offered(sharing, request.at)]
    named = {act.permission for act in offered} | {"narrow", "propose_narrowing"}
    rights = open_actions(request.viewer, named, sharing, request.at)
    proposes = sharing.page.live and "propose_narrowing" in rights
    held = [act.name for act in offered if act.permission in rights or (proposes and act.pending)]
    revokes = sharing.page.live and bool(rights & {"narrow", "propose_narrowing"})
    return held + [REVOKE] * revokes


def _readers(request: ViewerRequest, sharing: Sharing) -> list[dict[str, Any]]:
    viewer: Any = request.viewer
    return [
        {"rule": reason.rule, "recipient": reason.recipient or None} | people(reason.readers)
        for reason in reasons(facts_of(sharing), viewer, request.at)
    ]
