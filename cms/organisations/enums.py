"""Kinds of organisation and roles of a membership."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What an organisation is; the first four are participants, the roots of the tree."""

    MEMBER_STATE = "member_state", _("Member State")
    ASSOCIATED_STATE = "associated_state", _("Associated State")
    COMMISSION = "commission", _("European Commission")
    AGENCY = "agency", _("EU agency")
    AUTHORITY = "authority", _("Authority")
    UNIT = "unit", _("Unit")


PARTICIPANT_KINDS = frozenset(
    {
        OrganisationKind.MEMBER_STATE,
        OrganisationKind.ASSOCIATED_STATE,
        OrganisationKind.COMMISSION,
        OrganisationKind.AGENCY,
    }
)


class Role(models.TextChoices):
    """What a membership lets a person do."""

    OFFICER = "officer", _("Officer")
    AUTHOR = "author", _("Author")
    APPROVER = "approver", _("Approver (contact point)")
    DECIDER = "decider", _("Decider")
    LIAISON_OFFICER = "liaison_officer", _("Liaison officer")
    NATIONAL_ADMIN = "national_admin", _("National administrator")
    CURATOR = "curator", _("Curator")
    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor")


class ProposalKind(models.TextChoices):
    """What a second person decides about an organisation."""

    MOVE = "move", _("Move")
    MERGE = "merge", _("Merge")
    CEILING = "ceiling", _("Raise the ceiling")


class Outcome(models.TextChoices):
    """What became of something that needs a second person."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


READING_ROLES = frozenset({Role.OFFICER, Role.AUTHOR, Role.APPROVER, Role.DECIDER, Role.LIAISON_OFFICER, Role.CURATOR})
SUPERVISING_ROLES = frozenset({Role.APPROVER, Role.DECIDER})
# who has work to do in the editing interface
EDITING_ROLES = frozenset({Role.AUTHOR, Role.APPROVER, Role.DECIDER, Role.LIAISON_OFFICER, Role.CURATOR})
# what a national administrator gives inside the own tree; the rest is the Commission's to give, inside the Commission
NATIONAL_ROLES = frozenset(
    {Role.OFFICER, Role.AUTHOR, Role.APPROVER, Role.DECIDER, Role.LIAISON_OFFICER, Role.NATIONAL_ADMIN}
)
COMMISSION_ROLES = frozenset(Role)
# who administers, keeps the machine or looks after the fact, and reads nothing by that
OFFICE_ROLES = frozenset({Role.NATIONAL_ADMIN, Role.OPERATOR, Role.AUDITOR})

# Schengen States with all controls lifted or being applied in full (public fact, 2025): all Member States but
# Cyprus and Ireland, and the four associated States.
SCHENGEN_COUNTRIES = frozenset(
    "AT BE BG HR CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH".split()
)
