"""Answers to an alert, and the steps of its escalation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    """What a participant says to an alert."""

    ACTION = "action", _("For action")
    NOTED = "noted", _("Noted")
    NOT_CONCERNED = "not_concerned", _("Not concerned")


class Function(models.IntegerChoices):
    """Places of a duty list, in the order in which they are told."""

    CONTACT_POINT = 1, _("Contact point")
    DEPUTY = 2, _("Deputy")
    HEAD = 3, _("Head of unit")


class Step(models.IntegerChoices):
    """How far an unanswered alert has gone."""

    SENT = 0, _("Sent to the contact point")
    REMINDED = 1, _("Contact point reminded")
    DEPUTY = 2, _("Deputy told")
    HEAD = 3, _("Head of unit told")
    DESK = 4, _("Coordination desk and owner told")
