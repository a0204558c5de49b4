"""Measure over HTTP whether the time of an answer tells a hidden item from an absent one. Demo only."""

import random
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from cms.core.instants import current_instant
from cms.sharing.models import Sharing
from cms.users.models import User
from cms.users.sessions import SessionStore
from cms.worlds.effect_sizes import compare
from cms.worlds.management.demo_only import refuse_outside_demo
from search.queries import parse_search
from search.selectors import search

WARM_UP = 20
_LETTERS = "abcdefghiklmnoprstu"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two addresses whose answers must not differ: of something hidden, and of nothing."""

    name: str
    hidden: str
    absent: str


class Command(BaseCommand):
    """The server must run with the same database, on a machine that does nothing else."""

    help = "Compare the times of answers about hidden and about absent items and words (demo only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where, as whom, how often."""
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.WAGTAILADMIN_BASE_URL.rpartition(':')[2]}")
        parser.add_argument("--account", required=True, help="e-mail address of the account that asks")
        parser.add_argument("--requests", type=int, default=200, help="requests of each kind (default 200)")

    def handle(self, *_args: Any, url: str, account: str, requests: int, **_options: Any) -> None:
        """Print a table: medians, their difference, Cliff's delta, the rank test's p."""
        refuse_outside_demo("benchmark_timing")
        user = User.objects.filter(email=account.lower()).first()
        if user is None:
            raise CommandError(f"There is no account {account}.")
        browser = _Browser(url, _session_for(user))
        self.stdout.write(f"{'':<16}{'hidden':>10}{'absent':>10}{'difference':>12}{'delta':>8}{'p':>8}")
        for pair in _pairs(user):
            hidden, absent = browser.times(pair, requests)
            found = compare(hidden, absent)
            self.stdout.write(
                f"{pair.name:<16}{found.first:>7.2f} ms{found.second:>7.2f} ms{found.medians:>+9.3f} ms"
                f"{found.delta:>+8.3f}{found.p:>8.3f}"
            )


def _pairs(user: User) -> list[Pair]:
    at = current_instant()
    hidden = Sharing.objects.exclude(pk__in=Sharing.objects.visible_to(user, at).values("pk")).filter(page__live=True)
    items = list(hidden.select_related("page").order_by("uuid")[:500])
    word = _hidden_word(items, user)
    if not items or not word:
        raise CommandError("Nothing is hidden from this account: take one of an officer.")
    nothing = "".join(random.choices(_LETTERS, k=len(word)))  # noqa: S311 - a word, no secret
    item = items[0]
    return [
        Pair("item", f"/i/{item.uuid}/", f"/i/{uuid4()}/"),
        Pair("item, API", f"/api/v1/items/{item.uuid}", f"/api/v1/items/{uuid4()}"),
        Pair("word", f"/search/?q={quote(word)}", f"/search/?q={quote(nothing)}"),
        Pair("word, API", f"/api/v1/search?q={quote(word)}", f"/api/v1/search?q={quote(nothing)}"),
    ]


def _hidden_word(items: list[Sharing], user: User) -> str:
    """Return a word of hidden items' titles that stands in nothing the person may see."""
    words = {word.strip(".,:;()–-").lower() for item in items for word in item.page.title.split()}
    for word in sorted(
        (word for word in words if word.isalpha() and len(word) > 5), key=lambda word: (-len(word), word)
    ):
        if not search(user, parse_search(QueryDict(f"q={word}")), current_instant()).total:
            return f"{word}"
    return ""


def _session_for(user: User) -> str:
    """Open a session with a second factor, as after signing in; return its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "cms.users.backends.AccountBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.create()
    return f"{session.session_key}"


class _Browser:
    """One connection that is kept open."""

    def __init__(self, url: str, session: str) -> None:
        self.connection = HTTPConnection(urlsplit(url).netloc)
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}

    def times(self, pair: Pair, requests: int) -> tuple[list[float], list[float]]:
        """Return the times in ms of both kinds, asked in random order after a warming up."""
        for _number in range(WARM_UP):
            self._ask(pair.hidden), self._ask(pair.absent)
        order = [pair.hidden, pair.absent] * requests
        random.shuffle(order)
        found: dict[str, list[float]] = {pair.hidden: [], pair.absent: []}
        for address in order:
            found[address].append(self._ask(address))
        return found[pair.hidden], found[pair.absent]

    def _ask(self, address: str) -> float:
        began = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        response = self.connection.getresponse()
        response.read()
        spent = (time.perf_counter() - began) * 1000
        if response.status not in {200, 404}:
            raise CommandError(f"{address} answers {response.status}.")
        return spent
