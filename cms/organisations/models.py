"""Who is who: the tree of organisations, memberships with their competences, working groups."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.elements.enums import Ceiling
from cms.elements.models import Element
from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind, Outcome, ProposalKind, Role


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
    # what became of it: nobody belongs to a merged organisation any more, and it owns nothing
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )

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
    # what stands for the membership in addresses
    handle = models.UUIDField(unique=True, editable=False, default=uuid.uuid4, db_default=RandomUUID())

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


class Enrolment(models.Model):
    """Why a membership was given, and that the person was prepared for it; and when it was last confirmed."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="enrolment")
    need = models.TextField(_("need"))
    briefed_on = models.DateField(_("briefed on"))
    acknowledged_on = models.DateField(_("acknowledged on"))
    confirmed_on = models.DateField(_("confirmed on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")

    def __str__(self) -> str:
        return f"{self.membership}: {self.confirmed_on}"


class Suspension(models.Model):
    """An account that is closed for now. It opens again when the last suspension is lifted.

    `organisation` is where the administrator stood who suspended it: only there, or above, it is lifted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suspensions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    suspended_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")

    def __str__(self) -> str:
        return f"{self.user}: {self.suspended_at:%Y-%m-%d}"


class OrganisationProposal(models.Model):
    """A change of the tree or a higher ceiling that one person prepared and another one decides."""

    handle = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ceiling = models.CharField(_("ceiling"), max_length=10, choices=Ceiling.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-proposed_at",)
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.CEILING, target__isnull=True) & ~Q(ceiling="")
                | ~Q(kind=ProposalKind.CEILING) & Q(target__isnull=False, ceiling=""),
                name="proposal_says_what_its_kind_needs",
            ),
            models.UniqueConstraint(
                fields=("organisation", "kind"), condition=Q(outcome=Outcome.OPEN), name="proposal_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.organisation}"


class WorkingGroup(models.Model):
    """Organisations and persons under a charter. Built-in groups are kept by the system, not by people.

    The leader admits members, each with the member's national administrator; `participants` are those from which
    members come (none named: from all). An ended group has no member any more.
    """

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    charter = models.TextField(_("charter"), blank=True)
    built_in = models.BooleanField(_("built in"), default=False)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    participants = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("participants"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

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


class GroupAdmission(models.Model):
    """Somebody who is to become a member: the leader and the member's national administrator both say yes."""

    handle = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="admissions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    administrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-proposed_at",)
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(user__isnull=True), name="admission_is_of_one"
            ),
            models.UniqueConstraint(
                fields=("group", "organisation"),
                condition=Q(outcome=Outcome.OPEN),
                name="admission_open_once_organisation",
            ),
            models.UniqueConstraint(
                fields=("group", "user"), condition=Q(outcome=Outcome.OPEN), name="admission_open_once_user"
            ),
        )

    def __str__(self) -> str:
        return f"{self.group}: {self.organisation or self.user}"
