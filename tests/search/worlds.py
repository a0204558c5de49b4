"""Small worlds for searching: who owns, who asks, and what they find."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from cms.sharing.models import Sharing
from cms.sharing.signals import items_changed
from cms.users.models import User
from search.engines.base import Engine, EngineResult
from search.models import SearchEntry
from search.queries import parse_search
from search.visibility import access_of
from tests.factories import NOW


def ask(
    engine: Engine, user: User | AnonymousUser, q: str = "", *, at: datetime = NOW, **parameters: str
) -> EngineResult:
    """Return what the engine answers to the person at the instant."""
    return engine.search(parse_search({"q": q, **parameters}).engine_query(), access_of(user, at))


def titles(result: EngineResult) -> list[str]:
    """Return the titles of the hits in order."""
    entries = SearchEntry.objects.in_bulk([hit.sharing_id for hit in result.hits])
    return [entries[hit.sharing_id].title for hit in result.hits]


def rewrite(sharing: Sharing, **texts: object) -> None:
    """Change fields of the item's live page, and have the entry written."""
    page = sharing.page.specific
    for name, value in texts.items():
        setattr(page, name, value)
    page.save()
    items_changed.send(sender=Sharing, sharing_ids=[sharing.pk])
