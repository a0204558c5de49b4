"""Two versions of an item beside each other, field by field: Wagtail's own comparisons, over our own check."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from content_types.models import ContentPage


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs, with what was taken away and what was added."""

    label: str
    html: SafeString


def differences(older: ContentPage, newer: ContentPage, request: HttpRequest) -> list[Difference]:
    """Return the fields of the text that differ, in the order of the editor."""
    panels: Any = type(newer).edit_handler.bind_to_model(type(newer))
    bound = panels.get_bound_panel(instance=newer, request=request, form=None)
    compared = [comparison(older, newer) for comparison in bound.get_comparison()]
    return [Difference(found.field_label(), found.htmldiff()) for found in compared if found.has_changed()]
