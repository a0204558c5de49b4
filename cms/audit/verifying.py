"""Proving that the trail is what it was: or naming the first row that is not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cms.audit.canonical import FIELDS, row_hash
from cms.audit.checkpoints import Statement, signed_by
from cms.audit.keys import row_macs
from cms.audit.merkle import Frontier, inclusion_path
from cms.audit.models import AuditEvent, Checkpoint, Leaf

_CHUNK = 5_000


class NotProved(Exception):
    """The trail is not what was sealed; the message names the first place where it is not."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved: so many rows, from checkpoint to checkpoint, and how many wait to be sealed."""

    rows: int
    checkpoints: int
    first: int
    size: int
    unsealed: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a row stands at its place in the tree of a checkpoint."""

    place: int
    row_hash: bytes
    path: tuple[bytes, ...]
    checkpoint: Checkpoint


def verify(*, since: datetime | None = None, until: datetime | None = None) -> Proof:
    """Prove the rows between two instants (all of them, where none is given), from the checkpoint before the first to
    the one after the last.

    Every signature, every row's content against its hash and its place, and every root are recomputed; each checkpoint
    is thereby proved to continue the one before. Raises NotProved naming the first row that was changed, removed or
    inserted, or the first checkpoint that does not hold.
    """
    checkpoints = list(Checkpoint.objects.order_by("size"))
    for checkpoint in checkpoints:
        _check_signature(checkpoint)
    chosen = _between(checkpoints, since, until)
    frontier = _start(checkpoints, chosen)
    first = frontier.size
    for checkpoint in chosen:
        _add_rows(frontier, checkpoint.size, is_first=checkpoint is checkpoints[0])
        if frontier.root() != bytes(checkpoint.root):
            raise NotProved(
                f"A row up to place {checkpoint.size - 1} was removed, inserted or put elsewhere since the checkpoint"
                f" before: these rows do not lead to the root that was signed."
            )
    _check_names()
    if chosen == checkpoints[len(checkpoints) - len(chosen) :]:
        _check_end(frontier.size)
    return Proof(frontier.size - first, len(chosen), first, frontier.size, _check_unsealed())


def statement_of(checkpoint: Checkpoint) -> Statement:
    """Return what a stored checkpoint says."""
    return Statement(checkpoint.size, bytes(checkpoint.root), checkpoint.at)


def _check_signature(checkpoint: Checkpoint) -> None:
    if signed_by(statement_of(checkpoint), bytes(checkpoint.signature)) is None:
        raise NotProved(f"The checkpoint of {checkpoint.size} rows does not carry our signature.")
    _edge(checkpoint)


def _edge(checkpoint: Checkpoint) -> Frontier:
    """Return the tree's edge as the checkpoint has it, proved against the signed root."""
    try:
        frontier = Frontier.unpacked(checkpoint.size, bytes(checkpoint.peaks))
    except ValueError as error:
        raise NotProved(f"The checkpoint of {checkpoint.size} rows was changed.") from error
    if frontier.root() != bytes(checkpoint.root):
        raise NotProved(f"The checkpoint of {checkpoint.size} rows was changed.")
    return frontier


def _between(checkpoints: list[Checkpoint], since: datetime | None, until: datetime | None) -> list[Checkpoint]:
    """Return the checkpoints from the first signed after `since` to the first signed after `until`."""
    chosen = [one for one in checkpoints if since is None or one.at >= since]
    later = [one for one in chosen if until is not None and one.at >= until]
    return chosen[: chosen.index(later[0]) + 1] if later else chosen


def _start(checkpoints: list[Checkpoint], chosen: list[Checkpoint]) -> Frontier:
    number = checkpoints.index(chosen[0]) if chosen else len(checkpoints)
    return Frontier() if number == 0 else _edge(checkpoints[number - 1])


def _add_rows(frontier: Frontier, size: int, *, is_first: bool) -> None:
    """Put the rows up to the size at the tree's end, each checked against what it says."""
    for leaf, row in _sealed(frontier.size, size):
        if leaf["place"] != frontier.size:
            raise NotProved(f"The row at place {frontier.size} was removed.")
        if row is None:
            raise NotProved(f"The row at place {leaf['place']} was removed: it had the number {leaf['event_id']}.")
        _check_row(row, bytes(leaf["hash"]), f"at place {leaf['place']}", unmarked=is_first)
        frontier.add(bytes(leaf["hash"]))
    if frontier.size != size:
        raise NotProved(f"The row at place {frontier.size} was removed.")


