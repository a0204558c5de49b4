"""The engine over Elasticsearch. What it finds is checked against the database before anybody sees it; for items whose
copies may be out of date the database answers, and for all of them whenever the index cannot be asked or trusted."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from elasticsearch import Elasticsearch

from cms.core.prepared import prepared_cursor
from search.engines.base import Access, EngineQuery, EngineResult, Filters
from search.engines.blending import added, blended
from search.engines.cursors import Cursor, read_cursor, write_cursor
from search.engines.elastic.answers import Answer, Found, read, read_frequencies
from search.engines.elastic.bodies import Keys, Question, bodies, bonus, frequencies_body
from search.engines.elastic.breaker import Breaker
from search.engines.elastic.connection import FarSideErrors, checked, client, glancing, told, unanswered
from search.engines.elastic.joining import (
    Key,
    Place,
    alike,
    joined_facets,
    order_after,
    place_in_database,
    place_in_index,
    sort_after,
)
from search.engines.elastic.scores import Scored, read_scored
from search.engines.elastic.state import MOST_WITHHELD, Watch, state_for
from search.engines.pacing import evenly
from search.engines.postgres import OrderedResult, PostgresEngine, order_of
from search.highlights import read_hits

logger = logging.getLogger("iconet.search")

# items that Elasticsearch goes through for one page at most; pages that lie deeper are the database's
DEEPEST = 10_000

_VERSIONS = "SELECT sharing_id, version FROM search_indexeditem WHERE sharing_id = ANY (%(ids)s::bigint[])"
_NAMES = """
SELECT 'element', id::text, key FROM elements_element
UNION ALL SELECT 'owner', id::text, key FROM organisations_organisation
 WHERE key = ANY (%(keys)s::text[]) OR id = ANY (%(ids)s::bigint[])
