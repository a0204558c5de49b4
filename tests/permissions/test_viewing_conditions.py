"""What membership and account must have before the audience is asked at all; each denial with its permitted twin."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import Terms, User
from cms.users.services import accept_terms
from tests.factories import NOW, make_group, make_membership, make_organisation, make_page, make_person, make_user
from tests.factories.rows import make_bare_item
from tests.permissions.surfaces import SURFACES, Viewer

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def make_text(**facts: Any) -> Sharing:
    """Make an item with a text, which search knows."""
    return make_bare_item(page=make_page(revisions=False), **facts)


def seen(viewer: Viewer, row: Sharing, at: datetime = NOW) -> dict[str, bool]:
    """Return each surface's answer."""
    return {name: bool(surface(viewer, [row], at)) for name, surface in SURFACES.items()}


def everywhere(answer: bool) -> dict[str, bool]:
    """Return the same answer for each surface."""
    return dict.fromkeys(SURFACES, answer)


@pytest.fixture(params=["owner", "recipient", "network", "group", "person"])
def audience(request: pytest.FixtureRequest) -> dict[str, Any]:
    """An organisation, and how an item reaches people there."""
    here = make_organisation()
    elsewhere = make_organisation()
    facts: dict[str, dict[str, Any]] = {
        "owner": {"owner": here},
        "recipient": {"owner": elsewhere, "state": "restricted", "recipients": [here]},
        "network": {"owner": elsewhere, "state": "network"},
        "group": {"owner": elsewhere, "state": "restricted", "recipients": [make_group(here)]},
        "person": {"owner": elsewhere, "state": "restricted", "recipients": []},
    }
    return {"here": here, "kind": request.param, "facts": facts[request.param]}


def make_shared_item(audience: dict[str, Any], viewer: User, **facts: Any) -> Sharing:
    """Make an item that reaches the viewer's organisation, or the viewer."""
    named = {"person": {"recipients": [viewer]}}.get(audience["kind"], {})
    return make_text(**(audience["facts"] | named | facts))


# competences of the membership · countries of the early warning item · may view
COMPETENCES = [
    ({"EW": []}, [], True),
    ({"EW": []}, ["MA"], True),
    ({"EW": ["MA"]}, ["MA"], True),
    ({"EW": ["MA", "DZ"]}, ["TN", "DZ"], True),
    ({"EW": ["MA"]}, [], True),
    ({"EW": ["MA"]}, ["TN"], False),
    ({"EW": ["MA"]}, ["TN", "DZ"], False),
    ({"RE": []}, [], False),
    ({"RE": ["MA"]}, ["MA"], False),
    ({"RE": [], "EW": ["TN"]}, ["MA"], False),
    ({"RE": [], "EW": ["MA"]}, ["MA"], True),
    ({}, [], False),
]


@pytest.mark.parametrize(("competences", "countries", "answer"), COMPETENCES)
def test_competence(
    audience: dict[str, Any], competences: dict[str, list[str]], countries: list[str], answer: bool
) -> None:
    viewer = make_person(audience["here"], competences=competences)
    row = make_shared_item(audience, viewer, countries=countries)
    assert seen(viewer, row) == everywhere(answer)


# first day · last day · may view on NOW's day; both days are inclusive
DAYS = [
    (None, None, True),
    (TODAY, TODAY, True),
    (TODAY - DAY, TODAY + DAY, True),
    (TODAY, None, True),
    (None, TODAY, True),
    (TODAY + DAY, None, False),
    (None, TODAY - DAY, False),
    (TODAY - 9 * DAY, TODAY - DAY, False),
    (TODAY + DAY, TODAY + 9 * DAY, False),
]


@pytest.mark.parametrize(("first", "last", "answer"), DAYS)
def test_days_of_the_membership(audience: dict[str, Any], first: date | None, last: date | None, answer: bool) -> None:
    viewer = make_user()
    make_membership(viewer, audience["here"], valid_from=first, valid_until=last)
    assert seen(viewer, make_shared_item(audience, viewer)) == everywhere(answer)


