"""What people keep of searching: saving, changing and forgetting; and finding what newly matches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import Kind
from cms.sharing.models import Sharing
from cms.sharing.querysets import judged_from_facts
from cms.sharing.telling import tell
from cms.sharing.tokens import PUBLIC
from cms.sharing.viewers import tokens_by_user
from cms.users.models import User
from search.engines.base import Access
from search.engines.postgres import PostgresEngine
from search.models import Finding, PastSearch, SavedSearch
from search.queries import InvalidSearch, parse_search
from search.selectors import question_of
from search.syntax import LONGEST_QUERY
from search.words import composed

FOUND = Kind("search.saved", _("Newly found by a saved search"))
MOST_SAVED = 50
MOST_KEPT = 100
_NOT_KEPT = ("page", "after", "size", "facets")
_EVERY = {SavedSearch.Frequency.DAILY: timedelta(days=1), SavedSearch.Frequency.WEEKLY: timedelta(days=7)}


class TooManySaved(Exception):
    """The person keeps as many searches as one may."""


@dataclass(frozen=True, slots=True)
class Change:
    """An item that was written anew: the tokens that it had before; none where it was not live."""

    sharing_id: int
    before: frozenset[str]


def parameters_of(address: QueryDict) -> str:
    """Return the parameters of a search's address that are worth keeping, in one order."""
    kept = address.copy()
    for name in [name for name in kept if name in _NOT_KEPT or not any(kept.getlist(name))]:
        del kept[name]
    return str(kept.urlencode())


@transaction.atomic
def save_search(*, actor: User, name: str, parameters: str, frequency: str, at: datetime) -> SavedSearch:
    """Keep a search for the person. Raises InvalidSearch for parameters that are none, and TooManySaved."""
    parse_search(QueryDict(parameters))
    if SavedSearch.objects.filter(user=actor).count() >= MOST_SAVED:
        raise TooManySaved
    return SavedSearch.objects.create(
        user=actor, name=name, parameters=parameters_of(QueryDict(parameters)), frequency=frequency, created_at=at
    )


def change_frequency(*, actor: User, handle: UUID, frequency: str) -> bool:
    """Have the person told sooner or later; return whether there is such a search of the person's."""
    return bool(SavedSearch.objects.filter(user=actor, handle=handle).update(frequency=frequency))


def forget_search(*, actor: User, handle: UUID) -> bool:
    """Forget a search of the person's and what it found; return whether there was one."""
    found, _kinds = SavedSearch.objects.filter(user=actor, handle=handle).delete()
    return bool(found)


def remember(*, actor: User, address: QueryDict, words: str, total: int, at: datetime) -> None:
    """Add a search to the person's history."""
    shown = composed(words)[:LONGEST_QUERY]
    PastSearch.objects.create(user=actor, parameters=parameters_of(address), words=shown, total=total, at=at)


def past_searches(user: User, most: int = 30) -> list[PastSearch]:
    """Return the person's latest searches, each once, the latest first."""
    latest: dict[str, PastSearch] = {}
    for past in PastSearch.objects.filter(user=user).order_by("-at", "-pk")[:MOST_KEPT]:
        latest.setdefault(past.parameters, past)
    return list(latest.values())[:most]


def forget_past(*, actor: User) -> None:
    """Empty the person's history."""
    PastSearch.objects.filter(user=actor).delete()


def forget_old_past() -> int:
    """Remove what lies behind the latest searches of each person; return how many rows that were."""
    removed = 0
    for user_id in PastSearch.objects.values_list("user", flat=True).distinct():
        latest = PastSearch.objects.filter(user=user_id).order_by("-at", "-pk").values("pk")[:MOST_KEPT]
        removed += PastSearch.objects.filter(user=user_id).exclude(pk__in=latest).delete()[0]
    return removed


@transaction.atomic
def find_new(changes: Sequence[Change], at: datetime) -> int:
    """Note which saved searches these items newly match: those whose owner sees an item that was not live before, or
    that the owner did not see. Owners who want to know at once are told. Return how many findings there are."""
    before: dict[int, frozenset[str]] = {}
    for change in changes:
        # of several changes the first one tells what there was before
        before.setdefault(change.sharing_id, change.before)
    people = tokens_by_user(at)
    wanted = SavedSearch.objects.exclude(frequency=SavedSearch.Frequency.NEVER).order_by("user", "pk")
    findings = [found for saved in wanted for found in _findings(saved, before, people, at)]
    made = Finding.objects.bulk_create(findings, ignore_conflicts=True)
    _tell(SavedSearch.Frequency.AT_ONCE, at)
    return len(made)


def _findings(
    saved: SavedSearch, before: Mapping[int, frozenset[str]], people: Mapping[int, frozenset[str]], at: datetime
) -> Iterator[Finding]:
    reached = people.get(saved.user_id)
    if reached is None:
        return
    tokens = reached | {PUBLIC}
    new = tuple(sharing_id for sharing_id, had in before.items() if not had & tokens)
    if not new:
        return
    try:
        asked, _notices = question_of(parse_search(QueryDict(saved.parameters)))
    except InvalidSearch:
        # the language of searches has changed since; the page of saved searches says so
        return
    asked = replace(
        asked, filters=replace(asked.filters, only=new), sort="date", facets=False, limit=len(new), offset=0, after=""
    )
    # the database itself answers, on either engine: it alone has all of what was just committed
    for sharing_id, _key in PostgresEngine().search_ordered(asked, Access(tokens, at, judged_from_facts)).found:
        yield Finding(saved=saved, sharing_id=sharing_id, found_at=at)


def tell_due(at: datetime) -> int:
    """Tell owners of what their saved searches found, where a day or a week has passed; return of how many findings."""
    return sum(_tell(frequency, at) for frequency in _EVERY)


@transaction.atomic
def _tell(frequency: SavedSearch.Frequency, at: datetime) -> int:
    """Tell each owner once of each item found. Whether the owner may see it is asked when the notice is made and when
    a mail is sent."""
    untold = Finding.objects.filter(told_at__isnull=True, saved__frequency=frequency).select_related("saved")
    due = [finding for finding in untold.order_by("pk") if _is_due(finding.saved, at)]
    people: dict[int, set[int]] = {}
    for finding in due:
        people.setdefault(finding.sharing_id, set()).add(finding.saved.user_id)
    for sharing in Sharing.objects.filter(pk__in=people).select_related("element"):
        tell(FOUND, sharing, people[sharing.pk], at=at)
    Finding.objects.filter(pk__in=[finding.pk for finding in due]).update(told_at=at)
    SavedSearch.objects.filter(pk__in={finding.saved_id for finding in due}).update(told_at=at)
    return len(due)


def _is_due(saved: SavedSearch, at: datetime) -> bool:
    return (
        saved.told_at is None or saved.told_at + _EVERY.get(SavedSearch.Frequency(saved.frequency), timedelta()) <= at
    )


def changes_of(payloads: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Return the changes that payloads of the outbox tell of."""
    return [Change(sharing_id, frozenset(tokens)) for payload in payloads for sharing_id, tokens in payload["items"]]