"""


class OutOfStep(Exception):
    """The index answered with something else than the database knows of it."""


class ElasticEngine:
    """Searches copies of the entries; the same question to PostgreSQL alone has the same meaning."""

    def __init__(self, using: str = DEFAULT_DB_ALIAS, alias: str = "") -> None:
        # an address that is missing is told when the system starts
        client()
        self._using = using
        self._alias = alias or settings.ELASTICSEARCH_INDEX
        self._postgres = PostgresEngine(using)
        self._watch = Watch(using, self._alias, self.looking)
        self.breaker = Breaker()

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see of what is looked for; PostgreSQL answers when Elasticsearch cannot."""
        return evenly(lambda: self._search(asked, access))

    def _search(self, asked: EngineQuery, access: Access) -> EngineResult:
        try:
            result = self.search_outside(asked, access)
        except OutOfStep as error:
            logger.error("The external index is out of step (%s): PostgreSQL answers. Run check_index --repair.", error)
            result = None
        except FarSideErrors as error:
            self._note_failure(error)
            result = None
        return result or self._postgres.search(asked, access)

    def asking(self) -> Elasticsearch:
        """Return the client that searches."""
        return client()

    def looking(self) -> Elasticsearch:
        """Return the client that looks at the index before a search."""
        return glancing()

    def kept_out(self) -> Sequence[str]:
        """Return the markings of which the index has no copy."""
        return settings.ELASTICSEARCH_KEPT_OUT

    def _note_failure(self, error: Exception) -> None:
        if not unanswered(error):
            logger.error("Elasticsearch refuses a search (%s): PostgreSQL answers it.", told(error))
            return
        self._watch.look_again()
        if self.breaker.failed():
            logger.error("Elasticsearch does not answer (%s): PostgreSQL does, until it is back.", told(error))

    def search_outside(self, asked: EngineQuery, access: Access) -> EngineResult | None:
        """Return the answer of the index, joined with the database's for what is withheld from it; None where the index
        is not to be asked. Raises errors of the far side, and OutOfStep."""
        after = read_cursor(asked.after, order_of(asked)) if asked.after else None
        state = state_for(access, self.kept_out(), self._using)
        size = (asked.limit if after else asked.offset + asked.limit) + 1
        if state.serving is None or state.withheld is None or size > DEEPEST:
            return None
        if not self.breaker.allows() or not self._watch.trusts(state.serving):
            return None
        question = Question(asked, access, state.withheld, self._keys(asked.filters), state.serving.languages, size)
        beside = self._beside(asked, access, state.withheld)
        scored = read_scored([pk for pk, _key in beside.found], asked, self._using) if asked.by_rank else {}
        if asked.by_rank and asked.any_word:
            question = self._blended(question, scored.values())
        return self._answered(question, after, beside, scored)

    def _blended(self, question: Question, beside: Iterable[Scored]) -> Question:
        """Return the question with words weighed by how rare they are among the items found, in the index and beside
        it."""
        asked = question.asked
        (response,) = self._responses([frequencies_body(question)])
        found = added(read_frequencies(response), *(one.frequency(asked.ranking) for one in beside))
        return replace(question, asked=replace(asked, ranking=blended(asked.ranking, found)))

    def _answered(
        self, question: Question, after: Cursor | None, beside: OrderedResult, scored: Mapping[int, Scored]
    ) -> EngineResult:
        asked, gain = question.asked, bonus(question.asked, question.languages)
        answer = self._ask(replace(question, after=sort_after(after, gain) if after else ()))
        places = [place_in_index(found, asked, gain) for found in answer.found]
        values = {sharing_id: one.score(asked.ranking) for sharing_id, one in scored.items()}
        places += _places_beside(beside, values, answer, order_after(after, gain) if after else None, gain)
        return self._joined(asked, after, sorted(places, key=lambda place: place.order), answer, beside)

    def bodies(self, question: Question) -> dict[str, dict[str, Any]]:
        """Return the bodies of the searches that answer the question."""
        return bodies(question)

    def _ask(self, question: Question) -> Answer:
        named = self.bodies(question)
        responses = self._responses(list(named.values()))
        answer = read(dict(zip(named, responses, strict=True)))
        self._check_versions(answer.found)
        return answer

    def _responses(self, searched: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the whole responses to the bodies."""
        searches: list[Mapping[str, Any]] = []
        for body in searched:
            searches += [{}, body]
        answered = self.asking().msearch(index=self._alias, searches=searches).body["responses"]
        responses = [checked(response) for response in answered]
        if self.breaker.succeeded():
            logger.warning("Elasticsearch answers again.")
        return responses

    def _check_versions(self, found: Sequence[Found]) -> None:
        """Raise OutOfStep where a copy is not the one that the database knows. One that is newer than this transaction
        sees is no fault, but the answer would be of two moments."""
        if not found:
            return
        with prepared_cursor(self._using) as cursor:
            cursor.execute(_VERSIONS, {"ids": [one.sharing_id for one in found]})
            known = dict(cursor.fetchall())
        wrong = [one.sharing_id for one in found if known.get(one.sharing_id) != one.version]
        if wrong:
            raise OutOfStep(f"{len(wrong)} copies of another version, the first of sharing row {wrong[0]}")

    def _beside(self, asked: EngineQuery, access: Access, withheld: Sequence[int]) -> OrderedResult:
        """Return what the database answers for the items withheld, all of them in order."""
        only = set(withheld) if asked.filters.only is None else set(withheld) & set(asked.filters.only)
        if not only:
            return OrderedResult(0, (), {})
        filters = replace(asked.filters, only=tuple(sorted(only)))
        whole = replace(asked, filters=filters, offset=0, after="", limit=MOST_WITHHELD)
        return self._postgres.search_ordered(whole, access)

    def _joined(
        self, asked: EngineQuery, after: Cursor | None, places: Sequence[Place], answer: Answer, beside: OrderedResult
    ) -> EngineResult:
        start = 0 if after else asked.offset
        page = places[start : start + asked.limit]
        shown = (after.place if after else asked.offset) + len(page)
        more = bool(page) and len(places) > start + asked.limit
        return EngineResult(
            total=answer.total + beside.total,
            hits=read_hits([place.sharing_id for place in page], asked, self._using),
            facets=joined_facets(self._named(answer.counts), beside.facets) if asked.facets else {},
            next=write_cursor(order_of(asked), shown, page[-1].cursor) if more else "",
        )

    def _keys(self, filters: Filters) -> Keys:
        """Return elements and owners by the keys that filters name."""
        owners = (*filters.owner, *filters.without_owner)
        if not owners and not filters.element and not filters.without_element:
            return Keys({}, {})
        ids: dict[str, dict[str, str]] = {"element": {}, "owner": {}}
        for kind, number, key in self._read_names(keys=owners):
            ids[kind][key] = number
        return Keys(ids["element"], ids["owner"])

    def _named(self, counts: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
        """Return the counts with keys of elements and owners in place of their ids."""
        names = {(kind, number): key for kind, number, key in self._read_names(ids=counts.get("owner", {}))}
        return {
            facet: Counter({names.get((facet, value), value): count for value, count in values.items()})
            for facet, values in counts.items()
        }

    def _read_names(
        self, *, keys: Sequence[str] = (), ids: Mapping[str, int] | None = None
    ) -> list[tuple[str, str, str]]:
        with prepared_cursor(self._using) as cursor:
            cursor.execute(_NAMES, {"keys": list(keys), "ids": [int(number) for number in ids or ()]})
            found: list[tuple[str, str, str]] = cursor.fetchall()
        return found


def _places_beside(
    beside: OrderedResult, values: Mapping[int, float], answer: Answer, first: Key | None, gain: float
) -> list[Place]:
    """Return the places of the items for which the database answers, by their scores where items are ranked: those that
    come after `first`, where there is one."""
    places = [place_in_database(sharing_id, key, values.get(sharing_id), gain) for sharing_id, key in beside.found]
    if values:
        shown_last = [-first[0]] if first else []
        places = alike(places, sorted([*(one.sort[0] for one in answer.found), *shown_last]))
    return [place for place in places if first is None or place.order > first]
