"""What came from world files, and under which key."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of objects that are known by their key in a world file."""

    ITEM = "item", _("Item")
    GROUP = "group", _("Working group")
    USER = "user", _("User")


class WorldObject(models.Model):
    """One object of a world file: its key there, and which row it is here.

    Items are named by their public identifier, groups and users by their id; without foreign keys, so that an object
    removed by other means is simply absent. The password stands here in a demo alone, where it is published anyway.
    """

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    key = models.CharField(_("key"), max_length=254)
    uuid = models.UUIDField(_("identifier"), null=True, blank=True, unique=True)
    object_id = models.BigIntegerField(_("object"), null=True, blank=True)
    made_here = models.BooleanField(_("made by loading"), default=True)
    password = models.CharField(_("published password"), max_length=200, blank=True)

    class Meta:
        ordering = ("kind", "key")
        verbose_name = _("object of a world file")
        verbose_name_plural = _("objects of world files")
        constraints = (
            models.UniqueConstraint(fields=("kind", "key"), name="world_object_key_once_per_kind"),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.ITEM, uuid__isnull=False, object_id__isnull=True)
                | (~models.Q(kind=Kind.ITEM) & models.Q(uuid__isnull=True, object_id__isnull=False)),
                name="world_object_names_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
