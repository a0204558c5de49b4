"""Files, the widths of pictures, and the words of documents. Their bytes are in the storage, without public address."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.documents.enums import GIVEN_OUT, Kind, Scan, TextState
from cms.documents.filetypes import BY_MEDIA_TYPE
from cms.documents.querysets import FileQuerySet
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing


class File(models.Model):
    """One file of one item; or, until a version shows it, of the organisation for which it was uploaded."""

    uuid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.BigIntegerField(_("size"), help_text=_("Bytes, as they are kept."))
    sha256 = models.CharField(max_length=64, editable=False)
    # of what was uploaded, before it was written anew
    original_sha256 = models.CharField(max_length=64, editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    scan = models.CharField(_("malware"), max_length=12, choices=Scan.choices)
    text_state = models.CharField(_("text"), max_length=10, choices=TextState.choices)
    created_at = models.DateTimeField(_("uploaded"))

    objects: ClassVar[models.Manager["File"]] = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = (
            models.CheckConstraint(
                condition=Q(sharing__isnull=True, organisation__isnull=False)
                | Q(sharing__isnull=False, organisation__isnull=True),
                name="file_of_one_item_or_organisation",
            ),
        )
        indexes = (
            models.Index(fields=("created_at",), name="file_unattached", condition=Q(sharing__isnull=True)),
            models.Index(fields=("scan",), name="file_waiting", condition=Q(scan=Scan.WAITING)),
        )

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def given_out(self) -> bool:
        """Whether the file is given to those who may read it: no malware is known or feared."""
        return self.scan in GIVEN_OUT

    @property
    def type_name(self) -> str:
        """What kind of file it is, in the letters of its usual ending."""
        return BY_MEDIA_TYPE[self.media_type].extension.upper()


class Rendition(models.Model):
    """A picture in one of the kept widths."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="renditions")
    name = models.PositiveIntegerField(_("widest"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.BigIntegerField(_("size"))

    class Meta:
        constraints = (models.UniqueConstraint(fields=("file", "name"), name="rendition_once"),)

    def __str__(self) -> str:
        return f"{self.file} {self.name}"


class FileText(models.Model):
    """The words of one page, sheet or slide."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=20, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("file", "number"), name="file_text_once"),)

    def __str__(self) -> str:
        return f"{self.file} {self.label}"
