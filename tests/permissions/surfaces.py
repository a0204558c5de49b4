"""The surfaces that must give one answer: which of the items may this person view at this instant?"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import SharingQuerySet, facts_of
from cms.sharing.rules import Ask
from cms.sharing.selectors import get_visible_sharing, network_facts, person_facts
from cms.users.models import User

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


# what must agree with the oracle
ANSWERING: Mapping[str, Surface] = {"predicate": by_predicate, "queryset": by_queryset}
SURFACES: Mapping[str, Surface] = {"oracle": by_oracle, **ANSWERING}
