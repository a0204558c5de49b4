"""Element and countries of a published item: by the owner's decider, within competence and ceiling."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.users.models import User
from tests.factories import element, make_person
from tests.factories.rows import make_bare_item
from tests.sharing.looking import LATER, events, exact, fresh, refused

pytestmark = pytest.mark.django_db


def test_the_decider_changes_element_and_countries(owner: Organisation, decider: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network", countries=["MA"])
    wish: dict[str, Any] = {"sharing": row, "element": element("RE"), "countries": ["TN", "DZ", "TN"]}
    refused(NotAllowed, services.change_facts, actor=approver, reason="misfiled", **wish)
    refused(ValidationError, services.change_facts, actor=decider, reason="", **wish)
    services.change_facts(actor=decider, at=LATER, reason="misfiled", **wish)
    changed = fresh(row)
    assert (changed.element.code, changed.countries, exact(changed)) == ("RE", ["DZ", "TN"], True)
    assert events() == [("facts_changed", decider.pk, "sharing.change_facts", "misfiled")]
    assert AuditEvent.objects.latest("pk").details == {
        "element": ["EW", "RE"],
        "countries": [["MA"], ["DZ", "TN"]],
    }
    refused(ValidationError, services.change_facts, actor=decider, reason="misfiled", **wish)


def test_nobody_but_the_decider_even_where_nobody_gains(owner: Organisation, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    for person in (approver, make_person(owner, "author")):
        refused(
            NotAllowed,
            services.change_facts,
            sharing=row,
            element=element(),
            countries=["MA"],
            actor=person,
            reason="narrower",
        )


def test_the_decider_is_competent_before_and_after(owner: Organisation) -> None:
    decider = make_person(owner, "decider", competences={"EW": ["MA", "TN"], "RE": ["MA"]})
    row = make_bare_item(owner=owner, countries=["MA"])
    wish: dict[str, Any] = {"sharing": row, "actor": decider, "reason": "misfiled"}
    refused(NotAllowed, services.change_facts, element=element("VB"), countries=["MA"], **wish)
    refused(NotAllowed, services.change_facts, element=element("RE"), countries=["TN"], **wish)
    services.change_facts(element=element("EW"), countries=["TN"], at=LATER, **wish)
    foreign = make_bare_item(owner=owner, countries=["DZ"])
    refused(NotAllowed, services.change_facts, element=element(), countries=["MA"], **(wish | {"sharing": foreign}))


def test_the_new_elements_ceiling_holds(owner: Organisation, decider: User) -> None:
    strict = element("RE")
    strict.ceiling = Ceiling.RESTRICTED
    strict.save()
    row = make_bare_item(owner=owner, state="network")
    refused(
        AboveCeiling, services.change_facts, sharing=row, element=strict, countries=[], actor=decider, reason="misfiled"
    )


def test_a_drafts_facts_are_its_editors(owner: Organisation, decider: User) -> None:
    row = make_bare_item(owner=owner, live=False)
    refused(
        ValidationError,
        services.change_facts,
        sharing=row,
        element=element("RE"),
        countries=[],
        actor=decider,
        reason="misfiled",
    )
