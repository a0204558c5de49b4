"""Rights in the editing interface: Wagtail asks these instead of its groups.

Items: the named rights of sharing. Structure pages: curators. Being a superuser, or a page's creator, opens nothing;
and nothing here lets an item be published, for that right is asked before the new version exists.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.models import Collection, GroupPagePermission, Locale, PagePermissionTester, Site, Task, Workflow
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.core.instants import current_instant
from cms.sharing.models import Sharing
from cms.sharing.reach import writable_owners
from cms.sharing.rules import allowed
from content_types.draft_scope import DraftViewer, current_viewer, viewer_for


def _instant() -> datetime:
    viewer = current_viewer()
    return current_instant() if viewer is None else viewer.at


def _viewer(user: Any) -> DraftViewer:
    """Return the person with what is open to them; kept for the request where they are who is being served."""
    return viewer_for(user, _instant())


class RefusingTester(PagePermissionTester):
    """Refuses everything; what is allowed is said by the classes below."""

    def __init__(self, user: Any, page: Any) -> None:
        self.user = user
        self.page = page
        self.page_is_root = page.depth == 1
        self.permissions: set[str] = set()

    @property
    def viewer(self) -> DraftViewer:
        """Who is asking, with what the memberships reach."""
        return _viewer(self.user)

    def _no(self, *args: Any, **kwargs: Any) -> bool:
        return False

    can_add_subpage = can_edit = can_delete = can_unpublish = can_publish = can_submit_for_moderation = _no
    can_set_view_restrictions = can_unschedule = can_lock = can_unlock = can_publish_subpage = _no
    can_reorder_children = can_move = can_copy = can_move_to = can_copy_to = can_view_revisions = _no
    page_locked = user_has_lock = _no


class ItemTester(RefusingTester):
    """Items: the named rights, asked of the sharing row; publication goes through the editorial workflow alone."""

    def _may(self, action: str) -> bool:
        sharing = Sharing.objects.filter(page_id=self.page.pk).select_related("page", "element", "owner").first()
        return sharing is not None and allowed(self.user, action, sharing, _instant())

    def can_edit(self) -> bool:
        """Ask `sharing.edit`."""
        return self._may("edit")

    def can_submit_for_moderation(self) -> bool:
        """Ask `sharing.submit`; an item that waits already is not submitted again."""
        return not self.page.workflow_in_progress and self._may("submit")


class FolderTester(RefusingTester):
    """The folder of items: whoever may write for some organisation adds to it."""

    def can_add_subpage(self) -> bool:
        """Tell whether there is an organisation for which the person may write."""
        return writable_owners(self.viewer.reaches).exists()


class StructureTester(RefusingTester):
    """Home, elements and topics: curators."""

    # whether topics are added below, and whether the page itself is put elsewhere or taken away
    holds_topics = True
    is_topic = False

    def _curator(self) -> bool:
        return self.viewer.is_curator

    can_edit = can_publish = can_reorder_children = _curator

    def can_add_subpage(self) -> bool:
        """Curators add topics below elements and topics."""
        return self.holds_topics and self._curator()

    can_publish_subpage = can_add_subpage

    def can_unpublish(self) -> bool:
        """Curators take elements and topics off the reader site; home stays."""
        return self.holds_topics and bool(self.page.live) and self._curator()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Curators delete a topic that has none below it."""
        return self.can_move() and bool(self.page.is_leaf())

    def can_move(self) -> bool:
        """Curators move topics."""
        return self.is_topic and self._curator()

    def can_move_to(self, destination: Any) -> bool:
        """Tell whether a topic may go there; among its neighbours any page may change its place."""
        if self.page.is_child_of(destination):
            return self._curator()
        if self.page == destination or destination.is_descendant_of(self.page) or not self.can_move():
            return False
        fits: bool = self.page.specific.can_move_to(destination)
        return fits


class HomeTester(StructureTester):
    """Home: elements are put in order below it, never added here."""

    holds_topics = False


class TopicTester(StructureTester):
    """Topics."""

    is_topic = True


class ContentPolicy(PagePermissionPolicy):
    """The explorer: structure pages for curators. Items have lists of their own."""

    def get_all_permissions_for_user(self, user: Any) -> QuerySet[Any]:
        """Return nothing: group permissions do not count."""
        none: QuerySet[Any] = GroupPagePermission.objects.none()
        return none

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Tell whether the person is a curator."""
        return _viewer(user).is_curator

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """Ask the page's own tester whether the person may edit it."""
        return bool(instance.permissions_for_user(user).can_edit())

    def _structure(self, user: Any) -> QuerySet[Any]:
        pages: QuerySet[Any] = self.model._default_manager.all()
        if not _viewer(user).is_curator:
            return pages.none()
        return pages.filter(
            content_type__app_label="content_types", content_type__model__in=["homepage", "elementpage", "topicpage"]
        )

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the structure pages, for a curator."""
        return self._structure(user)

    def instances_with_direct_explore_permission(self, user: Any) -> list[Any]:
        """Return home, for a curator."""
        return list(self._structure(user).filter(content_type__model="homepage"))

    def explorable_root_instance(self, user: Any) -> Any:
        """Return home for a curator, None for everybody else; never kept on the account, as the stock one is."""
        return self._structure(user).filter(content_type__model="homepage").first()

    def explorable_instances(self, user: Any) -> QuerySet[Any]:
        """Return the structure pages, for a curator."""
        return self._structure(user)

    def users_with_any_permission(self, actions: Iterable[str], include_superusers: bool = True) -> QuerySet[Any]:
        """Return nobody: rights are asked of one person at a time, and no list of people is made here."""
        return get_user_model()._default_manager.none()

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any, include_superusers: bool = True
    ) -> QuerySet[Any]:
        """Return nobody."""
        return get_user_model()._default_manager.none()


class RefusingPolicy(BasePermissionPolicy):
    """For what nobody keeps through Wagtail: collections, sites, locales, workflows and their tasks."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer no."""
        return False

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Return nobody."""
        return get_user_model()._default_manager.none()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return nothing."""
        none: QuerySet[Any] = self.model._default_manager.none()
        return none

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        """Return nothing."""
        return self.instances_user_has_any_permission_for(user, [action])

    def collections_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        """Return nothing."""
        return self.collections_user_has_any_permission_for(user, [action])

    def collections_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return nothing."""
        none: QuerySet[Any] = Collection.objects.none()
        return none


REFUSED = (Collection, Site, Task, Workflow, Locale)
