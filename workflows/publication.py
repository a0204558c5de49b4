"""The one place where a revision becomes what readers see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field
from django.db.models.signals import post_save
from wagtail.models import Page, Revision

from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.models import Sharing
from cms.sharing.services import Publication, apply_to_many
from cms.users.models import User
from content_types.draft_scope import whole_tree
from content_types.models import ContentPage
from workflows.signals import item_published

# of what Wagtail's page has, this belongs to a version; everything else to the item as a whole
_OF_VERSION = ("title", "seo_title", "search_description", "show_in_menus")


@dataclass(frozen=True, slots=True)
class Approved:
    """A version of an item that somebody approved. The caller holds the item's lock; the row, its page and the page's
    newest version say what holds under it."""

    sharing: Sharing
    revision: Revision
    approved_by: User


def publish(approved: Sequence[Approved], *, at: datetime) -> None:
    """Publish these versions with their items' sharing, all of them or none, inside the caller's transaction.

    Raises what `apply_to_many` raises: NotAllowed, AboveCeiling, ValidationError.
    """
    pages = [_as_page(one.sharing.page, one.revision) for one in approved]
    for page, one in zip(pages, approved, strict=True):
        page.clean()
        _go_live(page, one, at)
    apply_to_many([Publication(one.sharing, one.approved_by) for one in approved], at=at)
    for page, one in zip(pages, approved, strict=True):
        page.sharing = one.sharing
        item_published.send(sender=Sharing, sharing=one.sharing, page=page, actor=one.approved_by, at=at)


def _as_page(stored: Page, revision: Revision) -> ContentPage:
    """Return the revision's text as the page that it would be, at the place of the page that stands there."""
    model = cast("type[ContentPage]", ContentType.objects.get_for_id(stored.content_type_id).model_class())
    page: ContentPage = model.from_serializable_data(revision.content, check_fks=False)
    for field in Page._meta.concrete_fields:
        if field.name not in _OF_VERSION:
            setattr(page, field.attname, getattr(stored, field.attname))
    page.pk = stored.pk
    for field in _own_fields(model):
        _drop_if_gone(page, field)
    return page


def _own_fields(model: type[ContentPage]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


def _drop_if_gone(page: ContentPage, field: Field[Any, Any]) -> None:
    """Let go of what the version refers to where it is gone by now."""
    key = getattr(page, field.attname)
    if field.is_relation and key is not None:
        found = field.related_model._default_manager.filter(pk=key).first()  # type: ignore[union-attr] # is a relation
        setattr(page, field.name, found)


def _go_live(page: ContentPage, approved: Approved, at: datetime) -> None:
    """Write the version into the page, in the two tables that have it, and say so in the item's row.

    Wagtail's own way does the same and much more, of which nothing is used here: its log, comments, aliases, addresses
    made of titles, dates of its own. It asks the database four times as often.
    """
    stored, model = approved.sharing.page, type(page)
    state = {
        "live": True,
        "live_revision_id": approved.revision.pk,
        "last_published_at": at,
        "first_published_at": stored.first_published_at or at,
        "has_unpublished_changes": stored.latest_revision_id != approved.revision.pk,
    }
    for name, value in state.items():
        setattr(page, name, value)
        setattr(stored, name, value)
    for name in _OF_VERSION:
        setattr(stored, name, getattr(page, name))
    with whole_tree():
        Page.objects.filter(pk=page.pk).update(**_values(page, [*_OF_VERSION, *state]))
        own = model._default_manager.filter(pk=page.pk)
        own.update(**_values(page, [field.attname for field in _own_fields(model)]))
    # Wagtail's index of what refers to what is told
    post_save.send(sender=model, instance=page, created=False, raw=False, using=page._state.db, update_fields=None)


def _values(page: ContentPage, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(page, name) for name in names}


def check_proposal(sharing: Sharing) -> None:
    """Raise AboveCeiling where what is proposed for a first publication goes too far already today."""
    if sharing.first_shared_at is None:
        proposal = sharing.proposal
        check_state(proposal.marking, proposal.state, widest_allowed(proposal.marking, sharing.element, sharing.owner))
