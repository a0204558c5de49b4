"""The surfaces that must give one answer: which of the items may this person view at this instant?"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import SharingQuerySet, facts_of
from cms.sharing.rules import Ask
from cms.sharing.selectors import get_visible_sharing, network_facts, person_facts
from cms.users.models import User
from search.queries import LARGEST_PAGE, SearchRequest
from search.selectors import search
from tests.factories import sign_in

Viewer = User | AnonymousUser | None
Surface = Callable[[Viewer, Iterable[Sharing], datetime], set[int]]


def by_oracle(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer from the facts."""
    person, network = person_facts(viewer, at), network_facts()
    return {row.pk for row in rows if decide(facts_of(row), person, network, at).allowed}


def by_predicate(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by the named permission; nobody at all is asked about as an anonymous visitor."""
    asker = viewer or AnonymousUser()
    return {row.pk for row in rows if asker.has_perm("sharing.view", Ask(row, at))}  # type: ignore[arg-type]


def by_queryset(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by the list of everything visible."""
    visible: SharingQuerySet = Sharing.objects.all()
    return set(visible.visible_to(viewer, at).values_list("pk", flat=True)) & {row.pk for row in rows}


def by_opening(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by opening one item after the other."""
    return {row.pk for row in rows if get_visible_sharing(viewer, row.uuid, at) is not None}


def by_search(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by a search for anything at all; the total is as many as are shown."""
    found = search(viewer, SearchRequest(size=LARGEST_PAGE), at)
    assert found.total == len(found.hits)
    assert sum(value.count for value in found.facets["type"]) == found.total
    return _with_ids(rows, {str(hit.id) for hit in found.hits})


def by_api(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by a session on the API at the instant: what its search lists is what it opens, and nothing else."""
    browser = Client() if not isinstance(viewer, User) or viewer.pk is None else sign_in(Client(), viewer)
    with time_machine.travel(at, tick=False):
        listed = browser.get("/api/v1/search", {"size": LARGEST_PAGE}).json()
        statuses = {str(row.uuid): browser.get(f"/api/v1/items/{row.uuid}").status_code for row in rows}
    seen = _with_ids(rows, {item["id"] for item in listed["items"]})
    assert listed["total"] == len(listed["items"])
    assert set(statuses.values()) <= {200, 404}
    assert _with_ids(rows, {uuid for uuid, status in statuses.items() if status == 200}) == seen
    return seen


def _with_ids(rows: Iterable[Sharing], uuids: set[str]) -> set[int]:
    return {row.pk for row in rows if str(row.uuid) in uuids}


# what must agree with the oracle at little cost; the API is asked apart
ANSWERING: Mapping[str, Surface] = {"predicate": by_predicate, "queryset": by_queryset, "search": by_search}
SURFACES: Mapping[str, Surface] = {"oracle": by_oracle, **ANSWERING}
