"""What a person keeps of searching: saved searches and what they found, and a history that nobody else sees."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A search that somebody keeps. What newly comes to match it is told as soon as `frequency` says.

    `parameters` are those of the search page's address, without page and cursor.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Never")

    handle = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    parameters = models.TextField(_("search"), max_length=4000)
    frequency = models.CharField(_("tell me"), max_length=8, choices=Frequency.choices, default=Frequency.DAILY)
    created_at = models.DateTimeField(_("saved"))
    told_at = models.DateTimeField(_("last told"), null=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """An item that newly came to match a saved search, once; told or still to be told."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="findings")
    # an identifier, not a reference: it tells nothing, and the policy is asked again before anybody is told
    sharing_id = models.BigIntegerField()
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (models.UniqueConstraint(fields=("saved", "sharing_id"), name="search_found_once"),)
        indexes = (models.Index(fields=("saved",), name="search_untold", condition=models.Q(told_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.sharing_id}"


class PastSearch(models.Model):
    """A search that somebody made, for that person's eyes alone. Rows are only ever added, and removed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    parameters = models.TextField(_("search"))
    words = models.CharField(_("words"), max_length=500, blank=True)
    total = models.PositiveIntegerField(_("found"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("past search")
        verbose_name_plural = _("past searches")
        indexes = (models.Index(fields=("user", "-at"), name="search_past"),)

    def __str__(self) -> str:
        return self.words
