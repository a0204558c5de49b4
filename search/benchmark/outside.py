"""An index of its own on the Elasticsearch of the settings, beside a scratch database; made and dropped around it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.db import connections
from elasticsearch import Elasticsearch

from cms.core.instants import current_instant
from search.engines.base import Access, EngineQuery, EngineResult
from search.engines.elastic.bodies import Question, bodies
from search.engines.elastic.connection import writer
from search.engines.elastic.definition import creation, definition
from search.engines.elastic.documents import Source, language_code
from search.engines.elastic.engine import ElasticEngine
from search.entries import EntryRow
from search.external import ExternalIndex
from search.rebuilding import SENDERS, index_uuid
from search.sync import BATCH, Copy, send, written_as

_VERSION = 1
_NUMBER = """
INSERT INTO search_indexeditem (sharing_id, version, restrictive) SELECT unnest(%s::bigint[]), 1, false
ON CONFLICT DO NOTHING
"""


class Unanswered(Exception):
    """The index may not be asked for all items, and nothing answers in its place."""


class Alone(ElasticEngine):
    """The engine without PostgreSQL to step in: what is measured is Elasticsearch's answer, however late. What is asked
    is invented: no marking is kept out of the index."""

    def asking(self) -> Elasticsearch:
        """Return the client with the patience that writing needs."""
        return writer()

    looking = asking

    def kept_out(self) -> Sequence[str]:
        """Return that no marking is."""
        return ()

    def _search(self, asked: EngineQuery, access: Access) -> EngineResult:
        result = self.search_outside(asked, access)
        if result is None:
            raise Unanswered("The index was not asked: see the lines before this one.")
        return result


class Unfiltered(Alone):
    """Asks the same without the filter by audience, to tell what it costs: nobody searches like this."""

    def bodies(self, question: Question) -> dict[str, dict[str, Any]]:
        """Return the bodies, the tokens taken out of their filters."""
        return {name: _without_tokens(body) for name, body in bodies(question).items()}


def _without_tokens(body: Mapping[str, Any]) -> dict[str, Any]:
    plain = deepcopy(dict(body))
    parts = plain["query"]["bool"]
    parts["filter"] = [part for part in parts["filter"] if "audience" not in part.get("terms", {})]
    return plain


class ScratchIndex:
    """The index, and the engine over it."""

    def __init__(self, using: str, alias: str) -> None:
        self.using = using
        self.alias = alias
        self.name = f"{alias}-1"
        self._engine = Alone(using, alias)
        self._unfiltered = Unfiltered(using, alias)
        self._languages: set[str] = set()

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return the answer of the index; PostgreSQL does not step in."""
        return self._engine.search(asked, access)

    def search_unfiltered(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return the same over all copies."""
        return self._unfiltered.search(asked, access)

    def fill(self, rows: Sequence[EntryRow]) -> None:
        """Copy the entries as a rebuild does."""
        with ThreadPoolExecutor(SENDERS) as pool:
            batches = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
            sent = [pool.submit(send, [action_of(row, self.name) for row in batch]) for batch in batches]
            for one in sent:
                one.result()
        self.number(rows)
        self._languages |= {language_code(row.language) for row in rows}
        ExternalIndex.objects.using(self.using).update(languages=sorted(self._languages))

    def number(self, rows: Sequence[EntryRow]) -> None:
        """Have the scratch database know the versions of the copies."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(_NUMBER, [[row.sharing_id for row in rows]])

    def settle(self) -> None:
        """Let searches see what was copied."""
        writer().indices.refresh(index=self.name)

    def bytes(self) -> int:
        """Return the size of the index on disk."""
        writer().indices.flush(index=self.name)
        return int(writer().indices.stats(index=self.name)["_all"]["primaries"]["store"]["size_in_bytes"])


@contextmanager
def scratch_index(using: str) -> Iterator[ScratchIndex]:
    """Make an index beside the scratch database, yield it, drop it."""
    alias = f"iconet-benchmark-{os.getpid()}"
    made, wanted = f"{alias}-1", definition(using)
    writer().indices.create(index=made, aliases={written_as(made): {}, alias: {}}, **creation(wanted))
    try:
        ExternalIndex.objects.using(using).create(
            role=ExternalIndex.Role.SERVING,
            name=made,
            uuid=index_uuid(made),
            definition=wanted,
            created_at=current_instant(),
        )
        yield ScratchIndex(using, alias)
    finally:
        # where it was built anew it has another name
        for name in writer().indices.get(index=f"{alias}-*").body:
            writer().indices.delete(index=name)


def action_of(row: EntryRow, index: str) -> dict[str, Any]:
    """Return the line of a bulk request that copies an entry."""
    source = Source(
        sharing_id=row.sharing_id,
        uuid=row.uuid,
        reference=row.reference,
        type=row.type_key,
        language=row.language,
        parts=(row.title, row.summary, row.body, *(attached.text for attached in row.attachments)),
        element_id=row.element_id,
        owner_id=row.owner_id,
        countries=row.countries,
        marking=row.marking,
        state=row.state,
        level=row.level,
        has_attachment=row.has_attachment,
        own_facets=row.own_facets,
        published_at=row.published_at,
        audience=row.audience,
        audience_since=row.audience_since,
        next_change=row.next_change,
    )
    return Copy(row.sharing_id, _VERSION, source).action(index)
