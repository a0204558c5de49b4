"""What a text must have before it is submitted."""

from django.utils.translation import gettext as _

from content_types.models import ContentPage


def missing_for_submission(page: ContentPage) -> dict[str, str]:
    """Return field → what to do, for each required field of the text that is empty; nothing when it is complete."""
    return {name: what_to_fill_in(page, name) for name in page.required_at_submission if _empty(getattr(page, name))}


def what_to_fill_in(page: ContentPage, name: str) -> str:
    """Return the sentence for a required field that is empty."""
    return _("Fill in “%(field)s” before you submit.") % {"field": page._meta.get_field(name).verbose_name}


def _empty(value: object) -> bool:
    return not value or (isinstance(value, str) and not value.strip())