def _check_row(row: Mapping[str, Any], sealed: bytes, where: str, *, unmarked: bool) -> None:
    name = f"The row {row['key']} {where}"
    if row_hash(row) != sealed:
        raise NotProved(f"{name} was changed: what it says is not what was sealed.")
    if not row["hash"] and not row["mac"] and unmarked:
        return  # written before rows had hashes, which only the first checkpoint may hold
    if bytes(row["hash"]) != sealed:
        raise NotProved(f"{name} was changed: its hash is not the one that was sealed.")
    if bytes(row["mac"]) not in row_macs(sealed):
        raise NotProved(f"{name} was inserted: it was not written by the application.")


def _sealed(start: int, end: int) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    for place in range(start, end, _CHUNK):
        leaves = list(
            Leaf.objects.filter(place__gte=place, place__lt=min(place + _CHUNK, end)).order_by("place").values()
        )
        rows = {row["id"]: row for row in _rows([leaf["event_id"] for leaf in leaves])}
        for leaf in leaves:
            yield leaf, rows.get(leaf["event_id"])


def _rows(ids: Iterable[int]) -> Iterable[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = AuditEvent.objects.filter(pk__in=list(ids)).values("id", "hash", "mac", *FIELDS)
    return rows


def _check_end(size: int) -> None:
    """Refuse places beyond the last checkpoint: sealing writes both in one transaction."""
    beyond = Leaf.objects.filter(place__gte=size).order_by("place").first()
    if beyond is not None:
        raise NotProved(
            f"Place {beyond.place} lies beyond the last checkpoint: a checkpoint was removed, or a place added."
        )


def _check_names() -> None:
    """Refuse a row that stands there twice: a copy carries a true hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM audit_auditevent GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1")
        twice = cursor.fetchone()
    if twice is not None:
        raise NotProved(f"The row {twice[0]} was inserted once more.")


def _check_unsealed() -> int:
    """Check the rows that wait to be sealed, and return how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM audit_auditevent e"
            " WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id) ORDER BY e.id"
        )
        ids = [row[0] for row in cursor.fetchall()]
    never_sealed = not Checkpoint.objects.exists()
    for start in range(0, len(ids), _CHUNK):
        for row in sorted(_rows(ids[start : start + _CHUNK]), key=lambda row: row["id"]):
            _check_row(row, bytes(row["hash"]) or row_hash(row), "that waits to be sealed", unmarked=never_sealed)
    return len(ids)


def verify_checkpoint(statement: Statement, signature: bytes) -> None:
    """Prove that the present trail continues a checkpoint that was kept elsewhere; raises NotProved otherwise."""
    if signed_by(statement, signature) is None:
        raise NotProved("The checkpoint that was kept does not carry our signature.")
    before = Checkpoint.objects.filter(size__lte=statement.size).order_by("size").last()
    frontier = Frontier() if before is None else _edge(before)
    for place in range(frontier.size, statement.size, _CHUNK):
        leaves = Leaf.objects.filter(place__gte=place, place__lt=min(place + _CHUNK, statement.size)).order_by("place")
        for leaf in leaves:
            frontier.add(bytes(leaf.hash))
    if frontier.size != statement.size:
        raise NotProved(
            f"The trail had {statement.size} rows when the checkpoint was kept; it has {frontier.size} now."
        )
    if frontier.root() != statement.root:
        raise NotProved(f"The first {statement.size} rows are not those of the checkpoint that was kept.")


def prove_row(key: UUID) -> Inclusion:
    """Return the proof that the row with this name stands in the tree of the first checkpoint that holds it.

    Raises NotProved where the row is absent, changed, or not sealed yet.
    """
    row = AuditEvent.objects.filter(key=key).values("id", "hash", "mac", *FIELDS).first()
    if row is None:
        raise NotProved(f"There is no row {key}.")
    leaf = Leaf.objects.filter(event_id=row["id"]).first()
    if leaf is None:
        raise NotProved(f"The row {key} waits to be sealed.")
    checkpoint = Checkpoint.objects.filter(size__gt=leaf.place).order_by("size").first()
    if checkpoint is None:
        raise NotProved(f"No checkpoint holds place {leaf.place}.")
    _check_signature(checkpoint)
    before = Checkpoint.objects.filter(size__lte=leaf.place).order_by("size").last()
    _check_row(row, bytes(leaf.hash), f"at place {leaf.place}", unmarked=before is None)
    frontier = Frontier() if before is None else _edge(before)
    leaves = Leaf.objects.filter(place__gte=frontier.size, place__lt=checkpoint.size).order_by("place")
    path = inclusion_path(frontier, (bytes(one.hash) for one in leaves.iterator()), leaf.place)
    return Inclusion(leaf.place, bytes(leaf.hash), tuple(path), checkpoint)
