"""Two people who decide on one proposal at once: the second one finds that it is decided."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import PendingAct
from cms.users.models import User
from tests.factories import NOW, make_person
from tests.factories.rows import make_bare_item
from tests.sharing.connections import one_before_the_other
from tests.sharing.looking import LATER, exact, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pending(owner: Organisation, approver: User, decider: User) -> PendingAct:
    """A withdrawal that an author proposed, with two people who may confirm it."""
    row = make_bare_item(owner=owner, state="network")
    author = make_person(owner, "author")
    return services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="too wide")


def confirming(pending: PendingAct, actor: User) -> Callable[[], None]:
    """Return what confirms it."""
    return lambda: services.confirm(pending=pending, actor=actor, at=LATER)


def test_one_of_two_confirms(pending: PendingAct, approver: User, decider: User) -> None:
    with pytest.raises(ValidationError, match="decided on this already"):
        one_before_the_other(confirming(pending, approver), confirming(pending, decider))
    assert AuditEvent.objects.filter(event="withdrawn").count() == 1
    assert exact(fresh(pending.sharing))


def test_what_is_declined_meanwhile_is_not_done(pending: PendingAct, approver: User, decider: User) -> None:
    with pytest.raises(ValidationError, match="decided on this already"):
        one_before_the_other(
            lambda: services.decline(pending=pending, actor=decider, at=LATER, reason="needed"),
            confirming(pending, approver),
        )
    assert fresh(pending.sharing).state == "network"
