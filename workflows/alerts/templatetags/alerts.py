"""What stands on the page of an alert for whoever reads it: to acknowledge, the board, the reports around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import template
from django.db.models import Q
from django.urls import reverse

from cms.core.snapshot import once
from cms.notifications.enums import Urgency
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of, writable_owners
from cms.sharing.rules import allowed
from cms.users.models import User
from content_types.models import Alert, ContentPage
from workflows.alerts.enums import Answer
from workflows.alerts.models import Release
from workflows.alerts.services import receipts_for
from workflows.models import Closing

register = template.Library()


@register.simple_tag(takes_context=True)
def alert_actions(context: dict[str, Any], page: ContentPage) -> dict[str, Any]:
    """Return what the viewer may do with the item, which the viewer may see."""
    viewer, at = context["request"].viewer, context["request"].at
    if not isinstance(viewer, User):
        return {}
    # heading and content of the page both ask
    return once(("alert actions", page.pk, viewer.pk, at), lambda: _actions(page, viewer, at))


def _actions(page: ContentPage, viewer: User, at: datetime) -> dict[str, Any]:
    sharing = page.sharing
    identifier = sharing.uuid
    receipts = receipts_for(sharing, viewer, at)
    sent = Release.objects.filter(sharing=sharing).select_related("sharing__closing")
    release = receipts[0].release if receipts else sent.first()
    links = {"questions_url": reverse("questions", args=[identifier])} if allowed(viewer, "ask", sharing, at) else {}
    if release is None:
        return links
    if allowed(viewer, "see_readers", sharing, at):
        links["board_url"] = reverse("alert-board", args=[identifier])
    if allowed(viewer, "follow_up", sharing, at):
        links["follow_up_url"] = f"{reverse('alert-new')}?follows={identifier}"
    if isinstance(page, Alert) and not page.first_item and allowed(viewer, "edit", sharing, at):
        links["final_url"] = f"{reverse('alert-new')}?follows={identifier}&final=1"
    return {
        **links,
        "identifier": identifier,
        "release": release,
        "urgency": Urgency(release.urgency),
        "receipts": receipts,
        "open": any(receipt.acknowledged_at is None for receipt in receipts),
        "answers": Answer.choices,
        "reports": _reports(page, viewer, at),
    }


@dataclass(frozen=True, slots=True)
class Report:
    """Another report about the same event."""

    item: UUID
    title: str
    url: str
    kind: Any


def _reports(page: ContentPage, viewer: User, at: datetime) -> list[Report]:
    """Return the other reports about the same event that the viewer may see, the first one first."""
    if not isinstance(page, Alert):
        return []
    visible = Sharing.objects.visible_to(viewer, at).exclude(pk=page.sharing.pk)
    root = page.first_item or page.sharing.uuid
    found = Alert.objects.filter(Q(sharing__uuid=root) | Q(first_item=root), sharing__in=visible.values("pk"))
    return [
        Report(UUID(alert.slug), alert.title, alert.item_url, alert.item_type_title)
        for alert in found.order_by("sharing__first_shared_at", "sharing__uuid")[:20]
    ]


@register.simple_tag(takes_context=True)
def closing_of(context: dict[str, Any], page: ContentPage) -> Closing | None:
    """Return when and why the matter of an item, which the viewer may see, was closed."""
    release = alert_actions(context, page).get("release") if isinstance(page, Alert) else None
    if release is not None:
        # it came with what may be done with the alert
        return getattr(release.sharing, "closing", None)
    return once(("closing", page.pk), lambda: Closing.objects.filter(sharing=page.sharing).first())


@register.simple_tag(takes_context=True)
def may_warn(context: dict[str, Any]) -> bool:
    """Tell whether the viewer may write alerts."""
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    if request is None or not isinstance(viewer, User):
        return False
    return bool(writable_owners(reaches_of(viewer, request.at)).exists())
