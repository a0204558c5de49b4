"""The one place where a revision becomes what readers see."""

from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field
from django.db.models.signals import post_save
from wagtail.models import Page, Revision

from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.models import Sharing
from cms.sharing.services import apply_at_publication
from cms.users.models import User
from content_types.draft_scope import whole_tree
from content_types.models import ContentPage
from workflows.signals import item_published

# of what Wagtail's page has, this belongs to a version; everything else to the item as a whole
_OF_VERSION = ("title", "seo_title", "search_description", "show_in_menus")


def publish_revision(*, sharing: Sharing, revision: Revision, actor: User, at: datetime) -> None:
    """Publish this revision with the item's sharing, inside the caller's transaction and lock.

    Raises what `apply_at_publication` raises: NotAllowed, AboveCeiling, ValidationError.
    """
    page = _as_page(sharing.page, revision)
    page.clean()
    _go_live(page, revision, at)
    row = apply_at_publication(sharing=sharing, actor=actor, at=at)
    page.sharing = row
    item_published.send(sender=Sharing, sharing=row, page=page, actor=actor, at=at)


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


def _go_live(page: ContentPage, revision: Revision, at: datetime) -> None:
    """Write the version into the page, in the two tables that have it.

    Wagtail's own way does the same and much more, of which nothing is used here: its log, comments, aliases, addresses
    made of titles, dates of its own. It asks four times as often.
    """
    page.live, page.live_revision_id, page.last_published_at = True, revision.pk, at
    page.first_published_at = page.first_published_at or at
    page.has_unpublished_changes = page.latest_revision_id != revision.pk
    of_page = (*_OF_VERSION, "live", "live_revision_id", "last_published_at", "first_published_at")
    model = type(page)
    with whole_tree():
        rows = Page.objects.filter(pk=page.pk)
        rows.update(**_values(page, (*of_page, "has_unpublished_changes")))
        own = model._default_manager.filter(pk=page.pk)
        own.update(**_values(page, [field.attname for field in _own_fields(model)]))
    # Wagtail's index of what refers to what is told
    post_save.send(sender=model, instance=page, created=False, raw=False, using=page._state.db, update_fields=None)


def _values(page: ContentPage, names: Any) -> dict[str, Any]:
    return {name: getattr(page, name) for name in names}


def check_proposal(sharing: Sharing) -> None:
    """Raise AboveCeiling where what is proposed for a first publication goes too far already today."""
    if sharing.first_shared_at is None:
        proposal = sharing.proposal
        check_state(proposal.marking, proposal.state, widest_allowed(proposal.marking, sharing.element, sharing.owner))
