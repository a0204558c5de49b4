"""What is stored about audiences, compared with what the facts say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func

from cms.organisations.models import GroupMember, Organisation
from cms.organisations.services import BUILT_IN_GROUPS, belongs_to_built_in
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.tokens import Audience, audience
from search.models import SearchEntry

_INSTANT = timedelta(microseconds=1)
_BATCH = 500
_COPIED = ("owner_id", "element_id", "marking", "state", "audience_since", "next_change", "version")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and every difference in words."""

    items: int
    entries: int
    due: int
    differences: tuple[str, ...]


def check_audience(at: datetime) -> Checked:
    """Compare lineages, built-in groups, audiences and the copies in the search entries with the facts.

    A row whose span has ended is not wrong, for it is judged from its facts until the worker has brought it up to
    date; such rows are counted as due, and compared at an instant of their span.
    """
    differences = [*_lineages(), *_built_in_groups()]
    items = entries = due = 0
    for rows in _batches():
        found = _entries([row.pk for row in rows])
        for row in rows:
            items += 1
            entries += row.pk in found
            due += not _exact(row, at)
            differences += _row_differences(row, at)
            differences += _entry_differences(row, found.pop(row.pk, None))
    return Checked(items, entries, due, tuple(differences))


def _lineages() -> Iterator[str]:
    rows = {row.pk: row for row in Organisation.objects.all()}
    for row in rows.values():
        lineage: list[int] = []
        current: Organisation | None = row
        while current is not None and current.pk not in lineage:
            lineage.insert(0, current.pk)
            current = None if current.parent_id is None else rows[current.parent_id]
        if row.lineage != lineage:
            yield f"organisation {row.key}: lineage {row.lineage}, but its parents say {lineage}"


def _built_in_groups() -> Iterator[str]:
    participants = list(Organisation.objects.filter(parent__isnull=True))
    for key in BUILT_IN_GROUPS:
        present = set(GroupMember.objects.filter(group__key=key).values_list("organisation__key", flat=True))
        wanted = {row.key for row in participants if belongs_to_built_in(key, row.kind, row.country)}
        if present != wanted:
            yield f"working group {key}: differs from its participants in {sorted(map(str, present ^ wanted))}"


def _batches() -> Iterator[list[Sharing]]:
    keys = list(Sharing.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        yield list(Sharing.objects.filter(pk__in=keys[start : start + _BATCH]).order_by("pk").with_facts())


def _entries(keys: list[int]) -> dict[int, SearchEntry]:
    tokens = Func("audience", function="tsvector_to_array", output_field=ArrayField(CharField()))
    return {row.pk: row for row in SearchEntry.objects.filter(pk__in=keys).annotate(tokens=tokens)}


def _exact(row: Sharing, at: datetime) -> bool:
    begun = row.audience_since is None or row.audience_since <= at
    return begun and (row.next_change is None or row.next_change > at)


def _row_differences(row: Sharing, at: datetime) -> Iterator[str]:
    moment = at
    if not _exact(row, at):
        moment = row.audience_since or (row.next_change or at) - _INSTANT
    expected = audience(facts_of(row), moment)
    stored = Audience(frozenset(row.audience), row.audience_since, row.next_change)
    if stored.tokens != expected.tokens:
        surplus, absent = sorted(stored.tokens - expected.tokens), sorted(expected.tokens - stored.tokens)
        yield f"item {row.uuid}: audience has {surplus or 'nothing'} too much, lacks {absent or 'nothing'}"
    if (stored.since, stored.next_change) != (expected.since, expected.next_change):
        yield (
            f"item {row.uuid}: span {stored.since} to {stored.next_change}, "
            f"but the recipients say {expected.since} to {expected.next_change}"
        )


def _entry_differences(row: Sharing, entry: SearchEntry | None) -> Iterator[str]:
    if entry is None:
        if row.page.live:
            yield f"item {row.uuid}: live, but without a search entry"
        return
    if not row.page.live:
        yield f"item {row.uuid}: not live, but with a search entry"
    tokens: list[str] = entry.tokens  # type: ignore[attr-defined]
    if set(tokens) != set(row.audience):
        yield f"item {row.uuid}: its search entry has another audience"
    names = [name for name in _COPIED if getattr(row, name) != getattr(entry, name)]
    if sorted(row.countries) != sorted(entry.countries):
        names.append("countries")
    if names:
        yield f"item {row.uuid}: its search entry differs in {', '.join(names)}"
