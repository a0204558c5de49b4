"""Quarantine by order: what is in quarantine among the owners whom one audits. No item is opened here."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.administration import selectors
from cms.administration.views.pages import demand
from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.organisations.rules import audited_from
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User


def record_look(viewer: User, shown: int, at: datetime) -> None:
    """Put on record that the list was looked at."""
    details = {"page": "quarantine", "shown": shown}
    record(Entry(event=Event.TRAIL_READ, at=at, actor_id=viewer.pk, rule="sharing.end_quarantine", details=details))


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List what is in quarantine, by reference, and offer to order another one or the end; looking is on record."""
    viewer, at = person_or_404(request), request.at
    demand(bool(audited_from(viewer, at)))
    items = selectors.quarantined_items(viewer, at)
    record_look(viewer, len(items), at)
    return render(request, "administration/orders.html", {"items": items, "viewer_id": viewer.pk})
