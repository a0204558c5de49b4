"""The audit trail: append-only rows without content. The database refuses to change or remove them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.audit.enums import Decision


class AuditEvent(models.Model):
    """One act, one row, in the transaction of the act itself.

    People, organisations and items are named by id, without foreign keys: the trail outlives what it tells of.
    `organisations` is the organisation for which the person acted, or all of the person's on that day.
    """

    # the name under which people speak of a row: its number would tell how many there are
    key = models.UUIDField(_("row"), default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"))
    # the one writer takes nothing but an Event: a new event is a line in the enum, not a migration
    event = models.CharField(_("event"), max_length=40)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    organisations = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("organisations"))
    session = models.CharField(_("session"), max_length=64, blank=True)
    item = models.UUIDField(_("item"), null=True)
    version = models.BigIntegerField(_("version"), null=True)
    owner_id = models.BigIntegerField(_("owner"), null=True)
    marking = models.CharField(_("marking"), max_length=12, blank=True)
    decision = models.CharField(_("decision"), max_length=8, default=Decision.ALLOWED)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    count = models.IntegerField(_("number of results"), null=True)
    details = models.JSONField(_("details"), default=dict)
    # SHA-256 over all of the above, and what only the application can put beside it
    hash = models.BinaryField(_("hash"), default=b"", editable=False)
    mac = models.BinaryField(_("mark of the writer"), default=b"", editable=False)
    # the database's number of the transaction that wrote the row: where sealing begins to look
    transaction_id = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = (
            models.Index(fields=("item", "event"), name="audit_item_event"),
            models.Index(fields=("actor_id", "at"), name="audit_actor_at"),
            models.Index(fields=("at",), name="audit_at"),
            models.Index(fields=("transaction_id",), name="audit_transaction"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event}"


class Leaf(models.Model):
    """The place of a row in the sealed trail: 0, 1, 2 … without a gap, given by sealing."""

    place = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("sealed row")
        verbose_name_plural = _("sealed rows")

    def __str__(self) -> str:
        return str(self.place)


class Checkpoint(models.Model):
    """A signed statement: at that instant the trail had so many sealed rows, and this was the root of their tree.

    `peaks` are the roots of the complete subtrees, left to right, from which the tree goes on and the root is made.
    `seen_until` is the lowest transaction that may still have been open: rows of earlier ones are all sealed.
    """

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    peaks = models.BinaryField()
    signature = models.BinaryField()
    seen_until = models.BigIntegerField()

    class Meta:
        ordering = ("size",)
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.size} at {self.at:%Y-%m-%d %H:%M:%S}"
