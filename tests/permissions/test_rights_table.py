"""Who may do what with an item: section 5 of the policy as a table, asked of the named permissions."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker
from rules.permissions import permissions

from cms.organisations.enums import OrganisationKind, Role
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on, reaches_of
from cms.sharing.rights import RIGHTS, Scope
from cms.sharing.rules import allowed, open_actions
from tests.factories import NOW
from tests.factories.rows import make_bare_item
from tests.permissions.places import Places, make_places

pytestmark = pytest.mark.django_db

# O: competent, and of exactly the owner (author, liaison officer), of the owner or above it (approver, decider)
# own: of exactly the owner, and the person who created the item · V: may view it
# com: curators of the Commission, for items that it owns · -: no
TABLE = """
action             | officer | author | approver | decider | liaison_officer | national_admin | curator | operator | auditor
view_draft         | -       | O      | O        | O       | own             | -              | com     | -        | -
edit               | -       | O      | O        | -       | own             | -              | com     | -        | -
submit             | -       | O      | O        | -       | own             | -              | com     | -        | -
propose_sharing    | -       | O      | O        | -       | own             | -              | com     | -        | -
approve            | -       | -      | O        | -       | -               | -              | com     | -        | -
set_audience       | -       | -      | O        | O       | -               | -              | com     | -        | -
propose_narrowing  | -       | O      | -        | -       | own             | -              | -       | -        | -
undo_publication   | -       | -      | O        | -       | -               | -              | com     | -        | -
supersede          | -       | -      | O        | O       | -               | -              | com     | -        | -
propose_correction | -       | O      | O        | -       | own             | -              | com     | -        | -
confirm_correction | -       | -      | O        | -       | -               | -              | com     | -        | -
narrow             | -       | -      | O        | O       | -               | -              | com     | -        | -
withdraw           | -       | -      | O        | O       | -               | -              | com     | -        | -
tighten_marking    | -       | -      | O        | O       | -               | -              | com     | -        | -
set_term           | -       | -      | O        | O       | -               | -              | com     | -        | -
hold               | -       | -      | O        | O       | -               | -              | com     | -        | -
lift_hold          | -       | -      | -        | O       | -               | -              | -       | -        | -
widen              | -       | -      | -        | O       | -               | -              | -       | -        | -
change_facts       | -       | -      | -        | O       | -               | -              | -       | -        | -
transfer           | -       | -      | -        | O       | -               | -              | -       | -        | -
loosen_marking     | -       | -      | -        | O       | -               | -              | -       | -        | -
make_public        | -       | -      | -        | O       | -               | -              | com     | -        | -
prepare_public     | -       | O      | O        | -       | -               | -              | -       | -        | -
release            | -       | -      | -        | O       | -               | -              | com     | -        | -
prepare_release    | -       | O      | O        | -       | -               | -              | -       | -        | -
follow_up          | -       | V      | V        | -       | V               | -              | -       | -        | -
acknowledge        | -       | -      | V        | -       | -               | -              | -       | -        | -
ask                | V       | V      | V        | V       | V               | -              | V       | -        | -
export             | V       | V      | V        | V       | V               | -              | V       | -        | -
flag               | V       | V      | -        | -       | V               | -              | -       | -        | -
quarantine         | -       | -      | O        | O       | -               | -              | V       | -        | -
move               | -       | O      | O        | -       | -               | -              | V       | -        | -
see_readers        | -       | O      | O        | O       | own             | -              | -       | -        | -
"""  # noqa: E501 - a table reads by columns
HEADING, *LINES = [[word.strip() for word in line.split("|")] for line in TABLE.strip().splitlines()]
EXPECTED = {action: dict(zip(HEADING[1:], words, strict=True)) for action, *words in LINES}

STANDS = ("owner", "below", "above", "sibling", "recipient", "below recipient", "above recipient", "stranger")
SUPERVISING = {"approver", "decider"}
INSIDE_THE_PARTICIPANT = {"owner", "below", "above", "sibling"}
# the item is restricted, AMBER, and names the recipient organisation (see the table of who views what)
VIEWS = {"owner", "below", "recipient", "below recipient"}


@dataclass(slots=True)
class World:
    """An owner below a participant of some kind, people of all roles in all relations, and an item."""

    kind: str
    places: Places
    row: Sharing

    def holders(self, action: str) -> set[tuple[str, str]]:
        """Return (relation, role) of everybody whom the named permission lets act."""
        return {who for who, user in self.places.people.items() if allowed(user, action, self.row, NOW)}


@pytest.fixture(scope="module", params=[OrganisationKind.MEMBER_STATE, OrganisationKind.COMMISSION])
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[World]:
    """The world, made once: the tests of this module only read it. A liaison officer of the owner wrote the item."""
    with django_db_blocker.unblock(), transaction.atomic():
        places = make_places(request.param, relations=STANDS)
        row = make_bare_item(
            owner=places.organisations["owner"],
            state="restricted",
            marking="AMBER",
            recipients=[places.organisations["recipient"]],
            author_id=places.people["owner", "liaison_officer"].pk,
        )
        yield World(request.param, places, row)
        transaction.set_rollback(True)


def stands(word: str, role: str, kind: str) -> set[str]:
    """Return the relations in which a role may act, by the word in its column."""
    owner_or_above = {"owner", "above"} if role in SUPERVISING else {"owner"}
    return {
        "-": set[str](),
        "O": owner_or_above,
        "own": {"owner"},
        "com": INSIDE_THE_PARTICIPANT if kind == OrganisationKind.COMMISSION else set(),
        "V": VIEWS | ({"above"} if role in SUPERVISING else set()),
    }[word]


@pytest.mark.parametrize("action", EXPECTED)
def test_who_may_act(world: World, action: str) -> None:
    assert world.holders(action) == {
        (relation, role) for role, word in EXPECTED[action].items() for relation in stands(word, role, world.kind)
    }


@pytest.mark.parametrize("action", [action for action, words in EXPECTED.items() if "V" not in words.values()])
def test_many_items_at_once_are_asked_the_same(world: World, action: str) -> None:
    rows = Sharing.objects.filter(pk=world.row.pk)
    found = {
        who
        for who, user in world.places.people.items()
        if rows.filter(may_act_on(action, reaches_of(user, NOW))).exists()
    }
    assert found == world.holders(action)


def test_many_actions_at_once_are_asked_the_same(world: World) -> None:
    for user in world.places.people.values():
        found = open_actions(user, EXPECTED, world.row, NOW)
        assert found == {action for action in EXPECTED if allowed(user, action, world.row, NOW)}


def test_auditors_of_the_owner_s_participant_order_quarantine(world: World) -> None:
    assert world.holders("order_quarantine") == {(relation, "auditor") for relation in INSIDE_THE_PARTICIPANT}


def test_the_rights_are_what_the_table_says() -> None:
    scopes = {"O": Scope.OWNER, "own": Scope.OWN, "com": Scope.COMMISSION, "V": Scope.VIEW}
    assert {
        action: {role: scopes[word] for role, word in words.items() if word != "-"}
        for action, words in EXPECTED.items()
    } == RIGHTS


def test_the_table_is_whole() -> None:
    """Every role has a column, every named permission a line; the others have tests of their own."""
    assert HEADING[1:] == Role.values
    assert set(RIGHTS) == set(EXPECTED)
    named = {name for name in permissions if name.startswith("sharing.")}
    assert named == {
        f"sharing.{action}" for action in (*EXPECTED, "view", "end_quarantine", "order_quarantine", "confirm")
    }
