"""What a hit shows of an item and why it was found, from the read model in the database, whatever engine found it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cms.core.prepared import prepared_cursor
from search.compounds import by_parts, lexemes_of_parts
from search.engines.base import EngineHit, EngineQuery
from search.snippets import (
    READ_CHARACTERS,
    Matches,
    Sought,
    Window,
    beginning,
    best_window,
    marked,
    readable,
)
from search.stemming import CODES, folded, forms
from search.syntax import Query, Unit, units
from search.vectors import ATTACHMENT, BODY, SUMMARY, TITLE, mark
from search.weights import PREFIX, word_weight

# parts of a text by their number
_SUMMARY, _BODY, _FIRST_ATTACHED = 1, 2, 3
_PLACES = {TITLE: "title", SUMMARY: "summary", BODY: "body", ATTACHMENT: "attachment"}
# what the parts of an attachment are called
_KINDS = {
    ".pdf": gettext_lazy("page %(number)s"),
    ".pptx": gettext_lazy("slide %(number)s"),
    ".xlsx": gettext_lazy("sheet %(number)s"),
}
# words that say so little are marked only where nothing else is
_SAYS_LITTLE = 1.0
# e: an entry; its text's lexemes with places and weights, of those asked for alone
PLACES_OF_ENTRY = """
(SELECT jsonb_object_agg(v.lexeme, jsonb_build_array(v.positions, v.weights))
   FROM unnest(e.text) v
  WHERE v.lexeme = ANY (%(lexemes)s::text[]) OR v.lexeme = '@' || e.configuration
     OR v.lexeme ~ %(prefixes)s::text)
"""
_ENTRIES = f"""
SELECT e.sharing_id, e.configuration, e.summary, left(e.body, %(read)s), {PLACES_OF_ENTRY}
  FROM search_searchentry e WHERE e.sharing_id = ANY (%(ids)s::bigint[])
"""  # noqa: S608 - put together from this module's own text alone
_ATTACHED = """
SELECT e.sharing_id, w.part, e.attachments -> w.part
  FROM unnest(%(ids)s::bigint[], %(parts)s::int[]) w (id, part)
  JOIN search_searchentry e ON e.sharing_id = w.id
"""


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry as highlights need it: `places` has, by lexeme, its positions and their weights, as JSON."""

    sharing_id: int
    language: int
    summary: str
    body: str
    places: str | None


@dataclass(frozen=True, slots=True)
class _Attached:
    """The part of an attachment from which a snippet is to be taken."""

    part: int
    window: Window
    places: frozenset[int]


def highlight_parameters(query: Query) -> dict[str, Any]:
    """Return the parameters of `PLACES_OF_ENTRY`: every form of every wanted word in any language, and beginnings."""
    exact: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    for unit in units(Query(query.wanted)):
        if unit.reference:
            exact[f"#{unit.reference}"] = None
        for word in unit.words:
            exact |= dict.fromkeys(form for code in CODES for form in forms(word, code))
            exact |= dict.fromkeys(lexemes_of_parts(unit))
            if unit.prefix:
                prefixes[folded(word)] = None
    beginnings = f"^({'|'.join(prefixes)})" if prefixes else None
    return {"lexemes": list(exact), "prefixes": beginnings, "read": READ_CHARACTERS}


def read_hits(ids: Sequence[int], asked: EngineQuery, using: str = DEFAULT_DB_ALIAS) -> tuple[EngineHit, ...]:
    """Return the hits of these items (ids of sharing rows, which the viewer may see) in their order."""
    with prepared_cursor(using) as cursor:
        cursor.execute(_ENTRIES, {**highlight_parameters(asked.query), "ids": list(ids)})
        found = {row[0]: FoundEntry(*row) for row in cursor.fetchall()}
    return hits([found[sharing_id] for sharing_id in ids if sharing_id in found], asked, using)


