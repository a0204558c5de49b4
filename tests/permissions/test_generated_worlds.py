"""Oracle, tokens, predicate, list and search give one answer in generated worlds, at and around every border."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from cms.core.instants import day_of
from cms.documents.enums import Kind, Scan, TextState
from cms.documents.models import File
from cms.elements.models import Element
from cms.organisations.models import Competence, GroupMember, Membership, Organisation, WorkingGroup
from cms.sharing.facts import MembershipFacts, NetworkFacts, PersonFacts
from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.services import Target, refresh_due
from cms.sharing.signals import items_changed
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.users.models import Terms, TermsAcceptance, User
from tests.documents.making import blocks
from tests.factories import NOW, make_page
from tests.factories.rows import Row, make_rows
from tests.permissions.profiles import examples
from tests.permissions.surfaces import ITEM_BY_ITEM, SURFACES, Viewer, by_api
from tests.permissions.worlds import INSTANTS, ItemSpec, RecipientSpec, World, facts_of_world, worlds

# ---------------------------------------------------------------- without a database


def reaches(person: PersonFacts, network: NetworkFacts, at: datetime) -> list[MembershipReach]:
    """Form what the valid memberships reach, from facts alone."""
    valid = [m for m in person.memberships if person.in_good_standing and m.valid_on(day_of(at))]
    return [_reach(person.user_id, membership, network) for membership in valid]


def _reach(user_id: int, membership: MembershipFacts, network: NetworkFacts) -> MembershipReach:
    above = network.at_or_above(membership.organisation_id)
    return MembershipReach(
        user_id=user_id,
        organisation_id=membership.organisation_id,
        role=membership.role,
        lineage=tuple(above),
        group_ids=frozenset(
            {group for group, members in network.group_organisations.items() if members & above}
            | {group for group, members in network.group_users.items() if user_id in members}
        ),
        supervised_ids=frozenset(
            place for place in network.parents if membership.organisation_id in network.at_or_above(place)
        ),
        competences=dict(membership.competences),
    )


@given(worlds())
@examples(300)
def test_tokens_meet_exactly_where_the_oracle_allows(world: World) -> None:
    facts = facts_of_world(world, lambda place: place + 1)
    for at in INSTANTS:
        audiences = [audience(item, at) for item in facts.items]
        for person in facts.people:
            tokens = {PUBLIC}.union(*(membership_tokens(reach) for reach in reaches(person, facts.network, at)))
            assert [item.live and bool(a.tokens & tokens) for item, a in zip(facts.items, audiences, strict=True)] == [
                decide(item, person, facts.network, at).allowed for item in facts.items
            ]


@given(worlds())
@examples(60)
def test_an_audience_is_exact_in_its_span(world: World) -> None:
    for item in facts_of_world(world, lambda place: place + 1).items:
        spans = {at: audience(item, at) for at in INSTANTS}
        for made in spans.values():
            inside = [
                at
                for at in INSTANTS
                if (made.since is None or made.since <= at) and (made.next_change is None or at < made.next_change)
            ]
            assert {spans[at] for at in inside} == {made}


# ---------------------------------------------------------------- in the database

BASE = 1_000_000
# the file that each page shows, and one that an older version or a draft shows
SHOWN = [UUID(int=place) for place in range(1, 5)]
ELSEWHERE = [UUID(int=place) for place in range(11, 15)]
EVERYWHERE = {**SURFACES, **ITEM_BY_ITEM}


def key(place: int) -> int:
    """Return the id of what stands at this place of its list."""
    return BASE + place


@contextmanager
def undone() -> Iterator[None]:
    """Undo what an example writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def store(world: World, pages: list[Page], at: datetime) -> tuple[list[User], list[Sharing]]:
    """Write the world, with tokens made at the instant; return its people and items."""
    _store_organisations(world)
    people = _store_people(world)
    _store_groups(world)
    rows = make_rows([_row(item) for item in world.items], pages[: len(world.items)], at=at)
    File.objects.bulk_create(
        _file(row, uuid) for row, *uuids in zip(rows, SHOWN, ELSEWHERE, strict=False) for uuid in uuids
    )
    items_changed.send(sender=Sharing, sharing_ids=[row.pk for row in rows])
    return people, rows


def _store_organisations(world: World) -> None:
    network = facts_of_world(world, key).network
    Organisation.objects.bulk_create(
        Organisation(
            pk=key(place),
            key=f"place-{place}",
            name=f"Place {place}",
            kind="member_state" if parent is None else "unit",
            parent_id=None if parent is None else key(parent),
            lineage=sorted(network.at_or_above(key(place))),
        )
        for place, parent in enumerate(world.parents)
    )


