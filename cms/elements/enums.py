"""How far an item may be let go, as a ceiling of elements and organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ceiling(models.TextChoices):
    """The widest sharing state that a rule allows, narrowest first."""

    OWNER = "owner", _("Owner only")
    RESTRICTED = "restricted", _("Named recipients")
    NETWORK = "network", _("Everyone competent")
    PUBLIC = "public", _("Public")
