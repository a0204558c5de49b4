"""Those who keep the network, in Chromium: a curator's words and groups, a national administrator's people and
organisations, an auditor's trail and one item inspected."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cms.audit.sealing import seal
from cms.core.instants import current_instant
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Competence, Membership, Organisation, WorkingGroup
from cms.users.models import User
from search.models import SynonymGroup
from tests.admin.conftest import House, house
from tests.browser.conftest import Enter
from tests.factories import make_item, make_organisation, make_person

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, label: str) -> None:
    """Press a button of the page, and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=label, exact=True).click()


def send(page: Page) -> None:
    """Send the page's form, whatever its button says."""
    with page.expect_navigation():
        page.locator("main form.ic-act button[type=submit]").first.click()


def day(days: int) -> str:
    return (current_instant() + timedelta(days=days)).strftime("%Y-%m-%d")


def test_a_curator_keeps_words_structure_and_groups(house: House, enter: Enter) -> None:
    page = enter(house.curator)
    page.goto("/cms/synonyms/")
    page.get_by_role("link", name="Add synonyms").click()
    page.get_by_label("Terms").fill("en: skiff\nen: small boat")
    press(page, "Save")
    expect(page.get_by_role("main")).to_contain_text("The synonyms are saved")
    assert SynonymGroup.objects.count() == 1

    page.goto("/cms/working-groups/")
    page.get_by_role("link", name="Found a working group").click()
    page.get_by_label("Name").fill("Fuel and boats")
    page.locator("[name=key]").fill("fuel-and-boats")
    page.get_by_label("Charter").fill("Looks at how boats get their fuel. Led by the approver of Spain.")
    page.get_by_label("Leader").fill(house.approver.email)
    page.get_by_label("Spain").check()
    page.get_by_label("France").check()
    send(page)
    group = WorkingGroup.objects.get(key="fuel-and-boats")
    assert group.leader == house.approver
    leader = enter(house.approver, f"/cms/working-groups/of/{group.key}/", narrow=True)
    expect(leader.get_by_role("main")).to_contain_text("Looks at how boats get their fuel.")
    leader.get_by_role("link", name="Propose a member").click()
    leader.get_by_label("An organisation").select_option("france")
    send(leader)
    admin = enter(make_person(house.france, Role.NATIONAL_ADMIN, name="Nadia Admin"), "/cms/working-groups/")
    admin.get_by_role("link", name="Look and admit").click()
    press(admin, "Admit")
    assert group.members.count() == 1


def test_a_national_administrator_keeps_people_and_organisations(house: House, enter: Enter) -> None:
    administrator = make_person(house.spain, Role.NATIONAL_ADMIN, name="Noa Admin")
    unit = make_organisation(OrganisationKind.UNIT, house.border, key="coast-unit")
    make_item(owner=unit, state="owner")
    page = enter(administrator, "/cms/people/")
    page.get_by_role("link", name="Enrol somebody").click()
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("E-mail address at work").fill("nora@member.example")
    page.get_by_label("Organisation").select_option("coast-unit")
    page.get_by_label("Role").select_option("officer")
    page.get_by_label("Early warning", exact=True).check()
    page.get_by_label("Countries for Early warning").fill("MA TN")
    page.get_by_label("Until").fill(day(300))
    page.get_by_label("What the access is needed for").fill("The coast desk")
    page.get_by_label("Briefed on").fill(day(-3))
    page.get_by_label("Acknowledged on").fill(day(-2))
    press(page, "Go on")
    expect(page.get_by_role("heading", name="Gains")).to_be_visible()
    assert not User.objects.filter(email="nora@member.example").exists()
    press(page, "Do it")
    membership = Membership.objects.get(user__email="nora@member.example")
    assert Competence.objects.get(membership=membership).countries == ["MA", "TN"]

    page.goto("/cms/own-organisations/")
    page.get_by_role("link", name="Coast-Unit").click()
    page.get_by_role("link", name="Move or merge").click()
    page.get_by_label("Merge").check()
    page.get_by_label("The other organisation").select_option("border")
    page.get_by_label("Reason").fill("Reform of the coast guard")
    send(page)
    page.get_by_role("link", name="Merge → Border").click()
    expect(page.get_by_role("main")).to_contain_text("Who reads more, who less")
    assert Organisation.objects.get(pk=unit.pk).merged_into_id is None
    decider = enter(house.decider, "/cms/own-organisations/", narrow=True)
    decider.get_by_role("link", name="Merge: Coast-Unit → Border").click()
    expect(decider.get_by_role("main")).to_contain_text("Who reads more, who less")
    press(decider, "Do it")
    assert Organisation.objects.get(pk=unit.pk).merged_into_id == house.border.pk


def test_an_auditor_follows_explains_inspects_and_proves(house: House, enter: Enter) -> None:
    item = make_item(owner=house.france, state="owner", marking="RED", title="Only for France")
    auditor = make_person(house.commission, Role.AUDITOR, name="Ida Auditor")
    operators = [make_person(house.commission, Role.OPERATOR, name=f"Ole Operator {number}") for number in range(2)]
    page = enter(auditor, "/audit/trail/")
    page.get_by_role("textbox", name="Item").fill(item.reference)
    press(page, "Show")
    expect(page.get_by_role("main")).to_contain_text(item.reference)
    expect(page.get_by_role("main")).not_to_contain_text("Only for France")

    page.goto("/cms/explain/")
    page.get_by_label("Person").fill(house.officer.email)
    page.get_by_label("Reference of the item").fill(item.reference)
    press(page, "Explain")
    expect(page.get_by_role("main")).to_contain_text("may not read it")

    for asking, confirming, kind in ((auditor, operators[0], "case"), (operators[0], operators[1], "break_glass")):
        asked = enter(asking, "/cms/inspect/")
        asked.get_by_role("link", name="Ask to inspect an item").click()
        asked.locator(f"[name=kind][value={kind}]").check(force=True)
        asked.get_by_label("Reference of the item").fill(item.reference)
        asked.get_by_label("Number of the case").fill("2026/17")
        asked.get_by_label("Reason").fill("A complaint about the marking")
        send(asked)
        other = enter(confirming, "/cms/inspect/", narrow=True)
        press(other, "Confirm")
        asked.goto("/cms/inspect/")
        press(asked, "Open the item")
        expect(asked.get_by_role("main")).to_contain_text("Only for France")
        asked.goto("/cms/inspect/")
        press(asked, "End")
    seal(at=current_instant())
    told = StringIO()
    call_command("verify_audit", stdout=told)
    page.goto("/audit/trail/")
    expect(page.get_by_role("main")).to_contain_text("Inspect")
    assert "proved" in told.getvalue().lower()
