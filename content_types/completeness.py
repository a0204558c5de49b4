"""What a text must have before it is submitted."""

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from content_types.models import ContentPage
from content_types.text import stream_text


def missing_for_submission(page: ContentPage) -> dict[str, str]:
    """Return field → what to do, for each required field of the text that is empty; nothing when it is complete."""
    return {name: what_to_fill_in(page, name) for name in page.needed_at_submission() if is_empty(getattr(page, name))}


def what_to_fill_in(page: ContentPage, name: str) -> str:
    """Return the sentence for a required field that is empty."""
    return _("Fill in “%(field)s” before you submit.") % {"field": page._meta.get_field(name).verbose_name}


def is_empty(value: object) -> bool:
    """Return whether a field says nothing: an editor leaves blocks without a word where nothing was typed."""
    if isinstance(value, StreamValue):
        return not stream_text(value.get_prep_value()).strip()
    return not value or (isinstance(value, str) and not value.strip())
