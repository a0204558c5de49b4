"""Many sharing rows at once, on bare pages without a text where tests ask the decision alone.

Search hears of none of them before `items_changed` is sent, and never knows bare pages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page

from cms.organisations.models import Organisation
from cms.sharing.models import Recipient, Sharing
from cms.sharing.services import Target, write_audience
from cms.sharing.signals import items_changed
from content_types.models import Bulletin, ItemFolder
from tests.factories.instants import NOW
from tests.factories.items import Named, target
from tests.factories.organisations import element


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The facts of one item, by ids."""

    owner_id: int
    element: str = "EW"
    countries: Iterable[str] = ()
    state: str = "owner"
    marking: str = "CLEAR"
    recipients: Sequence[Target] = ()
    revoked: Sequence[Target] = ()
    live: bool = True
    quarantined: bool = False
    quarantined_by_id: int | None = None
    author_id: int | None = None
    copies_allowed: bool = True


def make_bare_pages(number: int) -> list[Page]:
    """Make so many live pages below the folder of items."""
    folder = ItemFolder.objects.get()
    content_type, locale = ContentType.objects.get_for_model(Bulletin), Locale.objects.get()
    pages = [
        Page(
            title="Bare",
            draft_title="Bare",
            slug=str(uuid4()),
            url_path=f"{folder.url_path}{step}/",
            path=Page._get_path(folder.path, folder.depth + 1, step),
            depth=folder.depth + 1,
            content_type=content_type,
            locale=locale,
        )
        for step in range(folder.numchild + 1, folder.numchild + number + 1)
    ]
    Page.objects.filter(pk=folder.pk).update(numchild=folder.numchild + number)
    made: list[Page] = Page.objects.bulk_create(pages)
    return made


def make_rows(rows: Sequence[Row], pages: Sequence[Page], *, at: datetime = NOW) -> list[Sharing]:
    """Give each page its row; the tokens are those of the instant. Returns the rows in order, with all their facts."""
    for live in (True, False):
        ids = [page.pk for page, row in zip(pages, rows, strict=True) if row.live is live]
        Page.objects.filter(pk__in=ids).update(live=live)
    made = Sharing.objects.bulk_create(
        Sharing(
            page_id=page.pk,
            reference=f"XX-{page.pk}",
            owner_id=row.owner_id,
            element=element(row.element),
            countries=sorted(row.countries),
            state=row.state,
            marking=row.marking,
            quarantined=row.quarantined,
            quarantined_by_id=row.quarantined_by_id,
            author_id=row.author_id,
            copies_allowed=row.copies_allowed,
            first_shared_at=at if row.live else None,
        )
        for page, row in zip(pages, rows, strict=True)
    )
    Recipient.objects.bulk_create(
        Recipient(sharing=sharing, marking=row.marking, granted_at=at, revoked_at=revoked_at, **target.columns)
        for sharing, row in zip(made, rows, strict=True)
        for revoked_at, targets in ((None, row.recipients), (at, row.revoked))
        for target in targets
    )
    order = {sharing.pk: place for place, sharing in enumerate(made)}
    with_facts = sorted(Sharing.objects.filter(pk__in=order).with_facts(), key=lambda sharing: order[sharing.pk])
    write_audience(with_facts, at)
    return with_facts


def make_bare_item(
    *,
    owner: Organisation,
    recipients: Sequence[Named] = (),
    at: datetime = NOW,
    page: Page | None = None,
    **facts: Any,
) -> Sharing:
    """Make one item, on a bare page unless another is given; the other arguments are those of a Row."""
    row = Row(owner_id=owner.pk, recipients=[target(named) for named in recipients], **facts)
    (made,) = make_rows([row], make_bare_pages(1) if page is None else [page], at=at)
    items_changed.send(sender=Sharing, sharing_ids=[made.pk])
    return made
