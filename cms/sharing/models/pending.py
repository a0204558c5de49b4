"""Acts that one person proposed and another one has to confirm."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.organisations.models import Organisation
from cms.sharing.enums import Marking, PendingKind, PendingStatus, SharingState
from cms.sharing.models.history import FactsRecord
from cms.sharing.models.rows import Recipient, Sharing


class PendingAct(models.Model):
    """One proposed act on one item. `value` is the state or the marking that is proposed, where the act has one.

    `facts` is the record of the facts that the proposer looked at, `revision_id` the version that was live.
    """

    handle = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="pending_acts")
    kind = models.CharField(_("act"), max_length=12, choices=PendingKind.choices)
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    new_owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    value = models.CharField(max_length=12, blank=True)
    text = models.TextField(_("text"), blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    facts = models.ForeignKey(FactsRecord, on_delete=models.CASCADE, related_name="+")
    revision_id = models.BigIntegerField(null=True)
    status = models.CharField(_("status"), max_length=10, choices=PendingStatus.choices, default=PendingStatus.OPEN)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("proposed_at", "pk")
        verbose_name = _("pending act")
        verbose_name_plural = _("pending acts")
        constraints = (
            models.UniqueConstraint(
                fields=("sharing", "kind"),
                condition=Q(status=PendingStatus.OPEN, recipient__isnull=True),
                name="pending_act_open_once",
            ),
            models.UniqueConstraint(
                fields=("recipient",), condition=Q(status=PendingStatus.OPEN), name="pending_revocation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=PendingKind.REVOKE) ^ Q(recipient__isnull=True), name="pending_revocation_names_one"
            ),
            models.CheckConstraint(
                condition=Q(kind=PendingKind.TRANSFER) ^ Q(new_owner__isnull=True), name="pending_transfer_names_one"
            ),
        )
        indexes = (
            models.Index(fields=("sharing",), condition=Q(status=PendingStatus.OPEN), name="pending_act_open"),
            models.Index(fields=("new_owner",), condition=Q(status=PendingStatus.OPEN), name="pending_transfer_open"),
        )

    def __str__(self) -> str:
        return f"{self.sharing_id}: {self.kind}"

    @property
    def value_words(self) -> str:
        """The state or the marking that is proposed, as people read it."""
        words = dict(SharingState.choices) | dict(Marking.choices)
        return str(words.get(self.value, ""))
