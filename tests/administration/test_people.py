"""Acts on people: inside the own tree, never the own rights, and never without need, briefing and acknowledgement."""

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.organisations.people import (
    Access,
    Preparation,
    change_access,
    confirm_membership,
    end_now,
    end_sessions_of,
    enrol,
    invite_again,
    invite_anew,
    lift_suspension,
    suspend,
)
from cms.organisations.rules import Place, permitted
from cms.users.invitations import open_invitation, use_invitation
from cms.users.models import User
from tests.administration.asking import done, last_event, reads
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership
from tests.factories.organisations import element

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
YEAR = timedelta(days=366)
PREPARED = Preparation(need="Patrols at sea", briefed_on=TODAY, acknowledged_on=TODAY)


def access(role: str = Role.OFFICER, until: date = TODAY + YEAR, **countries: list[str]) -> Access:
    """Return access to early warning, all countries, unless told otherwise by `CODE=[countries]`."""
    named = {element(code): names for code, names in (countries or {"EW": []}).items()}
    return Access(role=role, competences=named, valid_until=until)


def enrolling(land: Land, who: str = "admin", where: str = "border", **changes: Any) -> Any:
    """Return an act that enrols somebody new."""
    said: dict[str, Any] = {
        "email": "new@member.example",
        "name": "Nina New",
        "organisation": getattr(land, where),
        "access": access(),
        "preparation": PREPARED,
        "actor": getattr(land, who),
        "at": NOW,
    }
    return lambda: enrol(**(said | changes))


@pytest.mark.parametrize(
    ("who", "where", "allowed"),
    [
        ("admin", "spain", True),
        ("admin", "border", True),
        ("admin", "coast", True),
        ("admin", "france", False),
        ("border_admin", "coast", True),
        ("border_admin", "border", True),
        ("border_admin", "spain", False),
        ("border_admin", "police", False),
        ("french_admin", "border", False),
        ("curator", "commission", True),
        ("curator", "border", False),
        ("curator", "spain", False),
        ("decider", "border", False),
        ("approver", "border", False),
        ("officer", "border", False),
        ("auditor", "commission", False),
        ("operator", "commission", False),
        ("superuser", "border", False),
    ],
)
def test_people_are_enrolled_in_the_own_tree_alone(land: Land, who: str, where: str, allowed: bool) -> None:
    assert done(enrolling(land, who, where)) is allowed
    assert User.objects.filter(email="new@member.example").exists() is allowed


@pytest.mark.parametrize("role", Role.values)
def test_who_gives_which_role(land: Land, role: str) -> None:
    asked = {
        "admin at home": permitted(land.admin, "grant", Place(land.border, NOW, role)),
        "curator at home": permitted(land.curator, "grant", Place(land.commission, NOW, role)),
        "curator at a participant": permitted(land.curator, "grant", Place(land.spain, NOW, role)),
        "curator at an authority": permitted(land.curator, "grant", Place(land.border, NOW, role)),
    }
    assert asked == {
        "admin at home": role not in {Role.CURATOR, Role.OPERATOR, Role.AUDITOR},
        "curator at home": True,
        "curator at a participant": role == Role.NATIONAL_ADMIN,
        "curator at an authority": False,
    }


def test_a_curator_registers_the_first_administrator_of_a_participant(land: Land) -> None:
    administrator = Access(role=Role.NATIONAL_ADMIN, valid_until=TODAY + YEAR)
    assert done(enrolling(land, "curator", "france", access=administrator))
    row = User.objects.get(email="new@member.example").memberships.get()
    assert (row.organisation, row.role) == (land.france, Role.NATIONAL_ADMIN)


@pytest.mark.parametrize(
    "changes",
    [
        {"preparation": Preparation(need=" ", briefed_on=TODAY, acknowledged_on=TODAY)},
        {"preparation": Preparation(need="Patrols", briefed_on=TODAY + timedelta(days=1), acknowledged_on=TODAY)},
        {"preparation": Preparation(need="Patrols", briefed_on=TODAY, acknowledged_on=TODAY + timedelta(days=1))},
        {"until": TODAY + YEAR + timedelta(days=1)},
        {"until": TODAY - timedelta(days=1)},
        {"access": Access(role=Role.OFFICER, valid_until=TODAY)},
        {"access": Access(role="king", valid_until=TODAY)},
    ],
)
def test_unprepared_and_unlimited_access_is_refused(land: Land, changes: dict[str, Any]) -> None:
    given = {"access": access(until=changes.get("until", TODAY))} | changes
    given.pop("until", None)
    assert not done(enrolling(land, **given))
    assert done(enrolling(land))