def test_a_membership_begins_and_ends_at_midnight_utc() -> None:
    here = make_organisation()
    viewer = make_user()
    make_membership(viewer, here, valid_from=date(2026, 6, 10), valid_until=date(2026, 6, 11))
    row = make_text(owner=here)
    begin, end = datetime(2026, 6, 10, tzinfo=UTC), datetime(2026, 6, 12, tzinfo=UTC)
    answers = [seen(viewer, row, at) for at in (begin - INSTANT, begin, end - INSTANT, end)]
    assert answers == [everywhere(answer) for answer in (False, True, True, False)]


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        ({}, True),
        ({"active": False}, False),
        ({"enrolled": False}, False),
        ({"terms": False}, False),
        ({"superuser": True}, True),
        ({"superuser": True, "active": False}, False),
        ({"superuser": True, "terms": False}, False),
    ],
)
def test_the_account_is_in_good_standing(audience: dict[str, Any], account: dict[str, Any], answer: bool) -> None:
    viewer = make_user(**account)
    make_membership(viewer, audience["here"])
    assert seen(viewer, make_shared_item(audience, viewer)) == everywhere(answer)


def test_new_terms_shut_out_until_they_are_accepted(audience: dict[str, Any]) -> None:
    viewer = make_person(audience["here"])
    row = make_shared_item(audience, viewer)
    terms = Terms.objects.create(version="2", title="Terms", body="New.", effective_from=NOW)
    before, shut_out = seen(viewer, row, NOW - INSTANT), seen(viewer, row)
    accept_terms(user=viewer, terms=terms, at=NOW)
    assert [before, shut_out, seen(viewer, row)] == [everywhere(True), everywhere(False), everywhere(True)]


def test_where_no_terms_are_in_force_nobody_reads() -> None:
    here = make_organisation()
    viewer = make_person(here)
    row = make_text(owner=here)
    Terms.objects.update(effective_from=NOW + INSTANT)
    assert [seen(viewer, row), seen(viewer, row, NOW + INSTANT)] == [everywhere(False), everywhere(True)]


@pytest.mark.parametrize("viewer", [None, AnonymousUser(), User(is_superuser=True, email="unsaved@member.example")])
def test_whoever_has_no_account_reads_public_items_only(viewer: Viewer) -> None:
    owner = make_organisation()
    closed = [make_text(owner=owner, state=state) for state in ("owner", "restricted", "network", "withdrawn")]
    answers = [seen(viewer, row) for row in (*closed, make_text(owner=owner, state="public"))]
    assert answers == [everywhere(answer) for answer in (False, False, False, False, True)]


def test_a_superuser_without_a_membership_reads_public_items_only() -> None:
    owner = make_organisation()
    viewer = make_user(superuser=True)
    rows = [make_text(owner=owner, state="network"), make_text(owner=owner, state="public")]
    assert [seen(viewer, row) for row in rows] == [everywhere(False), everywhere(True)]


def test_an_author_without_a_membership_does_not_read_the_own_text() -> None:
    author = make_user()
    assert seen(author, make_text(owner=make_organisation(), author_id=author.pk)) == everywhere(False)


def memberships_of(viewer: User, *places: tuple[Organisation, str, dict[str, list[str]]]) -> None:
    """Give the person these memberships."""
    for organisation, role, competences in places:
        make_membership(viewer, organisation, role, competences=competences)


def test_conditions_are_met_by_one_membership_not_by_several_together() -> None:
    here, elsewhere = make_organisation(), make_organisation()
    row = make_text(owner=here, countries=["MA"])
    place, competent, reading = make_user(), make_user(), make_user()
    memberships_of(place, (here, "officer", {"RE": []}), (elsewhere, "officer", {"EW": []}))
    memberships_of(competent, (here, "officer", {"EW": ["TN"]}), (elsewhere, "officer", {"EW": ["MA"]}))
    memberships_of(reading, (here, "national_admin", {"EW": []}), (elsewhere, "officer", {"EW": []}))
    twin = make_user()
    memberships_of(twin, (elsewhere, "officer", {"RE": []}), (here, "officer", {"EW": ["MA"]}))
    answers = [seen(viewer, row) for viewer in (place, competent, reading, twin)]
    assert answers == [everywhere(answer) for answer in (False, False, False, True)]


def test_a_supervising_role_supervises_from_its_own_organisation_only() -> None:
    unit = make_organisation("unit", make_organisation())
    row = make_text(owner=unit)
    viewer, twin = make_user(), make_user()
    assert unit.parent is not None
    memberships_of(viewer, (unit.parent, "officer", {"EW": []}), (make_organisation(), "approver", {"EW": []}))
    memberships_of(twin, (unit.parent, "approver", {"EW": []}))
    assert [seen(viewer, row), seen(twin, row)] == [everywhere(False), everywhere(True)]


def test_no_sharing_row_means_nobody() -> None:
    row = make_text(owner=make_organisation(), state="public")
    Sharing.objects.filter(pk=row.pk).delete()
    viewer = make_user()
    assert not Sharing.objects.all().visible_to(viewer, NOW).exists()
