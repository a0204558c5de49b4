"""The content types that are items: every concrete page below the abstract content page."""

from functools import cache

from django.apps import apps

from content_types.models import ContentPage


@cache
def item_types() -> dict[str, type[ContentPage]]:
    """Return each content type by its key."""
    models = (model for model in apps.get_models() if issubclass(model, ContentPage))
    return {model.type_key: model for model in models}


def type_title(key: str) -> str:
    """Return the content type's name as people read it; the key itself where there is no such type."""
    model = item_types().get(key)
    return str(model._meta.verbose_name).capitalize() if model else key
