"""The words of requests for disclosure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a request stands. Time never changes it: what nobody answers is not permitted."""

    OPEN = "open", _("Waits for the owner's answer")
    PROPOSED = "proposed", _("Waits for a second decider")
    GRANTED = "granted", _("Permitted")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")
    REVOKED = "revoked", _("Permission revoked")


WAITING = (Status.OPEN, Status.PROPOSED)


class Extent(models.TextChoices):
    """How much of an item may be disclosed."""

    WHOLE = "whole", _("All of it")
    PART = "part", _("In part, as the conditions say")
