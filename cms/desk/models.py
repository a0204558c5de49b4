"""What somebody keeps an eye on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    """That a person wants to be told of each new version of an item, for as long as they may see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.UUIDField(_("item"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watched item")
        verbose_name_plural = _("watched items")
        constraints = (models.UniqueConstraint(fields=("item", "user"), name="watched_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.item}"
