"""Items: a bulletin with a published revision, and its sharing row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from wagtail.models import Page

from cms.elements.models import Element
from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.enums import Marking, SharingState
from cms.sharing.models import Recipient, Sharing
from cms.sharing.services import Publication, Target, apply_to_many, create_sharing, lock, write_audience
from cms.sharing.signals import items_changed
from cms.users.models import User
from content_types.models import Bulletin, ItemFolder
from content_types.references import new_reference
from tests.factories.instants import NOW
from tests.factories.organisations import element as element_of

Named = Target | Organisation | WorkingGroup | User


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What `set_facts` writes into a sharing row."""

    state: str = SharingState.OWNER
    marking: str = Marking.AMBER
    recipients: Sequence[Named] = ()
    quarantined: bool = False
    quarantined_by: User | None = None
    copies_allowed: bool = True


def target(named: Named) -> Target:
    """Return the target that an organisation, a group, a person or a target stands for."""
    if isinstance(named, Target):
        return named
    kinds = {Organisation: "organisation", WorkingGroup: "group", User: "user"}
    return Target(kind=kinds[type(named)], target_id=named.pk)


def make_page(
    title: str = "A first bulletin",
    body: str = "Invented text.",
    *,
    author: User | None = None,
    live: bool = True,
    revisions: bool = True,
) -> Bulletin:
    """Make a bulletin with one revision, published unless `live` is false; it has no sharing row yet.

    Without revisions it is made faster, for tests that look at no history.
    """
    folder = ItemFolder.objects.get()
    slug = str(uuid4())
    page = Bulletin(
        title=title,
        slug=slug,
        summary="In short: invented.",
        body=[("text", f"<p>{body}</p>")],
        information_date=date(2026, 6, 1),
        owner=author,
        live=live and not revisions,
    )
    folder.add_child(instance=page)
    revision = page.save_revision(user=author) if revisions else None
    if live and revision is not None:
        revision.publish(user=author, skip_permission_checks=True)
        page.refresh_from_db()
    return page


def make_item(  # noqa: PLR0913 - a factory's arguments are what tests talk about
    *,
    owner: Organisation,
    element: Element | str = "EW",
    state: str = SharingState.OWNER,
    marking: str = Marking.CLEAR,
    recipients: Sequence[Named] = (),
    live: bool = True,
    countries: Iterable[str] = (),
    quarantined: bool | User = False,
    copies_allowed: bool = True,
    author: User | None = None,
    title: str = "A first bulletin",
    body: str = "Invented text.",
    at: datetime = NOW,
) -> Sharing:
    """Make an item with these facts, as if its owner had brought it there: page, published revision, sharing row.

    The marking is the loosest unless named, so that each state and recipient is allowed. `recipients` are
    organisations, groups, people (without dates) or targets. `quarantined` may name who put it there. `live=False`
    makes a draft that was never published.
    """
    page = make_page(title, body, author=author, live=live)
    row = _make_row(page, owner=owner, element=_element(element), countries=countries, author=author, at=at)
    facts = ItemFacts(
        state=state,
        marking=marking,
        recipients=recipients,
        quarantined=bool(quarantined),
        quarantined_by=quarantined if isinstance(quarantined, User) else None,
        copies_allowed=copies_allowed,
    )
    return set_facts(row, facts, at=at)


def _make_row(
    page: Bulletin,
    *,
    owner: Organisation,
    element: Element,
    countries: Iterable[str],
    author: User | None,
    at: datetime,
) -> Sharing:
    row = create_sharing(
        page_id=page.pk,
        uuid=page.slug,
        reference=new_reference(element, owner, at),
        owner=owner,
        element=element,
        countries=countries,
        author=author,
        at=at,
    )
    if page.live:
        Sharing.objects.filter(pk=row.pk).update(first_shared_at=at)
    return row


def _element(given: Element | str) -> Element:
    return element_of(given) if isinstance(given, str) else given


@transaction.atomic
def set_facts(sharing: Sharing, facts: ItemFacts, *, at: datetime = NOW) -> Sharing:
    """Replace the row's facts, whatever they were; return the row, read afresh."""
    row = lock(sharing.pk)
    row.recipients.all().delete()
    row.state, row.marking = facts.state, facts.marking
    row.quarantined, row.quarantined_by = facts.quarantined, facts.quarantined_by
    row.copies_allowed = facts.copies_allowed
    row.save()
    Recipient.objects.bulk_create(
        Recipient(sharing=row, marking=row.marking, granted_at=at, **target(named).columns)
        for named in facts.recipients
    )
    write_audience([row], at)
    items_changed.send(sender=Sharing, sharing_ids=[row.pk])
    return Sharing.objects.select_related("page", "element", "owner").get(pk=row.pk)


def page_of(sharing: Sharing) -> Page:
    """Return the item's page, read afresh."""
    return Page.objects.get(pk=sharing.page_id).specific


@transaction.atomic
def publish_sharing(*, sharing: Sharing, actor: User, at: datetime) -> None:
    """Do with one item's sharing what its publication does, as if this person published it."""
    apply_to_many([Publication(lock(sharing.pk), actor)], at=at)
