"""Who is who: the tree of organisations, memberships with their competences, working groups."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.elements.enums import Ceiling
from cms.elements.models import Element
from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind, Role


class Organisation(models.Model):
    """A node of the one tree. Ownership of items is always an organisation's, never a person's.

    `lineage` holds the ids from the participant down to the organisation itself; services keep it true to `parent`,
    so that no decision walks the tree.
    """

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    country = models.CharField(_("country"), max_length=2, null=True, blank=True)  # noqa: DJ001 - null: of no country
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    lineage = ArrayField(models.BigIntegerField(), default=list, editable=False)
    ceiling = models.CharField(_("ceiling"), max_length=10, choices=Ceiling.choices, default=Ceiling.NETWORK)

    class Meta:
        ordering = ("name",)
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=sorted(PARTICIPANT_KINDS), parent__isnull=True)
                | (~Q(kind__in=sorted(PARTICIPANT_KINDS)) & Q(parent__isnull=False)),
                name="organisation_participants_are_roots",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_below_itself"),
        )
        indexes = (GinIndex(fields=("lineage",), name="organisation_lineage"),)

    def __str__(self) -> str:
        return self.name

    @property
    def participant_id(self) -> int:
        """The id of the participant at the top."""
        return self.lineage[0]


class Membership(models.Model):
    """A person's place in an organisation: one role, for a span of UTC days, both inclusive."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("organisation", "role", "pk")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="membership_days_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"


class Competence(models.Model):
    """What a membership is for: one element, and all countries (none named) or those named.

    "Full or selective access" of Council Decision 2005/267/EC, Article 3(a).
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="competences")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name=_("countries"))

    class Meta:
        ordering = ("element", "pk")
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = (models.UniqueConstraint(fields=("membership", "element"), name="competence_once_per_element"),)

    def __str__(self) -> str:
        return f"{self.element}: {', '.join(self.countries) or '*'}"


class WorkingGroup(models.Model):
    """Organisations and persons under a charter. Built-in groups are kept by the system, not by people."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    charter = models.TextField(_("charter"), blank=True)
    built_in = models.BooleanField(_("built in"), default=False)

    class Meta:
        ordering = ("name",)
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """An organisation or a person in a working group."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(user__isnull=True), name="group_member_is_one"
            ),
            models.UniqueConstraint(fields=("group", "organisation"), name="group_has_organisation_once"),
            models.UniqueConstraint(fields=("group", "user"), name="group_has_user_once"),
        )

    def __str__(self) -> str:
        return f"{self.group}: {self.organisation or self.user}"
