"""Small worlds for searching: who owns, who asks, and what they find."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.sharing.signals import items_changed
from cms.users.models import User
from search.engines.base import Engine, EngineResult
from search.entries import EntryRow, write_entries
from search.models import SearchEntry
from search.queries import parse_search
from search.selectors import question_of
from search.visibility import access_of
from tests.factories import NOW
from tests.factories.rows import Row, make_bare_pages, make_rows


def ask(
    engine: Engine, user: User | AnonymousUser, q: str = "", *, at: datetime = NOW, **parameters: str | list[str]
) -> EngineResult:
    """Return what the engine answers to the person at the instant."""
    asked, _notices = question_of(parse_search({"q": q, **parameters}))
    return engine.search(asked, access_of(user, at))


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


def make_entries(owner: Organisation, texts: Sequence[tuple[str, str]]) -> None:
    """Make so many items of the owner with these titles and bodies, in the read model alone: their pages are bare."""
    rows = make_rows([Row(owner_id=owner.pk) for _text in texts], make_bare_pages(len(texts)))
    write_entries([entry(row, title, body) for row, (title, body) in zip(rows, texts, strict=True)])


def entry(row: Sharing, title: str, body: str) -> EntryRow:
    """Return an entry of the row with this title and body."""
    return EntryRow(
        sharing_id=row.pk,
        uuid=row.uuid,
        reference=row.reference,
        type_key="bulletin",
        title=title,
        summary="Invented.",
        body=body,
        language="en",
        element_id=row.element_id,
        owner_id=row.owner_id,
        countries=row.countries,
        marking=row.marking,
        state=row.state,
        level="",
        published_at=NOW,
        information_date=None,
        audience=row.audience,
        audience_since=row.audience_since,
        next_change=row.next_change,
        version=row.version,
    )
