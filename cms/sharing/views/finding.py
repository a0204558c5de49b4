"""Finding what an address names, for those who may come there; everybody else gets the one 404."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from cms.core.identifiers import uuid_or_404
from cms.sharing.confirming import AskPending, may_see, open_acts
from cms.sharing.models import PendingAct, Recipient, Sharing
from cms.sharing.rules import allowed
from cms.users.http import ViewerRequest


def worked_on(request: ViewerRequest, identifier: str, besides: str = "view_draft", *, drafts: bool = False) -> Sharing:
    """Return the published item (with `drafts` any item) that the viewer works on, or may do this with; raises the one
    Http404."""
    rows = Sharing.objects.select_related("page__latest_revision", "element", "owner")
    rows = rows.filter(uuid=uuid_or_404(identifier))
    sharing = (rows if drafts else rows.filter(page__live=True)).first()
    if sharing is None:
        raise Http404
    viewer, at = request.viewer, request.at
    if not allowed(viewer, "view_draft", sharing, at) and not allowed(viewer, besides, sharing, at):
        raise Http404
    return sharing


def with_readers(request: ViewerRequest, identifier: str) -> Sharing:
    """Return the published item whose readers the viewer may see; raises the one Http404."""
    sharing = worked_on(request, identifier)
    if not allowed(request.viewer, "see_readers", sharing, request.at):
        raise Http404
    return sharing


def waiting_act(request: ViewerRequest, handle: UUID) -> PendingAct:
    """Return the act that waits and concerns the viewer; raises the one Http404."""
    pending = open_acts().filter(handle=handle).first()
    if pending is None or not may_see(request.viewer, AskPending(pending, request.at)):
        raise Http404
    return pending


def recipient_handle(recipient: Recipient) -> str:
    """Return what stands for the row in an address: it tells neither its number nor how many there are."""
    return salted_hmac("cms.sharing.recipient", str(recipient.pk)).hexdigest()[:24]


def recipient_of(sharing: Sharing, handle: str) -> Recipient:
    """Return the item's unrevoked recipient that the handle stands for; raises the one Http404."""
    rows = sharing.recipients.filter(revoked_at__isnull=True).select_related("organisation", "group", "user")
    found = [row for row in rows if constant_time_compare(recipient_handle(row), handle)]
    if not found:
        raise Http404
    return found[0]


def way_back(request: ViewerRequest, sharing: Sharing) -> str:
    """Return the item's sharing page where the viewer still sees it, otherwise the desk."""
    found: Any = Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)
    seen = found.page.live and allowed(request.viewer, "view_draft", found, request.at)
    return reverse("sharing:item", args=[sharing.uuid]) if seen else reverse("wagtailadmin_home")
