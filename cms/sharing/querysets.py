"""The queryset twin of the decision: all items a person may view at an instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from cms.core.snapshot import once
from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.tokens import audience
from cms.sharing.viewers import viewer_tokens

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from cms.sharing.models import Sharing
    from cms.users.models import User


def exact_at(at: datetime, prefix: str = "") -> Q:
    """Return the condition that stored tokens are those of the instant, for rows that carry `audience_since` and
    `next_change` (the sharing row and its copies)."""
    begun = Q(**{f"{prefix}audience_since__isnull": True}) | Q(**{f"{prefix}audience_since__lte": at})
    lasting = Q(**{f"{prefix}next_change__isnull": True}) | Q(**{f"{prefix}next_change__gt": at})
    return begun & lasting


class SharingQuerySet(models.QuerySet["Sharing"]):
    """Sharing rows."""

    def visible_to(self, user: "User | AnonymousUser | None", at: datetime) -> "SharingQuerySet":
        """Keep the items that the person may view at the instant; the person is signed in with a second factor."""
        return self.with_tokens(viewer_tokens(user, at), at)

    def with_tokens(self, tokens: frozenset[str], at: datetime) -> "SharingQuerySet":
        """Keep the live items whose audience meets the tokens at the instant.

        Rows whose tokens are not of the instant are judged from their facts.
        """
        by_tokens = Q(audience__overlap=sorted(tokens)) & exact_at(at)
        return self.filter(by_tokens | Q(pk__in=_judged(tokens, at)), page__live=True)

    def with_facts(self) -> "SharingQuerySet":
        """Fetch all that `facts_of` needs in two queries."""
        return self.select_related("page", "element").prefetch_related(_unrevoked_recipients())


def _unrevoked_recipients() -> models.Prefetch[str, Any, str]:
    recipients = apps.get_model("sharing", "Recipient")._default_manager.filter(revoked_at__isnull=True)
    return models.Prefetch("recipients", queryset=recipients, to_attr="valid_recipients")


def fetch_facts(rows: "Sequence[Sharing]") -> None:
    """Fetch what `facts_of` needs for rows that the caller has with page and element, in one query."""
    models.prefetch_related_objects(rows, _unrevoked_recipients())


def audiences_from_facts(at: datetime) -> dict[int, frozenset[str]]:
    """Return, by id of the row, the tokens at the instant of those rows whose stored tokens are not of it."""
    model: Any = apps.get_model("sharing", "Sharing")
    due = model._default_manager.filter(Q(next_change__lte=at) | Q(audience_since__gt=at)).with_facts()
    return {row.pk: audience(facts_of(row), at).tokens for row in due}


def judged_from_facts(tokens: frozenset[str], at: datetime) -> list[int]:
    """Return the ids of those rows whose stored tokens are not of the instant and whose facts let the tokens in."""
    return [pk for pk, seen_by in audiences_from_facts(at).items() if seen_by & tokens]


def _judged(tokens: frozenset[str], at: datetime) -> list[int]:
    return once(("judged from facts", tokens, at), lambda: judged_from_facts(tokens, at))


def facts_of(sharing: "Sharing") -> ItemFacts:
    """Return the facts of the row; its unrevoked recipients are prefetched by `with_facts` or read now."""
    rows = getattr(sharing, "valid_recipients", None)
    if rows is None:
        # a row that was never written names nobody yet
        rows = () if sharing._state.adding else once(("recipients", sharing.pk), lambda: _unrevoked(sharing))
    return ItemFacts(
        owner_id=sharing.owner_id,
        element=sharing.element.code,
        countries=frozenset(sharing.countries),
        marking=sharing.marking,
        state=sharing.state,
        live=sharing.page.live,
        quarantined=sharing.quarantined,
        quarantined_by=sharing.quarantined_by_id,
        recipients=tuple(RecipientFacts(row.kind, row.target_id, row.valid_from, row.valid_until) for row in rows),
    )


def _unrevoked(sharing: "Sharing") -> tuple[Any, ...]:
    return tuple(sharing.recipients.filter(revoked_at__isnull=True))
