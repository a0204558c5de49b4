"""The editor of an alert: all its fields in groups, after what a first warning says; who may read it stands beside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList

from cms.core.widgets import DayInput, FilterableCheckboxes
from content_types.alert_blocks import country_choices
from content_types.alert_facts import GROUPS
from content_types.forms import ContentForm
from content_types.models import Alert
from content_types.panels import ASSESSMENT, INFORMATION, SHARING, TEXT

_DAYS = {"measures_from", "measures_until"}
_COUNTRIES = ("place_country", "last_embarkation", "destination", "vessel_flag")
_SEVERAL = ("transport", "concealment", "modus_operandi", "facilitator_roles")


class AlertForm(ContentForm):
    """The text of an alert: countries and lists are chosen, not typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = country_choices()
        for name in _COUNTRIES:
            self._replace(name, forms.ChoiceField, choices=[("", "–"), *countries])
        self._replace("facilitator_nationalities", forms.MultipleChoiceField, choices=countries)
        self.fields["facilitator_nationalities"].widget = FilterableCheckboxes(choices=countries)
        for name in _SEVERAL:
            field: Any = Alert._meta.get_field(name)
            self._replace(name, forms.MultipleChoiceField, choices=field.base_field.choices)
            self.fields[name].widget = forms.CheckboxSelectMultiple(choices=field.base_field.choices)

    def _replace(self, name: str, field_class: Any, *, choices: Any) -> None:
        old = self.fields[name]
        self.fields[name] = field_class(
            label=old.label, help_text=old.help_text, required=old.required, choices=choices
        )


class FinalPanel(MultiFieldPanel):
    """Fields of final reports alone."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        """The fields of one item."""

        def is_shown(self) -> bool:
            """Tell whether the item is a final report."""
            return bool(self.instance.is_final and super().is_shown())


def _panel(name: str) -> FieldPanel:
    return FieldPanel(name, widget=DayInput) if name in _DAYS else FieldPanel(name)


def alert_panels() -> ObjectList:
    """Return the edit handler of alerts."""
    groups = [
        (FinalPanel if "closing_reason" in names else MultiFieldPanel)(
            [_panel(name) for name in names], heading=title, classname="ic-editor__text"
        )
        for title, names in GROUPS
    ]
    declaration = MultiFieldPanel(
        [FieldPanel("no_personal_data")], heading=_("Declaration"), classname="ic-editor__text"
    )
    panels = [TEXT, *groups, declaration, INFORMATION, ASSESSMENT, SHARING]
    return ObjectList(panels, base_form_class=AlertForm, classname="ic-editor")