def _store_people(world: World) -> list[User]:
    terms = Terms.objects.get()
    elements = {element.code: element for element in Element.objects.all()}
    people = User.objects.bulk_create(
        User(
            pk=key(place),
            email=f"place-{place}@member.example",
            is_active=person.standing != "inactive",
            enrolled_at=None if person.standing == "not enrolled" else NOW,
        )
        for place, person in enumerate(world.people)
    )
    TermsAcceptance.objects.bulk_create(
        TermsAcceptance(user=user, terms=terms, accepted_at=NOW)
        for user, person in zip(people, world.people, strict=True)
        if person.standing != "no terms"
    )
    specs = [(user, spec) for user, person in zip(people, world.people, strict=True) for spec in person.memberships]
    memberships = Membership.objects.bulk_create(
        Membership(
            user=user,
            organisation_id=key(spec.organisation),
            role=spec.role,
            valid_from=spec.valid_from,
            valid_until=spec.valid_until,
        )
        for user, spec in specs
    )
    Competence.objects.bulk_create(
        Competence(membership=membership, element=elements[code], countries=sorted(countries))
        for membership, (_user, spec) in zip(memberships, specs, strict=True)
        for code, countries in spec.competences.items()
    )
    return people


def _store_groups(world: World) -> None:
    WorkingGroup.objects.bulk_create(
        WorkingGroup(pk=key(place), key=f"place-{place}", name=f"Place {place}") for place in range(len(world.groups))
    )
    GroupMember.objects.bulk_create(
        GroupMember(group_id=key(place), **{column: key(member)})
        for place, group in enumerate(world.groups)
        for column, members in (("organisation_id", group.organisations), ("user_id", group.people))
        for member in members
    )


def _row(item: ItemSpec) -> Row:
    def targets(revoked: bool) -> list[Target]:
        return [_target(spec) for spec in item.recipients if spec.revoked is revoked]

    return Row(
        owner_id=key(item.owner),
        element=item.element,
        countries=item.countries,
        state=item.state,
        marking=item.marking,
        recipients=targets(revoked=False),
        revoked=targets(revoked=True),
        live=item.live,
        quarantined=item.quarantined,
        quarantined_by_id=None if item.quarantined_by is None else key(item.quarantined_by),
    )


def _file(row: Sharing, uuid: UUID) -> File:
    told = {"name": "a.pdf", "kind": Kind.DOCUMENT, "media_type": "application/pdf", "size": 1}
    state = {"scan": Scan.CLEAN, "text_state": TextState.NONE, "created_at": NOW}
    return File(uuid=uuid, sharing=row, **told, **state)


def _target(spec: RecipientSpec) -> Target:
    return Target(kind=spec.kind, target_id=key(spec.target), valid_from=spec.valid_from, valid_until=spec.valid_until)


def answers(people: list[Viewer], rows: list[Sharing], at: datetime) -> dict[str, list[list[bool]]]:
    """Return for each surface, person and item whether it is seen."""
    return {
        name: [[row.pk in seen for row in rows] for viewer in people for seen in [surface(viewer, rows, at)]]
        for name, surface in EVERYWHERE.items()
    }


@pytest.mark.django_db
@given(
    world=worlds(), written=st.sampled_from(INSTANTS), asked=st.lists(st.sampled_from(INSTANTS), min_size=2, max_size=3)
)
@examples(60)
def test_every_surface_agrees_with_the_oracle(
    db: None, world: World, written: datetime, asked: list[datetime], pages: list[Page]
) -> None:
    facts = facts_of_world(world, key)
    with undone():
        people, rows = store(world, pages, at=written)
        viewers: list[Viewer] = [*people, None]
        for at in asked:
            expected = [
                [decide(item, person, facts.network, at).allowed for item in facts.items]
                for person in (*facts.people, None)
            ]
            assert answers(viewers, rows, at) == dict.fromkeys(EVERYWHERE, expected)
            # the worker brings tokens up to date; what was asked before may now lie in the past
            refresh_due(at=at)


@pytest.mark.django_db
@given(world=worlds(), written=st.sampled_from(INSTANTS), at=st.sampled_from(INSTANTS))
@examples(15)
def test_the_api_agrees_with_the_oracle(
    db: None, world: World, written: datetime, at: datetime, pages: list[Page]
) -> None:
    facts = facts_of_world(world, key)
    with undone():
        people, rows = store(world, pages, at=written)
        for viewer, person in zip([*people, None], [*facts.people, None], strict=True):
            expected = {
                row.pk
                for row, item in zip(rows, facts.items, strict=True)
                if decide(item, person, facts.network, at).allowed
            }
            assert by_api(viewer, rows, at) == expected


@pytest.fixture
def pages(db: None) -> list[Page]:
    """Pages that show a file each, for every example the same."""
    pages = [make_page(revisions=False) for _ in SHOWN]
    for page, uuid in zip(pages, SHOWN, strict=True):
        page.body = page._meta.get_field("body").to_python(blocks(uuid))
        page.save()
    return list(pages)
