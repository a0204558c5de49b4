"""Why an act of sharing was refused; each message is fit to be shown to the person who tried."""

from django.core.exceptions import PermissionDenied, ValidationError


class NotAllowed(PermissionDenied):
    """The person lacks the right to the act."""


class AboveCeiling(ValidationError):
    """The state or a recipient lies above what marking, element or organisation allow."""
