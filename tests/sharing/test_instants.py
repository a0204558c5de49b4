"""Tokens are exact at every instant without the worker, and the worker brings all of them up to date, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.sharing.querysets import exact_at, judged_from_facts
from cms.sharing.services import Target, refresh_due
from cms.sharing.viewers import tokens_by_user, viewer_tokens
from cms.users.models import User
from tests.factories import NOW, make_organisation, make_participant, make_person
from tests.factories.items import target
from tests.factories.rows import make_bare_item

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def named(organisation: Organisation, begin: int | None, end: int | None) -> Target:
    """Name the organisation from and until so many hours after NOW."""
    return Target(
        kind="organisation",
        target_id=organisation.pk,
        valid_from=None if begin is None else NOW + begin * HOUR,
        valid_until=None if end is None else NOW + end * HOUR,
    )


def sees(viewer: User, at: datetime) -> bool:
    """Tell whether the list shows anything."""
    return Sharing.objects.all().visible_to(viewer, at).exists()


# from · until · at · sees; `from` counts, `until` counts no more
SPANS = [
    (None, None, NOW, True),
    (0, None, NOW - INSTANT, False),
    (0, None, NOW, True),
    (None, 0, NOW - INSTANT, True),
    (None, 0, NOW, False),
    (-1, 1, NOW - HOUR - INSTANT, False),
    (-1, 1, NOW - HOUR, True),
    (-1, 1, NOW + HOUR - INSTANT, True),
    (-1, 1, NOW + HOUR, False),
    (1, 2, NOW, False),
    (1, 2, NOW + HOUR, True),
    (0, 0, NOW, False),
]


@pytest.mark.parametrize("made", [NOW - 9 * HOUR, NOW - HOUR, NOW, NOW + HOUR, NOW + 9 * HOUR])
@pytest.mark.parametrize("span", SPANS)
def test_a_span_counts_whenever_the_tokens_were_made(
    span: tuple[int | None, int | None, datetime, bool], made: datetime
) -> None:
    begin, end, at, answer = span
    friend = make_participant()
    viewer = make_person(friend)
    make_bare_item(owner=make_organisation(), state="restricted", recipients=[named(friend, begin, end)], at=made)
    before = sees(viewer, at)
    refresh_due(at=NOW + 5 * HOUR)
    assert [before, sees(viewer, at)] == [answer, answer]


def test_the_row_knows_its_span() -> None:
    spans = [(-3, 4), (-1, 2), (1, None), (None, 9)]
    recipients = [named(make_participant(), begin, end) for begin, end in spans]
    row = make_bare_item(owner=make_organisation(), state="restricted", recipients=recipients)
    assert (row.audience_since, row.next_change) == (NOW - HOUR, NOW + HOUR)


@pytest.mark.parametrize(
    "facts", [{"state": "owner"}, {"state": "network"}, {"state": "withdrawn"}, {"quarantined": True}]
)
def test_dates_that_do_not_count_end_no_span(facts: dict[str, Any]) -> None:
    recipients = [named(make_participant(), -1, 1)]
    row = make_bare_item(owner=make_organisation(), recipients=recipients, **({"state": "restricted"} | facts))
    assert (row.audience_since, row.next_change) == (None, None)


def test_rows_out_of_their_span_are_the_ones_judged_from_facts() -> None:
    friend, owner = make_participant(), make_organisation()
    spans = [(None, None), (-1, None), (None, 1), (1, 2), (-2, -1)]
    rows = [
        make_bare_item(owner=owner, state="restricted", recipients=[named(friend, begin, end)]) for begin, end in spans
    ]
    tokens = viewer_tokens(make_person(friend), NOW)
    for at in (NOW - 3 * HOUR, NOW - HOUR, NOW, NOW + HOUR, NOW + 3 * HOUR):
        exact = set(Sharing.objects.filter(exact_at(at)).values_list("pk", flat=True))
        judged = set(judged_from_facts(tokens, at))
        assert judged & exact == set()
        seen = {row.pk for row in Sharing.objects.all().with_tokens(tokens, at)}
        expected = {
            row.pk
            for row, (begin, end) in zip(rows, spans, strict=True)
            if (begin is None or NOW + begin * HOUR <= at) and (end is None or at < NOW + end * HOUR)
        }
        assert seen == expected


def test_the_worker_is_complete_and_done_once() -> None:
    friend, owner = make_participant(), make_organisation()
    due = [
        make_bare_item(owner=owner, state="restricted", recipients=[named(friend, None, hours)]) for hours in (1, 2, 3)
    ]
    later = make_bare_item(owner=owner, state="restricted", recipients=[named(friend, None, 5)])
    at = NOW + 3 * HOUR
    assert [refresh_due(at=NOW), refresh_due(at=at, limit=2), refresh_due(at=at), refresh_due(at=at)] == [0, 2, 1, 0]
    after = {row.pk: row for row in Sharing.objects.all()}
    assert [after[row.pk].next_change for row in due] == [None] * 3
    assert [f"EW:o{friend.pk}" in after[row.pk].audience for row in (*due, later)] == [False, False, False, True]
    assert [after[row.pk].version - row.version for row in (*due, later)] == [1, 1, 1, 0]


def test_the_worker_takes_the_earliest_first() -> None:
    friend, owner = make_participant(), make_organisation()
    for hours in (3, 1, 2):
        make_bare_item(owner=owner, state="restricted", recipients=[named(friend, None, hours)])
    refresh_due(at=NOW + 3 * HOUR, limit=1)
    left = Sharing.objects.filter(next_change__isnull=False).values_list("next_change", flat=True)
    assert set(left) == {NOW + 3 * HOUR, NOW + 2 * HOUR}


def test_an_act_in_the_past_of_a_border_keeps_it() -> None:
    """A request that took its instant before a border commits after another one that took it later."""
    friend, owner = make_participant(), make_organisation()
    decider, viewer = make_person(owner, "decider"), make_person(friend)
    row = make_bare_item(owner=owner, state="restricted", recipients=[named(friend, None, 1)], at=NOW + 2 * HOUR)
    other = target(make_participant())
    services.widen(sharing=row, state="restricted", targets=[other], actor=decider, at=NOW, reason="asked for")
    assert [sees(viewer, NOW), sees(viewer, NOW + HOUR), sees(viewer, NOW + 2 * HOUR)] == [True, False, False]


def test_tokens_of_everybody_are_those_of_each() -> None:
    owner = make_organisation()
    people = [make_person(owner, role) for role in ("officer", "approver", "national_admin")]
    each = {user.pk: viewer_tokens(user, NOW) - {"public"} for user in people}
    assert tokens_by_user(NOW) == {key: tokens for key, tokens in each.items() if tokens}
