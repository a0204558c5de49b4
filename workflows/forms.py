"""Forms of the desk; what they ask for is decided by the services."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.widgets import DayInput
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.enums import Marking, SharingState
from content_types.models import TopicPage
from workflows.enums import Status
from workflows.models import Closing, DraftComment


class MomentInput(forms.DateTimeInput):
    """A day and a time, in the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class ReturnForm(forms.Form):
    """Why a text goes back."""

    reason = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author reads this. No personal data."),
    )


class PlanForm(forms.Form):
    """When an item is to be published, and when it expires."""

    publish_at = forms.DateTimeField(
        label=_("Publish at (UTC)"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: as soon as it is approved."),
    )
    expire_at = forms.DateTimeField(
        label=_("Expires at (UTC)"),
        required=False,
        widget=MomentInput,
        help_text=_("From then on only the owner reads it. Empty: it does not expire."),
    )


class WayForm(forms.Form):
    """Whose workflow about what is to be shown, of what is open to the viewer; without a choice the first of each."""

    element = forms.ModelChoiceField(
        label=_("Element"), queryset=Element.objects.none(), to_field_name="code", empty_label=None
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Organisation.objects.none(),
        to_field_name="key",
        required=False,
        empty_label=_("Any State: the frame alone"),
    )

    def __init__(self, data: Any, *, elements: QuerySet[Element], owners: QuerySet[Organisation], usual: str) -> None:
        first = elements.values_list("code", flat=True).first()
        super().__init__({"element": data.get("element") or first, "owner": data.get("owner", usual)})
        fields: dict[str, Any] = self.fields
        fields["element"].queryset, fields["owner"].queryset = elements, owners


class ReviewForm(forms.Form):
    """When to look at an item again."""

    next_on = forms.DateField(label=_("Next review on"), widget=DayInput)


class TopicForm(forms.Form):
    """Under which topic an item stands."""

    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic")
    )

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["topic"]
        field.queryset = topics


class ClosingForm(forms.ModelForm[Closing]):
    """Why the matter is closed."""

    class Meta:
        model = Closing
        fields = ("reason",)
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"reason": _("Whoever reads the item reads this. No personal data.")}


class CommentForm(forms.ModelForm[DraftComment]):
    """What somebody says about a version."""

    class Meta:
        model = DraftComment
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


def _with_any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Any")), *choices]


class FilterForm(forms.Form):
    """Which of one's own items are listed; what is not understood is left out."""

    q = forms.CharField(label=_("Title or reference"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=_with_any([choice for choice in Status.choices if choice[0] != Status.DISCARDED]),
        required=False,
    )
    marking = forms.ChoiceField(label=_("Marking"), choices=_with_any(Marking.choices), required=False)
    state = forms.ChoiceField(label=_("Shared with"), choices=_with_any(SharingState.choices), required=False)
    review_by = forms.DateField(label=_("Review due by"), widget=DayInput, required=False)
