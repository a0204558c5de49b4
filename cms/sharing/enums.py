"""The words of sharing, and which state and kind of recipient each marking allows, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.elements.enums import Ceiling


class SharingState(models.TextChoices):
    """How far the owner lets an item go."""

    OWNER = "owner", _("Owner only")
    RESTRICTED = "restricted", _("Named recipients")
    NETWORK = "network", _("Everyone competent in the network")
    PUBLIC = "public", _("Public")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Marking(models.TextChoices):
    """The Traffic Light Protocol, version 2.0 (FIRST), as a ceiling of the sharing state. Labels are not translated."""

    RED = "RED", "TLP:RED"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "AMBER", "TLP:AMBER"
    GREEN = "GREEN", "TLP:GREEN"
    CLEAR = "CLEAR", "TLP:CLEAR"


class UseLimit(models.TextChoices):
    """What a reader may not do with an item (handling codes after Europol's)."""

    H1 = "H1", _("Not to be used in judicial proceedings without the owner's permission")
    H2 = "H2", _("Not to be disseminated without the owner's permission")
    H3 = "H3", _("Other restrictions: ask the owner")


class RecipientKind(models.TextChoices):
    """Whom an owner can name."""

    ORGANISATION = "organisation", _("Organisation")
    GROUP = "group", _("Working group")
    USER = "user", _("Person")


class PendingKind(models.TextChoices):
    """What one person proposes and another one confirms."""

    REVOKE = "revoke", _("Revoke a recipient's access")
    NARROW = "narrow", _("Share with fewer")
    WITHDRAW = "withdraw", _("Withdraw")
    TIGHTEN = "tighten", _("Tighten the marking")
    TRANSFER = "transfer", _("Transfer of ownership")
    PUBLIC = "public", _("Make public")
    PREPARE = "prepare", _("Prepared to be made public")
    CORRECT = "correct", _("Correction notice")
    FLAG = "flag", _("Flagged: to be put in quarantine")


class PendingStatus(models.TextChoices):
    """What became of a proposed act."""

    OPEN = "open", _("Waits")
    DONE = "done", _("Confirmed")
    DECLINED = "declined", _("Declined")
    TAKEN_BACK = "taken_back", _("Taken back")


# strictest first
MARKING_ORDER = (Marking.RED, Marking.AMBER_STRICT, Marking.AMBER, Marking.GREEN, Marking.CLEAR)
# narrowest first; withdrawn has the audience of owner
STATE_ORDER = (
    SharingState.WITHDRAWN,
    SharingState.OWNER,
    SharingState.RESTRICTED,
    SharingState.NETWORK,
    SharingState.PUBLIC,
)

WIDEST_STATE = {
    Marking.RED: SharingState.RESTRICTED,
    Marking.AMBER_STRICT: SharingState.RESTRICTED,
    Marking.AMBER: SharingState.RESTRICTED,
    Marking.GREEN: SharingState.NETWORK,
    Marking.CLEAR: SharingState.PUBLIC,
}
ALLOWED_KINDS: dict[Marking, frozenset[RecipientKind]] = {
    Marking.RED: frozenset({RecipientKind.USER}),
    Marking.AMBER_STRICT: frozenset({RecipientKind.USER, RecipientKind.ORGANISATION}),
    Marking.AMBER: frozenset(RecipientKind),
    Marking.GREEN: frozenset(RecipientKind),
    Marking.CLEAR: frozenset(RecipientKind),
}
CEILING_STATE = {
    Ceiling.OWNER: SharingState.OWNER,
    Ceiling.RESTRICTED: SharingState.RESTRICTED,
    Ceiling.NETWORK: SharingState.NETWORK,
    Ceiling.PUBLIC: SharingState.PUBLIC,
}


def width(state: str) -> int:
    """Return how wide a state is; withdrawn and owner are the narrowest."""
    return STATE_ORDER.index(SharingState(state))


def strictness(marking: str) -> int:
    """Return how strict a marking is; 0 is the strictest."""
    return MARKING_ORDER.index(Marking(marking))


def state_fits(marking: str, state: str) -> bool:
    """Tell whether the marking allows the state."""
    return width(state) <= width(WIDEST_STATE[Marking(marking)])


def kind_fits(marking: str, kind: str) -> bool:
    """Tell whether the marking allows this kind of recipient."""
    return RecipientKind(kind) in ALLOWED_KINDS[Marking(marking)]
