"""Entries as plain values, and the one statement that writes them."""
# ruff: noqa: S608 - put together from this module's own text alone

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import override

from cms.core.prepared import prepared_cursor
from cms.sharing.models import Sharing
from content_types.models import ContentPage
from content_types.searching import facet_values, shown_value, value_of
from content_types.text import plain
from search.stemming import ANALYSIS, language_number
from search.vectors import ATTACHMENT, BODY, SUMMARY, TITLE, Vector
from search.words import composed, parted

# characters of a body, and of all attachments of an item together, that are searched; the vector ends earlier where
# nearly every word is another one
LONGEST_BODY = 200_000
LONGEST_ATTACHMENTS = 600_000
_COLUMNS = (
    "sharing_id uuid type_key title summary body language configuration element_id owner_id countries marking state "
    "level published_at information_date year month audience_since next_change version length title_length "
    "has_attachment own_facets shown attachments analysis"
).split()
_ALL_COLUMNS = [*_COLUMNS, "audience", "title_text", "text"]
# a title's own vector; then all words by weight, with the language's mark after title, summary, body and each page of
# an attachment: no phrase reaches over a mark, and the marks tell highlights where a part begins. The reference has no
# position.
_ENTRIES = f"""
SELECT {", ".join(f"x.{column}" for column in _COLUMNS)}, array_to_tsvector(x.audience) AS audience,
       x.title_vector::tsvector AS title_text, x.text_vector::tsvector AS text
  FROM json_to_recordset(%(rows)s::json) AS x (
         sharing_id bigint, uuid uuid, type_key text, title text, summary text, body text, language text,
         configuration smallint, element_id bigint, owner_id bigint, countries varchar[], marking text, state text,
         level text, published_at timestamptz, information_date date, year smallint, month int,
         audience_since timestamptz, next_change timestamptz, version bigint, length int, title_length smallint,
         has_attachment boolean, own_facets varchar[], shown jsonb, attachments jsonb, analysis smallint,
         audience text[], title_vector text, text_vector text)
"""
_WRITE = f"""
INSERT INTO search_searchentry ({", ".join(_ALL_COLUMNS)}) {_ENTRIES}
ON CONFLICT (sharing_id) DO UPDATE SET {", ".join(f"{column} = EXCLUDED.{column}" for column in _ALL_COLUMNS[1:])}
"""
_DIFFERING = f"""
SELECT w.uuid FROM ({_ENTRIES}) w LEFT JOIN search_searchentry e USING (sharing_id)
 WHERE {" OR ".join(f"w.{column} IS DISTINCT FROM e.{column}" for column in _ALL_COLUMNS[1:])}
"""
# a role that does not own the index leaves this to autovacuum
_SETTLE = """
SELECT gin_clean_pending_list(c.oid) FROM pg_class c
 WHERE c.oid = 'search_text_and_audience'::regclass AND pg_has_role(c.relowner, 'USAGE')
"""


@dataclass(frozen=True, slots=True)
class AttachedText:
    """The text of one page, sheet or slide of an attachment; `part` is its number, empty where it has but one."""

    name: str
    part: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """What is written of one item. The body is composed plain text, for its words are counted again in snippets."""

    sharing_id: int
    uuid: UUID
    reference: str
    type_key: str
    title: str
    summary: str
    body: str
    language: str
    element_id: int
    owner_id: int
    countries: list[str]
    marking: str
    state: str
    level: str
    published_at: datetime
    information_date: Any
    audience: list[str]
    audience_since: datetime | None
    next_change: datetime | None
    version: int
    has_attachment: bool = False
    attachments: Sequence[AttachedText] = ()
    own_facets: list[str] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """Return the columns, vectors in PostgreSQL's notation."""
        day = self.published_at.astimezone(UTC)
        attachments = _cut(self.attachments)
        title, text = Vector(self.language), Vector(self.language)
        title.add(self.title, TITLE)
        title_length = text.add(self.title, TITLE)
        text.add(self.summary, SUMMARY)
        text.add(self.body[:LONGEST_BODY], BODY)
        for attached in attachments:
            text.add(attached.text, ATTACHMENT)
        for vector in (title, text):
            vector.name(f"#{self.reference}")
        return {name: getattr(self, name) for name in _FIELDS} | {
            "attachments": [[attached.name, attached.part, attached.text] for attached in attachments],
            "configuration": language_number(self.language),
            "year": day.year,
            "month": day.year * 100 + day.month,
            "length": text.length,
            "title_length": min(title_length, 32_767),
            "analysis": ANALYSIS,
            "title_vector": str(title),
            "text_vector": str(text),
        }


