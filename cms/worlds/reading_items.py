"""From the JSON value of an item to its record, checked against what it may name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from cms.sharing.enums import Marking, RecipientKind, SharingState, UseLimit
from cms.worlds.attachments import Beside, read_attachments
from cms.worlds.checking import check_ceiling, check_recipient, check_state
from cms.worlds.directory import Directory
from cms.worlds.fields import Fields
from cms.worlds.item_types import item_types
from cms.worlds.markup import to_blocks
from cms.worlds.problems import Problems, shown
from cms.worlds.records import AnswerRecord, ItemRecord, RecipientRecord, TermsRecord, TextRecord
from content_types.models.content import SUMMARY_LENGTH
from content_types.vocabularies import Accuracy, Language, Level, Reliability
from workflows.alerts.enums import Answer

REQUIRED = ("key", "type", "element", "owner", "title", "summary", "body", "countries", "marking", "state", "status")
OPTIONAL = (
    "topic",
    "language",
    "quarantined",
    "information_date",
    "published_at",
    "author",
    "recipients",
    "attachments",
    "fields",
    "use_limits",
    "copies_allowed",
    "level",
    "reliability",
    "accuracy",
    "review_date",
)
STATUSES = ("draft", "submitted", "published")
TITLE_LENGTH = 255
BODY_LENGTH = 200_000
ADDRESS_LENGTH = 300
PURPOSE_LENGTH = 300
KEY_LENGTH, NOTE_LENGTH = 200, 500

_KINDS = {"org": RecipientKind.ORGANISATION, "group": RecipientKind.GROUP, "user": RecipientKind.USER}


def read_item(entry: Any, path: str, problems: Problems, directory: Directory, files: Beside | None) -> ItemRecord:
    """Read an item; what is wrong with it is noted, and what is missing then is empty in the record."""
    fields = Fields(entry, path, problems, required=REQUIRED, optional=OPTIONAL)
    status = fields.choice("status", STATUSES)
    published_at = fields.instant("published_at")
    if status == "published" and published_at is None and fields.values.get("published_at") is None:
        fields.wrong("published_at", "a published item needs the instant of its publication")
    type_key = fields.choice("type", tuple(item_types()))
    own_fields = _own_fields(fields, type_key)
    own = item_types()[type_key].read(own_fields) if type_key else {}
    terms = _terms(fields)
    element, owner = fields.choice("element", directory.elements), _owner(fields, directory)
    check_state(fields, marking=terms.marking, state=terms.state)
    if status == "published":
        check_ceiling(fields, directory, element=element, owner=owner, state=terms.state)
    return ItemRecord(
        path=path,
        key=fields.text("key", longest=KEY_LENGTH),
        type=type_key,
        element=element,
        owner=owner,
        countries=fields.countries("countries"),
        status=status,
        quarantined=fields.flag("quarantined", default=False),
        published_at=published_at if status == "published" else None,
        author=_person(fields, "author", directory),
        text=replace(
            _text(fields, status, published_at.date() if published_at and status == "published" else None), own=own
        ),
        terms=terms,
        recipients=tuple(_recipients(fields, terms.marking, directory)),
        attachments=tuple(read_attachments(fields, files)),
        follows=own_fields.optional_text("follows", longest=KEY_LENGTH),
        answers=tuple(_answers(own_fields, directory)),
    )


def _own_fields(fields: Fields, type_key: str) -> Fields:
    """Return what the item holds of its type's own; what the type does not have is noted."""
    known = item_types().get(type_key)
    given = fields.values.get("fields", {})
    names = () if known is None else (*known.fields, *known.links)
    return Fields(given, fields.at("fields"), fields.problems, required=(), optional=names)


def _answers(fields: Fields, directory: Directory) -> Iterator[AnswerRecord]:
    for path, entry in fields.entries("acknowledgements"):
        answer = Fields(entry, path, fields.problems, required=("by", "at", "answer"), optional=("note",))
        by, at = _person(answer, "by", directory), answer.instant("at")
        said = answer.choice("answer", Answer.values)
        if by is not None and at is not None:
            yield AnswerRecord(path, by, at, said, answer.text("note", longest=NOTE_LENGTH, blank=True))


