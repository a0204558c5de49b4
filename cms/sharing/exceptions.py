"""Why an act of sharing was refused; each message is fit to be shown to the person who tried."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from cms.core.acts import note_refusal


class NotAllowed(PermissionDenied):
    """The person lacks the right to the act; the trail hears of it when the request ends."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        note_refusal(type(self).__name__)


class AboveCeiling(ValidationError):
    """The state or a recipient lies above what marking, element or organisation allow."""
