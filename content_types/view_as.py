"""An item's page as a recipient gets it, for those who may open it themselves and see who can read it."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.sharing.page_forms import ViewAsForm
from cms.sharing.rules import allowed
from cms.sharing.viewing_as import recipient_until, seen_by
from cms.sharing.views.finding import with_readers
from cms.users.http import ViewerRequest
from cms.users.models import User
from content_types.models import ContentPage
from content_types.presentation import item_context


@require_safe
def reader_page(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the live version as the chosen recipient would see it; the one 404 where they would not, or where the
    viewer may not open the item. Nothing that only the recipient may see is opened."""
    sharing = with_readers(request, identifier)
    viewer, at = request.viewer, request.at
    if not isinstance(viewer, User) or not allowed(viewer, "view", sharing, at):
        raise Http404
    form = ViewAsForm(request.GET, sharing=sharing, asker=viewer, at=at)
    if not form.is_valid():
        raise Http404
    who = form.cleaned_data["who"]
    if not seen_by(who, sharing, viewer, at).allowed:
        raise Http404
    page: ContentPage = sharing.page.specific
    page.sharing = sharing
    # what depends on who reads is shown as to somebody without any rights of their own
    context = item_context(page, AnonymousUser(), at)
    context["item"]["topic"] = item_context(page, viewer, at)["item"]["topic"]
    context["handling"]["until"] = recipient_until(who, sharing, at)
    context["seen_as"] = _("Seen as %(who)s") % {"who": form.cleaned_data["named"]}
    return render(request, page.get_template(request), context)
