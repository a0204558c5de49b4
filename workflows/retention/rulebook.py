"""The Commission's rules of retention: which hold, and another version of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.core.instants import current_instant
from cms.elements.models import Element
from cms.organisations.enums import Role
from cms.organisations.selectors import holds_role
from cms.sharing.exceptions import NotAllowed
from cms.users.models import User
from workflows.retention.models import RetentionRule
from workflows.retention.terms import rules_in_force
from workflows.trail import record_act

VALUES = ("months", "draft_months", "shortest_months", "longest_months", "warn_days", "grace_days")
# five years; an owner may shorten it to one month, and not exceed it
USUAL = {"months": 60, "draft_months": 24, "shortest_months": 1, "longest_months": 60}
# what an early warning tells ages sooner
_OF_TYPES: Mapping[str, dict[str, int]] = {"alert": {"months": 36, "longest_months": 60}}


def ensure_rules(**_signal: Any) -> None:
    """Put the usual rules where none was ever made: one for everything, and those for some types."""
    if RetentionRule.objects.exists():
        return
    at = current_instant()
    for type_key, values in {"": {}, **_OF_TYPES}.items():
        RetentionRule.objects.create(type_key=type_key, made_at=at, **(USUAL | values))


def may_set_rules(user: Any, at: datetime) -> bool:
    """Tell whether the person keeps the rules: the Commission's curators."""
    return holds_role(user, [Role.CURATOR], at)


@transaction.atomic
def set_rule(
    *, element: Element | None, type_key: str, values: Mapping[str, int], actor: User, at: datetime
) -> RetentionRule:
    """Make a rule, or another version of the one for the same element and type; what was erased under the earlier one
    still names it. `values` are those that VALUES names.

    Raises NotAllowed, ValidationError naming what is out of order.
    """
    if not may_set_rules(actor, at):
        raise NotAllowed(_("The Commission's curators keep the rules of retention."))
    _replace(element, type_key, at)
    rule = RetentionRule(element=element, type_key=type_key, made_by=actor, made_at=at, **values)
    rule.full_clean()
    rule.save()
    _record(rule, "set", actor, at)
    return rule


@transaction.atomic
def drop_rule(*, rule: RetentionRule, actor: User, at: datetime) -> None:
    """End a special rule: a more general one holds again. Raises NotAllowed, ValidationError for the general rule."""
    if not may_set_rules(actor, at):
        raise NotAllowed(_("The Commission's curators keep the rules of retention."))
    if rule.element_id is None and not rule.type_key:
        raise ValidationError(_("The rule for everything can be changed, not dropped."))
    _replace(rule.element, rule.type_key, at)
    _record(rule, "dropped", actor, at)


def _replace(element: Element | None, type_key: str, at: datetime) -> None:
    standing = RetentionRule.objects.filter(element=element, type_key=type_key, replaced_at__isnull=True)
    standing = standing.select_for_update(of=("self",)).order_by()
    for rule in standing:
        rule.replaced_at = at
        rule.save(update_fields=["replaced_at"])


def _record(rule: RetentionRule, change: str, actor: User, at: datetime) -> None:
    told = {name: getattr(rule, name) for name in VALUES}
    details = {
        "rule": str(rule.handle),
        "change": change,
        "element": None if rule.element is None else rule.element.code,
        "type": rule.type_key,
        **told,
    }
    record_act(Event.RETENTION_RULE_CHANGED, actor=actor, at=at, details=details)


def standing_rule(handle: Any) -> RetentionRule | None:
    """Return the rule that holds under this name."""
    return next((rule for rule in rules_in_force() if rule.handle == handle), None)
