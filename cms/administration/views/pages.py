"""What all pages of the administration share: running a service, saying what it refused, one plain page with a form."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from wagtail.admin import messages

from cms.organisations.models import Organisation
from cms.users.http import ViewerRequest
from cms.users.models import User


def viewer_of(request: ViewerRequest) -> User:
    """Return who asks; nobody at all is the one Http404."""
    if not isinstance(request.viewer, User):
        raise Http404
    return request.viewer


def posted(request: ViewerRequest) -> Any:
    """Return what was sent, or None where a page is only asked for."""
    return request.POST if request.method == "POST" else None


def demand(found: Any) -> Any:
    """Return what was looked up; nothing is the one Http404."""
    if found is None or found is False:
        raise Http404
    return found


def done(form: Any, run: Callable[[], Any]) -> bool:
    """Run a service; what it refuses goes beside the field that it concerns, and nothing of the act stays."""
    try:
        with transaction.atomic():
            run()
    except PermissionDenied as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else error.messages)
    return not form.errors


def form_page(request: ViewerRequest, form: Any, **context: Any) -> HttpResponse:
    """Show a form on a page of its own: `title`, `button`, `back`, and perhaps `explanation` and `grave`."""
    status = 400 if form.errors else 200
    return render(request, "administration/form.html", context | {"form": form}, status=status)


def act_page(request: ViewerRequest, form: Any, run: Callable[[Any], Any], said: str, **context: Any) -> HttpResponse:
    """Show the form of an act, or do it and lead back."""
    if request.method == "POST" and form.is_valid() and done(form, lambda: run(form.cleaned_data)):
        messages.success(request, said)
        return redirect(context["back"])
    return form_page(request, form, **context)


def in_tree_order(rows: Iterable[Organisation]) -> Sequence[Organisation]:
    """Return organisations so that each stands below the one that it is part of."""
    found = list(rows)
    ids = {pk for row in found for pk in row.lineage}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    return sorted(found, key=lambda row: [(names[pk], pk) for pk in row.lineage])
