"""Reading sharing: one item for a reader, facts for the oracle, who will be able to read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Subquery

from cms.organisations.enums import Role
from cms.organisations.models import GroupMember, Membership, Organisation
from cms.organisations.selectors import valid_memberships
from cms.sharing.facts import ItemFacts, MembershipFacts, NetworkFacts, PersonFacts
from cms.sharing.models import Sharing
from cms.sharing.oracle import Decision, decide
from cms.sharing.querysets import facts_of
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches, viewer_tokens
from cms.users.models import User
from cms.users.selectors import in_good_standing

FEW = 5


def get_visible_sharing(user: User | AnonymousUser | None, uuid: UUID, at: datetime) -> Sharing | None:
    """Return the row of the item that the person may view at the instant, with its owner's participant's name as
    `participant_name`; None for absent and hidden ones alike."""
    rows = Sharing.objects.visible_to(user, at).filter(uuid=uuid).select_related("page", "element", "owner")
    participants = Organisation.objects.filter(pk=OuterRef("owner__lineage__0"))
    return rows.annotate(participant_name=Subquery(participants.values("name"))).first()


def person_facts(user: User | AnonymousUser | None, at: datetime) -> PersonFacts | None:
    """Return the facts about a person (None when not signed in), read from the rows, not from any token."""
    if user is None or user.pk is None:
        return None
    memberships = Membership.objects.filter(user=user).order_by("pk").prefetch_related("competences__element")
    return PersonFacts(
        user_id=user.pk,
        in_good_standing=in_good_standing(user, at),
        memberships=tuple(
            MembershipFacts(
                organisation_id=membership.organisation_id,
                role=membership.role,
                valid_from=membership.valid_from,
                valid_until=membership.valid_until,
                competences={c.element.code: frozenset(c.countries) for c in membership.competences.all()},
            )
            for membership in memberships
        ),
    )


def network_facts() -> NetworkFacts:
    """Return the tree and the groups as they stand."""
    organisations: dict[int, set[int]] = {}
    users: dict[int, set[int]] = {}
    for group_id, organisation_id, user_id in GroupMember.objects.values_list("group", "organisation", "user"):
        if organisation_id is not None:
            organisations.setdefault(group_id, set()).add(organisation_id)
        if user_id is not None:
            users.setdefault(group_id, set()).add(user_id)
    return NetworkFacts(
        parents=dict(Organisation.objects.values_list("pk", "parent_id")),
        group_organisations={key: frozenset(members) for key, members in organisations.items()},
        group_users={key: frozenset(members) for key, members in users.items()},
    )


def explain(user: User | AnonymousUser | None, sharing: Sharing | None, at: datetime) -> Decision:
    """Return the oracle's decision with the rule that lets the person in or the condition that is missing."""
    item = None if sharing is None else facts_of(sharing)
    return decide(item, person_facts(user, at), network_facts(), at)


@dataclass(frozen=True, slots=True)
class ReadersOf:
    """How many people of one participant will be able to read: names only inside one's own participant."""

    participant: str
    count: int
    names: tuple[str, ...] = ()
    functions: tuple[tuple[str, int], ...] = ()

    @property
    def few(self) -> bool:
        """Whether the number is too small to be told of another participant."""
        return not self.names and self.count < FEW


@dataclass(frozen=True, slots=True)
class Readership:
    """Who will be able to read an item: everyone, or so many people by participant."""

    everyone: bool
    people: int
    organisations: int
    participants: tuple[ReadersOf, ...]

    @property
    def told(self) -> int:
        """How many people are counted openly: a total with the small numbers would tell them by subtraction."""
        return sum(participant.count for participant in self.participants if not participant.few)

    @property
    def few_more(self) -> bool:
        """Whether there are some whose number is not told."""
        return any(participant.few for participant in self.participants)


def readership(facts: ItemFacts, asker: User, at: datetime) -> Readership:
    """Count the people who may view an item with these facts at the instant, as the asker may be told it.

    Names of people are told of the asker's own participants only (policy, section 5).
    """
    tokens = audience(facts, at).tokens
    reaches = [reach for reach in membership_reaches(None, at) if not tokens.isdisjoint(membership_tokens(reach))]
    known = directory((reach.user_id for reach in reaches), asker, at)
    return told(reaches, known, everyone=PUBLIC in tokens)


@dataclass(frozen=True, slots=True)
class Directory:
    """What is needed to tell somebody of people: names by id, participants by id, which participants are their own."""

    own: frozenset[int]
    participants: Mapping[int, str]
    names: Mapping[int, str]


def directory(user_ids: Iterable[int], asker: User, at: datetime) -> Directory:
    """Return the directory of these people for the person who asks, in three queries."""
    return Directory(
        own=frozenset(row.organisation.participant_id for row in valid_memberships(asker, at)),
        participants=dict(Organisation.objects.filter(parent__isnull=True).values_list("pk", "name")),
        names=dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name")),
    )


def names_told(user_ids: Iterable[int], asker: User, at: datetime) -> dict[int, str]:
    """Return the names of those of the people who belong, or belonged, to the asker's own participants."""
    own = [row.organisation.participant_id for row in valid_memberships(asker, at)]
    rows = Membership.objects.filter(user__in=set(user_ids), organisation__lineage__0__in=own)
    return dict(rows.values_list("user_id", "user__name"))


def told(reaches: Iterable[MembershipReach], known: Directory, *, everyone: bool = False) -> Readership:
    """Return the people of these memberships as somebody may be told of them: each once, by participant.

    Names of people are told of the asker's own participants only (policy, section 5).
    """
    by_participant: dict[int, dict[int, MembershipReach]] = {}
    people: set[int] = set()
    organisations: set[int] = set()
    for reach in reaches:
        by_participant.setdefault(reach.lineage[0], {}).setdefault(reach.user_id, reach)
        people.add(reach.user_id)
        organisations.add(reach.organisation_id)

    def own_first(key: int) -> tuple[bool, str]:
        return key not in known.own, known.participants[key]

    return Readership(
        everyone=everyone,
        people=len(people),
        organisations=len(organisations),
        participants=tuple(
            _readers_of(
                known.participants[key],
                list(by_participant[key].values()),
                known.names if key in known.own else {},
            )
            for key in sorted(by_participant, key=own_first)
        ),
    )


def _readers_of(participant: str, reaches: list[MembershipReach], names: Mapping[int, str]) -> ReadersOf:
    functions = Counter(str(Role(reach.role).label) for reach in reaches)
    return ReadersOf(
        participant=participant,
        count=len(reaches),
        names=tuple(sorted(names[reach.user_id] for reach in reaches)) if names else (),
        functions=tuple(sorted(functions.items())),
    )


def access_ends(sharing: Sharing, user: User | AnonymousUser | None, at: datetime) -> datetime | None:
    """Return when the person's access by recipient rows ends; None where it has no end or rests on something else."""
    tokens = viewer_tokens(user, at)
    facts = facts_of(sharing)
    if audience(replace(facts, recipients=()), at).tokens & tokens:
        return None
    rows = [row for row in facts.recipients if audience(replace(facts, recipients=(row,)), at).tokens & tokens]
    ends = [row.valid_until for row in rows]
    return None if not ends or None in ends else max(end for end in ends if end is not None)
