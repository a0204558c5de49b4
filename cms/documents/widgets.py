"""The editor's field for files: choose, see what was taken or what is wrong, take away again."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import WidgetAdapter

from cms.documents.filetypes import BY_EXTENSION, OTHER_SPELLINGS


class UploadInput(forms.HiddenInput):
    """A hidden field with the files as JSON, which a script shows and fills; its files go up one by one at once."""

    template_name = "documents/upload_input.html"
    # the block's label stands beside it
    input_type = "text"

    def __init__(self, *, images_only: bool, multiple: bool) -> None:
        super().__init__()
        self.images_only = images_only
        self.multiple = multiple

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add what the script needs to know."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        endings = [kind.extension for kind in BY_EXTENSION.values() if kind.is_image or not self.images_only]
        spellings = [other for other, usual in OTHER_SPELLINGS.items() if usual in endings]
        return context | {
            "upload_url": reverse("file-upload"),
            "images_only": self.images_only,
            "multiple": self.multiple,
            "endings": endings,
            "accept": ",".join(f".{ending}" for ending in [*endings, *spellings]),
            "megabytes": settings.FILE_MAX_MB,
        }

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the field's HTML, from the project's own template."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308 - escaped there

    def format_value(self, value: Any) -> str:
        """Return the states of the files as JSON."""
        return json.dumps(value or [])


class UploadInputAdapter(WidgetAdapter):
    """The widget's twin in the editor's script."""

    js_constructor = "iconet.UploadInput"

    @cached_property
    def media(self) -> forms.Media:
        """Return the scripts, ours after Wagtail's."""
        return forms.Media(js=[versioned_static("wagtailadmin/js/telepath/widgets.js"), "iconet/upload.js"])


register(UploadInputAdapter(), UploadInput)
