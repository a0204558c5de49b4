"""Rows for tests, made through services where there is one. `NOW` is the instant of tests that need no other."""

from tests.factories.instants import NOW, hours
from tests.factories.items import ItemFacts, make_item, make_page, publish_sharing, set_facts
from tests.factories.organisations import element, make_group, make_organisation, make_participant
from tests.factories.people import Reach, make_membership, make_person, make_user, make_users, sign_in

__all__ = [
    "NOW",
    "ItemFacts",
    "Reach",
    "element",
    "hours",
    "make_group",
    "make_item",
    "make_membership",
    "make_organisation",
    "make_page",
    "make_participant",
    "make_person",
    "make_user",
    "make_users",
    "publish_sharing",
    "set_facts",
    "sign_in",
]
