"""The types of item: those that the concrete pages below the abstract content page hold."""

from collections.abc import Sequence
from functools import cache

from django.apps import apps
from django.utils.text import capfirst

from content_types.models import ContentPage


@cache
def item_pages() -> Sequence[type[ContentPage]]:
    """Return each page that holds items."""
    return tuple(model for model in apps.get_models() if issubclass(model, ContentPage))


def type_keys() -> Sequence[str]:
    """Return the key of each type."""
    return tuple(key for model in item_pages() for key in model.item_types())


def type_title(key: str) -> str:
    """Return the type's name as people read it; the key itself where there is no such type."""
    names = {key: name for model in item_pages() for key, name in model.item_types().items()}
    return str(capfirst(names.get(key, key)))
