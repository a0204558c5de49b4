"""What was refused is put on record: who asked for what by which address, whether it exists or not."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from cms.audit.enums import Decision, Event
from cms.audit.services import Entry, record
from cms.core.acts import noting_refusals
from cms.core.identifiers import uuid_or_none
from cms.sharing.models import Sharing
from cms.users.http import ViewerRequest

GetResponse = Callable[[HttpRequest], HttpResponse]
_REFUSED = frozenset({403, 404})
_EDITING_INTERFACE = "/cms/"


class DenialMiddleware:
    """Writes one row for each request that was refused, in the transaction of the request.

    Hidden and absent things leave the same row but for owner and marking, which nobody sees who may not see the item;
    both cost the same questions. A visitor who is not signed in leaves a row only by asking for something by its
    identifier, so that a scan for addresses does not fill the trail.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast("ViewerRequest", request)
        with noting_refusals() as refusals:
            response = self.get_response(request)
        if response.status_code in _REFUSED:
            _record(asked, response.status_code, 1)
        elif refusals and response.status_code < 500:
            _record(asked, response.status_code, len(refusals))
        return response


def _record(request: ViewerRequest, status: int, refused: int) -> None:
    match = request.resolver_match
    kwargs: dict[str, Any] = match.kwargs if match else {}
    signed_in = request.viewer.is_authenticated
    items = [identifier for identifier in map(_identifier, kwargs.values()) if identifier is not None]
    if not (items or (signed_in and (match or request.path.startswith(_EDITING_INTERFACE)))):
        return
    item = items[0] if items else None
    owner_id, marking = _owner_and_marking(item)
    record(
        Entry(
            event=Event.ACT_DENIED,
            at=request.at,
            actor_id=request.viewer.pk,
            item=item,
            owner_id=owner_id,
            marking=marking,
            decision=Decision.DENIED,
            rule=f"{request.method} {match.route if match else _EDITING_INTERFACE}"[:200],
            count=refused,
            details={"status": status} | {name: value for name, value in kwargs.items() if isinstance(value, int)},
        )
    )


def _owner_and_marking(item: UUID | None) -> tuple[int | None, str]:
    if item is None:
        return None, ""
    return Sharing.objects.filter(uuid=item).values_list("owner_id", "marking").first() or (None, "")


def _identifier(value: Any) -> UUID | None:
    return uuid_or_none(value) if isinstance(value, str) else None
