"""Sharing rows: who may see an item. They live outside pages and revisions; editing or reverting never touches them."""

import uuid
from datetime import UTC, date, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.enums import Marking, RecipientKind, SharingState, UseLimit
from cms.sharing.querysets import SharingQuerySet


class SharingTerms(models.Model):
    """What an owner fixes for an item: marking, state, use limits, whether readers may copy."""

    marking = models.CharField(_("marking"), max_length=12, choices=Marking.choices, default=Marking.AMBER)
    state = models.CharField(_("state"), max_length=10, choices=SharingState.choices, default=SharingState.OWNER)
    use_limits = ArrayField(
        models.CharField(max_length=2, choices=UseLimit.choices), default=list, blank=True, verbose_name=_("use limits")
    )
    copies_allowed = models.BooleanField(_("readers may print, download and quote"), default=True)

    class Meta:
        abstract = True


def state_within_marking(name: str) -> models.CheckConstraint:
    """Return the constraint that refuses a state above the marking."""
    return models.CheckConstraint(
        condition=(
            Q(state__in=[SharingState.OWNER, SharingState.RESTRICTED, SharingState.WITHDRAWN])
            | Q(state=SharingState.NETWORK, marking__in=[Marking.GREEN, Marking.CLEAR])
            | Q(state=SharingState.PUBLIC, marking=Marking.CLEAR)
        ),
        name=name,
    )


class Sharing(SharingTerms):
    """The sharing row of one item. `audience` and its span are derived from the other facts, under the row's lock."""

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="sharing")
    uuid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+", verbose_name=_("element"))
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name=_("countries"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    quarantined = models.BooleanField(_("quarantined"), default=False)
    quarantined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    quarantine_reason = models.TextField(_("reason of the quarantine"), blank=True)
    first_shared_at = models.DateTimeField(_("first published"), null=True, blank=True)
    audience = ArrayField(models.TextField(), default=list, editable=False)
    audience_since = models.DateTimeField(null=True, editable=False)
    next_change = models.DateTimeField(null=True, editable=False)
    version = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar[models.Manager["Sharing"]] = SharingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing row")
        verbose_name_plural = _("sharing rows")
        constraints = (
            state_within_marking("sharing_state_within_marking"),
            models.UniqueConstraint(fields=("id", "marking"), name="sharing_id_marking"),
            models.CheckConstraint(
                condition=Q(quarantined=True) | Q(quarantined_by__isnull=True), name="sharing_quarantined_by_only_then"
            ),
        )
        indexes = (
            GinIndex(fields=("audience",), name="sharing_audience"),
            models.Index(fields=("next_change",), name="sharing_next_change", condition=Q(next_change__isnull=False)),
            models.Index(
                fields=("audience_since",), name="sharing_audience_since", condition=Q(audience_since__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Named(models.Model):
    """An organisation, a working group or a person that somebody names, with dates and a purpose."""

    kind = models.CharField(_("kind"), max_length=12, choices=RecipientKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateTimeField(_("from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def target_id(self) -> int:
        """The id of the organisation, group or person."""
        return next(key for key in (self.organisation_id, self.group_id, self.user_id) if key is not None)

    @property
    def last_day(self) -> date | None:
        """The last UTC day before the end; None without one."""
        if self.valid_until is None:
            return None
        return (self.valid_until - timedelta(microseconds=1)).astimezone(UTC).date()

    @property
    def target(self) -> Organisation | WorkingGroup | models.Model | None:
        """The organisation, group or person."""
        return self.organisation or self.group or self.user

    @property
    def named_as(self) -> str:
        """What it was named by: a person's address, never the name, which is told inside the own participant only."""
        return self.user.email if self.user is not None else str(self.organisation or self.group)


def one_target(name: str) -> models.CheckConstraint:
    """Return the constraint that a row names exactly what its kind says."""
    nothing = {"organisation__isnull": True, "group__isnull": True, "user__isnull": True}
    condition = Q()
    for kind in RecipientKind.values:
        condition |= Q(kind=kind, **(nothing | {f"{kind}__isnull": False}))
    return models.CheckConstraint(condition=condition, name=name)


class Recipient(Named):
    """Somebody the owner named. Never edited in place: a change is a revocation and a new row.

    The marking is the sharing row's, repeated by a composite foreign key, so that the database itself refuses a kind
    of recipient above it.
    """

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="recipients")
    marking = models.CharField(max_length=12, choices=Marking.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField()
    # whoever published what somebody else had proposed
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = (
            one_target("recipient_names_one"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False)
                | Q(marking__in=[Marking.AMBER, Marking.GREEN, Marking.CLEAR])
                | Q(marking=Marking.AMBER_STRICT, kind__in=[RecipientKind.ORGANISATION, RecipientKind.USER])
                | Q(marking=Marking.RED, kind=RecipientKind.USER),
                name="recipient_kind_within_marking",
            ),
        )

    def __str__(self) -> str:
        return f"{self.sharing}: {self.target}"


class Proposal(SharingTerms):
    """What an editor proposes for an item that has not been published: publication applies it."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="proposal")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("proposed sharing")
        verbose_name_plural = _("proposed sharing")
        constraints = (state_within_marking("proposal_state_within_marking"),)

    def __str__(self) -> str:
        return f"{self.sharing}: {self.state}"


class ProposedRecipient(Named):
    """Somebody an editor proposes to name."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="recipients")

    class Meta:
        constraints = (one_target("proposed_recipient_names_one"),)

    def __str__(self) -> str:
        return f"{self.proposal}: {self.target}"


class AudienceTemplate(SharingTerms):
    """A usual audience that an organisation saved under a name, to be proposed again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="audience_templates")
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ("name",)
        verbose_name = _("audience template")
        verbose_name_plural = _("audience templates")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="template_named_once"),
            state_within_marking("template_state_within_marking"),
        )

    def __str__(self) -> str:
        return self.name


class TemplateRecipient(Named):
    """Somebody a template names; its dates are left empty, a form proposes them anew."""

    template = models.ForeignKey(AudienceTemplate, on_delete=models.CASCADE, related_name="recipients")

    class Meta:
        constraints = (one_target("template_recipient_names_one"),)

    def __str__(self) -> str:
        return f"{self.template}: {self.target}"
