"""What people keep of searching: saving, changing and forgetting; and finding what newly matches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import Kind
from cms.sharing.models import Sharing
from cms.sharing.querysets import audiences_from_facts
from cms.sharing.telling import tell
from cms.sharing.tokens import PUBLIC
from cms.sharing.viewers import tokens_by_user
from cms.users.models import User
from search.engines.base import EngineQuery
from search.engines.postgres_many import Viewer, items_found
from search.models import Finding, PastSearch, SavedSearch
from search.queries import InvalidSearch, parse_search
from search.selectors import question_of
from search.synonyms import present_synonyms
from search.syntax import LONGEST_QUERY
from search.words import composed

FOUND = Kind("search.saved", _("Newly found by a saved search"))
MOST_SAVED = 50
MOST_KEPT = 100
# findings that are written at once
_BATCH = 5000
_NOBODY: frozenset[str] = frozenset()
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


def saved_searches(user: User) -> list[tuple[SavedSearch, bool]]:
    """Return the person's saved searches by name, each with whether it can still be made: what searches may say can
    change."""
    rows = SavedSearch.objects.filter(user=user).order_by("name", "pk")
    return [(row, is_search(row.parameters)) for row in rows]


def is_search(parameters: str) -> bool:
    """Tell whether the parameters are those of a search."""
    try:
        parse_search(QueryDict(parameters))
    except InvalidSearch:
        return False
    return True


def change_search(*, actor: User, handle: UUID, name: str, frequency: str) -> bool:
    """Give a search of the person's another name, and have the person told sooner or later; return whether there is
    one."""
    return bool(SavedSearch.objects.filter(user=actor, handle=handle).update(name=name, frequency=frequency))


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
    wanted = SavedSearch.objects.exclude(frequency=SavedSearch.Frequency.NEVER).order_by("pk")
    made = Finding.objects.bulk_create(_findings(list(wanted), before, at), batch_size=_BATCH, ignore_conflicts=True)
    _tell(SavedSearch.Frequency.AT_ONCE, at)
    return len(made)


def _findings(wanted: Sequence[SavedSearch], before: Mapping[int, frozenset[str]], at: datetime) -> list[Finding]:
    viewers = _viewers({saved.user_id for saved in wanted}, before, at)
    questions = _questions(saved.parameters for saved in wanted if saved.user_id in viewers)
    asking = [saved for saved in wanted if saved.user_id in viewers and saved.parameters in questions]
    asked = [(saved.user_id, questions[saved.parameters]) for saved in asking]
    # the database itself answers, on either engine: it alone has all of what was just committed
    found = sorted(items_found(viewers, asked, at))
    return [Finding(saved=asking[place], sharing_id=sharing_id, found_at=at) for place, sharing_id in found]


def _viewers(user_ids: Collection[int], before: Mapping[int, frozenset[str]], at: datetime) -> dict[int, Viewer]:
    """Return those of the people who may read, each with the items that the person did not see before."""
    not_of_the_instant = audiences_from_facts(at)
    viewers = {}
    for user_id, reached in tokens_by_user(at).items():
        tokens = reached | {PUBLIC}
        new = [sharing_id for sharing_id, had in before.items() if not had & tokens]
        if new and user_id in user_ids:
            judged = [sharing_id for sharing_id in new if not_of_the_instant.get(sharing_id, _NOBODY) & tokens]
            viewers[user_id] = Viewer(tokens, new, judged)
    return viewers


def _questions(parameters: Iterable[str]) -> dict[str, EngineQuery]:
    """Return what each of the searches asks, all by the synonyms of one moment. Where the language of searches has
    changed since one was saved, it asks nothing any more; the page of saved searches says so."""
    synonyms, questions = present_synonyms(), {}
    for text in set(parameters):
        with suppress(InvalidSearch):
            questions[text], _notices = question_of(parse_search(QueryDict(text)), synonyms)
    return questions


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
