"""What the editing interface can read at all: while somebody is being served there, pages and all that hangs on them
are limited to structure pages and to items whose draft this person may view.

The limit is an expression in the managers' querysets that is turned into SQL when a query is compiled, not when it is
built: forms, choosers and blocks keep querysets for the life of the process, and must not keep the first viewer's.
Outside the editing interface nothing is limited here; readers are answered by `visible_to` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import BooleanField, Expression, F, Manager
from wagtail.models import (
    Comment,
    CommentReply,
    Page,
    PageLogEntry,
    PageSubscription,
    ReferenceIndex,
    Revision,
    TaskState,
    WorkflowState,
)

from cms.core.instants import current_instant
from cms.organisations.enums import EDITING_ROLES, Role
from cms.organisations.models import Membership
from cms.organisations.selectors import has_business, roles_of
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on, reaches_of
from cms.sharing.tokens import MembershipReach
from cms.users.models import User

Sql = tuple[str, tuple[Any, ...]]
# pages that are no items; a page of any other kind is shown by its sharing row alone
STRUCTURE = (
    ("wagtailcore", "page"),
    ("content_types", "homepage"),
    ("content_types", "elementpage"),
    ("content_types", "topicpage"),
    ("content_types", "itemfolder"),
)
_NOBODYS: Sql = ("SELECT NULL::integer WHERE FALSE", ())


class DraftViewer:
    """Who is served, at which instant; what this opens is read once and kept for the request."""

    def __init__(self, user: User | AnonymousUser, at: datetime) -> None:
        self.user = user
        self.at = at

    @cached_property
    def reaches(self) -> tuple[MembershipReach, ...]:
        """What the viewer's memberships reach."""
        return reaches_of(self.user, self.at)

    @cached_property
    def is_curator(self) -> bool:
        """Whether the viewer keeps the structure."""
        return any(reach.role == Role.CURATOR for reach in self.reaches)

    @cached_property
    def may_enter(self) -> bool:
        """Whether the viewer has work to do in the editing interface."""
        return any(reach.role in EDITING_ROLES for reach in self.reaches)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that the viewer holds today, those that read nothing included."""
        return roles_of(self.user, self.at)

    @cached_property
    def may_come(self) -> bool:
        """Whether any page of the editing interface is for the viewer: to write, to administer, to look after."""
        return has_business(self.user, self.at)

    @cached_property
    def colleague_ids(self) -> frozenset[int]:
        """The ids of the people of the viewer's own participants: others are not told of by name."""
        participants = {reach.lineage[0] for reach in self.reaches}
        people = Membership.objects.filter(organisation__lineage__0__in=participants)
        return frozenset(people.values_list("user", flat=True))

    @cached_property
    def page_ids(self) -> Sql:
        """The statement that yields the ids of all pages within reach."""
        ids = [ContentType.objects.get_by_natural_key(*kind).pk for kind in STRUCTURE]
        items, params = self._item_ids()
        pages = "SELECT id FROM wagtailcore_page WHERE content_type_id = ANY(%s)"
        return f"{pages} UNION ALL {items}", (ids, *params)

    def _item_ids(self) -> Sql:
        rows = Sharing.objects.filter(may_act_on("view_draft", self.reaches)).values("page_id")
        try:
            return rows.query.sql_with_params()
        except EmptyResultSet:
            return _NOBODYS


_viewer: ContextVar[DraftViewer | None] = ContextVar("draft_viewer", default=None)


def current_viewer() -> DraftViewer | None:
    """Return who is being served in the editing interface, or None elsewhere."""
    return _viewer.get()


@contextmanager
def serving(viewer: DraftViewer) -> Iterator[None]:
    """Limit all queries of pages to what the viewer may see, while the block runs."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


@contextmanager
def whole_tree() -> Iterator[None]:
    """Lift the limit for operations on the tree itself: a path is computed from the last sibling, whosever it is."""
    token = _viewer.set(None)
    try:
        yield
    finally:
        _viewer.reset(token)


def viewer_for(user: User | AnonymousUser, at: datetime) -> DraftViewer:
    """Return the person being served, where it is this one, else what would be open to the person."""
    current = _viewer.get()
    return current if current is not None and current.user.pk == user.pk else DraftViewer(user, at)


def serving_viewer(user: User | AnonymousUser) -> DraftViewer:
    """Return who is being served; outside the editing interface the person, at this very instant."""
    return _viewer.get() or DraftViewer(user, current_instant())


class WithinReach(Expression):
    """The condition that a column names something within the reach of whoever is served when the SQL is compiled."""

    conditional = True
    output_field: ClassVar[Any] = BooleanField()

    def __init__(self, column: str, among: str) -> None:
        super().__init__()
        self.column: Any = F(column)
        self.among = among

    def get_source_expressions(self) -> list[Any]:
        """Return the column."""
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        """Take the column as the query resolved it."""
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Sql:
        """Return the condition for the present viewer; without one it holds for every row."""
        viewer = _viewer.get()
        if viewer is None:
            return "TRUE", ()
        column, params = compiler.compile(self.column)
        pages, page_params = viewer.page_ids
        return f"{column} IN ({self.among.format(pages=pages)})", (*params, *page_params)


_AS_TEXT = "SELECT reach.id::text FROM ({pages}) reach"
# model → its column that names a page (or something that does), and the ids within reach
_LIMITED: dict[type[models.Model], tuple[str, str]] = {
    PageLogEntry: ("page", "{pages}"),
    PageSubscription: ("page", "{pages}"),
    Comment: ("page", "{pages}"),
    CommentReply: (
        "comment",
        "SELECT thread.id FROM wagtailcore_comment thread WHERE thread.page_id IN ({pages})",
    ),
    Revision: ("object_id", _AS_TEXT),
    WorkflowState: ("object_id", _AS_TEXT),
    TaskState: (
        "workflow_state",
        "SELECT state.id FROM wagtailcore_workflowstate state"
        " WHERE state.object_id IN (SELECT reach.id::text FROM ({pages}) reach)",
    ),
    ReferenceIndex: ("object_id", _AS_TEXT),
}


class LimitedQuerySet:
    """What a limited manager adds to the manager it was made of."""

    limited_by: ClassVar[tuple[str, str]]

    def get_queryset(self) -> Any:
        """Return the manager's rows within the viewer's reach."""
        return super().get_queryset().filter(WithinReach(*self.limited_by))  # type: ignore[misc]


def limit_managers() -> None:
    """Put the limit into the managers of pages and of all that hangs on them; called once, when apps are ready."""
    bases = [base for base in Page.mro() if hasattr(base, "_meta")]
    managers = [(manager, ("pk", "{pages}")) for base in bases for manager in base._meta.local_managers]
    for model, limit in _LIMITED.items():
        managers += [(manager, limit) for manager in model._meta.local_managers]
    for manager, limit in managers:
        manager.__class__ = _limited(manager.__class__, limit)
    for model in (*_LIMITED, *_with_subclasses(Page)):
        model._meta._expire_cache()  # type: ignore[attr-defined] # managers are copied from the classes above once


def _limited(manager_class: type[Manager[Any]], limit: tuple[str, str]) -> type[Manager[Any]]:
    if issubclass(manager_class, LimitedQuerySet):
        return manager_class
    return type(f"Limited{manager_class.__name__}", (LimitedQuerySet, manager_class), {"limited_by": limit})


def _with_subclasses(model: type[models.Model]) -> Iterator[type[models.Model]]:
    yield model
    for subclass in model.__subclasses__():
        yield from _with_subclasses(subclass)