def test_nothing_is_open_before_the_invitation_is_used(land: Land) -> None:
    item = make_item(owner=land.border, element="EW")
    membership, token = enrolling(land)()
    user = membership.user
    assert (user.enrolled_at, user.has_usable_password(), reads(user, item)) == (None, False, False)
    assert {row.event for row in AuditEvent.objects.order_by("-pk")[:2]} == {"membership_changed", "person_invited"}
    invitation = open_invitation(str(token), NOW)
    assert invitation is not None
    use_invitation(invitation=invitation, password="a long enough password", at=NOW)
    user.refresh_from_db()
    assert (user.enrolled_at, user.has_usable_password()) == (NOW, True)
    assert membership.enrolment.need == "Patrols at sea"


def test_an_account_that_exists_keeps_its_password_and_gets_no_link(land: Land) -> None:
    before = land.french_officer.password
    membership, token = enrolling(land, email=land.french_officer.email.upper(), name="Somebody Else")()
    land.french_officer.refresh_from_db()
    assert (membership.user, token) == (land.french_officer, None)
    assert (land.french_officer.password, land.french_officer.name) == (before, "Otto Officer")


def test_a_link_counts_once_and_for_a_week_and_the_newest_alone(land: Land) -> None:
    membership, first = enrolling(land)()
    second = invite_again(user=membership.user, actor=land.admin, at=NOW)
    week = timedelta(days=7)
    found = [
        open_invitation(token, at) is not None
        for token, at in (
            (first, NOW),
            (second, NOW),
            (second, NOW + week - timedelta(seconds=1)),
            (second, NOW + week),
            ("no", NOW),
        )
    ]
    assert found == [False, True, True, False, False]
    invitation = open_invitation(second, NOW)
    assert invitation is not None
    use_invitation(invitation=invitation, password="a long enough password", at=NOW)
    assert open_invitation(second, NOW) is None
    assert not done(lambda: use_invitation(invitation=invitation, password="another long password", at=NOW))
    assert not done(lambda: invite_again(user=membership.user, actor=land.admin, at=NOW))


def test_nobody_changes_the_own_rights_and_another_administrator_does(land: Land) -> None:
    own = land.admin.memberships.get()
    by: dict[str, Any] = {"actor": land.admin, "at": NOW}
    widen: dict[str, Any] = {"membership": own, "access": access(Role.DECIDER), "reason": "because"}
    acts = [
        enrolling(land, email=land.admin.email),
        lambda: change_access(**widen, **by),
        lambda: confirm_membership(membership=own, until=TODAY, **by),
        lambda: end_now(membership=own, last_day=TODAY, reason="because", **by),
        lambda: suspend(user=land.admin, reason="because", **by),
        lambda: end_sessions_of(user=land.admin, **by),
    ]
    assert [done(act) for act in acts] == [False] * 6
    assert done(lambda: change_access(**widen, actor=land.second_admin, at=NOW))


def test_access_is_narrowed_and_holds_at_once(land: Land) -> None:
    item = make_item(owner=land.border, element="EW", countries=["MA"])
    row = land.officer.memberships.get()
    by: dict[str, Any] = {"membership": row, "actor": land.border_admin, "at": NOW}
    assert reads(land.officer, item)
    assert not done(lambda: change_access(access=access(EW=["TN"]), reason=" ", **by))
    assert done(lambda: change_access(access=access(EW=["TN"]), reason="another desk", **by))
    assert not reads(land.officer, item)
    assert last_event() == ("membership_changed", land.border_admin.pk, land.border.pk)
    assert done(lambda: change_access(access=access(EW=["MA", "TN"]), reason="both", **by))
    assert reads(land.officer, item)


@pytest.mark.parametrize("who", ["french_admin", "curator", "decider", "operator", "superuser"])
def test_others_change_nothing(land: Land, who: str) -> None:
    row = land.officer.memberships.get()
    by: dict[str, Any] = {"actor": getattr(land, who), "at": NOW}
    acts = [
        lambda: change_access(membership=row, access=access(), reason="because", **by),
        lambda: confirm_membership(membership=row, until=TODAY, **by),
        lambda: end_now(membership=row, last_day=TODAY, reason="because", **by),
        lambda: suspend(user=land.officer, reason="because", **by),
        lambda: end_sessions_of(user=land.officer, **by),
        lambda: invite_again(user=land.officer, **by),
    ]
    assert [done(act) for act in acts] == [False] * 6


def test_a_role_that_is_not_theirs_is_not_given_by_a_change(land: Land) -> None:
    row = land.officer.memberships.get()
    for role in (Role.CURATOR, Role.OPERATOR, Role.AUDITOR):
        change = access(role)
        assert not done(
            lambda change=change: change_access(  # type: ignore[misc]
                membership=row, access=change, reason="because", actor=land.admin, at=NOW
            )
        )


