"""What waits to be done after commit, and what people are told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
