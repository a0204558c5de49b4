"""Bringing items to what a world file says: pages, revisions, sharing rows, keys, audit; all in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from wagtail.models import WorkflowState

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.sharing.models import Recipient, Sharing
from cms.sharing.signals import items_changed
from cms.users.models import User
from cms.worlds import pages, reviews, sharing_rows
from cms.worlds.attachments import keep_attachments, with_attachments
from cms.worlds.counting import Counts
from cms.worlds.item_texts import new_page, same_text, text_values, write_text
from cms.worlds.item_types import item_pages
from cms.worlds.models import Kind, WorldObject
from cms.worlds.records import ItemRecord
from cms.worlds.sharing_rows import Names
from cms.worlds.topics import Topics
from content_types.models import Alert, ContentPage
from content_types.references import new_reference


@dataclass(slots=True)
class Plan:
    """One item of the file and what is to be done for it: the item is new, its text differs, it goes live or ceases to
    be, the facts about it differ."""

    record: ItemRecord
    page: ContentPage
    sharing: Sharing
    new: bool
    text: bool
    moved: bool
    facts: bool
    review: WorkflowState | None = None

    @property
    def untouched(self) -> bool:
        """Whether the item is as the file says."""
        return not (self.new or self.text or self.moved or self.facts or self.resubmitted)

    @property
    def resubmitted(self) -> bool:
        """Whether an unpublished item is submitted and the file says draft, or the reverse."""
        submitted = self.record.status == "submitted"
        return not self.record.published and reviews.waits(self.review, self.page) != submitted


def load_items(
    records: Sequence[ItemRecord],
    *,
    names: Names,
    topics: Topics,
    counts: Counts,
    actor: User | None,
    at: datetime,
) -> list[Plan]:
    """Add and change items, in the current transaction; return what was done for each."""
    records, new_files = with_attachments(records)
    plans = _plans(records, names, topics, at)
    work = [plan for plan in plans if not plan.untouched]
    _write_pages(work, names, topics, at)
    _write_sharing(work, names, actor, at)
    keep_attachments({plan.record.key: plan.sharing for plan in work}, new_files, at)
    _write_reviews(work, names, actor, at)
    _remember([plan for plan in work if plan.new])
    record_many([_entry(plan, actor, at) for plan in work])
    pages.refresh_statistics(sum(plan.new for plan in work))
    if work:
        items_changed.send(sender=Sharing, sharing_ids=[plan.sharing.pk for plan in work])
    for plan in plans:
        counts.count(added=plan.new, changed=not plan.untouched)
    return plans


def _plans(records: Sequence[ItemRecord], names: Names, topics: Topics, at: datetime) -> list[Plan]:
    """Compare the file with the database; rows that are there are locked."""
    known = _known({record.key for record in records})
    sharings = _locked(known.values())
    present = {page.pk: page for page in _pages([sharing.page_id for sharing in sharings.values()])}
    open_reviews = reviews.open_reviews(present)
    plans: list[Plan] = []
    for record in records:
        sharing = sharings.get(known.get(record.key))
        if sharing is None:
            plans.append(_new(record, names, topics))
            continue
        page = present[sharing.page_id]
        plan = _compared(record, page, sharing, names, topics)
        plan.review = open_reviews.get(page.pk)
        plans.append(plan)
    _name_new(plans, names, at)
    _link(plans)
    return plans


def _link(plans: Sequence[Plan]) -> None:
    """Have reports name the item of the first one, which may be new in the same file."""
    reports = [plan for plan in plans if isinstance(plan.page, Alert)]
    named = {plan.record.follows for plan in reports if plan.record.follows}
    uuids = (_known(named) if named else {}) | {plan.record.key: plan.sharing.uuid for plan in plans}
    for plan in reports:
        first = uuids.get(plan.record.follows) if plan.record.follows else None
        if isinstance(plan.page, Alert) and plan.page.first_item != first:
            plan.page.first_item, plan.text = first, True


def _compared(record: ItemRecord, page: ContentPage, sharing: Sharing, names: Names, topics: Topics) -> Plan:
    moved = page.live != record.published
    # a later draft of a live item is no draft of the file's
    text = not same_text(page, text_values(record, topics)) or (moved and page.live and page.has_unpublished_changes)
    author = names.author(record)
    same_page = (page.owner_id, page.first_published_at) == (
        author.pk if author else None,
        record.published_at if record.published else None,
    )
    facts = not (same_page and sharing_rows.same_facts(sharing, record, names))
    return Plan(record, page, sharing, new=False, text=text, moved=moved, facts=facts)


def _known(keys: set[str]) -> dict[str, UUID]:
    rows = WorldObject.objects.filter(kind=Kind.ITEM, key__in=keys).values_list("key", "uuid")
    return {key: uuid for key, uuid in rows if uuid is not None}


def _locked(uuids: Iterable[UUID]) -> Mapping[UUID | None, Sharing]:
    keys = list(uuids)
    # locked first, read afterwards: what a lock waits for is then seen
    list(Sharing.objects.select_for_update().filter(uuid__in=keys).order_by("pk").values_list("pk"))
    rows = Sharing.objects.filter(uuid__in=keys).with_facts()
    rows = rows.select_related("page", "element", "proposal").prefetch_related("proposal__recipients")
    return {row.uuid: row for row in rows}


def _pages(page_ids: Sequence[int]) -> Sequence[ContentPage]:
    return [
        page
        for model in item_pages()
        for page in model._default_manager.filter(pk__in=page_ids).select_related("latest_revision")
    ]


def _new(record: ItemRecord, names: Names, topics: Topics) -> Plan:
    uuid = uuid4()
    page = new_page(record, str(uuid), text_values(record, topics))
    return Plan(record, page, Sharing(uuid=uuid), new=True, text=True, moved=True, facts=True)


def _name_new(plans: Sequence[Plan], names: Names, at: datetime) -> None:
    """Give new items references that nobody has."""
    nameless = [plan for plan in plans if plan.new]
    taken: set[str] = set()
    while nameless:
        for plan in nameless:
            element, participant = names.elements[plan.record.element], names.participant(plan.record)
            plan.sharing.reference = new_reference(element, participant, plan.record.published_at or at)
        references = [plan.sharing.reference for plan in nameless]
        in_use = set(Sharing.objects.filter(reference__in=references).values_list("reference", flat=True)) | taken
        again: list[Plan] = []
        for plan in nameless:
            if plan.sharing.reference in in_use:
                again.append(plan)
            else:
                in_use.add(plan.sharing.reference)
                taken.add(plan.sharing.reference)
        nameless = again


def _write_pages(plans: Sequence[Plan], names: Names, topics: Topics, at: datetime) -> None:
    """Write the pages of these items, a new revision where the text is new, and which revision is live."""
    for plan in plans:
        _prepare_page(plan, names, topics, at)
    for model in item_pages():
        pages.insert_pages([plan.page for plan in plans if plan.new and isinstance(plan.page, model)])
    for plan in plans:
        plan.sharing.page = plan.page
    for model, own in item_pages().items():
        mine = [plan for plan in plans if isinstance(plan.page, model)]
        pages.add_revisions(
            [(plan.page, names.author(plan.record), _revised_at(plan, at)) for plan in mine if plan.text]
        )
        pages.update_pages([plan.page for plan in mine if not plan.new], ["body", *own])
    pages.point_to_revisions([plan.page for plan in plans if plan.text or plan.moved])
    pages.write_references([plan.page for plan in plans])


def _revised_at(plan: Plan, at: datetime) -> datetime:
    """Return when the revision was made: of a new published item when it was published, but not after now."""
    published_at = plan.record.published_at
    return min(published_at, at) if plan.new and published_at is not None else at


def _prepare_page(plan: Plan, names: Names, topics: Topics, at: datetime) -> None:
    page, record = plan.page, plan.record
    page.owner = names.author(record)
    page.first_published_at = record.published_at if record.published else None
    if not (plan.text or plan.moved):
        return
    if not plan.new:
        write_text(page, text_values(record, topics))
    page.live = record.published
    page.has_unpublished_changes = not record.published
    if plan.text:
        page.latest_revision_created_at = _revised_at(plan, at)
    changed_later = record.published and not plan.moved
    page.last_published_at = at if changed_later else page.first_published_at


def _write_sharing(plans: Sequence[Plan], names: Names, actor: User | None, at: datetime) -> None:
    """Write sharing rows, recipients and proposals; first what takes away, then what gives."""
    revoked: list[Recipient] = []
    added: list[Recipient] = []
    for plan in plans:
        sharing_rows.write_facts(plan.sharing, plan.record, names)
        granted_at = plan.record.published_at or at if plan.new else at
        gone, new = sharing_rows.recipients_wanted(plan.sharing, plan.record, names, granted_at)
        revoked += gone
        added += new
    sharing_rows.revoke(revoked, actor=actor, at=at)
    sharing_rows.insert_rows([plan.sharing for plan in plans if plan.new], at)
    sharing_rows.update_rows([plan.sharing for plan in plans if not plan.new], at)
    Recipient.objects.bulk_create(added, batch_size=sharing_rows.BATCH)
    sharing_rows.write_proposals([(plan.sharing, plan.record) for plan in plans], names)


def _write_reviews(plans: Sequence[Plan], names: Names, actor: User | None, at: datetime) -> None:
    """End the reviews of texts that are others now or are live, and submit what the file says is submitted."""
    late = [plan for plan in plans if plan.new or plan.text or plan.moved or plan.resubmitted]
    reviews.end_reviews([plan.review for plan in late if plan.review is not None], actor)
    submitted = [plan for plan in late if plan.record.status == "submitted"]
    reviews.begin_reviews(
        [(plan.page, plan.sharing, names.author(plan.record)) for plan in submitted], actor=actor, at=at
    )


def _remember(plans: Sequence[Plan]) -> None:
    """Keep the keys of new items; a key whose item has gone since names the new one."""
    WorldObject.objects.filter(kind=Kind.ITEM, key__in=[plan.record.key for plan in plans]).delete()
    WorldObject.objects.bulk_create(
        WorldObject(kind=Kind.ITEM, key=plan.record.key, uuid=plan.sharing.uuid) for plan in plans
    )


def _entry(plan: Plan, actor: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.ITEM_LOADED,
        at=at,
        actor_id=actor.pk if actor else None,
        item=plan.sharing.uuid,
        version=plan.page.live_revision_id,
        owner_id=plan.sharing.owner_id,
        marking=plan.sharing.marking,
        reason="world file",
        details={
            "change": "added" if plan.new else "changed",
            "text": plan.text,
            "sharing": plan.facts,
            "state": plan.sharing.state,
            "recipients": len(sharing_rows.valid_recipients(plan.sharing)),
        },
    )
