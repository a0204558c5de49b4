"""When a term ends: by the most special rule, by the owner's own day within the frame, never without notice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant, day_of
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from tests.admin.conftest import House
from tests.factories import NOW, element, make_item
from workflows.retention import rulebook, services
from workflows.retention.enums import Step
from workflows.retention.models import ErasedItem, Hold, RetentionRule
from workflows.retention.running import plan
from workflows.retention.tasks import retain_daily
from workflows.retention.terms import Term, term_of

pytestmark = pytest.mark.django_db
VALUES = {
    "months": 12, "draft_months": 6, "shortest_months": 2, "longest_months": 24, "warn_days": 30, "grace_days": 14,
}  # fmt: skip
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def published(house: House, at: Any = NOW, **facts: Any) -> Sharing:
    """Make an item that was published at the instant."""
    item = make_item(owner=house.border, at=at, **facts)
    item.page.last_published_at = at
    item.page.save(update_fields=["last_published_at"])
    return item


def due(item: Sharing) -> date:
    """Return the last day of the item's term."""
    term = term_of(item.pk)
    assert term is not None
    return term.due_on


def test_the_most_special_rule_counts(house: House) -> None:
    item, other = published(house), published(house, element="RE")
    assert (due(item), due(other)) == (date(2031, 6, 15), date(2031, 6, 15))
    for chosen, type_key, months in ((element("EW"), "", 13), (None, "bulletin", 14), (element("EW"), "bulletin", 15)):
        values = VALUES | {"months": months}
        rulebook.set_rule(element=chosen, type_key=type_key, values=values, actor=house.curator, at=NOW)
    assert (due(item), due(other)) == (date(2027, 9, 15), date(2027, 8, 15))
    special = RetentionRule.objects.get(element=element("EW"), type_key="bulletin", replaced_at=None)
    rulebook.drop_rule(rule=special, actor=house.curator, at=NOW)
    assert due(item) == date(2027, 8, 15)
    assert AuditEvent.objects.filter(event=Event.RETENTION_RULE_CHANGED).count() == 4


def test_a_rule_is_never_changed_but_replaced(house: House) -> None:
    before = RetentionRule.objects.get(element=None, type_key="")
    after = rulebook.set_rule(element=None, type_key="", values=VALUES, actor=house.curator, at=NOW)
    before.refresh_from_db()
    assert (before.months, before.replaced_at, after.months) == (60, NOW, 12)
    with pytest.raises(ValidationError):
        rulebook.drop_rule(rule=after, actor=house.curator, at=NOW)
    with pytest.raises(ValidationError, match="between the shortest and the longest"):
        rulebook.set_rule(element=None, type_key="", values=VALUES | {"months": 30}, actor=house.curator, at=NOW)
    with pytest.raises(ValidationError):
        rulebook.set_rule(element=None, type_key="", values=VALUES | {"warn_days": 1}, actor=house.curator, at=NOW)


@pytest.mark.parametrize("who", ["author", "approver", "decider", "officer", "superuser"])
def test_nobody_but_the_commissions_curators_keeps_the_rules(house: House, who: str) -> None:
    actor = getattr(house, who)
    with pytest.raises(NotAllowed):
        rulebook.set_rule(element=None, type_key="", values=VALUES, actor=actor, at=NOW)
    with pytest.raises(NotAllowed):
        rulebook.drop_rule(rule=RetentionRule.objects.get(type_key="alert"), actor=actor, at=NOW)


def test_an_owner_chooses_a_day_within_the_frame_and_is_bound_to_it_later(house: House) -> None:
    rulebook.set_rule(element=None, type_key="", values=VALUES, actor=house.curator, at=NOW)
    item = published(house)
    for wrong in (date(2026, 6, 15), date(2026, 8, 14), date(2028, 6, 16)):
        with pytest.raises(ValidationError):
            services.set_own_term(sharing=item, on=wrong, actor=house.approver, at=NOW)
    services.set_own_term(sharing=item, on=date(2028, 6, 15), actor=house.approver, at=NOW)
    assert due(item) == date(2028, 6, 15)
    # a narrower frame binds what was chosen before, and then the owner is to be told again
    rulebook.set_rule(element=None, type_key="", values=VALUES | {"longest_months": 18}, actor=house.curator, at=NOW)
    term = term_of(item.pk)
    assert term is not None and (term.due_on, term.own) == (date(2027, 12, 15), False)  # noqa: PT018 - one term
    services.set_own_term(sharing=item, on=None, actor=house.decider, at=NOW)
    assert due(item) == date(2027, 6, 15)
    with pytest.raises(NotAllowed):
        services.set_own_term(sharing=item, on=date(2027, 1, 1), actor=house.author, at=NOW)
    draft = make_item(owner=house.border, live=False)
    with pytest.raises(ValidationError):
        services.set_own_term(sharing=draft, on=date(2027, 1, 1), actor=house.approver, at=NOW)


def test_holds_are_placed_by_approvers_and_lifted_by_deciders_with_a_reason(house: House) -> None:
    item = published(house)
    with pytest.raises(ValidationError):
        services.place_hold(sharing=item, reason=" ", actor=house.approver, at=NOW)
    for who in (house.author, house.french_author, house.curator):
        with pytest.raises(NotAllowed):
            services.place_hold(sharing=item, reason="A court", actor=who, at=NOW)
    hold = services.place_hold(sharing=item, reason="A court", actor=house.approver, at=NOW)
    with pytest.raises(NotAllowed):
        services.lift_hold(hold=hold, reason="Over", actor=house.approver, at=NOW)
    services.lift_hold(hold=hold, reason="Over", actor=house.decider, at=NOW)
    with pytest.raises(ValidationError):
        services.lift_hold(hold=hold, reason="Over", actor=house.decider, at=NOW)
    events = set(AuditEvent.objects.filter(item=item.uuid).values_list("event", "reason"))
    assert {(Event.HOLD_PLACED, "A court"), (Event.HOLD_LIFTED, "Over")} <= events


