"""What limits the rights: competence, authorship, the last editor, quarantine, copies; and odd questions."""

from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser
from rules.permissions import has_perm
from wagtail.models import Page

from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.sharing.rights import RIGHTS
from cms.sharing.rules import Ask, allowed
from cms.users.models import User
from tests.factories import NOW, element, make_item, make_membership, make_organisation, make_person, make_user
from tests.factories.items import page_of
from tests.factories.rows import make_bare_item

pytestmark = pytest.mark.django_db

# who holds each right at the owner, and rests it on competence
OFFICER = ("ask", "export", "flag")
AUTHOR = (
    "view_draft",
    "edit",
    "submit",
    "propose_sharing",
    "prepare_public",
    "prepare_release",
    "follow_up",
    "see_readers",
    "propose_narrowing",
    "propose_correction",
)
APPROVER = (
    "approve",
    "set_audience",
    "narrow",
    "withdraw",
    "tighten_marking",
    "set_term",
    "hold",
    "acknowledge",
    "quarantine",
    "move",
    "undo_publication",
    "supersede",
    "confirm_correction",
)
DECIDER = ("lift_hold", "widen", "change_facts", "transfer", "loosen_marking", "make_public", "release")
HOLDER = {
    action: role
    for role, actions in {"officer": OFFICER, "author": AUTHOR, "approver": APPROVER, "decider": DECIDER}.items()
    for action in actions
}
# V: may view
VIEWING = (*OFFICER, "follow_up", "acknowledge")


# these rest on viewing, on the last editor or on who put the item in quarantine: no list of many items asks them
ONE_BY_ONE = {*VIEWING, "quarantine", "move", "approve", "end_quarantine"}


def holders(action: str, people: dict[str, User], row: Sharing) -> set[str]:
    """Return the names of those whom the named permission lets act; the list of many items says the same."""
    named = {name for name, user in people.items() if allowed(user, action, row, NOW)}
    assert action in ONE_BY_ONE or named == {
        name for name, user in people.items() if items_open_to(action, user, NOW).filter(pk=row.pk).exists()
    }
    return named


def test_every_right_has_a_holder_here() -> None:
    assert set(HOLDER) == set(RIGHTS)


@pytest.mark.parametrize("action", HOLDER)
def test_rights_ask_for_competence(action: str) -> None:
    owner = make_organisation()
    reaches: dict[str, Any] = {
        "all countries": {"EW": []},
        "one of the countries": {"EW": ["MA"]},
        "another country": {"EW": ["TN"]},
        "another element": {"RE": []},
        "nothing": {},
    }
    people = {name: make_person(owner, HOLDER[action], competences=reach) for name, reach in reaches.items()}
    row = make_bare_item(owner=owner, countries=["MA", "DZ"])
    assert holders(action, people, row) == {"all countries", "one of the countries"}


@pytest.mark.parametrize("action", HOLDER)
def test_items_without_a_country_are_for_every_selective_reach(action: str) -> None:
    owner = make_organisation()
    people = {"selective": make_person(owner, HOLDER[action], competences={"EW": ["TN"]})}
    assert holders(action, people, make_bare_item(owner=owner)) == {"selective"}


@pytest.mark.parametrize("action", HOLDER)
def test_public_items_ask_for_competence_except_of_whoever_only_views(action: str) -> None:
    owner = make_organisation()
    people = {
        "competent": make_person(owner, HOLDER[action]),
        "other element": make_person(owner, HOLDER[action], competences={"RE": []}),
        "stranger": make_person(make_organisation(), HOLDER[action], competences={"RE": []}),
    }
    by_view = {"competent", "other element", "stranger"} if action in VIEWING else {"competent"}
    assert holders(action, people, make_bare_item(owner=owner, state="public")) == by_view


