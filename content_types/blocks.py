"""The blocks of a body: heading, text, list, table, quotation, figure, attachments."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from content_types.file_blocks import AttachmentsBlock, FigureBlock

TEXT_FEATURES = ["bold", "italic"]


class QuotationBlock(blocks.StructBlock):
    """Words of somebody else, with where they come from."""

    text = blocks.TextBlock(label=_("Words"), max_length=4000)
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "content_types/blocks/quotation.html"


class BodyBlock(blocks.StreamBlock):
    """The body of an item."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=200, icon="title", template="content_types/blocks/heading.html"
    )
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, max_length=20_000)
    list = blocks.RichTextBlock(label=_("List"), features=["ul", "ol", *TEXT_FEATURES], icon="list-ul")
    table = TableBlock(label=_("Table"), template="content_types/blocks/table.html")
    quotation = QuotationBlock()
    figure = FigureBlock()
    attachments = AttachmentsBlock()

    class Meta:
        label = _("Body")
