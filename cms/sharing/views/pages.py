"""What the owner's people see of an item's sharing: who can read it and why, who has, who could see it when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.audit.enums import Event
from cms.audit.services import record
from cms.organisations.models import Organisation
from cms.sharing.catalogue import ACTS
from cms.sharing.confirming import AskPending, may_confirm, open_acts, settled_acts
from cms.sharing.enums import SharingState
from cms.sharing.history import facts_at, facts_of_record
from cms.sharing.models import Recipient, Sharing
from cms.sharing.page_forms import TimelineForm, ViewAsForm
from cms.sharing.querysets import facts_of
from cms.sharing.reading import reading_of
from cms.sharing.reasons import reasons
from cms.sharing.rules import allowed, open_actions
from cms.sharing.selectors import names_told, readership
from cms.sharing.services.acting import entry_of
from cms.sharing.viewing_as import seen_by
from cms.sharing.views.finding import recipient_handle, with_readers, worked_on
from cms.sharing.words import RULES
from cms.users.http import ViewerRequest

CHANGES_SHOWN = 20
SETTLED_SHOWN = 5


def _user(request: ViewerRequest) -> Any:
    return request.viewer


@require_safe
def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show how the item is shared, who can read it and why, what waits, and what the viewer may change."""
    sharing = worked_on(request, identifier)
    viewer, at = _user(request), request.at
    offered = [act for act in ACTS if act.offered(sharing, at)]
    named = {act.permission for act in offered} | {"propose_narrowing", "narrow", "see_readers"}
    rights = open_actions(viewer, named, sharing, at)
    proposes = "propose_narrowing" in rights
    found = reasons(facts_of(sharing), viewer, at)
    context = _context(request, sharing, "item") | {
        "recipients": _recipients(request, sharing, bool(rights & {"propose_narrowing", "narrow"})),
        "reasons": [(RULES[reason.rule], reason) for reason in found],
        "readership": readership(facts_of(sharing), viewer, at),
        "acts": [act for act in offered if act.permission in rights],
        "proposals": [act for act in offered if proposes and act.pending],
        "waiting": [
            (pending, may_confirm(viewer, AskPending(pending, at))) for pending in open_acts().filter(sharing=sharing)
        ],
        "settled": settled_acts(sharing)[:SETTLED_SHOWN],
        "corrections": sharing.corrections.all()[:SETTLED_SHOWN],
    }
    return render(request, "sharing/item.html", context)


def _recipients(request: ViewerRequest, sharing: Sharing, may_revoke: bool) -> list[dict[str, Any]]:
    rows = list(sharing.recipients.select_related("organisation", "group", "user").order_by("pk"))
    acted = {key for row in rows for key in (row.granted_by_id, row.confirmed_by_id) if key is not None}
    # before a transfer or a merger they may have been somebody else's people
    names = names_told(acted, _user(request), request.at)
    return [_recipient(row, request.at, sharing if may_revoke else None, names) for row in rows]


def _recipient(row: Recipient, at: datetime, revoked_from: Sharing | None, names: Mapping[int, str]) -> dict[str, Any]:
    standing = row.revoked_at is None
    address = None
    if revoked_from is not None and standing:
        address = reverse("sharing:revoke", args=[revoked_from.uuid, recipient_handle(row)])
    counts = standing and (row.valid_until is None or row.valid_until > at)
    acted = dict.fromkeys(key for key in (row.granted_by_id, row.confirmed_by_id) if key is not None)
    people = [names[key] for key in acted if key in names]
    return {"row": row, "counts": counts, "revoke": address, "granted_by": people}


def _context(request: ViewerRequest, sharing: Sharing, page: str) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    return {
        "sharing": sharing,
        "page_name": page,
        "may_read": allowed(viewer, "view", sharing, at),
        "sees_readers": allowed(viewer, "see_readers", sharing, at),
    }


def _record(request: ViewerRequest, sharing: Sharing, event: Event, **details: Any) -> None:
    rule = "sharing.see_readers"
    record(entry_of(sharing, event, actor=_user(request), at=request.at, rule=rule, details=details))


@require_safe
def readers(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show who has read the item or printed it; looking is on record."""
    sharing = with_readers(request, identifier)
    _record(request, sharing, Event.READERS_SEEN, page="readers")
    context = _context(request, sharing, "readers") | {"reading": reading_of(sharing, _user(request), request.at)}
    return render(request, "sharing/readers.html", context)


@require_safe
def timeline(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show who could see the item at an instant, from the facts that decided then; looking is on record."""
    sharing = with_readers(request, identifier)
    form = TimelineForm(request.GET or None, initial={"at": request.at.astimezone(UTC)})
    moment = form.cleaned_data["at"] if form.is_bound and form.is_valid() else request.at
    facts = facts_at(sharing, moment)
    _record(request, sharing, Event.READERS_SEEN, page="timeline", instant=moment.isoformat())
    found = [] if facts is None else reasons(facts, _user(request), moment)
    context = _context(request, sharing, "timeline") | {
        "form": form,
        "moment": moment,
        "then": facts,
        "state_then": "" if facts is None else SharingState(facts.state).label,
        "owner_then": None if facts is None else Organisation.objects.filter(pk=facts.owner_id).first(),
        "reasons": [(RULES[reason.rule], reason) for reason in found],
        "changes": [
            (row.at, facts_of_record(row), SharingState(row.state).label)
            for row in sharing.history.all()[:CHANGES_SHOWN]
        ],
        "begun": sharing.history.order_by("at", "pk").values_list("at", flat=True).first(),
    }
    return render(request, "sharing/timeline.html", context, status=400 if form.errors else 200)


@require_safe
def view_as(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show whether a recipient would see the item, and by which rule; looking is on record."""
    sharing = with_readers(request, identifier)
    viewer, at = _user(request), request.at
    form = ViewAsForm(request.GET or None, sharing=sharing, asker=viewer, at=at)
    seen = None
    if form.is_bound and form.is_valid():
        who = form.cleaned_data["who"]
        seen = seen_by(who, sharing, viewer, at)
        _record(request, sharing, Event.SEEN_AS_RECIPIENT, kind=type(who).__name__.lower(), target=who.pk)
    context = _context(request, sharing, "view-as") | {
        "form": form,
        "seen": seen,
        "rule": RULES.get(seen.rule, "") if seen else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "sharing/view_as.html", context, status=400 if form.errors else 200)
