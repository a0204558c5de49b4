"""The administration in the menu, for those whose business it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.administration.selectors import sees_groups
from cms.administration.views.explain import may_explain
from cms.organisations.rules import Place, audited_from, permitted
from content_types.draft_scope import current_viewer


class _ForSome(MenuItem):
    """An item that is shown to whom it concerns."""

    def __init__(self, *args: Any, concerns: Callable[[Any, datetime], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concerns = concerns

    def is_shown(self, request: HttpRequest) -> bool:
        viewer = current_viewer()
        return viewer is not None and self.concerns(viewer.user, viewer.at)


def _administers(user: Any, at: datetime) -> bool:
    return permitted(user, "administer", Place(None, at))


def _organisations(user: Any, at: datetime) -> bool:
    return _administers(user, at) or permitted(user, "decide", Place(None, at))


def _looks_after(user: Any, at: datetime) -> bool:
    return permitted(user, "look_after", Place(None, at))


def _orders(user: Any, at: datetime) -> bool:
    return bool(audited_from(user, at))


@hooks.register("register_admin_menu_item")
def people_item() -> MenuItem:
    """People of the own tree."""
    address = reverse("people:index")
    return _ForSome(_("People"), address, name="people", icon_name="user", order=200, concerns=_administers)


@hooks.register("register_admin_menu_item")
def organisations_item() -> MenuItem:
    """Organisations of the own tree."""
    return _ForSome(
        _("Own organisations"),
        reverse("organisations:index"),
        name="own-organisations",
        icon_name="site",
        order=210,
        concerns=_organisations,
    )


@hooks.register("register_admin_menu_item")
def groups_item() -> MenuItem:
    """Working groups."""
    return _ForSome(
        _("Working groups"),
        reverse("working-groups:index"),
        name="working-groups",
        icon_name="group",
        order=220,
        concerns=sees_groups,
    )


@hooks.register("register_admin_menu_item")
def explain_item() -> MenuItem:
    """Why somebody reads an item, or does not."""
    address = reverse("explain")
    return _ForSome(_("Explain access"), address, name="explain", icon_name="help", order=230, concerns=may_explain)


@hooks.register("register_admin_menu_item")
def orders_item() -> MenuItem:
    """Quarantine by order."""
    return _ForSome(
        _("Quarantine"),
        reverse("orders:index"),
        name="quarantine",
        icon_name="warning",
        order=235,
        concerns=_orders,
    )


@hooks.register("register_admin_menu_item")
def inspections_item() -> MenuItem:
    """Grants to inspect."""
    address = reverse("inspections:index")
    return _ForSome(_("Inspect"), address, name="inspect", icon_name="view", order=240, concerns=_looks_after)


@hooks.register("register_admin_menu_item")
def record_item() -> MenuItem:
    """The record of what was done; each part of it asks for itself who may read it."""
    return MenuItem(_("Record"), reverse("oversight:acts"), name="record", icon_name="history", order=245)
