"""What stands on the page of an alert for whoever reads it: to acknowledge, the board, the reports around it."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cms.core.snapshot import once
from cms.notifications.enums import Urgency
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of, writable_owners
from cms.sharing.rules import allowed
from cms.users.models import User
from content_types.models import Alert
from workflows.alerts.enums import Answer
from workflows.alerts.models import Release
from workflows.alerts.services import receipts_for

register = template.Library()


@register.simple_tag(takes_context=True)
def alert_actions(context: dict[str, Any], url: str) -> dict[str, Any]:
    """Return what the viewer may do with the item at `/i/<identifier>/`, which the viewer may see."""
    viewer, at = context["request"].viewer, context["request"].at
    identifier = url.strip("/").rpartition("/")[2]
    # heading and content of the page both ask
    return once(("alert actions", identifier, viewer.pk, at), lambda: _actions(identifier, viewer, at))


def _actions(identifier: str, viewer: User | AnonymousUser, at: datetime) -> dict[str, Any]:
    sharing = Sharing.objects.filter(uuid=identifier).select_related("page", "owner", "element").first()
    if sharing is None or not isinstance(viewer, User):
        return {}
    release = Release.objects.filter(sharing=sharing).first()
    receipts = receipts_for(sharing, viewer, at) if release else []
    links = {"questions_url": reverse("questions", args=[identifier])} if allowed(viewer, "ask", sharing, at) else {}
    if release is None:
        return links
    if allowed(viewer, "see_readers", sharing, at):
        links["board_url"] = reverse("alert-board", args=[identifier])
    if allowed(viewer, "follow_up", sharing, at):
        links["follow_up_url"] = f"{reverse('alert-new')}?follows={identifier}"
    return {
        **links,
        "identifier": identifier,
        "release": release,
        "urgency": Urgency(release.urgency),
        "receipts": receipts,
        "open": any(receipt.acknowledged_at is None for receipt in receipts),
        "answers": Answer.choices,
        "reports": _reports(sharing, viewer, at),
    }


def _reports(sharing: Sharing, viewer: User, at: datetime) -> list[dict[str, Any]]:
    """Return the other reports about the same event that the viewer may see, the first one first."""
    page = sharing.page.specific
    if not isinstance(page, Alert):
        return []
    root = page.first_item or sharing.uuid
    rows = Sharing.objects.visible_to(viewer, at).exclude(pk=sharing.pk)
    followers = Alert.objects.filter(first_item=root).values("pk")
    rows = (rows.filter(uuid=root) | rows.filter(page__in=followers)).order_by("first_shared_at", "uuid")[:20]
    pages = Alert.objects.in_bulk([row.page_id for row in rows])
    return [
        {"title": found.title, "url": found.item_url, "kind": found.get_report_kind_display()}
        for row in rows
        if (found := pages.get(row.page_id)) is not None
    ]


@register.simple_tag(takes_context=True)
def may_warn(context: dict[str, Any]) -> bool:
    """Tell whether the viewer may write alerts."""
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    if request is None or not isinstance(viewer, User):
        return False
    return bool(writable_owners(reaches_of(viewer, request.at)).exists())
