"""The small forms of acts on a published item's sharing."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.sharing.enums import MARKING_ORDER, STATE_ORDER, Marking, SharingState, state_fits, width
from cms.sharing.forms import MARKINGS, RecipientFields
from cms.sharing.models import Sharing


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept on record."),
    )

    def __init__(self, *args: Any, sharing: Sharing, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sharing = sharing
        self.at = at
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the item."""


class RequiredReasonForm(ReasonForm):
    """Why, without which it does not happen."""

    def prepare(self) -> None:
        """Demand a reason."""
        self.fields["reason"].required = True


class NarrowForm(ReasonForm):
    """Which narrower state."""

    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)
    field_order = ("state", "reason")

    def prepare(self) -> None:
        """Offer the states below the present one; withdrawing has a way of its own."""
        states = [state for state in STATE_ORDER if width(state) < width(self.sharing.state)]
        choices = [(state, state.label) for state in states if state != SharingState.WITHDRAWN]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        self.fields["state"].initial = choices[-1][0] if choices else None


class MarkingForm(ReasonForm):
    """Which marking."""

    marking = forms.ChoiceField(label=_("Marking"), widget=forms.RadioSelect)
    field_order = ("marking", "reason")
    looser = False

    def prepare(self) -> None:
        """Offer the stricter markings, or the looser ones."""
        here = MARKING_ORDER.index(Marking(self.sharing.marking))
        offered = MARKING_ORDER[here + 1 :] if self.looser else MARKING_ORDER[:here]
        choices = [(value, label) for value, label in MARKINGS if value in offered]
        self.fields["marking"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].required = self.looser


class LooserMarkingForm(MarkingForm):
    """Which looser marking, and why."""

    looser = True


class WidenForm(RecipientFields, ReasonForm):
    """Which wider state, or whom else, and why."""

    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)
    field_order = ("state", "organisations", "groups", "persons", "recipients_until", "purpose", "reason")

    def prepare(self) -> None:
        """Offer the present state and the wider ones that the marking allows; public needs two deciders."""
        self.fields["reason"].required = True
        self.prepare_recipients([], self.at)
        states = [state for state in STATE_ORDER if self._offered(state)]
        self.fields["state"].choices = [(state, state.label) for state in states]  # type: ignore[attr-defined]
        self.fields["state"].initial = SharingState.RESTRICTED if SharingState.RESTRICTED in states else states[0]

    def _offered(self, state: SharingState) -> bool:
        wide_enough = width(state) >= width(self.sharing.state)
        return wide_enough and state != SharingState.PUBLIC and state_fits(self.sharing.marking, state)
