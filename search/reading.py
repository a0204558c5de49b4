"""Reading items for the read model, and comparing the two."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from cms.documents.selectors import AttachmentText, attachment_texts
from cms.sharing.models import Sharing
from content_types.draft_scope import whole_tree
from search.entries import AttachedText, EntryRow, differing, entry_of
from search.models import SearchEntry
from search.types import item_pages

BATCH = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many live items and entries there are; which items lack their entry or have another one than they should;
    which entries stand for no live item."""

    items: int
    entries: int
    differing: tuple[UUID, ...]
    stray: tuple[UUID, ...]


def batches(sharing_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Yield the ids in order, each once, so many at a time."""
    ordered = sorted(set(sharing_ids))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def read_entries(sharing_ids: Sequence[int]) -> list[EntryRow]:
    """Return what the entries of these items (ids of sharing rows) should say, of those that are live: a statement per
    content type, whoever is being served."""
    with whole_tree():
        texts = attachment_texts(sharing_ids)
        return [
            entry_of(page, page.sharing, _attached(texts.get(page.sharing.pk)))
            for model in item_pages()
            for page in model._default_manager.filter(sharing__in=sharing_ids, live=True).select_related("sharing")
        ]


def _attached(files: Sequence[AttachmentText] | None) -> list[AttachedText] | None:
    """Return the texts of an item's files, part by part; None where it has no files."""
    if files is None:
        return None
    return [AttachedText(file.name, part.label, part.text) for file in files for part in file.parts]


def compare() -> Comparison:
    """Compare every entry with what it should say, vectors included."""
    live = Sharing.objects.filter(page__live=True)
    found = [uuid for ids in batches(live.values_list("pk", flat=True)) for uuid in differing(read_entries(ids))]
    stray = SearchEntry.objects.filter(~Q(sharing__page__live=True)).values_list("uuid", flat=True)
    return Comparison(live.count(), SearchEntry.objects.count(), tuple(found), tuple(stray))