_FIELDS = [each.name for each in fields(EntryRow)]


def _cut(attachments: Sequence[AttachedText]) -> list[AttachedText]:
    """Return the texts, composed, up to the length that is searched."""
    left, kept = LONGEST_ATTACHMENTS, []
    for attached in attachments:
        text = parted(composed(attached.text))[:left]
        left -= len(text)
        if text:
            kept.append(AttachedText(attached.name, attached.part, text))
    return kept


def entry_of(page: ContentPage, sharing: Sharing, attachments: Sequence[AttachedText] | None = None) -> EntryRow:
    """Return the entry of a live page with its sharing row. `attachments`: the texts of its files, None without any; a
    file without a text is there with an empty one."""
    declared = page.searching
    # the same entry, whatever language its publisher speaks
    with override(settings.LANGUAGE_CODE):
        body = "\n".join(text for name in declared.searched if (text := _text(page, name)))
        shown = [[str(shown.title), shown_value(page, shown.name)] for shown in declared.shown]
    return EntryRow(
        sharing_id=sharing.pk,
        uuid=sharing.uuid,
        reference=sharing.reference,
        type_key=page.item_type,
        title=page.title,
        summary=page.summary,
        body=parted(composed(body)),
        language=page.language,
        element_id=sharing.element_id,
        owner_id=sharing.owner_id,
        countries=sorted(set(sharing.countries)),
        marking=sharing.marking,
        state=sharing.state,
        level=page.level,
        published_at=sharing.first_shared_at or page.first_published_at,
        information_date=page.information_date,
        audience=sharing.audience,
        audience_since=sharing.audience_since,
        next_change=sharing.next_change,
        version=sharing.version,
        has_attachment=attachments is not None,
        attachments=attachments or (),
        own_facets=[f"{facet.name}={value}" for facet in declared.faceted for value in facet_values(page, facet)],
        shown=[[title, text] for title, text in shown if text],
    )


def _text(page: ContentPage, name: str) -> str:
    """Return the text of a declared field; of HTML the words alone."""
    value = value_of(page, name)
    text = "" if value is None else str(value)
    return plain(text) if "</" in text and name != "body_text" else text


def write_entries(rows: Sequence[EntryRow], using: str = DEFAULT_DB_ALIAS) -> None:
    """Write the entries in one statement, in place of those that stand for the same items."""
    if rows:
        with prepared_cursor(using) as cursor:
            cursor.execute(_WRITE, _parameters(rows))


def differing(rows: Sequence[EntryRow], using: str = DEFAULT_DB_ALIAS) -> list[UUID]:
    """Return the identifiers of those items whose stored entry is absent or another one."""
    if not rows:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(_DIFFERING, _parameters(rows))
        return [uuid for (uuid,) in cursor.fetchall()]


def _parameters(rows: Sequence[EntryRow]) -> dict[str, Any]:
    return {"rows": json.dumps([row.values() for row in rows], default=str)}


def settle_index(using: str = DEFAULT_DB_ALIAS) -> None:
    """Sort what was written into the index. It comes in lists first, which makes many writes three times as fast; a
    list left there would slow searches down, and tell by that how much was written lately."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SETTLE)
