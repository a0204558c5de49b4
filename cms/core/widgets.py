"""Fields of the forms of the editing interface, usable without a script."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


class FilterableCheckboxes(forms.CheckboxSelectMultiple):
    """A scrolling list of ticks, in groups, that a script lets people filter by what they type."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the list's HTML, from the project's own template."""
        context = self.get_context(name, value, attrs)
        return mark_safe(render_to_string("wagtailadmin/filterable_checkboxes.html", context))  # noqa: S308 - escaped there


class DayInput(forms.DateInput):
    """A day, in the browser's own picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")
