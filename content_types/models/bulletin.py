"""The bulletin: the first content type."""

from typing import Any, ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from content_types.blocks import BodyBlock
from content_types.models.content import ContentPage
from content_types.text import stream_text


class Bulletin(ContentPage):
    """A text of any element, published to those whom its owner names."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    type_key: ClassVar[str] = "bulletin"
    # the order of the editor's fields, set when the apps are ready
    edit_handler: ClassVar[Any]

    class Meta(ContentPage.Meta):
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")

    def body_text(self) -> str:
        """Return the body as plain text, for search."""
        return stream_text(self.body.raw_data)

    def rendered_body(self) -> list[SafeString]:
        """Return the body as pieces of clean HTML, in order; attachments are listed apart."""
        return self.rendered(self.body)
