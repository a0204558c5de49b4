"""The sharing of a published item: what it is, who can read it, and the acts that change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404
from cms.sharing import services
from cms.sharing.act_forms import (
    LooserMarkingForm,
    MarkingForm,
    NarrowForm,
    ReasonForm,
    RequiredReasonForm,
    WidenForm,
)
from cms.sharing.enums import SharingState
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.rules import allowed
from cms.sharing.selectors import readership
from cms.users.http import ViewerRequest
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class SharingAct:
    """One act: its name in the address, the right it needs, its words, its form, and the service that does it."""

    name: str
    permission: str
    label: Any
    explanation: Any
    form: type[ReasonForm]
    run: Callable[[Any, Sharing, User], None]
    offered: Callable[[Sharing], bool]
    grave: bool = False


def _withdraw(form: Any, sharing: Sharing, actor: User) -> None:
    services.withdraw(sharing=sharing, actor=actor, at=form.at, reason=form.cleaned_data["reason"])


def _narrow(form: Any, sharing: Sharing, actor: User) -> None:
    data = form.cleaned_data
    services.narrow(sharing=sharing, state=data["state"], actor=actor, at=form.at, reason=data["reason"])


def _mark(form: Any, sharing: Sharing, actor: User) -> None:
    data = form.cleaned_data
    services.change_marking(sharing=sharing, marking=data["marking"], actor=actor, at=form.at, reason=data["reason"])


def _widen(form: Any, sharing: Sharing, actor: User) -> None:
    data = form.cleaned_data
    targets = form.chosen_targets(sharing.element.code, form.at)
    services.widen(
        sharing=sharing, state=data["state"], targets=targets, actor=actor, at=form.at, reason=data["reason"]
    )


def _quarantine(form: Any, sharing: Sharing, actor: User) -> None:
    services.quarantine(sharing=sharing, actor=actor, at=form.at, reason=form.cleaned_data["reason"])


def _end_quarantine(form: Any, sharing: Sharing, actor: User) -> None:
    services.end_quarantine(sharing=sharing, actor=actor, at=form.at, reason=form.cleaned_data["reason"])


def _shared_further(sharing: Sharing) -> bool:
    return sharing.state in {SharingState.RESTRICTED, SharingState.NETWORK, SharingState.PUBLIC}


ACTS = (
    SharingAct(
        "withdraw",
        "withdraw",
        gettext_lazy("Withdraw"),
        gettext_lazy("At once nobody outside the owner can read it. It can be shared again by the owner's decider."),
        ReasonForm,
        _withdraw,
        lambda sharing: sharing.state != SharingState.WITHDRAWN,
    ),
    SharingAct(
        "narrow",
        "narrow",
        gettext_lazy("Share with fewer"),
        gettext_lazy("Holds for every request from this moment on."),
        NarrowForm,
        _narrow,
        _shared_further,
    ),
    SharingAct(
        "tighten",
        "tighten_marking",
        gettext_lazy("Tighten the marking"),
        gettext_lazy(
            "The state follows where the stricter marking does not allow it, and unfit recipients lose access."
        ),
        MarkingForm,
        _mark,
        lambda sharing: sharing.marking != "RED",
    ),
    SharingAct(
        "widen",
        "widen",
        gettext_lazy("Share with more"),
        gettext_lazy("Add recipients, or let it go to everyone competent. Say why: the decision stays on record."),
        WidenForm,
        _widen,
        lambda sharing: not sharing.quarantined and sharing.state != SharingState.PUBLIC,
        grave=True,
    ),
    SharingAct(
        "loosen",
        "loosen_marking",
        gettext_lazy("Loosen the marking"),
        gettext_lazy("Nobody gains access by this alone; the item may then be shared further. Say why."),
        LooserMarkingForm,
        _mark,
        lambda sharing: sharing.marking != "CLEAR",
        grave=True,
    ),
    SharingAct(
        "quarantine",
        "quarantine",
        gettext_lazy("Put in quarantine"),
        gettext_lazy(
            "For personal data, a wrong marking, malware: hidden at once from all but its supervisors and you."
        ),
        RequiredReasonForm,
        _quarantine,
        lambda sharing: not sharing.quarantined,
        grave=True,
    ),
    SharingAct(
        "end-quarantine",
        "end_quarantine",
        gettext_lazy("End the quarantine"),
        gettext_lazy("The sharing that stood before holds again."),
        ReasonForm,
        _end_quarantine,
        lambda sharing: sharing.quarantined,
    ),
)
_BY_NAME = {act.name: act for act in ACTS}


def _sharing(request: ViewerRequest, identifier: str, besides: str = "view_draft") -> Sharing:
    """Return the published item that the viewer works on, or may do this with; raises the one Http404."""
    rows = Sharing.objects.select_related("page__latest_revision", "element", "owner")
    sharing = rows.filter(uuid=uuid_or_404(identifier), page__live=True).first()
    if sharing is None:
        raise Http404
    viewer, at = request.viewer, request.at
    if not allowed(viewer, "view_draft", sharing, at) and not allowed(viewer, besides, sharing, at):
        raise Http404
    return sharing


def recipient_handle(recipient: Recipient) -> str:
    """Return what stands for the row in an address: it tells neither its number nor how many there are."""
    return salted_hmac("cms.sharing.recipient", str(recipient.pk)).hexdigest()[:24]


@require_safe
def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show how the item is shared, who can read it, and what the viewer may change."""
    sharing = _sharing(request, identifier)
    viewer: Any = request.viewer
    rows = sharing.recipients.select_related("organisation", "group", "user", "granted_by", "revoked_by")
    may_revoke = allowed(viewer, "narrow", sharing, request.at)
    recipients = [
        {
            "row": row,
            "counts": row.revoked_at is None and (row.valid_until is None or row.valid_until > request.at),
            "revoke": reverse("sharing:revoke", args=[sharing.uuid, recipient_handle(row)])
            if may_revoke and row.revoked_at is None
            else None,
        }
        for row in rows.order_by("pk")
    ]
    context = {
        "sharing": sharing,
        "recipients": recipients,
        "readership": readership(facts_of(sharing), viewer, request.at),
        "acts": [act for act in ACTS if act.offered(sharing) and allowed(viewer, act.permission, sharing, request.at)],
        "may_read": allowed(viewer, "view", sharing, request.at),
    }
    return render(request, "sharing/item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: ViewerRequest, identifier: str, name: str) -> HttpResponse:
    """Ask for confirmation of an act, or do it."""
    chosen = _BY_NAME.get(name)
    if chosen is None:
        raise Http404
    sharing = _sharing(request, identifier, besides=chosen.permission)
    if not chosen.offered(sharing) or not allowed(request.viewer, chosen.permission, sharing, request.at):
        raise Http404
    form = chosen.form(_posted(request), sharing=sharing, at=request.at)
    return _confirm_or_do(request, sharing, form, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: ViewerRequest, identifier: str, handle: str) -> HttpResponse:
    """Ask for confirmation that a recipient loses access, or take it away."""
    sharing = _sharing(request, identifier)
    rows = sharing.recipients.filter(revoked_at__isnull=True).select_related("organisation", "group", "user")
    found = [row for row in rows if constant_time_compare(recipient_handle(row), handle)]
    if not found or not allowed(request.viewer, "narrow", sharing, request.at):
        raise Http404
    recipient = found[0]

    def run(form: Any, _sharing: Sharing, actor: User) -> None:
        services.revoke(recipient=recipient, actor=actor, at=form.at, reason=form.cleaned_data["reason"])

    label = _("Revoke the access of %(recipient)s") % {"recipient": recipient.target}
    explanation = _("Holds for every request from this moment on.")
    chosen = SharingAct("revoke", "narrow", label, explanation, ReasonForm, run, lambda _row: True)
    return _confirm_or_do(request, sharing, ReasonForm(_posted(request), sharing=sharing, at=request.at), chosen)


def _posted(request: ViewerRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _confirm_or_do(request: ViewerRequest, sharing: Sharing, form: Any, chosen: SharingAct) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and _done(request, sharing, form, chosen):
        messages.success(request, _("Done: %(act)s.") % {"act": chosen.label})
        return redirect(_way_back(request, sharing))
    context = {"sharing": sharing, "form": form, "act": chosen, "back": _way_back(request, sharing)}
    return render(request, "sharing/act.html", context, status=400 if form.errors else 200)


def _way_back(request: ViewerRequest, sharing: Sharing) -> str:
    """Return the item's sharing page; for whoever may quarantine an item of somebody else, the desk."""
    seen = allowed(request.viewer, "view_draft", Sharing.objects.get(pk=sharing.pk), request.at)
    return reverse("sharing:item", args=[sharing.uuid]) if seen else reverse("wagtailadmin_home")


def _done(request: ViewerRequest, sharing: Sharing, form: Any, chosen: SharingAct) -> bool:
    """Run the service; what it refuses goes beside the field that it concerns."""
    actor: Any = request.viewer
    try:
        chosen.run(form, sharing, actor)
    except NotAllowed as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else error.messages)
    return not form.errors
