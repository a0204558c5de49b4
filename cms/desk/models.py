"""What somebody keeps an eye on, and what they have read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.sharing.models import Sharing


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


class ReadVersion(models.Model):
    """Which versions of an item a person has read last: what readers see, and the newest one, for who works on it.

    The person's own business: nobody else's page is made from it, and it goes with the account or the item.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="read_versions")
    live = models.BigIntegerField(_("version that readers see"), null=True)
    newest = models.BigIntegerField(_("newest version"), null=True)
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("version read")
        verbose_name_plural = _("versions read")
        constraints = (models.UniqueConstraint(fields=("user", "sharing"), name="version_read_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.sharing_id}"
