"""Entries as plain values, and the one statement that writes them."""
# ruff: noqa: S608 - put together from this module's own text alone

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from cms.core.prepared import prepared_cursor
from cms.sharing.models import Sharing
from content_types.models import ContentPage
from search.languages import configuration_number, configurations
from search.words import composed, parted, words

# PostgreSQL takes vectors of one megabyte; what a body has beyond this many characters is not searched
LONGEST_BODY = 200_000
_COLUMNS = (
    "sharing_id uuid type_key title summary body language configuration element_id owner_id countries marking state "
    "level published_at information_date year audience_since next_change version"
).split()
_ALL_COLUMNS = [*_COLUMNS, "audience", "title_text", "text"]
# a title's own vector; then all words by weight, with the configuration's mark after title, summary and body: no phrase
# reaches over a mark, and the marks tell highlights where the body begins. The reference has no position.
_ENTRIES = f"""
SELECT {", ".join(f"x.{column}" for column in _COLUMNS)}, array_to_tsvector(x.audience) AS audience,
       v.title || v.mark || v.reference AS title_text,
       setweight(v.title, 'A') || v.mark || setweight(to_tsvector(v.name, x.summary_words), 'B') || v.mark
         || to_tsvector(v.name, x.body_words) || v.mark || v.reference AS text
  FROM json_to_recordset(%(rows)s::json) AS x (
         sharing_id bigint, uuid uuid, type_key text, title text, summary text, body text, language text,
         configuration smallint, element_id bigint, owner_id bigint, countries varchar[], marking text, state text,
         level text, published_at timestamptz, information_date date, year smallint, audience_since timestamptz,
         next_change timestamptz, version bigint, audience text[], reference text,
         title_words text, summary_words text, body_words text),
       LATERAL (SELECT name, to_tsvector(name, x.title_words) AS title,
                       (quote_literal('@' || x.configuration) || ':1')::tsvector AS mark,
                       array_to_tsvector(ARRAY['#' || x.reference]) AS reference
                  FROM (SELECT (%(configurations)s::text[])[x.configuration + 1]::regconfig AS name) c OFFSET 0) v
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

    def values(self, using: str) -> dict[str, Any]:
        """Return the columns, and the words from which the statement makes the vectors."""
        return {name: getattr(self, name) for name in _FIELDS} | {
            "configuration": configuration_number(self.language, using),
            "year": self.published_at.astimezone(UTC).year,
            "title_words": " ".join(words(composed(self.title))),
            "summary_words": " ".join(words(composed(self.summary))),
            "body_words": " ".join(words(self.body[:LONGEST_BODY])),
        }


_FIELDS = [field.name for field in fields(EntryRow)]


def entry_of(page: ContentPage, sharing: Sharing) -> EntryRow:
    """Return the entry of a live page with its sharing row."""
    return EntryRow(
        sharing_id=sharing.pk,
        uuid=sharing.uuid,
        reference=sharing.reference,
        type_key=page.type_key,
        title=page.title,
        summary=page.summary,
        body=parted(composed(page.body_text())),
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
    )


def write_entries(rows: Sequence[EntryRow], using: str = DEFAULT_DB_ALIAS) -> None:
    """Write the entries in one statement, in place of those that stand for the same items."""
    if rows:
        with prepared_cursor(using) as cursor:
            cursor.execute(_WRITE, _parameters(rows, using))


def differing(rows: Sequence[EntryRow], using: str = DEFAULT_DB_ALIAS) -> list[UUID]:
    """Return the identifiers of those items whose stored entry is absent or another one."""
    if not rows:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(_DIFFERING, _parameters(rows, using))
        return [uuid for (uuid,) in cursor.fetchall()]


def _parameters(rows: Sequence[EntryRow], using: str) -> dict[str, Any]:
    values = json.dumps([row.values(using) for row in rows], default=str)
    return {"rows": values, "configurations": list(configurations(using))}


def settle_index(using: str = DEFAULT_DB_ALIAS) -> None:
    """Sort what was written into the index. It comes in lists first, which makes many writes three times as fast; a
    list left there would slow searches down, and tell by that how much was written lately."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SETTLE)