@given(
    due_on=days, told_on=st.none() | days, withdrawn_on=st.none() | days, day=days,
    own=st.booleans(), published=st.booleans(), held=st.booleans(),
)  # fmt: skip
def test_nothing_is_erased_held_unannounced_or_before_its_day(day: date, held: bool, **facts: Any) -> None:
    rule = RetentionRule(**VALUES)
    term = Term(sharing=Sharing(), rule=rule, held=held, **facts)
    step = term.step(day)
    notice = timedelta(days=rule.warn_days)
    announced = term.own or (term.told_on is not None and term.told_on + notice <= day)
    ended = announced and term.due_on <= day
    grace = timedelta(days=rule.grace_days)
    withdrawn = not term.published or (term.withdrawn_on is not None and term.withdrawn_on + grace <= day)
    assert (step == Step.ERASE) == (ended and withdrawn and not held)
    assert (step == Step.HELD) == (ended and withdrawn and held)
    assert (step == Step.WITHDRAW) == (ended and term.published and term.withdrawn_on is None)
    assert step != Step.TELL or (term.told_on is None and term.due_on - notice <= day)


def test_the_command_says_what_it_would_do_and_refuses_the_future(house: House, capsys: Any) -> None:
    item = published(house, at=NOW - timedelta(days=2200))
    call_command("apply_retention", "--dry-run", "--at", "2026-06-15T12:00")
    table = capsys.readouterr().out
    assert item.reference in table
    assert "tell its owner" in table
    assert not item.end_notices.exists()
    with pytest.raises(CommandError, match="lies ahead"):
        call_command("apply_retention", "--at", "2126-01-01")
    with pytest.raises(CommandError, match="no day and no instant"):
        call_command("apply_retention", "--at", "tomorrow")
    call_command("apply_retention", "--at", "2026-06-15T12:00")
    assert item.end_notices.get().told_on == date(2026, 6, 15)


def test_the_worker_tells_and_erases_only_where_that_is_switched_on(house: House, settings: Settings) -> None:
    item = published(house, at=NOW - timedelta(days=3000), state="withdrawn")
    item.end_notices.create(due_on=due(item), told_on=date(2024, 1, 1))
    other = published(house, at=NOW - timedelta(days=3000))
    settings.RETENTION = False
    retain_daily.call()
    assert list(ErasedItem.objects.all()) == []
    assert other.end_notices.exists()
    settings.RETENTION = True
    retain_daily.call()
    assert [stub.reference for stub in ErasedItem.objects.all()] == [item.reference]


def test_many_items_take_few_queries(house: House, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        published(house, at=NOW - timedelta(days=2200))
    with django_assert_max_num_queries(6):
        assert len(plan(at=NOW)) == 5


def test_pages_are_for_those_who_work_on_the_item(house: House) -> None:
    """The owner's people see the term, choose a day, hold and lift; what is wrong is said; for others it is absent."""
    now = current_instant()
    item, chosen = published(house, at=now - timedelta(days=300)), day_of(now) + timedelta(days=90)
    address = f"/cms/retention/{item.uuid}/"
    approver, decider = house.client("approver"), house.client("decider")
    assert house.client("french_author").get(address).status_code == 404
    assert "Choose this day" not in house.client("author").get(address).content.decode()
    refused = approver.post(address, {"act": "term", "on": "2020-01-01"})
    assert (refused.status_code, "lies ahead" in refused.content.decode()) == (400, True)
    assert approver.post(address, {"act": "term", "on": chosen.isoformat()}).status_code == 302
    assert f"{chosen:%-d %B %Y} (your own date)" in approver.get(address).content.decode()
    assert approver.post(address, {"act": "hold", "reason": "A court asked"}).status_code == 302
    hold = Hold.objects.get()
    assert "Lift the hold" not in approver.get(address).content.decode()
    lifting = {"act": "lift", "hold": str(hold.handle), "reason": "Over"}
    assert approver.post(address, lifting).status_code == 400
    assert decider.post(address, lifting).status_code == 302
    assert decider.post(address, {"act": "nothing"}).status_code == 404
    assert "A court asked" in decider.get(address).content.decode()


def test_curators_set_rules_on_a_page_of_their_own(house: House) -> None:
    curator = house.client("curator")
    assert house.client("approver").get("/cms/retention/rules/").status_code == 404
    posted = VALUES | {"element": "EW", "type_key": "alert"}
    refused = curator.post("/cms/retention/rules/", posted | {"months": 99})
    assert (refused.status_code, "between the shortest" in refused.content.decode()) == (400, True)
    assert curator.post("/cms/retention/rules/", posted).status_code == 302
    rule = RetentionRule.objects.get(element=element("EW"), type_key="alert")
    assert curator.get(f"/cms/retention/rules/?rule={rule.handle}").status_code == 200
    assert curator.post("/cms/retention/rules/", {"drop": str(rule.handle)}).status_code == 302
    assert "alert" in curator.get("/cms/retention/rules/").content.decode()


def test_own_items_that_end_soon_are_listed(house: House) -> None:
    published(house, at=current_instant() - timedelta(days=1800), title="Ends soon")
    assert "Ends soon" in house.client("author").get("/cms/retention/").content.decode()
    assert "Ends soon" not in house.client("french_author").get("/cms/retention/").content.decode()
