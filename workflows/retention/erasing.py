"""Erasing one item for good: all that it was, wherever it stands; what is left is a stub without content, and the
entry in the trail."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.models import Page, Revision

from cms.audit.enums import Event
from cms.core.instants import day_of
from cms.documents.models import File
from cms.notifications.services import forget_item
from cms.sharing.models import Sharing
from cms.sharing.services import lock
from cms.sharing.signals import item_erased
from content_types.removing import remove_pages
from workflows.retention.enums import Step
from workflows.retention.models import ErasedItem
from workflows.retention.terms import Term, term_of
from workflows.trail import record_item


@transaction.atomic
def erase(*, sharing_id: int, at: datetime) -> ErasedItem | None:
    """Erase the item where its term asks for it at the instant; return what is left of it, or None where nothing was
    done: another one has it in hand, a hold stands, or its term was changed meanwhile.

    All or nothing, in one transaction; the bytes of its files go once it is committed.
    """
    free = Sharing.objects.select_for_update(skip_locked=True).filter(pk=sharing_id)
    if not free.values_list("pk"):
        return None
    sharing = lock(sharing_id)
    term = term_of(sharing_id)
    if term is None or term.step(day_of(at)) != Step.ERASE:
        return None
    stub = _stub(sharing, term, at)
    record_item(sharing, Event.ITEM_ERASED, actor=None, at=at, version=None, rule="retention", details=_told(stub))
    item_erased.send(sender=Sharing, sharing=sharing, at=at)
    forget_item(item=sharing.uuid, sharing_id=sharing.pk)
    page_id = sharing.page_id
    # the rows of files take their bytes with them
    File.objects.filter(sharing=sharing).delete()
    Sharing.objects.filter(pk=sharing.pk).delete()
    remove_pages([page_id])
    return stub


def _stub(sharing: Sharing, term: Term, at: datetime) -> ErasedItem:
    page: Any = sharing.page.specific
    files = list(File.objects.filter(sharing=sharing).order_by("uuid"))
    versions = list(_versions(page).order_by("pk"))
    return ErasedItem.objects.create(
        item=sharing.uuid,
        reference=sharing.reference,
        owner=sharing.owner,
        element=sharing.element,
        countries=sharing.countries,
        type_key=page.type_key,
        marking=sharing.marking,
        first_shared_at=sharing.first_shared_at,
        last_published_at=page.last_published_at,
        due_on=term.due_on,
        told_on=term.told_on,
        withdrawn_on=term.withdrawn_on,
        rule=term.rule,
        own_term=term.own,
        versions=len(versions),
        files=len(files),
        sha256=_digest(_parts(page, versions, files)),
        erased_at=at,
    )


def _versions(page: Page) -> Any:
    base = ContentType.objects.get_for_model(Page)
    return Revision.objects.filter(base_content_type=base, object_id=str(page.pk))


def _parts(page: Any, versions: list[Revision], files: list[File]) -> Iterator[Any]:
    """Yield what was erased in an order of its own: the text, its versions, the hashes of its files."""
    yield page.serializable_data()
    for version in versions:
        yield version.content
    for file in files:
        yield [str(file.uuid), file.sha256, file.original_sha256]


def _digest(parts: Iterator[Any]) -> str:
    """Return the SHA-256 of the parts in hexadecimal letters: of each its JSON with sorted keys, and a line's end."""
    made = sha256()
    for part in parts:
        made.update(json.dumps(part, sort_keys=True, cls=DjangoJSONEncoder).encode() + b"\n")
    return made.hexdigest()


def _told(stub: ErasedItem) -> dict[str, Any]:
    """Return what the trail says of it: the same as the stub."""
    return {
        "reference": stub.reference,
        "type": stub.type_key,
        "rule": str(stub.rule.handle),
        "own_term": stub.own_term,
        "due_on": stub.due_on.isoformat(),
        "versions": stub.versions,
        "files": stub.files,
        "sha256": stub.sha256,
    }
