"""The history of an item's facts: what decided, from which instant on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.sharing.models.rows import Sharing


class FactsRecord(models.Model):
    """The facts of one item from an instant on, until the next record. The database refuses to change one.

    It names organisations and people by id, without foreign keys, and repeats the recipients in force, so that it can
    be read without any row that may have changed since. Each is a list: kind, id, from, until (ISO 8601 or null).
    """

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(_("from"))
    owner_id = models.BigIntegerField()
    element = models.CharField(max_length=4)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    marking = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    live = models.BooleanField()
    quarantined = models.BooleanField()
    quarantined_by_id = models.BigIntegerField(null=True)
    recipients = models.JSONField(default=list)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("record of facts")
        verbose_name_plural = _("records of facts")
        indexes = (models.Index(fields=("sharing", "-at", "-id"), name="facts_record_newest"),)

    def __str__(self) -> str:
        return f"{self.sharing_id} {self.at:%Y-%m-%d %H:%M:%S}"
