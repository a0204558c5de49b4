"""Who may do what with an item, as a table: action → role → on which items (policy, section 5)."""

from enum import Enum

from cms.organisations.enums import Role


class Scope(Enum):
    """On which items a role may act; all but VIEW ask for competence for the element and countries too."""

    OWNER = "the owner exactly for authors and liaison officers, the owner or above it for approvers and deciders"
    OWN = "the owner exactly, and items the person created"
    COMMISSION = "items owned by the European Commission"
    VIEW = "items the person may view"


_OWNER, _OWN, _COMMISSION, _VIEW = Scope.OWNER, Scope.OWN, Scope.COMMISSION, Scope.VIEW
_READERS = (Role.OFFICER, Role.AUTHOR, Role.APPROVER, Role.DECIDER, Role.LIAISON_OFFICER, Role.CURATOR)
_EDITORS = {
    Role.AUTHOR: _OWNER,
    Role.APPROVER: _OWNER,
    Role.LIAISON_OFFICER: _OWN,
    Role.CURATOR: _COMMISSION,
}
_APPROVERS = {Role.APPROVER: _OWNER, Role.CURATOR: _COMMISSION}
_RELEASERS = {Role.APPROVER: _OWNER, Role.DECIDER: _OWNER, Role.CURATOR: _COMMISSION}
_DECIDERS = {Role.DECIDER: _OWNER}

RIGHTS: dict[str, dict[Role, Scope]] = {
    "view_draft": _EDITORS | {Role.DECIDER: _OWNER},
    "edit": _EDITORS,
    "submit": _EDITORS,
    "propose_sharing": _EDITORS,
    "approve": _APPROVERS,
    "set_audience": _RELEASERS,
    "propose_narrowing": {Role.AUTHOR: _OWNER, Role.LIAISON_OFFICER: _OWN},
    "narrow": _RELEASERS,
    "withdraw": _RELEASERS,
    "tighten_marking": _RELEASERS,
    "undo_publication": _APPROVERS,
    "supersede": _RELEASERS,
    "propose_correction": _EDITORS,
    "confirm_correction": _APPROVERS,
    "widen": _DECIDERS,
    "change_facts": _DECIDERS,
    "transfer": _DECIDERS,
    "loosen_marking": _DECIDERS,
    "make_public": {Role.DECIDER: _OWNER, Role.CURATOR: _COMMISSION},
    "prepare_public": {Role.AUTHOR: _OWNER, Role.APPROVER: _OWNER},
    "release": {Role.DECIDER: _OWNER, Role.CURATOR: _COMMISSION},
    "prepare_release": {Role.AUTHOR: _OWNER, Role.APPROVER: _OWNER},
    "set_term": _RELEASERS,
    "hold": _RELEASERS,
    "lift_hold": _DECIDERS,
    "follow_up": dict.fromkeys((Role.AUTHOR, Role.APPROVER, Role.LIAISON_OFFICER), _VIEW),
    "acknowledge": {Role.APPROVER: _VIEW},
    "ask": dict.fromkeys(_READERS, _VIEW),
    "export": dict.fromkeys(_READERS, _VIEW),
    "flag": dict.fromkeys((Role.OFFICER, Role.AUTHOR, Role.LIAISON_OFFICER), _VIEW),
    "quarantine": {Role.APPROVER: _OWNER, Role.DECIDER: _OWNER, Role.CURATOR: _VIEW},
    "move": {Role.AUTHOR: _OWNER, Role.APPROVER: _OWNER, Role.CURATOR: _VIEW},
    "see_readers": {
        Role.AUTHOR: _OWNER,
        Role.APPROVER: _OWNER,
        Role.DECIDER: _OWNER,
        Role.LIAISON_OFFICER: _OWN,
    },
}
# the membership must be of exactly the owner organisation
EXACT_ROLES = frozenset({Role.AUTHOR, Role.LIAISON_OFFICER})
# these open the text: while an item is in quarantine they are for those who may still see it
TEXT_ACTIONS = frozenset({"view_draft", "edit", "submit", "approve", "propose_correction", "confirm_correction"})
