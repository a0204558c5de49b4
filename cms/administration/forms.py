"""Forms of those who administer. What may be chosen lies in the own tree; the services ask the rights once more."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries as known_countries

from cms.administration.enums import InspectionKind
from cms.administration.services import LONGEST_HOURS
from cms.core.instants import day_of
from cms.core.widgets import DayInput
from cms.elements.enums import Ceiling
from cms.elements.models import Element
from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind, ProposalKind, Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.people import Access, Preparation
from cms.organisations.rules import Administration


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept on record."),
    )


class AnswerForm(forms.Form):
    """Why, where that is to be said."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=300)


class OrderForm(ReasonForm):
    """Which item, and why: kept with the item, where its supervisors read it."""

    reference = forms.CharField(label=gettext_lazy("Reference of the item"), max_length=40)
    field_order = ("reference", "reason")


def _twelve_months(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def country_codes(text: str) -> list[str]:
    """Return the countries named by their codes; an unknown one raises ValidationError naming it."""
    codes = list(dict.fromkeys(text.upper().replace(",", " ").split()))
    unknown = [code for code in codes if code not in known_countries]
    if unknown:
        raise ValidationError(_("There is no country with the code %(code)s.") % {"code": unknown[0]})
    return codes


class CountriesField(forms.CharField):
    """Countries by their codes."""

    def clean(self, value: Any) -> list[str]:
        """Return the codes."""
        return country_codes(super().clean(value))


class AccessForm(forms.Form):
    """A role, for each element all countries or some, and the days on which it counts."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    valid_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    valid_until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=DayInput,
        help_text=gettext_lazy("The last day; twelve months at most, then it is confirmed again."),
    )

    def __init__(
        self,
        *args: Any,
        administration: Administration,
        at: datetime,
        membership: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.elements = list(Element.objects.all())
        self.fields["valid_until"].initial = _twelve_months(day_of(at))
        self.fields["role"].choices = self.roles(administration, membership)  # type: ignore[attr-defined]
        self._add_elements(membership)
        if membership is not None:
            initial: dict[str, Any] = {
                "role": membership.role,
                "valid_from": membership.valid_from,
                "valid_until": membership.valid_until or self.fields["valid_until"].initial,
            }
            self.initial = {**self.initial, **initial}

    def roles(self, administration: Administration, membership: Membership | None) -> list[tuple[str, Any]]:
        """Return the roles that may be given: at the membership's organisation, or anywhere."""
        if membership is None:
            places: Iterable[Organisation] = Organisation.objects.filter(pk__in=administration.tops)
        else:
            places = [membership.organisation]
        return [(role, role.label) for role in Role if any(administration.grants(place, role) for place in places)]

    def _add_elements(self, membership: Membership | None) -> None:
        held = {}
        if membership is not None:
            held = {item.element_id: item.countries for item in membership.competences.all()}
        for element in self.elements:
            self.fields[f"element_{element.code}"] = forms.BooleanField(
                label=element.name, required=False, initial=element.pk in held
            )
            self.fields[f"countries_{element.code}"] = CountriesField(
                label=_("Countries for %(element)s") % {"element": element.name},
                required=False,
                max_length=600,
                initial=" ".join(held.get(element.pk, [])),
                widget=forms.TextInput(attrs={"placeholder": _("all countries")}),
                help_text=_("Codes such as MA TN; empty: all countries."),
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of each element, side by side."""
        return [(self[f"element_{element.code}"], self[f"countries_{element.code}"]) for element in self.elements]

    def competences(self) -> dict[Element, list[str]]:
        """Return the elements that are ticked, with their countries."""
        data = self.cleaned_data
        return {
            element: data[f"countries_{element.code}"] for element in self.elements if data[f"element_{element.code}"]
        }

    def access(self) -> Access:
        """Return what was filled in."""
        data = self.cleaned_data
        return Access(
            role=data["role"],
            competences=self.competences(),
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse countries of an element that is not ticked: a slip that would take access away."""
        data = super().clean() or {}
        for element in self.elements:
            if data.get(f"countries_{element.code}") and not data.get(f"element_{element.code}"):
                self.add_error(f"element_{element.code}", _("Tick the element, or name no country for it."))
        return data


class EnrolForm(AccessForm):
    """Somebody who is to have access, where, and how they were prepared."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail address at work"))
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    need = forms.CharField(
        label=gettext_lazy("What the access is needed for"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    briefed_on = forms.DateField(label=gettext_lazy("Briefed on"), widget=DayInput)
    acknowledged_on = forms.DateField(
        label=gettext_lazy("Acknowledged on"),
        widget=DayInput,
        help_text=gettext_lazy("The day on which the person signed that the rules are known."),
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Mail the link to the person"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without it the link is shown to you, once."),
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {row.key: row for row in organisations}
        self.fields["organisation"].choices = chosen_from(organisations)  # type: ignore[attr-defined]

    def roles(self, administration: Administration, membership: Membership | None) -> list[tuple[str, Any]]:
        """Return the roles that may be given somewhere; a curator registers administrators everywhere."""
        found = super().roles(administration, membership)
        return found or [(Role.NATIONAL_ADMIN, Role.NATIONAL_ADMIN.label)]

    def place(self) -> Organisation:
        """Return the organisation that was chosen."""
        return self.places[self.cleaned_data["organisation"]]

    def preparation(self) -> Preparation:
        """Return what was filled in."""
        data = self.cleaned_data
        return Preparation(need=data["need"], briefed_on=data["briefed_on"], acknowledged_on=data["acknowledged_on"])


def indented(row: Organisation) -> str:
    """Return the name, set in by how deep the organisation stands."""
    return f"{'– ' * (len(row.lineage) - 1)}{row.name}"


def chosen_from(organisations: Sequence[Organisation]) -> list[tuple[str, str]]:
    """Return the choices of a list; of several organisations none is chosen beforehand, lest it be by mistake."""
    choices = [(row.key, indented(row)) for row in organisations]
    return choices if len(choices) == 1 else [("", "—"), *choices]


class ChangeAccessForm(AccessForm, ReasonForm):
    """What a membership is to give from now on, and why."""

    keeps_the_rest = True


class EndForm(ReasonForm):
    """The last day, and why."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DayInput,
        help_text=gettext_lazy("It still counts. Yesterday ends it with the next request."),
    )
    field_order = ("last_day", "reason")


class ConfirmForm(forms.Form):
    """Until when the need stands."""

    valid_until = forms.DateField(label=gettext_lazy("Until"), widget=DayInput)


class FoundForm(forms.Form):
    """A new authority or unit."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(kind.value, kind.label) for kind in (OrganisationKind.AUTHORITY, OrganisationKind.UNIT)],
    )
    parent = forms.ChoiceField(label=gettext_lazy("Part of"))

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {row.key: row for row in organisations}
        self.fields["parent"].choices = chosen_from(organisations)  # type: ignore[attr-defined]


class RegisterForm(forms.Form):
    """A new participant."""

    key = forms.SlugField(
        label=gettext_lazy("Key"), max_length=50, help_text=gettext_lazy("Stands in addresses and never changes.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(kind.value, kind.label) for kind in OrganisationKind if kind in PARTICIPANT_KINDS],
    )
    country = CountriesField(
        label=gettext_lazy("Country"), required=False, max_length=2, help_text=gettext_lazy("Its code; of States.")
    )


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)


class CeilingForm(ReasonForm):
    """How far items of the organisation may go at most."""

    ceiling = forms.ChoiceField(label=gettext_lazy("At most"), choices=Ceiling.choices, widget=forms.RadioSelect)
    field_order = ("ceiling", "reason")


class ProposeForm(ReasonForm):
    """What is to become of an organisation."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (ProposalKind.MOVE.value, gettext_lazy("Move it, with all below, under another organisation")),
            (ProposalKind.MERGE.value, gettext_lazy("Merge it into another organisation, which takes over all of it")),
        ],
        widget=forms.RadioSelect,
    )
    target = forms.ChoiceField(label=gettext_lazy("The other organisation"))
    field_order = ("kind", "target", "reason")

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {row.key: row for row in organisations}
        self.fields["target"].choices = chosen_from(organisations)  # type: ignore[attr-defined]


class ExplainForm(forms.Form):
    """Whose access to what."""

    person = forms.EmailField(label=gettext_lazy("Person"), help_text=gettext_lazy("By the address at work."))
    reference = forms.CharField(label=gettext_lazy("Reference of the item"), max_length=40)


class InspectForm(ReasonForm):
    """Which item, for which case, for how long."""

    kind = forms.ChoiceField(label=gettext_lazy("Under what"), widget=forms.RadioSelect)
    reference = forms.CharField(label=gettext_lazy("Reference of the item"), max_length=40)
    case = forms.CharField(label=gettext_lazy("Number of the case"), max_length=60)
    hours = forms.IntegerField(
        label=gettext_lazy("For how many hours"), initial=4, min_value=1, max_value=max(LONGEST_HOURS.values())
    )
    field_order = ("kind", "reference", "case", "hours", "reason")

    def __init__(self, *args: Any, kinds: Sequence[InspectionKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0]
