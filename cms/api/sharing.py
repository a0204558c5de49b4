"""An item's sharing for its owner's people: reading it, and the acts on it, with who gains and who loses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.security import APIKeyCookie

from cms.api.answers import answer, instant
from cms.api.limits import limited
from cms.api.schemas import Detail
from cms.audit.enums import Event
from cms.audit.services import record
from cms.sharing import services
from cms.sharing.catalogue import BY_NAME, SharingAct, rehearsed, revocation
from cms.sharing.differences import difference
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.reasons import reasons
from cms.sharing.rules import allowed, open_actions
from cms.sharing.selectors import Readership, ReadersOf
from cms.sharing.services.acting import entry_of
from cms.sharing.views.finding import recipient_handle, recipient_of, with_readers, worked_on
from cms.users.http import ViewerRequest

_TAGS = ["Sharing"]
ACTS = ("narrow", "withdraw", "revoke", "tighten", "loosen", "widen")


class Session(APIKeyCookie):
    """The session on the site, with its second factor; a POST carries the token against forgery."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the person who is signed in with a second factor."""
        viewer: Any = request.viewer  # type: ignore[attr-defined]
        return viewer if viewer.is_authenticated else None


class ActBody(Schema):
    """What an act needs; each takes the parts that it has."""

    reason: str = ""
    state: str = ""
    marking: str = ""
    recipient: str = Field("", description="To revoke: the recipient's handle, as reading the sharing gives it.")
    organisations: list[str] = Field([], description="Keys of organisations.")
    groups: list[str] = Field([], description="Keys of working groups.")
    persons: list[str] = Field([], description="E-mail addresses.")
    recipients_until: date | None = Field(None, description="The last day of access; null: no end.")
    purpose: str = ""


def add_sharing(api: NinjaAPI) -> None:
    """Add the operations; before that which takes any rest of an address for an item's identifier."""
    address = "/items/{identifier}/sharing"
    answers = {404: Detail, 429: Detail}
    api.get(address, tags=_TAGS, response=answers, summary="How an item is shared, and who can read it")(read_sharing)
    api.post(
        f"{address}/{{act}}",
        tags=_TAGS,
        auth=Session(),
        response=answers | {403: Detail, 422: Detail},
        summary="Change how an item is shared, or with dry_run=1 see who would gain and lose",
    )(change_sharing)


@limited
def read_sharing(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Tell how the item is shared and who can read it by which rule, as its sharing page does."""
    sharing = with_readers(request, identifier)
    viewer: Any = request.viewer
    record(
        entry_of(
            sharing,
            Event.READERS_SEEN,
            actor=viewer,
            at=request.at,
            rule="sharing.see_readers",
            details={"page": "api"},
        )
    )
    return answer(_facts(sharing) | {"acts": _open_acts(request, sharing), "readers": _readers(request, sharing)})


def change_sharing(request: ViewerRequest, identifier: str, act: str, body: ActBody) -> HttpResponse:
    """Do one of: narrow, withdraw, revoke, tighten, loosen, widen; answers who gained and who lost.

    With `dry_run=1` nothing is done, and the answer says who would. A refusal is 422 with what is wrong.
    """
    return _change(request, identifier, act, body)


@limited
def _change(request: ViewerRequest, identifier: str, name: str, body: ActBody) -> HttpResponse:
    sharing = worked_on(request, identifier)
    viewer: Any = request.viewer
    chosen = _act(sharing, name, body)
    if not chosen.offered(sharing, request.at) or not allowed(viewer, chosen.permission, sharing, request.at):
        raise Http404
    data = body.dict() | {"persons": "\n".join(body.persons)}
    form: Any = chosen.form(data, sharing=sharing, at=request.at)
    if not form.is_valid():
        return _refused(form.errors)
    dry = request.GET.get("dry_run") == "1"
    services.lock(sharing.pk)
    try:
        changes = rehearsed(chosen.run)(form, sharing, viewer)
        if not dry:
            chosen.run(form, sharing, viewer)
    except NotAllowed as error:
        return _refused({"reason": [str(error)]})
    except ValidationError as error:
        return _refused(error.message_dict if hasattr(error, "error_dict") else {"reason": error.messages})
    shown = difference(changes, viewer, request.at)
    return answer({"done": not dry, "gain": _people(shown.gain), "loss": _people(shown.loss)})


def _act(sharing: Sharing, name: str, body: ActBody) -> SharingAct:
    if name not in ACTS:
        raise Http404
    return revocation(recipient_of(sharing, body.recipient)) if name == "revoke" else BY_NAME[name]


def _refused(errors: Mapping[str, Any]) -> HttpResponse:
    told = {name: [str(message) for message in messages] for name, messages in errors.items()}
    return answer({"detail": "The act was refused.", "errors": told}, 422)


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
        "recipients": [
            {
                "handle": recipient_handle(row),
                "kind": row.kind,
                "name": row.user.email if row.user is not None else getattr(row.target, "key", ""),
                "from": row.valid_from and instant(row.valid_from),
                "until": row.valid_until and instant(row.valid_until),
                "purpose": row.purpose,
            }
            for row in rows.order_by("pk")
        ],
    }


def _open_acts(request: ViewerRequest, sharing: Sharing) -> list[str]:
    acts = [BY_NAME[name] for name in ACTS if name in BY_NAME]
    rights = open_actions(request.viewer, {act.permission for act in acts}, sharing, request.at)
    held = [act.name for act in acts if act.permission in rights and act.offered(sharing, request.at)]
    return held + ["revoke"] * ("narrow" in rights)


def _readers(request: ViewerRequest, sharing: Sharing) -> list[dict[str, Any]]:
    viewer: Any = request.viewer
    return [
        {"rule": reason.rule, "recipient": reason.recipient or None} | _people(reason.readers)
        for reason in reasons(facts_of(sharing), viewer, request.at)
    ]


def _people(readers: Readership) -> dict[str, Any]:
    """Return people as they may be told: null stands for a number too small to be told."""
    return {"everyone": readers.everyone, "participants": [_participant(row) for row in readers.participants]}


def _participant(row: ReadersOf) -> dict[str, Any]:
    functions = [] if row.few else [name for name, _number in row.functions]
    return {
        "participant": row.participant,
        "people": None if row.few else row.count,
        "functions": functions,
        "names": list(row.names),
    }
