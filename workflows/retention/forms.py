"""Forms of retention."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.widgets import DayInput
from cms.elements.models import Element
from workflows.retention.models import Hold, RetentionRule
from workflows.retention.rulebook import USUAL, VALUES
from workflows.selectors import content_models


class OwnTermForm(forms.Form):
    """The last day that an owner chooses; empty leaves it to the rule."""

    on = forms.DateField(label=_("Last day"), required=False, widget=DayInput)


class HoldForm(forms.ModelForm[Hold]):
    """Why an item must not be erased."""

    class Meta:
        model = Hold
        fields = ("reason",)
        widgets: ClassVar[dict[str, Any]] = {"reason": forms.Textarea(attrs={"rows": 2})}
        help_texts: ClassVar[dict[str, Any]] = {"reason": _("It stays on record after the item. No personal data.")}


class RuleForm(forms.ModelForm[RetentionRule]):
    """A rule for an element and a type; what stands there already is replaced."""

    element = forms.ModelChoiceField(
        Element.objects.all(), label=_("Element"), required=False, to_field_name="code", empty_label=_("Any")
    )
    type_key = forms.ChoiceField(label=_("Type"), required=False)

    class Meta:
        model = RetentionRule
        fields = ("element", "type_key", *VALUES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = sorted((model.type_key, model._meta.verbose_name) for model in content_models())
        kinds: Any = self.fields["type_key"]
        kinds.choices = [("", _("Any")), *types]
        for name, value in USUAL.items():
            self.fields[name].initial = value
