"""The surfaces that must give one answer: which of the items may this person view at this instant?"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from cms.core.instants import day_of
from cms.documents.models import File
from cms.documents.selectors import ShowsFiles, readable_files
from cms.notifications.kinds import LIVE, seers_of
from cms.organisations.enums import Role
from cms.sharing.facts import NetworkFacts, PersonFacts
from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import SharingQuerySet, facts_of
from cms.sharing.rules import Ask, allowed
from cms.sharing.selectors import get_visible_sharing, network_facts, person_facts
from cms.users.models import User
from search.queries import LARGEST_PAGE, SearchRequest
from search.selectors import search
from tests.documents.asking import ask
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
    with time_machine.travel(at, tick=False):
        browser = _browser(viewer)
        listed = browser.get("/api/v1/search", {"size": LARGEST_PAGE}).json()
        statuses = {str(row.uuid): browser.get(f"/api/v1/items/{row.uuid}").status_code for row in rows}
    seen = _with_ids(rows, {item["id"] for item in listed["items"]})
    assert listed["total"] == len(listed["items"])
    assert set(statuses.values()) <= {200, 404}
    assert _with_ids(rows, {uuid for uuid, status in statuses.items() if status == 200}) == seen
    return seen


def by_site(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by a browser at the instant, in which the viewer is signed in: the items it opens are those that home
    lists, where it shows home at all, and those whose pictures it shows; every live version must show one."""
    with time_machine.travel(at, tick=False):
        browser = _browser(viewer)
        opened = {row.pk for row in rows if ask(browser, f"/i/{row.uuid}/").status == 200}
        home = ask(browser, "/")
        shown = {row.pk for row in rows for uuid in shown_files(row) if ask(browser, f"/f/{uuid}/320/").status == 200}
    assert home.status == 302 or _with_ids(rows, set(re.findall(r"/i/([0-9a-f-]{36})/", home.body.decode()))) == opened
    assert shown == opened
    return opened


def by_files(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by the files that live versions show, of which each must show one; all other files of the items are for
    those who work on them, and for nobody else."""
    files = list(File.objects.filter(sharing__in=[row.pk for row in rows]).values_list("uuid", "sharing"))
    readable = readable_files(viewer, [uuid for uuid, _key in files], at)
    seen = {key for uuid, key in files if uuid in readable and readable[uuid].rule == "sharing.view"}
    shown = frozenset().union(*(shown_files(row) for row in rows))
    works = {row.pk for row in rows if allowed(viewer, "view_draft", row, at)}
    for uuid, key in files:
        assert (uuid in readable) == (key in works or (key in seen and uuid in shown))
    return seen


def shown_files(row: Sharing) -> frozenset[UUID]:
    """Return the files that the item's live version shows; none where there is no live version."""
    page = row.page.specific
    return page.shown_files() if row.page.live and isinstance(page, ShowsFiles) else frozenset()


def writes_for(person: PersonFacts | None, organisation_id: int, network: NetworkFacts, at: datetime) -> bool:
    """Tell from the facts whether somebody outside the Commission writes for the organisation, and so may read files
    that no version shows yet."""
    here, above = {organisation_id}, network.at_or_above(organisation_id)
    places = {Role.AUTHOR: here, Role.LIAISON_OFFICER: here, Role.APPROVER: above}
    memberships = person.memberships if person is not None and person.in_good_standing else ()
    return any(m.valid_on(day_of(at)) and m.organisation_id in places.get(Role(m.role), set()) for m in memberships)


def by_notices(viewer: Viewer, rows: Iterable[Sharing], at: datetime) -> set[int]:
    """Answer by who would be told of an item. Whoever sees one only as everybody does is told of nothing: what is
    public counts as seen."""
    people = [viewer.pk] if isinstance(viewer, User) and viewer.pk is not None else []
    told = {row.pk for row in rows if seers_of(LIVE, row.uuid, people, at)}
    return told | by_queryset(None, rows, at)


def _browser(viewer: Viewer) -> Client:
    return Client() if not isinstance(viewer, User) or viewer.pk is None else sign_in(Client(), viewer)


def _with_ids(rows: Iterable[Sharing], uuids: set[str]) -> set[int]:
    return {row.pk for row in rows if str(row.uuid) in uuids}


# what must agree with the oracle at little cost
ANSWERING: Mapping[str, Surface] = {"predicate": by_predicate, "queryset": by_queryset, "search": by_search}
SURFACES: Mapping[str, Surface] = {"oracle": by_oracle, **ANSWERING}
# what is asked of one item after the other, each of which has files
ITEM_BY_ITEM: Mapping[str, Surface] = {"files": by_files, "notices": by_notices}
