"""Grants to inspect: the only way to an item beside the policy, for one person, one item, a stated time."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.administration.enums import InspectionKind
from cms.sharing.models import Sharing


class InspectGrant(models.Model):
    """A grant that one person asked for and another one confirms.

    `reference` is what was typed; `sharing` is the item that it names, or none: whether there is one shows only when a
    confirmed grant is opened.
    """

    handle = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=12, choices=InspectionKind.choices)
    grantee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(_("reference"), max_length=40)
    sharing = models.ForeignKey(Sharing, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    case = models.CharField(_("case"), max_length=60)
    reason = models.CharField(_("reason"), max_length=300)
    hours = models.PositiveSmallIntegerField(_("hours"))
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    counts_until = models.DateTimeField(_("counts until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        verbose_name = _("grant to inspect")
        verbose_name_plural = _("grants to inspect")
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("grantee")),
                name="inspect_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True, counts_until__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, counts_until__isnull=False),
                name="inspect_confirmed_with_its_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reference}"
