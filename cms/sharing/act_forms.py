"""The small forms of acts on a published item's sharing."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from cms.core.widgets import FilterableCheckboxes
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.audience_templates import audience_of
from cms.sharing.enums import MARKING_ORDER, STATE_ORDER, Marking, SharingState, state_fits, width
from cms.sharing.forms import MARKINGS, RecipientFields, SharingFields, organisation_choices
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

    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect, choices=SharingState.choices)
    field_order = ("state", "reason")

    def prepare(self) -> None:
        """Offer the states below the present one; withdrawing has a way of its own."""
        states = [state for state in STATE_ORDER if width(state) < width(self.sharing.state)]
        choices = [(state, state.label) for state in states if state != SharingState.WITHDRAWN]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        self.fields["state"].initial = choices[-1][0] if choices else None


class MarkingForm(ReasonForm):
    """Which marking."""

    marking = forms.ChoiceField(label=_("Marking"), widget=forms.RadioSelect, choices=Marking.choices)
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

    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect, choices=SharingState.choices)
    field_order = (
        "state",
        "organisations",
        "groups",
        "present_members",
        "persons",
        "recipients_from",
        "recipients_until",
        "purpose",
        "reason",
    )

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


class FactsForm(ReasonForm):
    """Which element, which countries, and why."""

    # of what stands: what an asker leaves out stays as it is
    keeps_the_rest = True
    element = forms.ModelChoiceField(
        label=_("Element"), queryset=Element.objects.all(), to_field_name="key", empty_label=None
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=FilterableCheckboxes,
        help_text=_("None: readers competent for any country can see it."),
    )
    field_order = ("element", "countries", "reason")

    def prepare(self) -> None:
        """Fill in what stands, and demand a reason."""
        self.fields["reason"].required = True
        self.fields["countries"].choices = [(code, str(name)) for code, name in countries]  # type: ignore[attr-defined]
        self.initial = {"element": self.sharing.element, "countries": list(self.sharing.countries)}


class DraftFactsForm(FactsForm):
    """Which owner, element and countries, while nothing was published."""

    taken_away = ("reason",)
    owner = forms.ChoiceField(label=_("Owner"))
    field_order = ("owner", "element", "countries")

    def prepare(self) -> None:
        """Fill in what stands; nobody reads by it yet, so no reason is asked for."""
        super().prepare()
        del self.fields["reason"]
        self.fields["owner"].choices = organisation_choices()  # type: ignore[attr-defined]
        self.initial["owner"] = self.sharing.owner.key

    def clean_owner(self) -> Organisation:
        """Return the organisation."""
        return Organisation.objects.get(key=self.cleaned_data["owner"])


class ProposalForm(SharingFields, ReasonForm):
    """How far a draft is to go when it is published."""

    keeps_the_rest = True
    taken_away = ("reason",)

    def prepare(self) -> None:
        """Fill in what is proposed already."""
        del self.fields["reason"]
        proposal = self.sharing.proposal
        self.prepare_sharing(audience_of(proposal, proposal.recipients.all()), self.at)

    def clean(self) -> dict[str, Any]:
        """Put all of it under `audience`."""
        data: dict[str, Any] = super().clean() or {}
        data["audience"] = self.chosen_audience(self.sharing.element.code, self.at)
        return data


class TransferForm(ReasonForm):
    """Who is to own the item, and why."""

    new_owner = forms.ChoiceField(label=_("New owner"))
    field_order = ("new_owner", "reason")

    def prepare(self) -> None:
        """Offer the directory, and demand a reason."""
        self.fields["reason"].required = True
        self.fields["new_owner"].choices = [("", "–"), *organisation_choices()]  # type: ignore[attr-defined]

    def clean_new_owner(self) -> Organisation:
        """Return the organisation."""
        return Organisation.objects.get(key=self.cleaned_data["new_owner"])


class SupersedeForm(ReasonForm):
    """Which newer item."""

    newer = forms.CharField(
        label=_("Reference of the newer item"),
        max_length=30,
        help_text=_("A published item of the same owner, such as EW-ES-2026-7K3QD."),
    )
    field_order = ("newer", "reason")

    def clean_newer(self) -> Sharing:
        """Return the item, if it is one of the same owner; what is absent and what is somebody else's is the same."""
        reference = self.cleaned_data["newer"].strip().upper()
        newer = Sharing.objects.filter(reference=reference, owner=self.sharing.owner_id).first()
        if newer is None:
            raise forms.ValidationError(_("The owner has no item with this reference."))
        return newer


class CorrectionForm(ReasonForm):
    """What was corrected."""

    taken_away = ("reason",)
    text = forms.CharField(
        label=_("What was corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every reader of the item sees this note. No personal data."),
    )
    field_order = ("text",)

    def prepare(self) -> None:
        """The note is its own reason."""
        del self.fields["reason"]


class DecisionForm(forms.Form):
    """Yes, or no with a reason, to what somebody proposed."""

    reason = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to decline. Whoever proposed it reads this."),
    )
