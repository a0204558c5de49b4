"""How long it takes to publish: one item with all that hangs on it, and a flash to many; nothing of it is kept."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from cms.elements.models import Element
from cms.notifications.draining import drain_kind
from cms.notifications.models import Notice, OutboxRow
from cms.notifications.outbox import handlers
from cms.notifications.telling import MAIL, NOTIFY
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Competence, Membership, Organisation
from cms.organisations.services import create_organisation
from cms.sharing.audience_templates import Audience
from cms.sharing.enums import Marking, SharingState
from cms.sharing.models import Sharing
from cms.users.models import TermsAcceptance, User
from cms.users.selectors import current_terms
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Alert, Bulletin, ContentPage
from workflows.services import approve, submit

# table prefix → part of the work
PARTS = {
    "wagtailcore": "page and revisions",
    "content_types": "page and revisions",
    "sharing": "sharing",
    "search": "search entry",
    "audit": "audit",
    "notifications": "outbox",
    "alerts": "release and receipts",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the owner's author and approver, and others who read."""

    owner: Organisation
    author: User
    approver: User
    element: Element


class Parts:
    """Time in the database by part of the work, in seconds, and how many statements that were."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Run one statement and book its time to the part whose table it names first."""
        begun = time.perf_counter()
        self.statements += 1
        try:
            return execute(sql, *rest)
        finally:
            self.seconds[_part_of(sql)] += time.perf_counter() - begun


def _part_of(sql: str) -> str:
    found = [(sql.find(f"{prefix}_"), part) for prefix, part in PARTS.items() if f"{prefix}_" in sql]
    return min(found)[1] if found else "rights and the rest"


@contextmanager
def booked(parts: Parts) -> Iterator[None]:
    """Book all statements of the block."""
    with connection.execute_wrapper(parts):
        yield


def make_cast(participants: int, readers: int, at: datetime) -> Cast:
    """Make participants and so many readers, spread over them evenly, one contact point in each."""
    element = Element.objects.order_by("position").first()
    if element is None:
        raise LookupError("There is no element.")
    states = [
        create_organisation(
            key=f"bench-{number}",
            name=f"State {number}",
            kind=OrganisationKind.MEMBER_STATE,
            country=None,
            parent=None,
            actor=None,
            at=at,
        )
        for number in range(participants)
    ]
    roles = [(states[0], Role.AUTHOR), (states[0], Role.APPROVER), *((state, Role.APPROVER) for state in states[1:])]
    roles += [(states[number % participants], Role.OFFICER) for number in range(readers - len(roles))]
    users = _people(roles, element, at)
    return Cast(states[0], users[0], users[1], element)


def _people(roles: list[tuple[Organisation, Role]], element: Element, at: datetime) -> list[User]:
    terms = current_terms(at)
    users = User.objects.bulk_create(
        User(email=f"bench-{number}@member.example", name=f"Reader {number} Example", enrolled_at=at)
        for number in range(len(roles))
    )
    TermsAcceptance.objects.bulk_create(TermsAcceptance(user=user, terms=terms, accepted_at=at) for user in users)
    memberships = Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=role)
        for user, (organisation, role) in zip(users, roles, strict=True)
    )
    Competence.objects.bulk_create(Competence(membership=row, element=element, countries=[]) for row in memberships)
    return users


def publish_one(cast: Cast, page: ContentPage, parts: Parts, at: datetime) -> dict[str, float]:
    """Write, hand in and publish the item; return milliseconds by step."""
    steps: dict[str, float] = {}

    def step(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = act()
        steps[name] = 1000 * (time.perf_counter() - begun)
        return result

    facts = DraftFacts(owner=cast.owner, element=cast.element)
    network = Audience(marking=Marking.GREEN, state=SharingState.NETWORK)
    sharing: Sharing = step(
        "write", lambda: create_draft(page=page, facts=facts, audience=network, actor=cast.author, at=at)
    )
    page.sharing = sharing
    step("hand in", lambda: submit(page=page, actor=cast.author, at=at))
    revision = page.latest_revision_id
    with booked(parts):
        step("publish", lambda: approve(page=page, actor=cast.approver, at=at, revision_id=revision))
    return steps


def bulletin(number: int, at: datetime) -> Bulletin:
    """Return an unsaved bulletin of some length."""
    words = "Invented words about boats, borders and beaches. " * 40
    return Bulletin(
        title=f"Bulletin {number}",
        summary="Invented.",
        body=[("text", f"<p>{words}</p>")],
        information_date=at.date(),
        language="en",
    )


def flash(at: datetime) -> Alert:
    """Return an unsaved flash."""
    return Alert(
        title="Flash",
        summary="Invented.",
        urgency="flash",
        place_country="BE",
        detected_at=at,
        information_date=at.date(),
        no_personal_data=True,
    )


def tell_all() -> tuple[float, int]:
    """Make the notices that wait; return how many seconds that took and how many notices that were."""
    before, begun = Notice.objects.count(), time.perf_counter()
    drain_kind(handlers()[NOTIFY])
    return time.perf_counter() - begun, Notice.objects.count() - before


def hand_over_mails() -> tuple[float, int, int]:
    """Hand the mails that wait to the mail server; return how many seconds that took, how many were handed over, and
    how many wait still."""
    begun = time.perf_counter()
    drain_kind(handlers()[MAIL])
    seconds = time.perf_counter() - begun
    return seconds, Notice.objects.filter(mailed_at__isnull=False).count(), OutboxRow.objects.filter(kind=MAIL).count()


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each step."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}
