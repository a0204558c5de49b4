"""Pages of items in bulk: rows of the tree below the folder of items, and their revisions.

One by one the page tree takes some twenty items a second, most of it for locking, checking and logging each page
again; in bulk the same rows are written with the same contents.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F
from django.db.models.sql import InsertQuery
from modelcluster.models import get_all_child_relations, get_serializable_data_for_fields
from wagtail.models import Page, ReferenceIndex, Revision

from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import Bulletin, ContentPage, ItemFolder

BATCH = 500
# what loading may change in a page that is there
_CHANGED_FIELDS = (
    "title",
    "draft_title",
    "owner",
    "live",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "latest_revision_created_at",
    "summary",
    "topic",
    "information_date",
    "language",
    "reliability",
    "accuracy",
    "level",
    "review_date",
)

_POINT = """
UPDATE wagtailcore_page p SET latest_revision_id = x.revision, live_revision_id = CASE WHEN p.live THEN x.revision END
  FROM unnest(%(pages)s::int[], %(revisions)s::int[]) AS x (page, revision) WHERE p.id = x.page
"""
# from how many new rows on PostgreSQL is told how large its tables have become: its own look comes after commit
_MANY = 200


def insert_pages(pages: Sequence[ContentPage]) -> None:
    """Insert new pages, all of one type, below the folder of items under its lock; gives them their ids."""
    if not pages:
        return
    folder = ItemFolder.objects.select_for_update().get()
    last = folder.get_last_child()
    position = 0 if last is None else last._get_lastpos_in_path()
    content_type = ContentType.objects.get_for_model(type(pages[0]))
    for number, page in enumerate(pages, start=position + 1):
        page.content_type = content_type
        page.path = Page._get_path(folder.path, folder.depth + 1, number)
        page.depth = folder.depth + 1
        page.url_path = f"{folder.url_path}{page.slug}/"
        page.locale_id = folder.locale_id
        page.draft_title = page.title
    fields = [field for field in Page._meta.local_concrete_fields if not field.primary_key]
    for page, key in zip(pages, _insert(Page, fields, pages), strict=True):
        page.pk = page.page_ptr_id = page.id = key
        page._state.adding = False
        page._state.db = connection.alias
    _insert(type(pages[0]), type(pages[0])._meta.local_concrete_fields, pages)
    Page.objects.filter(pk=folder.pk).update(numchild=F("numchild") + len(pages))


def _insert(model: type[Page], fields: Sequence[Any], pages: Sequence[ContentPage]) -> list[Any]:
    """Insert the rows of one of the two tables that hold a page, and return their keys; Django's bulk_create refuses
    models that inherit a table."""
    keys: list[Any] = []
    for start in range(0, len(pages), BATCH):
        query = InsertQuery(model)
        query.insert_values(fields, list(pages[start : start + BATCH]), raw=False)
        rows = query.get_compiler(connection=connection).execute_sql(returning_fields=[model._meta.pk])
        keys += [row[0] for row in rows]
    return keys


def update_pages(pages: Sequence[ContentPage], own: Sequence[str]) -> None:
    """Write what loading changed in pages that were there, all of one type with these fields of its own."""
    if pages:
        type(pages[0])._default_manager.bulk_update(pages, [*_CHANGED_FIELDS, *own], batch_size=100)


def add_revisions(pages: Sequence[tuple[ContentPage, User | None, datetime]]) -> None:
    """Give each page a revision of its present content, by its author, at the instant, as its latest one."""
    if not pages:
        return
    base = ContentType.objects.get_for_model(Page)
    children: dict[str, list[Any]] = {
        relation.get_accessor_name(): [] for relation in get_all_child_relations(type(pages[0][0]))
    }
    revisions = [
        Revision(
            content_type=page.content_type,
            base_content_type=base,
            object_id=str(page.pk),
            created_at=created_at,
            user=author,
            object_str=str(page),
            content=get_serializable_data_for_fields(page) | children,
        )
        for page, author, created_at in pages
    ]
    Revision.objects.bulk_create(revisions, batch_size=BATCH)
    for (page, _author, _at), revision in zip(pages, revisions, strict=True):
        page.latest_revision_id = revision.pk


def point_to_revisions(pages: Sequence[ContentPage]) -> None:
    """Make the revision that each page has as its latest one the live one too where the page is live."""
    keys = [page.pk for page in pages]
    with connection.cursor() as cursor:
        cursor.execute(_POINT, {"pages": keys, "revisions": [page.latest_revision_id for page in pages]})
    for page in pages:
        page.live_revision_id = page.latest_revision_id if page.live else None


def write_references(pages: Sequence[ContentPage]) -> None:
    """Bring the index of what pages refer to, their topics, to their contents; their bodies hold no links."""
    base = ContentType.objects.get_for_model(Page)
    ReferenceIndex.objects.filter(base_content_type=base, object_id__in=[str(page.pk) for page in pages]).delete()
    ReferenceIndex.objects.bulk_create(
        (
            ReferenceIndex(
                content_type=page.content_type,
                base_content_type=base,
                object_id=str(page.pk),
                to_content_type=base,
                to_object_id=str(page.topic_id),
                model_path="topic",
                content_path="topic",
                content_path_hash=ReferenceIndex._get_content_path_hash("topic"),
            )
            for page in pages
            if page.topic_id is not None
        ),
        batch_size=BATCH,
    )


def refresh_statistics(rows: int) -> None:
    """Tell the planner that tables have grown in this transaction; else it reads whole tables for each batch."""
    if rows >= _MANY:
        tables = [model._meta.db_table for model in (Page, Bulletin, Sharing)]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(connection.ops.quote_name(table) for table in tables)}")
