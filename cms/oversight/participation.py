"""Participation: how much each State contributes to an element in a quarter, how soon, how completely, how it answers.

Counted is what is open to the whole network, and so to everybody who is shown the figures: items shared with named
recipients alone, withdrawn or in quarantine take part in no figure. What is small is withheld (`suppression`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.oversight.suppression import quarter_of, told
from cms.sharing.enums import SharingState
from cms.sharing.models import Sharing
from content_types.models import Alert, ContentPage
from workflows.alerts.models import Receipt
from workflows.selectors import content_models

QUARTERS_SHOWN = 8
# a quarter is told of when the last alert of it had its time to be acknowledged, and not before: of a period that still
# runs, two looks would show what came between them
SETTLED = timedelta(days=7)
ALERT_IN_TIME = timedelta(hours=24)
OTHERS_IN_TIME = timedelta(days=7)
_DAY = timedelta(days=1)
_PARTICIPANT = "sharing__owner__lineage__0"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year, by UTC days."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return self.moved(1).begin

    def moved(self, quarters: int) -> "Quarter":
        """Return the quarter so many quarters later."""
        months = 4 * self.year + self.number - 1 + quarters
        return Quarter(months // 4, months % 4 + 1)


@dataclass(slots=True)
class Tally:
    """What is counted of one participant. Of these, shares are `in_time` of `dated`, `filled` of `asked_for`,
    `acknowledged` of `received`."""

    number: int = 0
    dated: int = 0
    in_time: int = 0
    asked_for: int = 0
    filled: int = 0
    received: int = 0
    acknowledged: int = 0

    def add(self, counted: Mapping[str, int]) -> None:
        """Add what was counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + counted.get(one.name, 0))


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one participant; None is withheld. Shares are told as quarters of the whole, from 0 to 3."""

    key: str
    participant: str
    number: int | None
    in_time: int | None
    complete: int | None
    acknowledged: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of an element in a quarter, by participant; the total where all of them are told of."""

    element: Element
    quarter: Quarter
    lines: Sequence[Line]
    total: int | None
    whole: bool


def quarters(at: datetime) -> list[Quarter]:
    """Return the quarters that may be told of at the instant, the newest first."""
    settled = at - SETTLED
    running = Quarter(settled.year, (settled.month + 2) // 3)
    return [running.moved(-back) for back in range(1, QUARTERS_SHOWN + 1)]


def table(element: Element, quarter: Quarter, participants: Collection[int] | None) -> Table:
    """Return the figures of an element in a quarter, of these participants alone or (None) of all with their total."""
    rows = Organisation.objects.filter(parent__isnull=True, merged_into__isnull=True).order_by("name", "pk")
    shown = list(rows if participants is None else rows.filter(pk__in=participants))
    tallies = _tallies(element, quarter)
    column = told({row.pk: tallies.get(row.pk, Tally()).number for row in shown})
    lines = [_line(row, column.counts[row.pk], tallies.get(row.pk, Tally())) for row in shown]
    whole = participants is None
    return Table(element, quarter, lines, column.total if whole else None, whole)


def _line(participant: Organisation, number: int | None, tally: Tally) -> Line:
    return Line(
        key=participant.key,
        participant=participant.name,
        number=number,
        in_time=quarter_of(tally.in_time, tally.dated),
        # of few items not even this: their fields are many, and would pass for a large whole
        complete=None if number is None else quarter_of(tally.filled, tally.asked_for),
        acknowledged=quarter_of(tally.acknowledged, tally.received),
    )


def _counted(element: Element, quarter: Quarter) -> QuerySet[Sharing]:
    open_to_all = [SharingState.NETWORK, SharingState.PUBLIC]
    rows = Sharing.objects.filter(element=element, state__in=open_to_all, quarantined=False, page__live=True)
    return rows.filter(first_shared_at__gte=quarter.begin, first_shared_at__lt=quarter.end)


def _tallies(element: Element, quarter: Quarter) -> Mapping[int, Tally]:
    """Return what is counted by participant, in one query for each kind of item and one for acknowledgements."""
    counted = _counted(element, quarter)
    found: dict[int, Tally] = {}
    for participant, numbers in [*_published(counted), *_received(counted)]:
        found.setdefault(participant, Tally()).add(numbers)
    return found


def _published(counted: QuerySet[Sharing]) -> Iterator[tuple[int, Mapping[str, int]]]:
    for model in content_models():
        known, span = _known_since(model)
        soon = Q(sharing__first_shared_at__lte=ExpressionWrapper(F("known") + Value(span), DateTimeField()))
        names = model.described_by
        filled = {f"filled_{name}": Count("pk", filter=_is_filled(model, name)) for name in names}
        rows = model._default_manager.filter(sharing__in=counted).annotate(known=known).order_by()
        for row in rows.values(_PARTICIPANT).annotate(
            number=Count("pk"),
            dated=Count("pk", filter=Q(known__isnull=False)),
            in_time=Count("pk", filter=soon),
            **filled,
        ):
            asked_for = {"asked_for": len(names) * row["number"], "filled": sum(row[name] for name in filled)}
            yield row[_PARTICIPANT], {**row, **asked_for}


def _known_since(model: type[ContentPage]) -> tuple[Any, timedelta]:
    """Return since when the owner knew what the item tells, and how long it may then take until it is shared."""
    if issubclass(model, Alert):
        return Coalesce("aware_at", "detected_at"), ALERT_IN_TIME
    # the day is over at its end
    return Cast(Coalesce("information_until", "information_date"), DateTimeField()), OTHERS_IN_TIME + _DAY


def _is_filled(model: type[ContentPage], name: str) -> Q:
    field = model._meta.get_field(name)
    return Q(**{f"{name}__isnull": False}) if field.null else ~Q(**{name: ""})


def _received(counted: QuerySet[Sharing]) -> Iterator[tuple[int, Mapping[str, int]]]:
    rows = Receipt.objects.filter(release__sharing__in=counted, release__drill=False).order_by()
    in_time = Q(acknowledged_at__lte=F("release__answer_by"))
    counted_by = rows.values("participant").annotate(received=Count("pk"), acknowledged=Count("pk", filter=in_time))
    for participant, received, acknowledged in counted_by.values_list("participant", "received", "acknowledged"):
        yield participant, {"received": received, "acknowledged": acknowledged}
