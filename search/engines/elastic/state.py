"""What a search must know before it asks outside: which index may be trusted, and for which items the database answers
because their copies may be out of date, or are kept out."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from django.db import DEFAULT_DB_ALIAS
from elasticsearch import Elasticsearch

from cms.core.prepared import prepared_cursor
from search.engines.base import Access
from search.engines.elastic.definition import definition, differences
from search.external import WATERMARK, ExternalIndex

logger = logging.getLogger("iconet.search")

# of more items than this the database does not answer beside the index, but alone
MOST_WITHHELD = 500
# seconds between two looks at whether the index is the one that was built, with all that was written
WATCH_SECONDS = 10.0

_MOST = MOST_WITHHELD + 1
# First what must be withheld; new items, which the index cannot show in a state they no longer have, only where there
# is room. Each part reads the beginning of an index of its own; their orders leave the planner no other way, whatever
# it believes of how many rows there are.
_STATE = f"""
SELECT 'index', x.id, x.uuid, x.confirmed, x.languages FROM search_externalindex x WHERE x.role = 'serving'
UNION ALL SELECT CASE WHEN p.restrictive THEN 'changed' ELSE 'new' END, p.sharing_id, NULL, NULL, NULL
  FROM (SELECT i.restrictive, i.sharing_id FROM search_indexeditem i
         WHERE i.pending_since IS NOT NULL ORDER BY i.restrictive DESC, i.sharing_id LIMIT {_MOST}) p
UNION ALL SELECT 'kept out', k.sharing_id, NULL, NULL, NULL
  FROM unnest(%(kept_out)s::text[]) m (marking),
       LATERAL (SELECT e.sharing_id FROM search_searchentry e WHERE e.marking = m.marking
                 ORDER BY e.marking, e.sharing_id LIMIT {_MOST}) k
UNION ALL SELECT 'due', d.sharing_id, NULL, NULL, NULL
  FROM (SELECT e.sharing_id FROM search_searchentry e
         WHERE e.next_change <= %(at)s ORDER BY e.next_change LIMIT {_MOST}) d
UNION ALL SELECT 'due', d.sharing_id, NULL, NULL, NULL
  FROM (SELECT e.sharing_id FROM search_searchentry e
         WHERE e.audience_since > %(at)s ORDER BY e.audience_since DESC LIMIT {_MOST}) d
"""  # noqa: S608 - put together from this module's own text alone


@dataclass(frozen=True, slots=True)
class Serving:
    """The index that answers, as the database knows it."""

    pk: int
    uuid: str
    confirmed: int
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class State:
    """The index that answers, if any, and the items for which the database answers; None: for all."""

    serving: Serving | None
    withheld: Sequence[int] | None


def state_for(access: Access, kept_out: Sequence[str], using: str = DEFAULT_DB_ALIAS) -> State:
    """Return the state at the instant of the access, in one statement; `kept_out` are the markings that are never sent
    outside."""
    with prepared_cursor(using) as cursor:
        cursor.execute(_STATE, {"kept_out": list(kept_out), "at": access.at})
        rows = cursor.fetchall()
    serving = next((Serving(*row[1:]) for row in rows if row[0] == "index"), None)
    must = {pk for kind, pk, *_rest in rows if kind in {"changed", "kept out", "due"}}
    new = {pk for kind, pk, *_rest in rows if kind == "new"}
    if len(must) > MOST_WITHHELD:
        return State(serving, None)
    return State(serving, sorted({*must, *new} if len(must | new) <= MOST_WITHHELD else must))


class Watch:
    """Looks whether an index is made as this program needs it, is the one that was built, and has what was written."""

    def __init__(self, using: str, alias: str, looking: Callable[[], Elasticsearch]) -> None:
        self._using = using
        self._alias = alias
        self._looking = looking
        self._fits: dict[int, bool] = {}
        self._next_look: dict[int, float] = {}

    def trusts(self, serving: Serving) -> bool:
        """Return whether the index may answer. Raises errors of the far side."""
        if serving.pk not in self._fits:
            self._fits[serving.pk] = self._fitting(serving)
        if not self._fits[serving.pk]:
            return False
        if monotonic() < self._next_look.get(serving.pk, 0.0):
            return True
        trusted = self._as_it_was(serving)
        if trusted:
            self._next_look[serving.pk] = monotonic() + WATCH_SECONDS
        return trusted

    def look_again(self) -> None:
        """Have the next search look, whatever it found before: the far side was away."""
        self._next_look.clear()

    def _fitting(self, serving: Serving) -> bool:
        different = mapping_changes(serving.pk, self._using)
        if different:
            logger.error(
                "The external index is made otherwise than needed (%s): run rebuild_index.", "; ".join(different)
            )
        return not different

    def _as_it_was(self, serving: Serving) -> bool:
        looking = self._looking()
        found = looking.indices.get_settings(index=self._alias, name="index.uuid", ignore_unavailable=True).body
        uuids = [index["settings"]["index"]["uuid"] for index in found.values()]
        if uuids != [serving.uuid]:
            logger.error("The external index is not the one that was built: run rebuild_index.")
            return False
        if not serving.confirmed:
            return True
        mark = looking.options(ignore_status=404).get(index=self._alias, id=WATERMARK, source=False).body
        if mark.get("_version", 0) < serving.confirmed:
            logger.error("The external index has lost what was written to it: run rebuild_index.")
            return False
        return True


def mapping_changes(pk: int, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the parts in which the index is made otherwise than this program needs it."""
    found = ExternalIndex.objects.using(using).filter(pk=pk).values_list("definition", flat=True).first()
    return list(differences(definition(using), found))
