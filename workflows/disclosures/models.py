"""Requests to pass an item on to a third party, and what its owner decided."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from workflows.disclosures.enums import WAITING, Extent, Status


def _person() -> models.ForeignKey[Any, Any]:
    """Return a key to somebody whose account may be gone one day."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )


class DisclosureRequest(models.Model):
    """Somebody asks whether one version of an item may be given to one third party for one purpose.

    The permission is for the version `revision_id`, for nobody else and for nothing else. What was prepared or proposed
    stands in the same columns as what was decided; `status` says which it is.
    """

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="disclosure_requests")
    asked_by = _person()
    asked_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    third_party = models.CharField(
        _("third party"), max_length=200, help_text=_("An authority, a court, another State, the press: no person.")
    )
    purpose = models.TextField(_("purpose"), max_length=1000)
    answer_by = models.DateField(_("answer needed by"), help_text=_("No answer by then means no."))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    extent = models.CharField(_("how much"), max_length=5, choices=Extent.choices, blank=True)
    conditions = models.TextField(_("conditions"), max_length=1000, blank=True)
    valid_until = models.DateField(_("permitted until"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    revision_id = models.BigIntegerField(null=True)
    prepared_by = _person()
    proposed_by = _person()
    decided_by = _person()
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    revoked_by = _person()
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoke_reason = models.TextField(max_length=1000, blank=True)
    # how often the owner's deciders were reminded
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("asked_at", "pk")
        verbose_name = _("request for disclosure")
        verbose_name_plural = _("requests for disclosure")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="disclosure_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.PROPOSED, Status.GRANTED, Status.REVOKED])
                | Q(extent__in=Extent.values),
                name="disclosure_says_how_much",
            ),
        )
        indexes = (models.Index(fields=("answer_by",), condition=Q(status__in=WAITING), name="disclosure_waiting"),)

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.third_party}"

    @property
    def waits(self) -> bool:
        """Whether it was not answered yet."""
        return self.status in WAITING

    @property
    def stamp(self) -> str:
        """What stands for the answer as it is proposed now, so that a form can say which one it showed."""
        parts = (self.extent, self.conditions, self.valid_until, self.reason, self.revision_id, self.proposed_by_id)
        return salted_hmac("workflows.disclosures.stamp", repr((self.pk, *parts))).hexdigest()[:32]
