"""From JSON values to records; everything that is wrong is noted with its path, in one run."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind, Role
from cms.organisations.services import BUILT_IN_GROUPS
from cms.worlds.attachments import Beside
from cms.worlds.checking import check_follows, check_tree
from cms.worlds.directory import Directory, add_file, from_database
from cms.worlds.fields import Fields
from cms.worlds.problems import Problems, shown
from cms.worlds.reading_items import read_item
from cms.worlds.records import GroupRecord, MembershipRecord, OrganisationRecord, UserRecord, World

SECTIONS = ("organisations", "groups", "users", "items")
EMAIL_LENGTH = 254
PASSWORD_LENGTH = 200
CHARTER_LENGTH = 5000

Record = TypeVar("Record")


def read_world(value: Any, files: Beside | None = None) -> World:
    """Return the checked world of a JSON value; raises WorldRefused with every problem it has.

    Reads the database for what the file may name, and takes in the files beside it.
    """
    problems = Problems()
    file = Fields(value, "$", problems, required=(), optional=SECTIONS)
    directory = from_database()
    add_file(directory, file.values)
    reader = _Reader(problems, directory)
    organisations = reader.section(file, "organisations", reader.organisation, lambda record: record.key)
    check_tree(organisations, directory, problems)
    groups = reader.section(file, "groups", reader.group, lambda record: record.key)
    users = reader.section(file, "users", reader.user, lambda record: record.email, key="email")
    items = reader.section(
        file, "items", lambda entry, path: read_item(entry, path, problems, directory, files), lambda record: record.key
    )
    check_follows(items, problems)
    problems.refuse()
    return World(organisations, groups, users, items)


class _Reader:
    """Reads the sections of a file against what may be named."""

    def __init__(self, problems: Problems, directory: Directory) -> None:
        self.problems = problems
        self.directory = directory

    def section(
        self,
        file: Fields,
        name: str,
        read: Callable[[Any, str], Record],
        key_of: Callable[[Record], str],
        key: str = "key",
    ) -> tuple[Record, ...]:
        """Read every object of a section; keys stand once in it."""
        first: dict[str, str] = {}
        records: list[Record] = []
        for path, entry in file.entries(name):
            record = read(entry, path)
            records.append(record)
            value = key_of(record)
            if value and value in first:
                self.problems.add(f"{path}.{key}", f"{shown(value)} stands already at {first[value]}.{key}")
            first.setdefault(value, path)
        return tuple(records)

    def organisation(self, entry: Any, path: str) -> OrganisationRecord:
        """Read an organisation."""
        fields = Fields(entry, path, self.problems, required=("key", "name", "kind"), optional=("country", "parent"))
        return OrganisationRecord(
            path=path,
            key=fields.slug("key"),
            name=fields.text("name", longest=200),
            kind=fields.choice("kind", OrganisationKind.values),
            country=fields.optional_country("country"),
            parent=self._reference(fields, "parent", self.directory.places, "organisation"),
        )

    def group(self, entry: Any, path: str) -> GroupRecord:
        """Read a working group; the built-in ones are kept by the system."""
        optional = ("charter", "leader", "members")
        fields = Fields(entry, path, self.problems, required=("key", "name"), optional=optional)
        key = fields.slug("key")
        if key in BUILT_IN_GROUPS:
            fields.wrong("key", f"{shown(key)} is kept by the system; choose another key")
        members = list(self._members(fields))
        return GroupRecord(
            path=path,
            key=key,
            name=fields.text("name", longest=200),
            charter=fields.text("charter", longest=CHARTER_LENGTH, lines=True) or None,
            leader=self._leader(fields),
            organisations=frozenset(name for kind, name in members if kind == "org"),
            users=frozenset(name for kind, name in members if kind == "user"),
        )

    def _leader(self, fields: Fields) -> str | None:
        value = fields.optional_text("leader", longest=EMAIL_LENGTH)
        leader = value.lower() if value else None
        if leader is not None and leader not in self.directory.users:
            fields.wrong("leader", f"the person {shown(leader)} is neither in the file nor in the database")
        return leader

    def _members(self, fields: Fields) -> Iterator[tuple[str, str]]:
        for path, entry in fields.entries("members"):
            kind, _colon, name = entry.partition(":") if isinstance(entry, str) else ("", "", "")
            if kind not in {"org", "user"}:
                self.problems.add(path, f"must be org:KEY or user:EMAIL, not {shown(entry)}")
                continue
            name = name.lower() if kind == "user" else name
            known = self.directory.users if kind == "user" else self.directory.places
            if name not in known:
                what = "person" if kind == "user" else "organisation"
                self.problems.add(path, f"the {what} {shown(name)} is neither in the file nor in the database")
            yield kind, name

    def user(self, entry: Any, path: str) -> UserRecord:
        """Read a person with their memberships."""
        fields = Fields(
            entry,
            path,
            self.problems,
            required=("email", "name"),
            optional=("password", "active", "memberships"),
        )
        password = fields.optional_text("password", longest=PASSWORD_LENGTH)
        if fields.values.get("password") is not None and not settings.DEMO:
            fields.wrong("password", "passwords are accepted in a demo only: leave it out, or write null")
        return UserRecord(
            path=path,
            email=self._email(fields),
            name=fields.text("name", longest=150),
            password=password,
            active=fields.flag("active", default=True),
            memberships=tuple(self.membership(entry, path) for path, entry in fields.entries("memberships")),
        )

    def _email(self, fields: Fields) -> str:
        email = fields.text("email", longest=EMAIL_LENGTH).lower()
        try:
            if email:
                validate_email(email)
        except ValidationError:
            fields.wrong("email", f"is not an e-mail address: {shown(email)}")
            return ""
        return email

    def membership(self, entry: Any, path: str) -> MembershipRecord:
        """Read a membership; curators belong to the Commission."""
        fields = Fields(
            entry,
            path,
            self.problems,
            required=("organisation", "role"),
            optional=("from", "until", "competences"),
        )
        organisation = self._reference(fields, "organisation", self.directory.places, "organisation") or ""
        if fields.values.get("organisation", "") is None:
            fields.wrong("organisation", "must be the key of an organisation, not null")
        role = fields.choice("role", Role.values)
        valid_from, valid_until = fields.day("from"), fields.day("until")
        if valid_from and valid_until and valid_until < valid_from:
            fields.wrong("until", f"lies before the first day, {valid_from}")
        self._check_curator(fields, organisation, role)
        return MembershipRecord(
            organisation=organisation,
            role=role,
            valid_from=valid_from,
            valid_until=valid_until,
            competences=frozenset(self._competences(fields)),
        )

    def _check_curator(self, fields: Fields, organisation: str, role: str) -> None:
        root = self.directory.root(organisation) if organisation else None
        if role == Role.CURATOR and root is not None:
            kind = self.directory.places[root].kind
            if kind in PARTICIPANT_KINDS and kind != OrganisationKind.COMMISSION:
                fields.wrong("role", f"curators belong to the European Commission, and {shown(organisation)} does not")

    def _competences(self, fields: Fields) -> Iterator[tuple[str, tuple[str, ...]]]:
        seen: set[str] = set()
        for path, entry in fields.entries("competences"):
            competence = Fields(entry, path, self.problems, required=("element",), optional=("countries",))
            element = competence.choice("element", self.directory.elements)
            if element and element in seen:
                competence.wrong("element", f"{shown(element)} stands twice in this membership: name it once")
            seen.add(element)
            yield element, competence.countries("countries")

    @staticmethod
    def _reference(fields: Fields, name: str, known: Any, what: str) -> str | None:
        value = fields.optional_text(name, longest=EMAIL_LENGTH)
        if value is not None and value not in known:
            fields.wrong(name, f"the {what} {shown(value)} is neither in the file nor in the database")
        return value