def hits(found: Sequence[FoundEntry], asked: EngineQuery, using: str = DEFAULT_DB_ALIAS) -> tuple[EngineHit, ...]:
    """Return the hits of these entries in their order; asks the database where a snippet is of an attachment."""
    if not asked.query.wanted:
        return tuple(EngineHit(entry.sharing_id, beginning(entry.summary)) for entry in found)
    shown = [_hit(entry, asked.query) for entry in found]
    attached = {hit.sharing_id: wanted for hit, wanted in shown if wanted is not None}
    if not attached:
        return tuple(hit for hit, _wanted in shown)
    taken = _attached_hits({hit.sharing_id: hit for hit, _wanted in shown}, attached, using)
    return tuple(taken.get(hit.sharing_id, hit) for hit, _wanted in shown)


def _hit(entry: FoundEntry, query: Query) -> tuple[EngineHit, _Attached | None]:
    stored: dict[str, tuple[list[int] | None, list[str] | None]] = json.loads(entry.places) if entry.places else {}
    ends = stored.pop(mark(entry.language), ([], []))[0] or []
    matches = Matches(_sought(query, CODES[entry.language], stored), ends)
    where = {_PLACES[weight] for _positions, weights in stored.values() for weight in weights or ()}
    where |= {"reference"} if any(lexeme.startswith("#") for lexeme in stored) else set()
    ordered = tuple(name for name in ("title", "summary", "body", "attachment", "reference") if name in where)
    snippet, attached = SafeString(), None
    number, places, window = _best_part(matches)
    if number >= _FIRST_ATTACHED:
        attached = _Attached(number - _FIRST_ATTACHED, window, frozenset(places))
    elif window.worth:
        text = readable(entry.summary) if number == _SUMMARY else entry.body
        snippet = marked(text, window.start, frozenset(places))
    return EngineHit(entry.sharing_id, snippet or beginning(entry.summary), ordered), attached


def _best_part(matches: Matches) -> tuple[int, Mapping[int, Sought], Window]:
    """Return the part (never the title, which is shown anyway) with the best window; the first of several."""
    parts = sorted(matches.by_part().items())
    windows = [(number, places, best_window(places)) for number, places in parts if number >= _SUMMARY]
    return max(windows, key=lambda part: part[2].worth, default=(_SUMMARY, {}, Window(0, 0.0)))


def _sought(query: Query, language: str, stored: Mapping[str, Any]) -> list[Sought]:
    """Return the units that are looked for in the language; those that say little only where nothing else is there."""
    positions = {lexeme: frozenset(found[0] or ()) for lexeme, found in stored.items()}
    wanted = [unit for unit in units(Query(query.wanted)) if unit.language in {"", language}]
    found = [Sought(_places(unit, language, positions), _weight(unit, language)) for unit in wanted]
    telling = [sought for sought in found if sought.weight >= _SAYS_LITTLE and all(sought.words)]
    return telling or found


def _places(unit: Unit, language: str, positions: Mapping[str, frozenset[int]]) -> list[frozenset[int]]:
    parts = {lexeme for meant in by_parts(unit).get(language, ()) for lexemes in meant for lexeme in lexemes}
    return [
        frozenset().union(
            *(positions.get(form, ()) for form in (*forms(word, language), *parts)),
            *(at for lexeme, at in positions.items() if unit.prefix and lexeme.startswith(folded(word))),
        )
        for word in unit.words
    ]


def _weight(unit: Unit, language: str) -> float:
    return PREFIX if unit.prefix else sum(word_weight(word, language) for word in unit.words)


def _source(name: str, part: str) -> str:
    """Return the attachment with its part, named as people name it."""
    if not part:
        return name
    kind = _KINDS.get(PurePath(name).suffix.lower())
    return f"{name}, {kind % {'number': part} if kind else part}"


def _attached_hits(
    hits_by_id: Mapping[int, EngineHit], wanted: Mapping[int, _Attached], using: str
) -> dict[int, EngineHit]:
    parameters = {"ids": list(wanted), "parts": [attached.part for attached in wanted.values()]}
    with prepared_cursor(using) as cursor:
        cursor.execute(_ATTACHED, parameters)
        rows = cursor.fetchall()
    taken = {}
    for sharing_id, _part, stored in rows:
        if stored is not None:
            name, part, text = json.loads(stored) if isinstance(stored, str) else stored
            attached, hit = wanted[sharing_id], hits_by_id[sharing_id]
            snippet = marked(text, attached.window.start, attached.places) or hit.snippet
            taken[sharing_id] = EngineHit(sharing_id, snippet, hit.matched, _source(name, part))
    return taken
