"""Alerts after publication: who must answer, by when, who was told, what they answered; duties and absences."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from workflows.alerts.enums import Answer, Function, Step


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )


class Clock(models.Model):
    """Within how many minutes an alert of an element and urgency is to be acknowledged; none: by the next digest."""

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+", verbose_name=_("element"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    minutes = models.PositiveIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Empty: by the next daily digest.")
    )

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = (
            models.UniqueConstraint(fields=("element", "urgency"), name="clock_once"),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__gte=1), name="clock_runs"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="clock_urgency"),
        )

    def __str__(self) -> str:
        return f"{self.element}, {self.urgency}: {self.minutes}"


class Duty(models.Model):
    """Who is told of alerts for a participant, and in which order."""

    participant = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+", verbose_name=_("element"))
    function = models.PositiveSmallIntegerField(_("function"), choices=Function.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties", verbose_name=_("person")
    )

    class Meta:
        ordering = ("function", "pk")
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = (
            models.UniqueConstraint(fields=("participant", "element", "user"), name="duty_once"),
            models.CheckConstraint(condition=Q(function__in=Function.values), name="duty_function"),
        )

    def __str__(self) -> str:
        return f"{self.participant_id}, {self.element_id}: {self.user_id}"


class Absence(models.Model):
    """That somebody is away from duty from an instant on, until another one or until further notice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")), name="absence_lasts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.from_at:%Y-%m-%d}"


class Release(models.Model):
    """That an alert went out: the times as they were, and how long its receivers have."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="release")
    revision_id = models.BigIntegerField(null=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    detected_at = models.DateTimeField(_("detected at"), null=True)
    aware_at = models.DateTimeField(_("aware since"), null=True)
    released_at = models.DateTimeField(_("released at"))
    answer_by = models.DateTimeField(_("to be acknowledged by"))
    drill = models.BooleanField(_("exercise"), default=False)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.released_at:%Y-%m-%d %H:%M}"


class Receipt(models.Model):
    """What one participant does with a release. The chain of those who are told was fixed when it went out: a list of
    ids of people for the contact point, the deputy, the head of unit and the coordination desk."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="receipts")
    participant = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    chain = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(_("step"), choices=Step.choices, default=Step.SENT)
    rings_at = models.DateTimeField(_("next step at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    opened_by = _person()
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = _person()
    answer = models.CharField(_("answer"), max_length=20, choices=Answer.choices, blank=True)
    note = models.CharField(_("note to the owner"), max_length=500, blank=True)
    acted_at = models.DateTimeField(_("acted at"), null=True, blank=True)
    acted_by = _person()
    acted_note = models.CharField(_("what was done"), max_length=500, blank=True)

    class Meta:
        ordering = ("participant__name",)
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = (
            models.UniqueConstraint(fields=("release", "participant"), name="receipt_once"),
            models.CheckConstraint(condition=Q(answer__in=["", *Answer.values]), name="receipt_answer"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, answer="") | Q(acknowledged_at__isnull=False) & ~Q(answer=""),
                name="receipt_answered",
            ),
        )
        indexes = (
            models.Index(
                fields=("rings_at",),
                condition=Q(acknowledged_at__isnull=True, rings_at__isnull=False),
                name="receipt_rings",
            ),
        )

    def __str__(self) -> str:
        return f"{self.release_id}: {self.participant_id}"


class Escalation(models.Model):
    """That a receipt went a step further, and how many people were told."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="escalations")
    step = models.PositiveSmallIntegerField(_("step"), choices=Step.choices)
    at = models.DateTimeField(_("at"))
    people = models.PositiveIntegerField(_("people told"))

    class Meta:
        ordering = ("step",)
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = (models.UniqueConstraint(fields=("receipt", "step"), name="escalation_once"),)

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.step}"


class Question(models.Model):
    """What a reader asks the owner of an item, and the answer. Only the two sides read it."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="questions")
    asked_by = _person()
    asked_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    text = models.TextField(_("question"), max_length=2000)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = _person()
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = (models.Index(fields=("asked_at",), condition=Q(answered_at__isnull=True), name="question_open"),)

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.asked_at:%Y-%m-%d}"


class KeptForm(models.Model):
    """What somebody has typed into the form of an alert and not saved yet: theirs alone, gone once it is saved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.UUIDField()
    data = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")
        constraints = (models.UniqueConstraint(fields=("user", "form"), name="kept_form_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kept_at:%Y-%m-%d %H:%M}"
