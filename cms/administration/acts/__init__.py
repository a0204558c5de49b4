"""The acts of those who administer, as data: one declaration serves the page and the API."""

from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.acts.groups import ADMISSIONS, GROUPS, GROUPS_AT_ALL, MEMBERS
from cms.administration.acts.inspections import GRANTS, GRANTS_AT_ALL
from cms.administration.acts.orders import ORDERS, ORDERS_AT_ALL
from cms.administration.acts.organisations import ORGANISATIONS, ORGANISATIONS_AT_ALL, PARTICIPANTS, PROPOSALS
from cms.administration.acts.people import ADMINISTRATORS, MEMBERSHIPS, PEOPLE, PEOPLE_AT_ALL

KINDS = (
    PEOPLE_AT_ALL,
    PEOPLE,
    MEMBERSHIPS,
    ADMINISTRATORS,
    PARTICIPANTS,
    ORGANISATIONS_AT_ALL,
    ORGANISATIONS,
    PROPOSALS,
    GROUPS_AT_ALL,
    GROUPS,
    MEMBERS,
    ADMISSIONS,
    GRANTS_AT_ALL,
    GRANTS,
    ORDERS_AT_ALL,
    ORDERS,
)

__all__ = ["KINDS", "Act", "Kind", "Scene"]
