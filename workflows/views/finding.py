"""How the pages of the desk find the item that is asked for, do something with it, and say what was refused."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404
from cms.core.posted import whole_number
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.users.http import ViewerRequest
from content_types.draft_scope import DraftViewer, current_viewer
from content_types.drafts import EditedMeanwhile
from content_types.models import ContentPage
from workflows.selectors import items_of


def served() -> DraftViewer:
    """Return who is being served; raises the one Http404 outside the editing interface."""
    viewer = current_viewer()
    if viewer is None:
        raise Http404
    return viewer


def find_item(identifier: str) -> Sharing:
    """Return the item whose draft the viewer may see; raises the one Http404."""
    sharing = items_of(served()).filter(uuid=uuid_or_404(identifier)).first()
    if sharing is None:
        raise Http404
    return sharing


def newest_text(sharing: Sharing) -> ContentPage:
    """Return the page with its newest text."""
    page: ContentPage = sharing.page.specific.get_latest_revision_as_object()
    page.sharing = sharing
    return page


def address(sharing: Sharing) -> str:
    """Return the address of the item's page on the desk."""
    return reverse("workflows:item", args=[sharing.uuid])


def number(value: str | None) -> int:
    """Return the id that was posted; 0, which nothing has, for anything else."""
    return whole_number(value or "") or 0


def refusal(act: Callable[[], Any]) -> str:
    """Do it; return why it was refused, or nothing where it was done."""
    try:
        act()
    except EditedMeanwhile:
        return _("Somebody saved a newer version meanwhile: look again.")
    except NotAllowed as error:
        return str(error)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def done_or_refused(
    request: ViewerRequest, act: Callable[[], Any], *, done: str, onward: str, back: str
) -> HttpResponse:
    """Do it; lead onward and say so, or lead back and say why it was refused."""
    refused = refusal(act)
    if refused:
        messages.error(request, refused)
        return redirect(back)
    messages.success(request, done)
    return redirect(onward)


def posted(request: ViewerRequest) -> Any:
    """Return what was posted, or None where the page was only asked for."""
    return request.POST if request.method == "POST" else None


def ask(
    request: ViewerRequest,
    sharing: Sharing,
    *,
    title: str,
    explanation: str,
    button: str,
    form: Any = None,
    refused: str = "",
    opened: int | None = None,
    back: str = "",
) -> HttpResponse:
    """Show a question about an item with its form and one button; nothing is done."""
    context = {
        "sharing": sharing,
        "title": title,
        "explanation": explanation,
        "button": button,
        "form": form,
        "refused": refused,
        "opened": opened,
        "back": back or address(sharing),
    }
    wrong = bool(refused or (form is not None and form.errors))
    return render(request, "workflows/ask.html", context, status=400 if wrong else 200)
