"""Blocks with files: a figure, and a list of attachments."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.documents.models import File
from cms.documents.presentation import attachment, editor_state, figure_source
from cms.documents.selectors import files_by_uuid, usable_files
from cms.documents.widgets import UploadInput
from content_types.draft_scope import current_viewer
from content_types.files import as_uuid

MOST_ATTACHMENTS = 30


def _usable(ids: Iterable[str]) -> dict[str, File]:
    """Return those of the files that whoever edits may use; in work without an editor, all that are there."""
    uuids = [uuid for uuid in map(as_uuid, ids) if uuid is not None]
    viewer = current_viewer()
    if viewer is None:
        return {str(uuid): file for uuid, file in files_by_uuid(uuids).items()}
    return {str(uuid): file for uuid, file in usable_files(viewer.user, uuids, viewer.at).items()}


class UploadedFilesField(forms.Field):
    """Files by their identifiers; those that the person may not use, or that are not there any more, are refused."""

    def __init__(self, *, images_only: bool, multiple: bool, required: bool, help_text: Any) -> None:
        super().__init__(
            required=required,
            help_text=help_text,
            widget=UploadInput(images_only=images_only, multiple=multiple),
            error_messages={"required": gettext_lazy("Choose a file.")},
        )
        self.images_only = images_only
        self.multiple = multiple

    def clean(self, value: list[str]) -> list[str]:
        """Return the identifiers, each once. Raises ValidationError."""
        ids: list[str] = super().clean(list(dict.fromkeys(value or [])))
        found = _usable(ids)
        if len(found) < len(ids):
            raise ValidationError(_("A file is not there any more. Take it away, and choose it again."))
        if self.images_only and any(file.width is None for file in found.values()):
            raise ValidationError(_("A figure is a picture."))
        if len(ids) > MOST_ATTACHMENTS:
            raise ValidationError(_("At most %(number)s files.") % {"number": MOST_ATTACHMENTS})
        return ids

    def prepare_value(self, value: list[str]) -> list[dict[str, Any]]:
        """Return what the editor shows of the files."""
        found = _usable(value or [])
        gone = {"name": _("A file that is not there any more"), "size": "", "url": "", "preview": "", "note": ""}
        return [editor_state(found[one]) if one in found else {"id": one, **gone} for one in value or []]


class FilesBlock(blocks.FieldBlock):
    """What blocks with files share: their value is a list of identifiers."""

    images_only = False
    multiple = True

    def __init__(self, required: bool = True, help_text: Any = None, **kwargs: Any) -> None:
        self.field_options = {"required": required, "help_text": help_text}
        super().__init__(**kwargs)

    @cached_property
    def field(self) -> UploadedFilesField:
        """The form's field."""
        return UploadedFilesField(images_only=self.images_only, multiple=self.multiple, **self.field_options)

    def value_from_form(self, value: Any) -> Any:
        """Read the identifiers out of what the script wrote; anything else is nothing."""
        if isinstance(value, list):
            return value
        try:
            told = json.loads(value or "[]")
        except ValueError:
            return []
        entries = told[: MOST_ATTACHMENTS * 2] if isinstance(told, list) else []
        ids = [str(entry.get("id")) for entry in entries if isinstance(entry, dict)]
        return [one for one in ids if as_uuid(one) is not None]

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored."""
        return value or []

    class Meta:
        default: tuple[str, ...] = ()


class PictureBlock(FilesBlock):
    """One picture; its value is an identifier, or nothing."""

    images_only = True
    multiple = False

    def value_from_form(self, value: Any) -> Any:
        """Return the identifier."""
        return next(iter(super().value_from_form(value)), "")

    def value_for_form(self, value: Any) -> Any:
        """Return the identifier as a list of one."""
        return [value] if value else []

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored."""
        return value or ""

    class Meta:
        default = ""


class FigureBlock(blocks.StructBlock):
    """A picture in the text, with what those read who cannot see it."""

    file = PictureBlock(label=gettext_lazy("Picture"))
    alt = blocks.CharBlock(
        label=gettext_lazy("In words"),
        max_length=500,
        help_text=gettext_lazy("What the picture tells, for readers who do not see it."),
    )
    caption = blocks.CharBlock(label=gettext_lazy("Caption"), required=False, max_length=500)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add the picture, or why it is not shown."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        uuid = as_uuid(value.get("file"))
        known = (parent_context or {}).get("files")
        file = None if uuid is None else (files_by_uuid([uuid]) if known is None else known).get(uuid)
        if file is not None and file.given_out and file.width:
            return context | {"picture": figure_source(file)}
        return context | {
            "reason": _("The picture is not there any more.") if file is None else file.get_scan_display()
        }

    class Meta:
        icon = "image"
        label = gettext_lazy("Figure")
        template = "content_types/blocks/figure.html"


class AttachmentsBlock(FilesBlock):
    """Files that are listed after the text."""

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add the files."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        uuids = [uuid for uuid in map(as_uuid, value or []) if uuid is not None]
        found = files_by_uuid(uuids)
        return context | {"attachments": [attachment(found[uuid]) for uuid in uuids if uuid in found]}

    class Meta:
        icon = "doc-full"
        label = gettext_lazy("Attachments")
        template = "content_types/blocks/attachments.html"
