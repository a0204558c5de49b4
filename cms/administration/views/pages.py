"""What all pages of the administration share: who asks, what was sent, running a service, saying what it refused."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from cms.users.http import ViewerRequest


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
