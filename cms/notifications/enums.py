"""How urgent something is, and how soon somebody wants to be told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    """How soon recipients must know; the least urgent first."""

    ROUTINE = "routine", _("Routine")
    URGENT = "urgent", _("Urgent")
    FLASH = "flash", _("Flash")

    @property
    def rank(self) -> int:
        """Its place: the more urgent, the higher."""
        return list(Urgency).index(self)

    @classmethod
    def most_urgent_first(cls, path: str) -> models.Case:
        """Return what orders rows by the urgency at this path; a row without one counts as routine."""
        return models.Case(*(models.When(**{path: level.value}, then=-level.rank) for level in cls), default=0)


class Frequency(models.TextChoices):
    """When a mail tells of a notice; the soonest first."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never by mail")

    @property
    def rank(self) -> int:
        """Its place: the sooner, the lower."""
        return list(Frequency).index(self)
