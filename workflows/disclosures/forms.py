"""Forms of requests for disclosure."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.instants import current_instant, day_of
from cms.core.widgets import DayInput
from workflows.disclosures.enums import Extent
from workflows.disclosures.models import DisclosureRequest

USUAL_DAYS = timedelta(days=21)


def _usual_day() -> Any:
    return day_of(current_instant()) + USUAL_DAYS


class AskForm(forms.ModelForm[DisclosureRequest]):
    """To whom, what for, by when."""

    class Meta:
        model = DisclosureRequest
        fields = ("third_party", "purpose", "answer_by")
        widgets: ClassVar[dict[str, Any]] = {"answer_by": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_by"].initial = _usual_day


class DecisionForm(forms.ModelForm[DisclosureRequest]):
    """What the owner answers. How much may be disclosed is asked by the service where something may."""

    extent = forms.ChoiceField(label=_("How much may be disclosed"), choices=Extent.choices, required=False)
    # of what is confirmed, as it was shown
    stamp = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    class Meta:
        model = DisclosureRequest
        fields = ("extent", "conditions", "valid_until", "reason")
        widgets: ClassVar[dict[str, Any]] = {"valid_until": DayInput()}
        help_texts: ClassVar[dict[str, Any]] = {
            "conditions": _("Which part, how it is to be marked, what the third party may do with it."),
            "valid_until": _("Empty: without an end. It is for this one third party and purpose in any case."),
            "reason": _("Whoever asked reads this. No personal data."),
        }
