"""What a viewer may see, for engines; and what engines found, asked again of the policy itself."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.sharing.models import Sharing
from cms.sharing.querysets import exact_at, judged_from_facts
from cms.sharing.viewers import viewer_tokens
from cms.users.models import User
from search.engines.base import Access


def access_of(user: User | AnonymousUser | None, at: datetime) -> Access:
    """Return what the person may see at the instant."""
    tokens = viewer_tokens(user, at)
    return Access(tokens, at, tuple(judged_from_facts(tokens, at)))


def still_visible(sharing_ids: Sequence[int], access: Access) -> QuerySet[Sharing]:
    """Return those of the rows whose items the viewer may see, by the sharing rows themselves: an engine works on
    copies, and a copy is never the last word."""
    by_tokens = Q(audience__overlap=sorted(access.tokens)) & exact_at(access.at)
    return Sharing.objects.filter(by_tokens | Q(pk__in=access.judged_ids), pk__in=sharing_ids, page__live=True)
