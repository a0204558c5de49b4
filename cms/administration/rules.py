"""Named permissions on grants to inspect and on explanations. None of them is asked by a list, a search or a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.permissions import add_perm, perm_exists
from rules.predicates import predicate

from cms.administration.enums import InspectionKind
from cms.administration.models import InspectGrant
from cms.organisations.enums import Role
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
    return waits and bool(CONFIRMS[InspectionKind(grant.kind)] & roles_of(user, ask.at))


def may_inspect(user: Any, ask: Any) -> bool:
    """Tell whether the person may open the item of the grant now: the grantee, still in the role, in its time."""
    if not isinstance(ask, Inspection) or not isinstance(user, User):
        return False
    grant = ask.grant
    if grant.grantee_id != user.pk or grant.confirmed_at is None or grant.counts_until is None:
        return False
    in_time = grant.ended_at is None and grant.confirmed_at <= ask.at < grant.counts_until
    return in_time and ASKS[InspectionKind(grant.kind)] in roles_of(user, ask.at)


def may_see_grant(user: Any, ask: Any) -> bool:
    """Tell whether the person may see that the grant exists: grantee, who may confirm it, who did."""
    if not isinstance(ask, Inspection) or not isinstance(user, User):
        return False
    grant, roles = ask.grant, roles_of(user, ask.at)
    concerned = user.pk in {grant.grantee_id, grant.confirmed_by_id}
    return bool(concerned and roles) or bool(CONFIRMS[InspectionKind(grant.kind)] & roles)


_PERMISSIONS = {
    "administration.ask_to_inspect": may_ask,
    "administration.confirm_inspection": may_confirm,
    "administration.inspect": may_inspect,
    "administration.see_inspection": may_see_grant,
}


def _two_arguments(function: Any) -> Any:
    def answer(user: Any, ask: Any) -> bool:
        return bool(function(user, ask))

    return answer


def _register() -> None:
    for permission, function in _PERMISSIONS.items():
        if not perm_exists(permission):
            add_perm(permission, predicate(_two_arguments(function), name=permission))


_register()
