"""What an owner tells about an item afterwards: that a newer one takes its place, that something was corrected."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.sharing.models.rows import Sharing


class Supersession(models.Model):
    """A newer item of the same owner takes the place of an older one. Readers of both see it, nobody else."""

    older = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="superseded")
    newer = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="supersedes")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("supersession")
        verbose_name_plural = _("supersessions")
        constraints = (models.CheckConstraint(condition=~Q(older=F("newer")), name="supersession_of_another"),)

    def __str__(self) -> str:
        return f"{self.older_id}: {self.newer_id}"


class CorrectionNotice(models.Model):
    """A small visible note on an item: what was amended, for those who had read it before."""

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="corrections")
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"), max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("correction notice")
        verbose_name_plural = _("correction notices")

    def __str__(self) -> str:
        return f"{self.sharing_id} {self.at:%Y-%m-%d}"
