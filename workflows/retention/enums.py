"""What the end of an item's term asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """What is to be done with an item on a day because its term ends."""

    NOTHING = "nothing", _("nothing yet")
    TELL = "tell", _("tell its owner")
    WITHDRAW = "withdraw", _("withdraw")
    ERASE = "erase", _("erase")
    HELD = "held", _("held")
