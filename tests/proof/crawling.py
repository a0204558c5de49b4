"""Asking as everybody, and undoing whatever the asking did."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from cms.core.instants import current_instant
from cms.sharing.models import Sharing
from cms.sharing.querysets import SharingQuerySet
from cms.sharing.reach import items_open_to
from cms.sharing.rights import RIGHTS, Scope
from cms.sharing.rules import allowed
from cms.users.models import User
from tests.admin.answers import masked
from tests.factories import sign_in
from tests.proof.addresses import absent, addresses, names_an_item, open_routes
from tests.proof.forms import Form, forms
from tests.proof.words import told, without
from tests.proof.world import Planted, World, make_world

# ending the session, or beginning another one, is not a way to learn something, and costs the crawler its eyes
NOT_POSTED = ("/accounts/", "/cms/logout/", "/cms/account/")
# shorter numbers stand in an answer for many things
SHORTEST = 5
REDIRECTS, FARTHEST = (301, 302, 303, 307, 308), 4
_CLOCK = ("Expires", "Date")
EDITORIAL = [action for action, rights in RIGHTS.items() if Scope.VIEW not in rights.values()]
Answer = tuple[int, dict[str, str], str]


@dataclass(slots=True)
class Viewer:
    """One who asks: a browser, the words that may be told, the items in which there is no right at all."""

    name: str
    client: Client
    words: set[str]
    strange: list[Planted]
    known: list[Planted]


@dataclass(slots=True)
class Crawl:
    """The world, everybody who asks, and the forms that anybody was shown, by the route that they are sent to."""

    world: World
    viewers: dict[str, Viewer]
    shown: dict[str, list[tuple[Form, Planted]]] = field(default_factory=dict)


def make_crawl() -> Crawl:
    """Make the world and let everybody sign in."""
    world = make_world()
    viewers = {name: _viewer(world, name, user) for name, user in world.viewers.items()}
    suspended = world.viewers["suspended"]
    User.objects.filter(email=suspended.email if suspended else "").update(is_active=False)
    viewers["suspended"] = _blind(world, viewers["suspended"])
    return Crawl(world, viewers)


def _viewer(world: World, name: str, user: User | None) -> Viewer:
    client = Client(raise_request_exception=False)
    if user is not None:
        sign_in(client, user)
    home = world.participant_of.get(name)
    words = {party.word for key, party in world.parties.items() if key == home}
    at = current_instant()
    visible: SharingQuerySet = Sharing.objects.all()
    sees = set(visible.visible_to(user, at).values_list("pk", flat=True))
    works = set(items_open_to("view_draft", user, at).values_list("pk", flat=True))
    # whatever else gives a right rests on viewing
    acts = {pk for action in EDITORIAL for pk in items_open_to(action, user, at).values_list("pk", flat=True)}
    # an auditor orders quarantine for owners whose items the auditor does not read
    acts |= {item.sharing.pk for item in world.items if allowed(user, "order_quarantine", item.sharing, at)}
    for item in world.items:
        words |= {item.live_word} if item.sharing.pk in sees | works else set()
        words |= {item.draft_word} if item.sharing.pk in works else set()
    known = [item for item in world.items if item.sharing.pk in sees | works | acts]
    return Viewer(name, client, words, [item for item in world.items if item not in known], known)


def _blind(world: World, viewer: Viewer) -> Viewer:
    """Return the viewer after the account was closed: the open session is a visitor's."""
    nobody = _viewer(world, "visitor", None)
    return Viewer(viewer.name, viewer.client, nobody.words, nobody.strange, nobody.known)


def asked(
    viewer: Viewer, address: str, data: Mapping[str, Any] | None = None, look: Callable[[], None] = lambda: None
) -> Answer:
    """Ask, follow where it leads, look at what it did, and undo that, in the browser too."""
    cookies = dict(viewer.client.cookies)
    with transaction.atomic():
        response, chain = _followed(viewer.client, address, data)
        body = b"".join(response) if response.streaming else response.content
        look()
        transaction.set_rollback(True)
    connection.run_on_commit.clear()
    viewer.client.cookies.clear()
    viewer.client.cookies.update(cookies)
    headers = {name: masked(value) for name, value in response.headers.items() if name not in _CLOCK}
    return response.status_code, headers | {"X-Chain": " ".join(chain)}, masked(body.decode("utf-8", "replace"))


def _followed(client: Client, address: str, data: Mapping[str, Any] | None) -> tuple[Any, list[str]]:
    """Return the answer at the end of at most so many redirects, and where they led."""
    response: Any = client.get(address) if data is None else client.post(address, data)
    chain: list[str] = []
    while response.status_code in REDIRECTS and len(chain) < FARTHEST:
        chain.append(urljoin(address, response.headers["Location"]))
        response = client.get(chain[-1])
    return response, chain


def leaked(viewer: Viewer, answer: Answer) -> set[str]:
    """Return the planted words that the answer tells and the viewer must not be told."""
    return told(*answer) - viewer.words


def same(one: Answer, other: Answer, parts: Mapping[str, Any]) -> bool:
    """Tell whether two answers are the same but for what was asked for."""
    values = [value for value in map(str, [*parts.values(), *absent(parts).values()]) if len(value) >= SHORTEST]
    return _plain(one, values) == _plain(other, values)


def _plain(answer: Answer, values: list[str]) -> Answer:
    status, headers, body = answer
    return status, {name: without(value, values) for name, value in headers.items()}, without(body, values)


def item_routes(parts: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the routes whose addresses name an item."""
    for route, names in open_routes().items():
        if names_an_item(route, names, parts):
            yield route, names


def route_of(address: str) -> str:
    """Return the route of an address, '' for none."""
    try:
        return resolve(address.partition("?")[0]).route
    except Resolver404:
        return ""


def gather_forms(crawl: Crawl, whose: Mapping[str, tuple[str, ...]]) -> None:
    """Let these viewers open the pages of items of their own in the states named, and keep the forms they are shown."""
    for name, states in whose.items():
        viewer = crawl.viewers[name]
        own = [item for item in crawl.world.items if item.owner == crawl.world.participant_of[name]]
        for item in [one for one in own if one.state in states and one.kind == "bulletin"]:
            for route, parts in open_routes().items():
                for address in addresses(route, parts, item.parts):
                    _keep_forms(crawl, viewer, address, item)


def _keep_forms(crawl: Crawl, viewer: Viewer, address: str, item: Planted) -> None:
    if address.startswith(NOT_POSTED):
        return
    status, _headers, body = asked(viewer, address)
    if status != 200:
        return
    for form in forms(body, address):
        kept = crawl.shown.setdefault(route_of(form.action), [])
        if len(kept) < 3 and not form.action.startswith(NOT_POSTED):
            kept.append((form, item))


def fingerprint(items: list[Planted]) -> list[Any]:
    """Return what a change of these items would change."""
    rows = Sharing.objects.filter(pk__in=[item.sharing.pk for item in items]).order_by("pk")
    return list(
        rows.values_list(
            "pk", "version", "state", "marking", "quarantined", "owner", "page__latest_revision", "page__live",
            "page__draft_title", "page__path",
        )
    )  # fmt: skip
