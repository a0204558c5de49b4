"""A newer item takes an older one's place: who ends that again, and a circle that two people made at once."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Supersession
from cms.users.models import User
from tests.factories import NOW, make_organisation, make_person
from tests.factories.rows import make_bare_item
from tests.sharing.looking import events, refused

pytestmark = pytest.mark.django_db


def test_it_is_said_of_one_item_no_more(owner: Organisation, approver: User, author: User) -> None:
    *olders, newer = (make_bare_item(owner=owner) for _ in range(3))
    for older in olders:
        services.supersede(sharing=older, newer=newer, actor=approver, at=NOW)
    for person in (author, make_person(make_organisation(), "approver")):
        refused(NotAllowed, services.end_supersession, sharing=olders[0], actor=person)
    services.end_supersession(sharing=olders[0], actor=approver, at=NOW, reason="mistaken")
    assert list(Supersession.objects.values_list("older", "newer")) == [(olders[1].pk, newer.pk)]
    assert events()[-1] == ("supersession_ended", approver.pk, "sharing.supersede", "mistaken")
    assert AuditEvent.objects.latest("pk").details == {"newer": str(newer.uuid)}
    refused(ValidationError, services.end_supersession, sharing=olders[0], actor=approver)


def test_a_circle_made_by_two_at_once_is_walked_once(owner: Organisation, approver: User) -> None:
    """Whoever links other items does not see what is not committed yet, so a circle of four can come about."""
    *circle, older = (make_bare_item(owner=owner) for _ in range(3))
    for one, other in (circle, reversed(circle)):
        Supersession.objects.create(older=one, newer=other, made_by=approver, made_at=NOW)
    asked = count()

    def few(execute: Callable[..., Any], *question: Any) -> Any:
        assert next(asked) < 200
        return execute(*question)

    with connection.execute_wrapper(few):
        services.supersede(sharing=older, newer=circle[0], actor=approver, at=NOW)
    assert Supersession.objects.filter(older=older, newer=circle[0]).exists()
