"""The words of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a file is used for."""

    IMAGE = "image", _("Picture")
    DOCUMENT = "document", _("Document")


class Scan(models.TextChoices):
    """What is known about malware. Only the first two are given out."""

    CLEAN = "clean", _("No malware found")
    NOT_SCANNED = "not_scanned", _("Not scanned: no scanner is set up")
    WAITING = "waiting", _("Waits for the malware scanner")
    INFECTED = "infected", _("Malware found: the file was removed")


class TextState(models.TextChoices):
    """Whether the words of a file can be searched."""

    NONE = "none", _("Has no text to be searched")
    WAITING = "waiting", _("Its text is being read")
    READ = "read", _("Its text can be searched")
    EMPTY = "empty", _("No text was found in it")
    FAILED = "failed", _("Its text could not be read: it is not found by its words")


GIVEN_OUT = (Scan.CLEAN, Scan.NOT_SCANNED)
