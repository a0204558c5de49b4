"""What waits to be done after commit, and what people are told."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.notifications.enums import Frequency, Urgency


class OutboxRow(models.Model):
    """One thing to be done, written in the transaction that makes it necessary; done rows are deleted.

    The payload holds ids and codes, never content. `attempts` counts how often a worker took the row, `failures` how
    often that came to nothing. A row that no worker has taken yet can still be coalesced with another of its key.
    """

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200, blank=True)
    payload = models.JSONField(_("payload"), default=dict)
    created_at = models.DateTimeField(_("written at"))
    due = models.DateTimeField(_("due"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outbox row")
        verbose_name_plural = _("outbox rows")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"), condition=~Q(key="") & Q(attempts=0), name="outbox_key_waits_once"
            ),
        )
        indexes = (models.Index(fields=("kind", "due"), condition=Q(set_aside_at__isnull=True), name="outbox_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticeSettings(models.Model):
    """How a person wants to be told of what concerns them: tasks, answers, reminders."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings")
    language = models.CharField(_("language of mails"), max_length=10, default="en")
    personal = models.CharField(
        _("mails about what waits for you"), max_length=10, choices=Frequency.choices, default=Frequency.AT_ONCE
    )

    class Meta:
        verbose_name = _("settings of notices")
        verbose_name_plural = _("settings of notices")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language}"


class Subscription(models.Model):
    """What else a person wants to be told of; an empty part stands for any."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    element = models.ForeignKey(
        Element, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("element")
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    # a structure page; apps below content know pages by their key alone
    topic = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    urgency = models.CharField(
        _("from this urgency on"), max_length=10, choices=Urgency.choices, default=Urgency.ROUTINE
    )
    frequency = models.CharField(_("mail"), max_length=10, choices=Frequency.choices, default=Frequency.DAILY)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.frequency}"


class Notice(models.Model):
    """That a person is told of something: by reference, element and urgency, never with a title or a text.

    Notices of one kind about one item that were not read yet are one notice, counted; a flash always stands alone.
    """

    uuid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60)
    item = models.UUIDField(_("item"))
    reference = models.CharField(_("reference"), max_length=30)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+", verbose_name=_("element"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    at = models.DateTimeField(_("at"))
    count = models.PositiveIntegerField(_("how often"), default=1)
    told_at = models.DateTimeField(_("shown from"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    frequency = models.CharField(_("mail"), max_length=10, choices=Frequency.choices)
    digest_due = models.DateTimeField(_("in the digest of"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    # the right to see the item had ended when the mail was to be sent
    mail_withheld_at = models.DateTimeField(_("mail withheld at"), null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "kind", "item"),
                condition=Q(read_at__isnull=True) & ~Q(urgency=Urgency.FLASH),
                name="notice_unread_once",
            ),
        )
        indexes = (
            models.Index(fields=("user", "-at"), name="notice_of_user"),
            models.Index(fields=("item", "user"), name="notice_of_item"),
            models.Index(
                fields=("digest_due",),
                condition=Q(mailed_at__isnull=True, mail_withheld_at__isnull=True, digest_due__isnull=False),
                name="notice_digest_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.kind}"
