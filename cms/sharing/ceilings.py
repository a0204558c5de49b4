"""What marking, element and organisation allow, checked before the database refuses it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cms.elements.enums import Ceiling
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.enums import (
    CEILING_STATE,
    WIDEST_STATE,
    Marking,
    RecipientKind,
    SharingState,
    kind_fits,
    width,
)
from cms.sharing.exceptions import AboveCeiling


def widest_allowed(marking: str, element: Element, owner: Organisation) -> SharingState:
    """Return the effective ceiling: the strictest of marking, element and every organisation from owner upwards."""
    ceilings = [element.ceiling]
    ceilings += Organisation.objects.filter(pk__in=owner.lineage).values_list("ceiling", flat=True)
    states = [CEILING_STATE[Ceiling(ceiling)] for ceiling in ceilings]
    return min([WIDEST_STATE[Marking(marking)], *states], key=width)


def check_state(marking: str, state: str, ceiling: SharingState | None = None) -> None:
    """Raise AboveCeiling when the state lies above the marking, or above the given ceiling."""
    widest = WIDEST_STATE[Marking(marking)]
    if width(state) > width(widest):
        raise AboveCeiling(
            {
                "state": _("%(marking)s allows at most “%(state)s”.")
                % {"marking": Marking(marking).label, "state": widest.label}
            }
        )
    if ceiling is not None and width(state) > width(ceiling):
        raise AboveCeiling(
            {
                "state": _("The rules of the element or of the owner allow at most “%(state)s”.")
                % {"state": ceiling.label}
            }
        )


def check_recipients(marking: str, kinds: Iterable[str]) -> None:
    """Raise AboveCeiling when the marking does not allow one of the kinds of recipient."""
    for kind in sorted(set(kinds)):
        if not kind_fits(marking, kind):
            raise AboveCeiling(
                {
                    "recipients": _("%(marking)s does not allow a recipient of the kind “%(kind)s”.")
                    % {"marking": Marking(marking).label, "kind": RecipientKind(kind).label}
                }
            )