def test_ending_and_confirming(land: Land) -> None:
    item = make_item(owner=land.border)
    row = land.officer.memberships.get()
    by: dict[str, Any] = {"actor": land.admin, "at": NOW}
    assert done(lambda: confirm_membership(membership=row, until=TODAY + YEAR, **by))
    assert last_event()[0] == "membership_confirmed"
    assert not done(lambda: confirm_membership(membership=row, until=TODAY + YEAR + timedelta(days=1), **by))
    assert done(lambda: end_now(membership=row, last_day=TODAY - timedelta(days=1), reason="left", **by))
    assert (last_event()[0], reads(land.officer, item)) == ("membership_ended", False)


def test_suspension_closes_and_is_lifted_where_it_was_made(land: Land) -> None:
    item = make_item(owner=land.border)
    made = suspend(user=land.officer, reason="lost telephone", actor=land.border_admin, at=NOW)
    assert (reads(land.officer, item), last_event()[0]) == (False, "user_suspended")
    outsider = lift_suspension
    for who, allowed in (("french_admin", False), ("curator", False), ("admin", True), ("second_admin", False)):
        actor = getattr(land, who)
        assert done(lambda actor=actor: outsider(suspension=made, reason="found", actor=actor, at=NOW)) is allowed  # type: ignore[misc]
    assert (reads(land.officer, item), last_event()[0]) == (True, "suspension_lifted")


def test_an_account_stays_closed_until_the_last_suspension_is_lifted(land: Land) -> None:
    make_membership(land.officer, land.france)
    first = suspend(user=land.officer, reason="one", actor=land.admin, at=NOW)
    second = suspend(user=land.officer, reason="two", actor=land.french_admin, at=NOW)
    assert not done(lambda: lift_suspension(suspension=second, reason="x", actor=land.admin, at=NOW))
    lift_suspension(suspension=first, reason="x", actor=land.admin, at=NOW)
    land.officer.refresh_from_db()
    closed = land.officer.is_active
    lift_suspension(suspension=second, reason="x", actor=land.french_admin, at=NOW)
    land.officer.refresh_from_db()
    assert (closed, land.officer.is_active) == (False, True)


def test_the_commission_suspends_an_administrator_and_alone_lifts_it(land: Land) -> None:
    made = suspend(user=land.french_admin, reason="under question", actor=land.curator, at=NOW)
    assert made.organisation == land.commission
    assert not done(lambda: suspend(user=land.french_officer, reason="x", actor=land.curator, at=NOW))
    assert done(lambda: lift_suspension(suspension=made, reason="answered", actor=land.curator, at=NOW))


def test_who_has_left_is_nobodys_to_suspend(land: Land) -> None:
    row = make_membership(land.french_officer, land.border, valid_until=TODAY - timedelta(days=1))
    assert row.organisation == land.border
    assert not done(lambda: suspend(user=land.french_officer, reason="x", actor=land.admin, at=NOW))


def test_a_new_way_in_takes_two_administrators(land: Land) -> None:
    TOTP.activate(land.officer, "JBSWY3DPEHPK3PXP")
    new = lambda who: invite_anew(user=land.officer, actor=getattr(land, who), at=NOW)  # noqa: E731 - asked of many
    assert not done(lambda: new("admin"))
    made = suspend(user=land.officer, reason="lost telephone", actor=land.admin, at=NOW)
    assert [done(lambda who=who: new(who)) for who in ("admin", "french_admin", "decider", "superuser")] == [False] * 4  # type: ignore[misc]
    token = new("second_admin")
    land.officer.refresh_from_db()
    assert (land.officer.has_usable_password(), Authenticator.objects.filter(user=land.officer).exists()) == (
        False,
        False,
    )
    assert open_invitation(token, NOW) is None
    lift_suspension(suspension=made, reason="back", actor=land.second_admin, at=NOW)
    assert open_invitation(token, NOW) is not None
    events = AuditEvent.objects.filter(event="way_in_forgotten").values_list("actor_id", flat=True)
    assert list(events) == [land.second_admin.pk]


def test_a_link_never_opens_what_is_not_the_givers(land: Land) -> None:
    """An account of another tree that nobody has come into yet is neither taken over nor enriched by a link."""
    theirs, first = enrolling(land, "french_admin", "france")()
    assert not done(enrolling(land, "admin", "border"))
    assert not done(lambda: invite_again(user=theirs.user, actor=land.admin, at=NOW))
    invitation = open_invitation(str(first), NOW)
    assert invitation is not None
    use_invitation(invitation=invitation, password="a long enough password", at=NOW)
    _ours, link = enrolling(land, "admin", "border")()
    assert link is None
    make_membership(land.officer, land.france)
    suspend(user=land.officer, reason="lost", actor=land.admin, at=NOW)
    assert not done(lambda: invite_anew(user=land.officer, actor=land.second_admin, at=NOW))
