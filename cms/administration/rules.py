"""Named permissions on grants to inspect and on explanations. None of them is asked by a list, a search or a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.administration.enums import InspectionKind
from cms.administration.models import InspectGrant
from cms.core.permissions import register
from cms.organisations.enums import Role
from cms.organisations.rules import audited_from, audits
from cms.organisations.standing import roles_of
from cms.users.models import User

# who asks for which kind of grant, and who confirms it: always another person
ASKS = {InspectionKind.CASE: Role.AUDITOR, InspectionKind.BREAK_GLASS: Role.OPERATOR}
CONFIRMS = {
    InspectionKind.CASE: frozenset({Role.AUDITOR, Role.OPERATOR}),
    InspectionKind.BREAK_GLASS: frozenset({Role.OPERATOR}),
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is asked about: a grant, at an instant."""

    grant: InspectGrant
    at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about: a kind of grant, at an instant."""

    kind: str
    at: datetime


def _confirms(user: User, grant: InspectGrant, at: datetime) -> bool:
    """Tell whether grants of this kind, and of this grantee, are the person's to confirm."""
    roles = CONFIRMS[InspectionKind(grant.kind)] & roles_of(user, at)
    if Role.OPERATOR in roles:
        return True
    if Role.AUDITOR not in roles:
        return False
    return any(audits(user, place.participant_id, at) for place in audited_from(grant.grantee, at))


def may_ask(user: Any, ask: Any) -> bool:
    """Tell whether the person may ask for a grant of the kind."""
    if not isinstance(ask, Asking) or ask.kind not in InspectionKind.values or not isinstance(user, User):
        return False
    return ASKS[InspectionKind(ask.kind)] in roles_of(user, ask.at)


def may_confirm(user: Any, ask: Any) -> bool:
    """Tell whether the person may confirm the grant: another one than the grantee, and it waits."""
    if not isinstance(ask, Inspection) or not isinstance(user, User):
        return False
    grant = ask.grant
    waits = grant.confirmed_at is None and grant.ended_at is None and grant.grantee_id != user.pk
    return waits and _confirms(user, grant, ask.at)


def may_inspect(user: Any, ask: Any) -> bool:
    """Tell whether the person may open the item of the grant now: the grantee, still in the role, in its time."""
    if not isinstance(ask, Inspection) or not isinstance(user, User):
        return False
    grant = ask.grant
    if grant.grantee_id != user.pk or grant.confirmed_at is None or grant.counts_until is None:
        return False
    in_time = grant.ended_at is None and grant.confirmed_at <= ask.at < grant.counts_until
    if not in_time or ASKS[InspectionKind(grant.kind)] not in roles_of(user, ask.at):
        return False
    sharing = grant.sharing
    if grant.kind != InspectionKind.CASE or sharing is None:
        return True
    return audits(user, sharing.owner.participant_id, ask.at)


def may_see_grant(user: Any, ask: Any) -> bool:
    """Tell whether the person may see that the grant exists: grantee, who may confirm it, who did."""
    if not isinstance(ask, Inspection) or not isinstance(user, User):
        return False
    grant = ask.grant
    if user.pk in {grant.grantee_id, grant.confirmed_by_id}:
        return bool(roles_of(user, ask.at) & {Role.AUDITOR, Role.OPERATOR})
    return _confirms(user, grant, ask.at)


_PERMISSIONS = {
    "administration.ask_to_inspect": may_ask,
    "administration.confirm_inspection": may_confirm,
    "administration.inspect": may_inspect,
    "administration.see_inspection": may_see_grant,
}


register(_PERMISSIONS)
