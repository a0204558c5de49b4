"""Kinds of inspection."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InspectionKind(models.TextChoices):
    """Under what an item is opened to somebody whom no rule lets in."""

    CASE = "case", _("Case of an auditor or data protection officer")
    BREAK_GLASS = "break_glass", _("Break-glass, by two operators")