def _terms(fields: Fields) -> TermsRecord:
    return TermsRecord(
        marking=fields.choice("marking", Marking.values),
        state=fields.choice("state", SharingState.values),
        use_limits=fields.words("use_limits", UseLimit.values),
        copies_allowed=fields.flag("copies_allowed", default=True),
    )


def _owner(fields: Fields, directory: Directory) -> str:
    if "owner" in fields.values and fields.values["owner"] is None:
        fields.wrong("owner", "every item has an owner: write the key of an organisation")
        return ""
    owner = fields.text("owner", longest=ADDRESS_LENGTH)
    if owner and owner not in directory.places:
        fields.wrong("owner", f"the organisation {shown(owner)} is neither in the file nor in the database")
        return ""
    return owner


def _person(fields: Fields, name: str, directory: Directory) -> str | None:
    person = fields.optional_text(name, longest=ADDRESS_LENGTH)
    if person is not None and person.lower() not in directory.users:
        fields.wrong(name, f"the person {shown(person)} is neither in the file nor in the database")
    return None if person is None else person.lower()


def _text(fields: Fields, status: str, published_on: date | None) -> TextRecord:
    """Read what describes the text; a submitted or published one is complete, as the form demands it."""
    complete = status in {"submitted", "published"}
    topic = None if fields.values.get("topic") is None else fields.slug("topic")
    body = fields.text("body", longest=BODY_LENGTH, blank=not complete, lines=True)
    blocks = tuple(to_blocks(body))
    if complete and body and not blocks:
        fields.wrong("body", "holds no words")
    information_date = fields.day("information_date")
    if complete and fields.values.get("information_date") is None:
        fields.wrong("information_date", f"a {status} item needs the day that its text tells of")
    return TextRecord(
        title=fields.text("title", longest=TITLE_LENGTH),
        summary=fields.text("summary", longest=SUMMARY_LENGTH, blank=not complete, lines=True),
        body=blocks,
        language=fields.choice("language", Language.values, default=Language.EN.value),
        topic=topic,
        information_date=information_date,
        reliability=fields.optional_choice("reliability", Reliability.values),
        accuracy=fields.optional_number("accuracy", Accuracy.values),
        level=fields.optional_choice("level", Level.values),
        review_date=_review_date(fields, published_on),
    )


def _review_date(fields: Fields, published_on: date | None) -> date | None:
    """Read the day of review; where the file names none it is a year after publication."""
    given = fields.day("review_date")
    if given is not None or published_on is None or published_on.year >= date.max.year:
        return given
    is_leap_day = (published_on.month, published_on.day) == (2, 29)
    return published_on.replace(year=published_on.year + 1, day=28 if is_leap_day else published_on.day)


def _recipients(fields: Fields, marking: str, directory: Directory) -> Iterator[RecipientRecord]:
    for path, entry in fields.entries("recipients"):
        recipient = Fields(entry, path, fields.problems, required=("to",), optional=("from", "until", "purpose"))
        kind, key = _target(recipient, directory)
        check_recipient(recipient, marking=marking, kind=kind)
        yield RecipientRecord(
            kind=kind,
            key=key,
            valid_from=recipient.instant("from"),
            valid_until=recipient.instant("until"),
            purpose=recipient.optional_text("purpose", longest=PURPOSE_LENGTH, blank=True) or "",
        )


def _target(recipient: Fields, directory: Directory) -> tuple[str, str]:
    """Read whom a recipient names: kind, and key or address; both empty where it is nobody."""
    to = recipient.text("to", longest=ADDRESS_LENGTH)
    word, _colon, key = to.partition(":")
    if not to:
        return "", ""
    if word not in _KINDS:
        recipient.wrong("to", f"must be org:KEY, group:KEY or user:EMAIL, not {shown(to)}")
        return "", ""
    kind = _KINDS[word]
    known = {
        RecipientKind.ORGANISATION: directory.places,
        RecipientKind.GROUP: directory.groups,
        RecipientKind.USER: directory.users,
    }[kind]
    key = key.lower() if kind == RecipientKind.USER else key
    if key not in known:
        what = {"org": "organisation", "group": "working group", "user": "person"}[word]
        recipient.wrong("to", f"the {what} {shown(key)} is neither in the file nor in the database")
    return kind.value, key
