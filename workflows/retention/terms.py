"""When an item's term ends, and what that asks for on a day: one rule, computed by the database for many items, and
the steps that follow from it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from cms.sharing.enums import SharingState
from cms.sharing.models import FactsRecord, Sharing
from workflows.retention.enums import Step
from workflows.retention.models import EndNotice, Hold, RetentionRule
from workflows.selectors import content_models

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The term of one item. Days are UTC days.

    `due_on` is its end by the rule or by the owner's own date; `own` says which. `told_on`: when the owner's people
    were told of that end; `withdrawn_on`: since when it is withdrawn, for an item that was published.
    """

    sharing: Sharing
    rule: RetentionRule
    due_on: date
    own: bool = False
    told_on: date | None = None
    published: bool = True
    withdrawn_on: date | None = None
    held: bool = False

    @property
    def ends_on(self) -> date | None:
        """When it ends in fact: an owner knows of a day of its own choice, of any other one it is told in time."""
        if self.own:
            return self.due_on
        if self.told_on is None:
            return None
        return max(self.due_on, self.told_on + timedelta(days=self.rule.warn_days))

    @property
    def erased_on(self) -> date | None:
        """From which day on the item may be erased; None before the steps that come first were taken."""
        ends_on = self.ends_on
        if ends_on is None or not self.published:
            return ends_on
        if self.withdrawn_on is None:
            return None
        return max(ends_on, self.withdrawn_on + timedelta(days=self.rule.grace_days))

    def step(self, day: date) -> Step:
        """Return what is to be done on the day: withdrawn, then erased; and the owner told before."""
        if self.erased_on is not None and self.erased_on <= day:
            return Step.HELD if self.held else Step.ERASE
        if self.ends_on is not None and self.ends_on <= day and self.published and self.withdrawn_on is None:
            return Step.WITHDRAW
        if self.told_on is None and self.due_on - timedelta(days=self.rule.warn_days) <= day:
            return Step.TELL
        return Step.NOTHING


class _MonthsLater(Func):
    """The UTC day so many months after an instant."""

    template = "(%(expressions)s))::date"
    arg_joiner = " AT TIME ZONE 'UTC' + make_interval(months => "
    output_field: ClassVar[Any] = DateField()


def rules_in_force() -> list[RetentionRule]:
    """Return the rules that hold now, the most special first."""
    rules = list(RetentionRule.objects.filter(replaced_at__isnull=True).select_related("element"))
    return sorted(rules, key=lambda rule: (not rule.type_key, rule.element_id is None))


def with_terms(rows: QuerySet[Sharing], rules: list[RetentionRule]) -> Any:
    """Add to each row what its term is made of; without a rule for it, and before any version, `due_on` is null."""
    published = F("page__last_published_at")
    begin = Case(
        When(first_shared_at__isnull=True, then=F("page__latest_revision_created_at")),
        default=Coalesce(published, F("first_shared_at")),
    )
    drafted = Case(
        When(first_shared_at__isnull=True, then=_of_rule(rules, "draft_months")), default=_of_rule(rules, "months")
    )
    rows = rows.annotate(rule_id=_of_rule(rules, "pk"), rule_on=_MonthsLater(begin, drafted))
    rows = rows.annotate(
        shortest_on=_MonthsLater(begin, _of_rule(rules, "shortest_months")),
        longest_on=_MonthsLater(begin, _of_rule(rules, "longest_months")),
    )
    chosen = When(own_term__isnull=False, then=Least("own_term__on", "longest_on"))
    rows = rows.annotate(due_on=Case(chosen, default=F("rule_on"), output_field=DateField()))
    told = EndNotice.objects.filter(sharing=OuterRef("pk"), due_on=OuterRef("due_on")).values("told_on")
    return rows.annotate(
        told_on=Subquery(told),
        held=Exists(Hold.objects.filter(sharing=OuterRef("pk"), lifted_at__isnull=True)),
        withdrawn_at=_withdrawn_since(),
    )


def _of_rule(rules: list[RetentionRule], name: str) -> Case:
    """Return the number that the first fitting rule has under the name."""
    types = {model.type_key: ContentType.objects.get_for_model(model).pk for model in content_models()}
    fits = []
    for rule in rules:
        condition = Q(pk__isnull=False)
        if rule.element_id is not None:
            condition &= Q(element=rule.element_id)
        if rule.type_key:
            condition &= Q(page__content_type=types.get(rule.type_key))
        fits.append(When(condition, then=Value(getattr(rule, name))))
    output = BigIntegerField() if name == "pk" else IntegerField()
    return Case(*fits, default=Value(None, output_field=output), output_field=output)


def _withdrawn_since() -> Subquery:
    """Since when an item that is withdrawn has been so, by the history of its facts."""
    history = FactsRecord.objects.filter(sharing=OuterRef("sharing")).exclude(state=SharingState.WITHDRAWN)
    other = Coalesce(Subquery(history.order_by("-at", "-pk").values("at")[:1]), Value(_EPOCH))
    withdrawn = FactsRecord.objects.filter(sharing=OuterRef("pk"), state=SharingState.WITHDRAWN, at__gte=other)
    return Subquery(withdrawn.order_by("at", "pk").values("at")[:1])


def term_of_row(row: Any, rules: dict[int, RetentionRule]) -> Term:
    """Return the term of a row that `with_terms` gave."""
    withdrawn = row.state == SharingState.WITHDRAWN and row.withdrawn_at is not None
    own = getattr(row, "own_term", None)
    return Term(
        sharing=row,
        rule=rules[row.rule_id],
        due_on=row.due_on,
        own=own is not None and own.on == row.due_on,
        told_on=row.told_on,
        published=row.first_shared_at is not None,
        withdrawn_on=row.withdrawn_at.astimezone(UTC).date() if withdrawn else None,
        held=row.held,
    )


def terms(rows: QuerySet[Sharing]) -> list[Term]:
    """Return the terms of these items, the first to end first; items that no rule is for are left out."""
    rules = rules_in_force()
    found = with_terms(rows.select_related("page", "owner", "element", "own_term"), rules)
    by_id = {rule.pk: rule for rule in rules}
    return [
        term_of_row(row, by_id)
        for row in found.filter(rule_id__isnull=False, due_on__isnull=False).order_by("due_on", "uuid")
    ]


def term_of(sharing_id: int) -> Term | None:
    """Return the term of one item; None where no rule is for it."""
    found = terms(Sharing.objects.filter(pk=sharing_id))
    return found[0] if found else None


def ending(rows: QuerySet[Sharing], day: date) -> list[Term]:
    """Return those of the items whose end is so near on the day that their owners are to know, the first first."""
    rules = rules_in_force()
    longest = max((rule.warn_days for rule in rules), default=0)
    by_id = {rule.pk: rule for rule in rules}
    found = with_terms(rows.select_related("page", "owner", "element", "own_term"), rules)
    near = found.filter(rule_id__isnull=False, due_on__lte=day + timedelta(days=longest)).order_by("due_on", "uuid")
    made = (term_of_row(row, by_id) for row in near)
    return [term for term in made if term.due_on - timedelta(days=term.rule.warn_days) <= day]
