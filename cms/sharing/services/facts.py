"""Changing element and countries of a published item."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.elements.models import Element
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services.acting import act_on, demand_reason
from cms.users.models import User


def change_facts(
    *, sharing: Sharing, element: Element, countries: Iterable[str], actor: User, at: datetime, reason: str
) -> None:
    """Change element and countries, by the owner's decider and with a reason, whether or not somebody gains.

    The decider must be competent for the item before and after. Raises AboveCeiling where the new element does not
    allow the present state, ValidationError for a draft (its editor changes it) and where nothing changes.
    """
    demand_reason(reason)
    wanted = sorted(set(countries))
    with act_on(sharing, "change_facts", Event.FACTS_CHANGED, actor=actor, at=at, reason=reason) as act:
        row = act.sharing
        if row.first_shared_at is None:
            raise ValidationError(_("Element and countries of a draft are changed with its text."))
        if (row.element_id, sorted(row.countries)) == (element.pk, wanted):
            raise ValidationError(_("Nothing would change."))
        act.details = {
            "element": [row.element.code, element.code],
            "countries": [sorted(row.countries), wanted],
        }
        row.element, row.countries = element, wanted
        check_state(row.marking, row.state, widest_allowed(row.marking, element, row.owner))
        row.save(update_fields=["element", "countries"])
        if not allowed(actor, "change_facts", row, at):
            raise NotAllowed(_("You are not competent for this element and these countries."))
