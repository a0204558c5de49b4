"""A file with anything wrong in it is refused with the place and the reason, and nothing of it is kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.organisations.services import create_organisation
from cms.users.models import User
from cms.worlds.models import WorldObject
from cms.worlds.parsing import LARGEST_FILE, parse_file, parse_text
from cms.worlds.problems import WorldRefused
from content_types.models import Bulletin
from tests.worlds.worlds import AT, load, small

pytestmark = pytest.mark.django_db

World = dict[str, Any]


def _set(*path: Any, to: Any) -> Callable[[World], None]:
    """Return a change that sets the value at the path."""

    def change(world: World) -> None:
        target: Any = world
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return change


def _drop(*path: Any) -> Callable[[World], None]:
    """Return a change that removes the member at the path."""

    def change(world: World) -> None:
        target: Any = world
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change


def _again(section: str) -> Callable[[World], None]:
    """Return a change that repeats the first object of a section."""
    return lambda world: world[section].append(dict(world[section][0]))


ORGANISATION, GROUP, USER, ITEM = ("organisations", 0), ("groups", 0), ("users", 0), ("items", 0)
MEMBERSHIP = (*USER, "memberships", 0)
RECIPIENT = (*ITEM, "recipients", 0)

CASES = [
    # the whole
    (_set("surprise", to=1), "$.surprise", "is unknown here"),
    (_set("items", to={}), "$.items", "must be a list"),
    (_set("we ird", to=1), '$["we ird"]', "is unknown here"),
    # organisations
    (_set(*ORGANISATION, to=7), "$.organisations[0]", "must be an object"),
    (_set(*ORGANISATION, "colour", to="red"), "$.organisations[0].colour", "is unknown here"),
    (_drop(*ORGANISATION, "name"), "$.organisations[0].name", "is missing"),
    (_set(*ORGANISATION, "name", to="x" * 201), "$.organisations[0].name", "is too long"),
    (_set(*ORGANISATION, "key", to="not a key"), "$.organisations[0].key", "must be of letters"),
    (_set(*ORGANISATION, "kind", to="planet"), "$.organisations[0].kind", "must be one of"),
    (_set(*ORGANISATION, "country", to="XX"), "$.organisations[0].country", "ISO 3166"),
    (_set(*ORGANISATION, "country", to="fi"), "$.organisations[0].country", "ISO 3166"),
    (_set(*ORGANISATION, "parent", to="bb"), "$.organisations[0].parent", "stands at the root"),
    (_set("organisations", 2, "parent", to=None), "$.organisations[2].parent", "stands below another one"),
    (_set("organisations", 2, "parent", to="nowhere"), "$.organisations[2].parent", "neither in the file"),
    (_set("organisations", 2, "parent", to="aa-border-north"), "$.organisations[2].parent", "makes a cycle"),
    (_set("organisations", 2, "parent", to="aa-border"), "$.organisations[2].parent", "makes a cycle"),
    (_again("organisations"), "$.organisations[6].key", "stands already at $.organisations[0].key"),
    # groups
    (_set(*GROUP, "key", to="member-states"), "$.groups[0].key", "kept by the system"),
    (_set(*GROUP, "members", 0, to="org:nowhere"), "$.groups[0].members[0]", "neither in the file"),
    (_set(*GROUP, "members", 0, to="user:nobody@aa.example"), "$.groups[0].members[0]", "neither in the file"),
    (_set(*GROUP, "members", 0, to="group:sea-routes"), "$.groups[0].members[0]", "must be org:KEY or user:EMAIL"),
    (_set(*GROUP, "members", 0, to=None), "$.groups[0].members[0]", "must be org:KEY or user:EMAIL"),
    (_set(*GROUP, "leader", to="nobody@aa.example"), "$.groups[0].leader", "neither in the file"),
    (_again("groups"), "$.groups[1].key", "stands already"),
    # people
    (_set(*USER, "email", to="no address"), "$.users[0].email", "is not an e-mail address"),
    (_set("users", 1, "email", to="ANA@aa.example"), "$.users[1].email", "stands already"),
    (_set(*USER, "active", to="yes"), "$.users[0].active", "must be true or false"),
    (_set(*USER, "password", to=""), "$.users[0].password", "must not be empty"),
    (_set(*USER, "password", to=5), "$.users[0].password", "must be a text"),
    (_set(*MEMBERSHIP, "role", to="king"), "$.users[0].memberships[0].role", "must be one of"),
    (_set(*MEMBERSHIP, "role", to="curator"), "$.users[0].memberships[0].role", "curators belong to"),
    (_set(*MEMBERSHIP, "organisation", to="nowhere"), "$.users[0].memberships[0].organisation", "neither in"),
    (_set(*MEMBERSHIP, "organisation", to=None), "$.users[0].memberships[0].organisation", "not null"),
    (_set(*MEMBERSHIP, "from", to="2026-02-30"), "$.users[0].memberships[0].from", "no day of the calendar"),
    (_set(*MEMBERSHIP, "from", to="2026-01-01T00:00:00Z"), "$.users[0].memberships[0].from", "must be a day"),
    (_set("users", 0, "memberships", 1, "until", to="2019-01-01"), "$.users[0].memberships[1].until", "lies before"),
    (
        _set(*MEMBERSHIP, "competences", 0, "element", to="cooking"),
        "$.users[0].memberships[0].competences[0].element",
        "must be one of",
    ),
    (
        _set(*MEMBERSHIP, "competences", 1, "element", to="early-warning"),
        "$.users[0].memberships[0].competences[1].element",
        "stands twice",
    ),
    (
        _set(*MEMBERSHIP, "competences", 0, "countries", to=["Morocco"]),
        "$.users[0].memberships[0].competences[0].countries[0]",
        "ISO 3166",
    ),
    # items
    (_drop(*ITEM, "owner"), "$.items[0].owner", "is missing"),
    (_set(*ITEM, "owner", to=None), "$.items[0].owner", "every item has an owner"),
    (_set(*ITEM, "owner", to="nowhere"), "$.items[0].owner", "neither in the file nor in the database"),
    (_set(*ITEM, "author", to="nobody@aa.example"), "$.items[0].author", "neither in the file"),
    (_set(*ITEM, "type", to="poem"), "$.items[0].type", "must be one of bulletin"),
    (_set(*ITEM, "element", to="cooking"), "$.items[0].element", "must be one of"),
    (_set(*ITEM, "topic", to="not a topic"), "$.items[0].topic", "must be of letters"),
    (_set(*ITEM, "title", to=" "), "$.items[0].title", "must not be empty"),
    (_set(*ITEM, "title", to="x" * 256), "$.items[0].title", "is too long: 256 characters, at most 255"),
    (_set(*ITEM, "title", to="one\ntwo"), "$.items[0].title", "control characters"),
    (_set(*ITEM, "summary", to="x" * 1001), "$.items[0].summary", "at most 1000 fit"),
    (_set(*ITEM, "summary", to="half \ud800"), "$.items[0].summary", "halves of characters"),
    (_set(*ITEM, "body", to="zero \x00"), "$.items[0].body", "control characters"),
    (_set(*ITEM, "body", to="<p> </p>"), "$.items[0].body", "holds no words"),
    (_set(*ITEM, "body", to="x" * 200_001), "$.items[0].body", "is too long"),
    (_set(*ITEM, "language", to="xx"), "$.items[0].language", "must be one of"),
    (_set(*ITEM, "countries", to="MA"), "$.items[0].countries", "must be a list"),
    (_set(*ITEM, "countries", 0, to="EU"), "$.items[0].countries[0]", "ISO 3166"),
    (_drop(*ITEM, "countries"), "$.items[0].countries", "is missing"),
    (_set(*ITEM, "marking", to="PURPLE"), "$.items[0].marking", "must be one of RED"),
    (_set(*ITEM, "state", to="secret"), "$.items[0].state", "must be one of owner"),
    (_set(*ITEM, "state", to="network"), "$.items[0].state", "lies above AMBER"),
    (_set("items", 2, "state", to="public"), "$.items[2].state", "needs CLEAR"),
    (_set(*ITEM, "status", to="done"), "$.items[0].status", "must be one of draft"),
    (_set(*ITEM, "published_at", to=None), "$.items[0].published_at", "needs the instant"),
    (_set(*ITEM, "published_at", to="2026-02-03"), "$.items[0].published_at", "not a bare date"),
    (_set(*ITEM, "published_at", to="2026-02-03T25:00:00Z"), "$.items[0].published_at", "no instant"),
    (_set(*ITEM, "information_date", to=None), "$.items[0].information_date", "needs the day"),
    (_set("items", 4, "summary", to=""), "$.items[4].summary", "must not be empty"),
    (_set(*ITEM, "use_limits", to=["H9"]), "$.items[0].use_limits[0]", "must be one of H1, H2, H3"),
    (_set(*ITEM, "accuracy", to=5), "$.items[0].accuracy", "must be one of 1, 2, 3, 4"),
    (_set(*ITEM, "accuracy", to=True), "$.items[0].accuracy", "must be one of"),
    (_set(*ITEM, "reliability", to="D"), "$.items[0].reliability", "must be one of"),
    (_set(*ITEM, "level", to="cosmic"), "$.items[0].level", "must be one of"),
    (_set(*ITEM, "quarantined", to=None), "$.items[0].quarantined", "must be true or false"),
    (_set(*ITEM, "fields", to={"severity": 3}), "$.items[0].fields.severity", "is unknown here"),
    (_set(*ITEM, "attachments", 0, to="../secret.pdf"), "$.items[0].attachments[0]", "plain name of a file"),
    (_set(*ITEM, "attachments", 0, to=""), "$.items[0].attachments[0]", "plain name of a file"),
    (_again("items"), "$.items[5].key", "stands already"),
    # recipients
    (_set(*RECIPIENT, "to", to="org:nowhere"), "$.items[0].recipients[0].to", "neither in the file"),
    (_set(*RECIPIENT, "to", to="group:nobody"), "$.items[0].recipients[0].to", "neither in the file"),
    (_set(*RECIPIENT, "to", to="everybody"), "$.items[0].recipients[0].to", "must be org:KEY, group:KEY"),
    (_set(*RECIPIENT, "from", to="2026-01-01"), "$.items[0].recipients[0].from", "not a bare date"),
    (_set(*RECIPIENT, "until", to="2026-01-01T00:00:00"), "$.items[0].recipients[0].until", "lacks its time zone"),
    (_set(*RECIPIENT, "until", to=0), "$.items[0].recipients[0].until", "must be an instant"),
    (_set(*RECIPIENT, "note", to=""), "$.items[0].recipients[0].note", "is unknown here"),
    (_set(*RECIPIENT, "purpose", to="x" * 301), "$.items[0].recipients[0].purpose", "is too long"),
    (_set("items", 4, "recipients", 0, "to", to="org:bb"), "$.items[4].recipients[0].to", "RED allows recipients"),
    (_set(*ITEM, "marking", to="AMBER+STRICT"), "$.items[0].recipients[3].to", "of the kind org, user alone"),
]


@pytest.mark.parametrize(
    ("change", "path", "reason"), CASES, ids=[f"{path}-{reason[:20]}" for _c, path, reason in CASES]
)
def test_a_wrong_file_is_refused_with_path_and_reason_and_nothing_is_kept(change, path, reason):
    world = small()
    change(world)

    with pytest.raises(WorldRefused) as refused:
        load(world)

    assert [(p.path, reason in p.reason) for p in refused.value.problems if p.path == path] == [(path, True)]
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    assert not Bulletin.objects.exists()
    assert not WorldObject.objects.exists()


def test_all_that_is_wrong_is_told_in_one_run():
    world = small()
    world["organisations"][0]["kind"] = "planet"
    world["users"][0]["email"] = "no address"
    world["items"][0] |= {"owner": "nowhere", "published_at": "2026-02-03", "state": "public", "language": "xx"}
    world["items"][4]["recipients"][0]["to"] = "org:bb"

    with pytest.raises(WorldRefused) as refused:
        load(world)

    assert {problem.path for problem in refused.value.problems} == {
        "$.organisations[0].kind",
        "$.users[0].email",
        # the address that the file now lacks
        "$.groups[0].members[1]",
        "$.groups[0].leader",
        "$.items[0].author",
        "$.items[3].author",
        "$.items[4].author",
        "$.items[0].owner",
        "$.items[0].published_at",
        "$.items[0].state",
        "$.items[0].language",
        "$.items[4].recipients[0].to",
    }


def test_passwords_are_refused_outside_a_demo(settings):
    settings.DEMO = False

    with pytest.raises(WorldRefused, match="accepted in a demo only") as refused:
        load(small())

    assert [p.path for p in refused.value.problems] == ["$.users[0].password", "$.users[2].password"]


def test_an_organisation_does_not_leave_its_participant():
    load(small())
    world = small()
    world["organisations"][2]["parent"] = "bb"

    with pytest.raises(WorldRefused, match="moves inside its own participant only"):
        load(world)

    assert Organisation.objects.filter(key="aa-border", parent__key="aa").exists()


def test_the_commission_does_not_change_its_kind_under_its_curators():
    load(small())
    world = {"organisations": [{"key": "ec", "name": "European Commission", "kind": "agency", "country": None}]}

    with pytest.raises(WorldRefused, match="would leave the Commission"):
        load(world)


def test_keys_of_the_database_may_be_named():
    load({"organisations": small()["organisations"], "users": small()["users"], "groups": small()["groups"]})

    assert load({"items": small()["items"]}).items.added == 5


def test_a_file_does_not_go_beyond_a_ceiling_that_somebody_lowered():
    create_organisation(key="bb", name="Beland", kind="associated_state", country="NO", parent=None, actor=None, at=AT)
    Organisation.objects.filter(key="bb").update(ceiling="restricted")
    Element.objects.filter(key="return").update(ceiling="network")

    with pytest.raises(WorldRefused) as refused:
        load(small())

    assert [p.path for p in refused.value.problems] == ["$.items[1].state", "$.items[2].state"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ('{"items": [', "line 1, column"),
        ('{"items": NaN}', "NaN is not a JSON value"),
        ("[" * 100_000, "nested too deeply"),
        ('{"items": ' + "9" * 5000 + "}", "not JSON that can be read"),
    ],
)
def test_what_is_no_json_is_refused_in_one_sentence(text, reason):
    with pytest.raises(WorldRefused, match=reason):
        parse_text(text)


@pytest.mark.parametrize("value", [[], None, "items", 3, True])
def test_the_top_is_an_object(value):
    with pytest.raises(WorldRefused, match=r"^\$: must be an object"):
        load(value)


def test_a_name_that_stands_twice_in_an_object_is_refused():
    with pytest.raises(WorldRefused, match=r"\$\.items: stands twice"):
        load(parse_text('{"items": [], "items": []}'))


def test_a_file_that_is_absent_too_large_or_not_in_utf_8_is_refused(tmp_path):
    latin, large = tmp_path / "latin.json", tmp_path / "large.json"
    latin.write_bytes("é".encode("latin-1"))
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    for path, reason in ((tmp_path / "none.json", "cannot be read"), (latin, "not in UTF-8"), (large, "larger than")):
        with pytest.raises(WorldRefused, match=reason):
            parse_file(path)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "world.json"
    path.write_text(json.dumps({"items": []}), encoding="utf-8-sig")

    assert parse_file(path) == {"items": []}
