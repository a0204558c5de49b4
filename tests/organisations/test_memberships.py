"""Memberships: given by others, for days and competences; ended, never lengthened by ending."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from cms.audit.models import AuditEvent
from cms.organisations.models import Competence, Membership
from cms.organisations.selectors import valid_memberships
from cms.organisations.services import change_role, create_membership, end_membership
from tests.factories import NOW, element, make_membership, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)


def last_event() -> tuple[str, int | None, int | None, dict[str, Any]]:
    """Return what the trail says last."""
    event = AuditEvent.objects.latest("pk")
    return event.event, event.actor_id, event.owner_id, event.details


def test_a_membership_comes_with_its_competences() -> None:
    place, user, admin = make_organisation(), make_user(), make_user()
    membership = create_membership(
        user=user,
        organisation=place,
        role="officer",
        competences={element("EW"): [], element("RE"): ["TN", "MA"]},
        actor=admin,
        at=NOW,
        valid_from=TODAY,
        valid_until=TODAY + DAY,
    )
    reach = {row.element.code: row.countries for row in membership.competences.all()}
    assert reach == {"EW": [], "RE": ["MA", "TN"]}
    details = {"user": user.pk, "role": "officer", "from": "2026-06-15", "until": "2026-06-16"}
    assert last_event() == ("membership_changed", admin.pk, place.pk, details)


@pytest.mark.parametrize("kind", ["commission", "member_state", "agency"])
def test_curators_belong_to_the_commission(kind: str) -> None:
    allowed = {"commission": True}.get(kind, False)
    participant = make_organisation(kind)
    for place in (participant, make_organisation("unit", participant)):
        officer = make_membership(make_user(), place)
        acts: list[Callable[[], Any]] = [
            lambda place=place: make_membership(make_user(), place, "curator"),  # type: ignore[misc]
            lambda officer=officer: change_role(membership=officer, role="curator", actor=None, at=NOW),  # type: ignore[misc]
        ]
        assert [done(act) for act in acts] == [allowed, allowed]


def done(act: Callable[[], Any]) -> bool:
    """Tell whether the act is done, and not refused."""
    try:
        with transaction.atomic():
            act()
    except (ValidationError, PermissionDenied):
        return False
    return True


def test_unknown_roles_are_refused() -> None:
    membership = make_membership(make_user(), make_organisation())
    assert not done(lambda: make_membership(make_user(), membership.organisation, "king"))
    assert not done(lambda: change_role(membership=membership, role="king", actor=None, at=NOW))


def test_nobody_changes_the_own_rights() -> None:
    place = make_organisation()
    admin = make_person(place, "national_admin")
    membership = admin.memberships.get()
    other = make_membership(make_user(), place)
    by: dict[str, Any] = {"actor": admin, "at": NOW}
    own: dict[str, Any] = {"user": admin, "organisation": place, "role": "decider", "competences": {}}
    answers = [
        done(lambda: create_membership(**own, **by)),
        done(lambda: change_role(membership=membership, role="decider", **by)),
        done(lambda: create_membership(**(own | {"user": make_user()}), **by)),
        done(lambda: change_role(membership=other, role="decider", **by)),
    ]
    assert answers == [False, False, True, True]
    assert set(admin.memberships.values_list("role", flat=True)) == {"national_admin"}


def test_a_changed_role_is_on_record() -> None:
    membership = make_membership(make_user(), make_organisation())
    change_role(membership=membership, role="author", actor=None, at=NOW)
    membership.refresh_from_db()
    assert (membership.role, last_event()[0], last_event()[3]["role"]) == ("author", "membership_changed", "author")


# from · until · last day given · days left: None where it never was, "refused" where it ended earlier already
ENDINGS: list[tuple[Any, Any, Any, Any]] = [
    (None, None, TODAY, (None, TODAY)),
    (TODAY - DAY, None, TODAY, (TODAY - DAY, TODAY)),
    (TODAY, None, TODAY, (TODAY, TODAY)),
    (None, TODAY + DAY, TODAY, (None, TODAY)),
    (None, TODAY, TODAY, (None, TODAY)),
    (None, TODAY - DAY, TODAY, "refused"),
    (TODAY + DAY, None, TODAY, None),
    (TODAY + DAY, TODAY + 9 * DAY, TODAY, None),
]


@pytest.mark.parametrize(("first", "last", "given", "left"), ENDINGS)
def test_ending_never_lengthens(first: Any, last: Any, given: Any, left: Any) -> None:
    membership = make_membership(make_user(), make_organisation(), valid_from=first, valid_until=last)
    days = {"refused": (first, last)}.get(left, left) if isinstance(left, str) else left
    was_done = done(lambda: end_membership(membership=membership, last_day=given, actor=None, at=NOW))
    rows = list(Membership.objects.filter(pk=membership.pk).values_list("valid_from", "valid_until"))
    assert (was_done, rows) == (left != "refused", [] if days is None else [days])
    assert (last_event()[0] == "membership_ended") is was_done


def test_days_stand_in_order() -> None:
    membership = make_membership(make_user(), make_organisation(), valid_from=TODAY, valid_until=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(valid_until=TODAY - DAY)


def test_one_competence_an_element() -> None:
    membership = make_membership(make_user(), make_organisation(), competences={"EW": []})
    with pytest.raises(IntegrityError), transaction.atomic():
        Competence.objects.create(membership=membership, element=element("EW"))


def test_valid_memberships_are_those_of_the_utc_day() -> None:
    user, place = make_user(), make_organisation()
    spans = [(None, None), (TODAY, TODAY), (TODAY + DAY, None), (None, TODAY - DAY)]
    rows = [make_membership(user, place, valid_from=first, valid_until=last) for first, last in spans]
    make_membership(make_user(), place)
    late = NOW.replace(hour=23, minute=59)
    assert [set(valid_memberships(user, at)) for at in (NOW, late, late + timedelta(minutes=1))] == [
        {rows[0], rows[1]},
        {rows[0], rows[1]},
        {rows[0], rows[2]},
    ]
