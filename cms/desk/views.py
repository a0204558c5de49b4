"""Notices and how somebody wants them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.identifiers import uuid_or_404
from cms.desk.forms import NoticeSettingsForm, SubscriptionForm
from cms.desk.selectors import notices_of, shown
from cms.desk.services import mark_everything_read, unwatch, watch
from cms.desk.waiting import waiting_for_me
from cms.notifications.models import NoticeSettings, Subscription
from cms.notifications.services import mark_all_read
from cms.sharing.selectors import get_visible_sharing
from cms.users.http import ViewerRequest, person_or_404
from cms.users.middleware import LANGUAGE_KEY
from cms.users.models import User
from workflows.alerts.duties import on_duty

PAGE_SIZE = 30
MOST_SUBSCRIPTIONS = 30


@login_required
@require_safe
def desk(request: ViewerRequest) -> HttpResponse:
    """Show what waits for the viewer, with ages."""
    viewer = person_or_404(request)
    serves = on_duty(viewer, request.at)
    context = {"parts": waiting_for_me(viewer, request.at), "now": request.at, "on_duty": serves}
    return render(request, "desk/desk.html", context)


@login_required
@require_POST
def read_everything(request: ViewerRequest) -> HttpResponse:
    """Mark everything that the viewer may see as read."""
    number = mark_everything_read(user=person_or_404(request), at=request.at)
    if number:
        told = ngettext("One item counts as read now.", "%(number)s items count as read now.", number)
        messages.success(request, told % {"number": number})
    else:
        messages.info(request, _("There was nothing that you have not read."))
    return redirect("/")


@login_required
@require_POST
def watch_item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Watch an item that the viewer may see, or watch it no more."""
    viewer = person_or_404(request)
    sharing = get_visible_sharing(viewer, uuid_or_404(identifier), request.at)
    if sharing is None:
        raise Http404
    if request.POST.get("stop"):
        unwatch(sharing=sharing, user=viewer)
        messages.success(request, _("You watch it no more."))
    else:
        try:
            watch(sharing=sharing, user=viewer, at=request.at)
            messages.success(request, _("You will be told of each new version."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("item", identifier)


@login_required
@require_safe
def notices(request: ViewerRequest) -> HttpResponse:
    """List the viewer's notices."""
    viewer = person_or_404(request)
    rows = notices_of(viewer, request.at)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "notices": shown(list(page.object_list), viewer, request.at),
        "page": page,
        "unread": rows.filter(read_at__isnull=True).exists(),
    }
    return render(request, "desk/notices.html", context)


@login_required
@require_POST
def read_all(request: ViewerRequest) -> HttpResponse:
    """Mark all notices as read."""
    mark_all_read(user_id=person_or_404(request).pk, at=request.at)
    return redirect("notices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: ViewerRequest) -> HttpResponse:
    """Show and keep how the viewer is told of what concerns them."""
    viewer = person_or_404(request)
    kept = NoticeSettings.objects.filter(user=viewer).first() or NoticeSettings(user=viewer)
    form = NoticeSettingsForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        request.session[LANGUAGE_KEY] = form.save().language
        messages.success(request, _("Kept."))
        return redirect("notice-settings")
    return _show_settings(request, viewer, form, SubscriptionForm(viewer=viewer, at=request.at))


@login_required
@require_POST
def subscribe(request: ViewerRequest) -> HttpResponse:
    """Add something to be told of."""
    viewer = person_or_404(request)
    form = SubscriptionForm(request.POST, viewer=viewer, at=request.at, instance=Subscription(user=viewer))
    if form.is_valid() and Subscription.objects.filter(user=viewer).count() >= MOST_SUBSCRIPTIONS:
        form.add_error(None, _("That are many subscriptions: remove one first."))
    if not form.is_valid():
        kept = NoticeSettings.objects.filter(user=viewer).first()
        return _show_settings(request, viewer, NoticeSettingsForm(instance=kept), form)
    form.save()
    messages.success(request, _("You will be told."))
    return redirect("notice-settings")


@login_required
@require_POST
def unsubscribe(request: ViewerRequest, pk: int) -> HttpResponse:
    """Remove one of the viewer's own subscriptions."""
    if not Subscription.objects.filter(user=person_or_404(request), pk=pk).delete()[0]:
        raise Http404
    messages.success(request, _("Removed."))
    return redirect("notice-settings")


def _show_settings(request: ViewerRequest, viewer: User, form: Any, subscription: Any) -> HttpResponse:
    rows = Subscription.objects.filter(user=viewer).select_related("element", "topic")
    context = {"form": form, "subscription": subscription, "subscriptions": rows}
    return render(request, "desk/notice_settings.html", context)