@pytest.mark.parametrize("action", HOLDER)
def test_rights_need_an_account_in_good_standing_and_a_membership_of_the_day(action: str) -> None:
    owner, day = make_organisation(), timedelta(days=1)
    accounts: dict[str, dict[str, Any]] = {
        "good": {},
        "inactive": {"active": False},
        "not enrolled": {"enrolled": False},
        "terms": {"terms": False},
        "inactive superuser": {"active": False, "superuser": True},
    }
    people = {name: make_user(**account) for name, account in accounts.items()}
    for user in people.values():
        make_membership(user, owner, HOLDER[action])
    people |= {name: make_user() for name in ("past", "future")} | {"superuser": make_user(superuser=True)}
    make_membership(people["past"], owner, HOLDER[action], valid_until=NOW.date() - day)
    make_membership(people["future"], owner, HOLDER[action], valid_from=NOW.date() + day)
    assert holders(action, people, make_bare_item(owner=owner)) == {"good"}


@pytest.mark.parametrize("action", HOLDER)
def test_rights_come_from_one_membership_not_from_several_together(action: str) -> None:
    owner, elsewhere = make_organisation(), make_organisation()
    people = {name: make_user() for name in ("place and competence apart", "role apart", "in one")}
    apart, role_apart, in_one = people.values()
    make_membership(apart, owner, HOLDER[action], competences={"RE": []})
    make_membership(apart, elsewhere, HOLDER[action], competences={"EW": []})
    make_membership(role_apart, owner, "national_admin")
    make_membership(role_apart, elsewhere, HOLDER[action])
    make_membership(in_one, owner, HOLDER[action])
    assert holders(action, people, make_bare_item(owner=owner)) == {"in one"}


@pytest.mark.parametrize(
    "action",
    ["view_draft", "edit", "submit", "propose_sharing", "see_readers", "propose_narrowing", "propose_correction"],
)
def test_a_liaison_officer_acts_on_own_items_at_the_own_post(action: str) -> None:
    post = make_organisation()
    people = {"creator": make_person(post, "liaison_officer"), "colleague": make_person(post, "liaison_officer")}
    own = make_bare_item(owner=post, author_id=people["creator"].pk)
    moved = make_bare_item(owner=make_organisation(), author_id=people["creator"].pk)
    below = make_bare_item(owner=make_organisation("unit", post), author_id=people["creator"].pk)
    assert [holders(action, people, row) for row in (own, moved, below)] == [{"creator"}, set(), set()]


def test_whoever_edited_last_does_not_approve() -> None:
    owner = make_organisation()
    people = {name: make_person(owner, "approver") for name in ("editor", "other")}
    row = make_item(owner=owner, author=people["editor"], live=False)
    first = holders("approve", people, row)
    page_of(row).save_revision(user=people["other"])
    assert [first, holders("approve", people, Sharing.objects.get(pk=row.pk))] == [{"other"}, {"editor"}]


def test_copies_only_where_the_owner_allows_them() -> None:
    owner = make_organisation()
    people = {"officer": make_person(owner)}
    rows = [make_bare_item(owner=owner, copies_allowed=copies) for copies in (True, False)]
    assert [holders("export", people, row) for row in rows] == [{"officer"}, set()]


def test_whoever_put_an_item_in_quarantine_ends_it() -> None:
    owner = make_organisation()
    people = {role: make_person(owner, role) for role in ("approver", "decider", "author")}
    rows = [
        make_bare_item(owner=owner, quarantined=True, quarantined_by_id=people[role].pk)
        for role in ("approver", "author")
    ]
    assert [holders("end_quarantine", people, row) for row in rows] == [{"approver"}, set()]
    assert holders("end_quarantine", people, make_bare_item(owner=owner)) == set()


def test_a_curator_who_may_view_an_item_puts_it_in_quarantine_and_ends_that() -> None:
    commission = make_organisation("commission")
    people = {name: make_person(commission, "curator") for name in ("curator", "colleague")}
    facts: dict[str, Any] = {"owner": make_organisation(), "state": "network"}
    put = make_bare_item(quarantined=True, quarantined_by_id=people["curator"].pk, **facts)
    assert holders("quarantine", people, make_bare_item(**facts)) == {"curator", "colleague"}
    assert holders("end_quarantine", people, put) == {"curator"}
    assert holders("quarantine", people, make_bare_item(owner=facts["owner"])) == set()


