"""The history of facts: written with each change, read to say who could see an item at any instant."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.models import FactsRecord, Sharing

_COLUMNS = (
    "owner_id",
    "element",
    "countries",
    "marking",
    "state",
    "live",
    "quarantined",
    "quarantined_by_id",
    "recipients",
)
BATCH = 500


def _columns(facts: ItemFacts) -> dict[str, Any]:
    """Return what a record says of these facts, in an order of its own, so that equal facts make equal records."""
    return {
        "owner_id": facts.owner_id,
        "element": facts.element,
        "countries": sorted(facts.countries),
        "marking": facts.marking,
        "state": facts.state,
        "live": facts.live,
        "quarantined": facts.quarantined,
        "quarantined_by_id": facts.quarantined_by,
        "recipients": sorted((_named(row) for row in facts.recipients), key=str),
    }


def _named(row: RecipientFacts) -> list[Any]:
    borders = (row.valid_from, row.valid_until)
    return [row.kind, row.target_id, *(None if border is None else border.isoformat() for border in borders)]


def note_facts(facts_by_sharing: Mapping[int, ItemFacts], at: datetime, *, new: bool = False) -> None:
    """Keep the facts of these items (sharing row's id → facts) as those from the instant on, where they changed.

    The caller holds the items' locks, so records follow each other as the changes do: an act that waited for another
    one, and came with an earlier instant, is noted with the other's. `new` says that no record exists yet.
    """
    last = {} if new else latest(facts_by_sharing)
    records = []
    for key, facts in facts_by_sharing.items():
        columns, before = _columns(facts), last.get(key)
        if before is None or any(getattr(before, name) != columns[name] for name in _COLUMNS):
            moment = at if before is None else max(at, before.at)
            records.append(FactsRecord(sharing_id=key, at=moment, **columns))
    FactsRecord.objects.bulk_create(records, batch_size=BATCH)


def latest(sharing_ids: Iterable[int]) -> dict[int, FactsRecord]:
    """Return the newest record of each of these items."""
    rows = FactsRecord.objects.filter(sharing__in=list(sharing_ids)).order_by("sharing", "-at", "-pk")
    return {row.sharing_id: row for row in rows.distinct("sharing")}


def facts_at(sharing: Sharing, at: datetime) -> ItemFacts | None:
    """Return the facts that decided at the instant; None before the item was here."""
    record = sharing.history.filter(at__lte=at).first()
    return None if record is None else facts_of_record(record)


def facts_of_record(record: FactsRecord) -> ItemFacts:
    """Return what the record says as facts to decide from."""
    return ItemFacts(
        owner_id=record.owner_id,
        element=record.element,
        countries=frozenset(record.countries),
        marking=record.marking,
        state=record.state,
        live=record.live,
        quarantined=record.quarantined,
        quarantined_by=record.quarantined_by_id,
        recipients=tuple(
            RecipientFacts(kind, target_id, *(None if day is None else datetime.fromisoformat(day) for day in borders))
            for kind, target_id, *borders in record.recipients
        ),
    )
