"""Words of the editorial workflow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where an item stands in its way to publication and after it."""

    DRAFT = "draft", _("Draft")
    VALIDATION = "validation", _("Waits for national validation")
    WAITING = "waiting", _("Waits for approval")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Approved, to be published later")
    PUBLISHED = "published", _("Published")
    CHANGED = "changed", _("Published, with a newer draft")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")
    DISCARDED = "discarded", _("Discarded")


class Frame(models.TextChoices):
    """What the Commission allows or asks of an element: validation inside the State before approval."""

    NONE = "none", _("No national validation")
    ALLOWED = "allowed", _("Organisations may add it")
    REQUIRED = "required", _("Required of every Member State and associated State")
