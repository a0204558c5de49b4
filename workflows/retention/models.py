"""How long items are kept: the Commission's rules, an owner's own date, holds, and what is left of an erased item."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing

LONGEST_MONTHS = 1200
LONGEST_DAYS = 365
# nobody is told so late, and nothing erased so soon, that there is no time to object
SHORTEST_DAYS = 7


def _person() -> models.ForeignKey[Any, Any]:
    """Return a key to somebody whose account may be gone one day."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )


def _months(label: Any, help_text: Any = "") -> models.PositiveSmallIntegerField[Any, Any]:
    within = [MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)]
    return models.PositiveSmallIntegerField(label, validators=within, help_text=help_text)


def _days(label: Any, default: int, help_text: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    within = [MinValueValidator(SHORTEST_DAYS), MaxValueValidator(LONGEST_DAYS)]
    return models.PositiveSmallIntegerField(label, validators=within, default=default, help_text=help_text)


class RetentionRule(models.Model):
    """How long items of an element and a type are kept. An empty element or type stands for any; of several rules that
    fit an item the one for its type and element counts, then that for its type, then that for its element.

    A rule is never changed: another version takes its place, so that what was erased says under which one.
    """

    handle = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    element = models.ForeignKey(
        Element, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("element")
    )
    type_key = models.CharField(_("type"), max_length=40, blank=True)
    months = _months(_("months kept"), _("From the last publication on."))
    draft_months = _months(_("months kept, if never published"), _("From the last version on."))
    shortest_months = _months(_("shortest, if the owner chooses"))
    longest_months = _months(_("longest, if the owner chooses"))
    warn_days = _days(_("days of notice"), 60, _("The owner is told so long before an item is withdrawn."))
    grace_days = _days(_("days withdrawn"), 30, _("A withdrawn item can be brought back so long; then it is erased."))
    made_by = _person()
    made_at = models.DateTimeField(_("since"))
    replaced_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("element__code", "type_key", "-made_at")
        verbose_name = _("rule of retention")
        verbose_name_plural = _("rules of retention")
        constraints = (
            models.UniqueConstraint(
                fields=("element", "type_key"),
                condition=Q(replaced_at__isnull=True),
                nulls_distinct=False,
                name="retention_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    shortest_months__gte=1,
                    shortest_months__lte=F("months"),
                    longest_months__gte=F("months"),
                    longest_months__lte=LONGEST_MONTHS,
                ),
                name="retention_rule_in_order",
                violation_error_message=_("The term must lie between the shortest and the longest one."),
            ),
            models.CheckConstraint(
                condition=Q(draft_months__range=(1, LONGEST_MONTHS)), name="retention_rule_draft_months"
            ),
            models.CheckConstraint(
                condition=Q(
                    warn_days__range=(SHORTEST_DAYS, LONGEST_DAYS), grace_days__range=(SHORTEST_DAYS, LONGEST_DAYS)
                ),
                name="retention_rule_days",
            ),
        )

    def __str__(self) -> str:
        element = gettext("any element") if self.element is None else self.element.code
        return f"{element}, {self.type_key or gettext('any type')}: {self.months}"


class OwnTerm(models.Model):
    """The day that an owner chose for an item, in place of the rule's."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="own_term")
    on = models.DateField(_("last day"))
    set_by = _person()
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("own term")
        verbose_name_plural = _("own terms")

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.on}"


class Hold(models.Model):
    """An item must not be erased while this stands, whatever its term."""

    handle = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(_("reason"), max_length=500)
    placed_by = _person()
    placed_at = models.DateTimeField(_("since"))
    lifted_by = _person()
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lift_reason = models.CharField(_("reason of lifting"), max_length=500, blank=True)

    class Meta:
        ordering = ("-placed_at", "-pk")
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = (models.Index(fields=("sharing",), condition=Q(lifted_at__isnull=True), name="hold_standing"),)

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.placed_at:%Y-%m-%d}"


class EndNotice(models.Model):
    """The owner's people were told that an item's term ends on a day; once for each day that it was to end on."""

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="end_notices")
    due_on = models.DateField()
    told_on = models.DateField()

    class Meta:
        verbose_name = _("notice of the end of a term")
        verbose_name_plural = _("notices of the end of a term")
        constraints = (models.UniqueConstraint(fields=("sharing", "due_on"), name="end_notice_once"),)

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.due_on}"


class ErasedItem(models.Model):
    """What is left of an erased item: nothing of its content. The trail holds the same, sealed, and the same hash.

    `sha256` is that of all that was erased, so that whoever kept a copy elsewhere can show that it was this.
    """

    item = models.UUIDField(_("identifier"), unique=True)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+", verbose_name=_("element"))
    countries = ArrayField(models.CharField(max_length=2), default=list, verbose_name=_("countries"))
    type_key = models.CharField(_("type"), max_length=40)
    marking = models.CharField(_("marking"), max_length=12)
    first_shared_at = models.DateTimeField(_("first published"), null=True)
    last_published_at = models.DateTimeField(_("last published"), null=True)
    due_on = models.DateField(_("end of its term"))
    told_on = models.DateField(_("owner told"), null=True)
    withdrawn_on = models.DateField(_("withdrawn"), null=True)
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule"))
    own_term = models.BooleanField(_("the owner's own date"))
    versions = models.PositiveIntegerField(_("versions"))
    files = models.PositiveIntegerField(_("files"))
    sha256 = models.CharField(_("hash of what was erased"), max_length=64)
    erased_at = models.DateTimeField(_("erased"))

    class Meta:
        ordering = ("-erased_at", "-pk")
        verbose_name = _("erased item")
        verbose_name_plural = _("erased items")

    def __str__(self) -> str:
        return self.reference