@pytest.mark.parametrize("action", ["view_draft", "edit", "submit"])
def test_the_text_of_a_quarantined_item_is_for_those_who_may_still_see_it(action: str) -> None:
    owner = make_organisation()
    people = {role: make_person(owner, role) for role in ("author", "approver")}
    people["who put it there"] = make_person(owner, "author")
    open_row = make_bare_item(owner=owner)
    hidden = make_bare_item(owner=owner, quarantined=True, quarantined_by_id=people["who put it there"].pk)
    assert holders(action, people, open_row) == {"author", "approver", "who put it there"}
    assert holders(action, people, hidden) == {"approver", "who put it there"}


@pytest.mark.parametrize(
    "action", ["view_draft", "edit", "submit", "approve", "propose_correction", "confirm_correction"]
)
def test_a_curator_works_on_the_text_of_a_quarantined_item_only_after_putting_it_there(action: str) -> None:
    commission = make_organisation("commission")
    people = {name: make_person(commission, "curator") for name in ("who put it there", "colleague")}
    hidden = make_bare_item(owner=commission, quarantined=True, quarantined_by_id=people["who put it there"].pk)
    assert holders(action, people, make_bare_item(owner=commission)) == set(people)
    assert holders(action, people, hidden) == {"who put it there"}


@pytest.mark.parametrize("action", VIEWING)
def test_whoever_may_not_view_does_none_of_what_viewing_allows(action: str) -> None:
    owner = make_organisation()
    people = {
        "reader": make_person(owner, HOLDER[action]),
        "stranger": make_person(make_organisation(), HOLDER[action]),
    }
    assert holders(action, people, make_bare_item(owner=owner)) == {"reader"}
    assert holders(action, people, make_bare_item(owner=owner, live=False)) == set()


# ---------------------------------------------------------------- odd questions


def every_permission() -> list[str]:
    """Return the names of all named permissions on items."""
    return [f"sharing.{action}" for action in (*RIGHTS, "view", "end_quarantine")]


@pytest.mark.parametrize("permission", every_permission())
def test_odd_people_may_nothing(permission: str) -> None:
    owner = make_organisation()
    ask = Ask(make_bare_item(owner=owner, quarantined=True), NOW)
    inactive = make_user(active=False)
    make_membership(inactive, owner, "approver")
    odd: list[Any] = [None, AnonymousUser(), User(), User(is_superuser=True), inactive, owner, "approver", 1, object()]
    odd.append(make_user(superuser=True))
    assert [has_perm(permission, person, ask) for person in odd] == [False] * len(odd)


@pytest.mark.parametrize("permission", every_permission())
def test_odd_targets_are_refused(permission: str) -> None:
    owner = make_organisation()
    row = make_bare_item(owner=owner, quarantined=True)
    people: list[Any] = [
        AnonymousUser(),
        make_user(superuser=True),
        *(make_person(owner, role) for role in ("approver", "decider")),
    ]
    targets: list[Any] = [
        None,
        "",
        0,
        row,
        row.page,
        Page(),
        owner,
        Ask(cast("Any", None), NOW),
        Ask(cast("Any", row.page), NOW),
    ]
    answers = [person.has_perm(permission, target) for person in people for target in targets]
    assert answers == [False] * len(answers)
    assert [person.has_perm(permission) for person in people] == [False] * len(people)


def test_nobody_at_all_is_allowed_nothing() -> None:
    row = make_bare_item(owner=make_organisation(), state="public")
    assert not any(allowed(None, action, row, NOW) for action in (*RIGHTS, "view", "end_quarantine"))


def test_a_row_that_was_never_written_is_nobodys() -> None:
    ask = Ask(Sharing(owner=Organisation(), element=element("EW"), page=Page()), NOW)
    people = [make_person(make_organisation(), "approver"), make_person(make_organisation("commission"), "curator")]
    answers = [person.has_perm(permission, ask) for person in people for permission in every_permission()]
    assert answers == [False] * len(answers)
