"""The audit trail: append-only rows without content. The database refuses to change or remove them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act, one row, in the transaction of the act itself.

    People, organisations and items are named by id, without foreign keys: the trail outlives what it tells of.
    """

    at = models.DateTimeField(_("at"))
    # the one writer takes nothing but an Event: a new event is a line in the enum, not a migration
    event = models.CharField(_("event"), max_length=40)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    session = models.CharField(_("session"), max_length=64, blank=True)
    item = models.UUIDField(_("item"), null=True)
    version = models.BigIntegerField(_("version"), null=True)
    owner_id = models.BigIntegerField(_("owner"), null=True)
    marking = models.CharField(_("marking"), max_length=12, blank=True)
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    count = models.IntegerField(_("number of results"), null=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = (
            models.Index(fields=("item", "event"), name="audit_item_event"),
            models.Index(fields=("actor_id", "at"), name="audit_actor_at"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event}"
