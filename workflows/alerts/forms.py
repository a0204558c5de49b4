"""The one page on which a first warning is written, and the small forms around it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.audience_templates import Audience, audience_of, current_audience, last_audience, templates_for
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.enums import Marking, RecipientKind, SharingState
from cms.sharing.exceptions import AboveCeiling
from cms.sharing.models import Sharing
from cms.sharing.reach import may_write_for, reaches_of, writable_elements, writable_owners
from cms.sharing.rules import allowed
from cms.sharing.services import Target
from cms.users.models import User
from content_types.alert_blocks import country_choices
from content_types.alert_vocabularies import ReportKind
from content_types.completeness import missing_for_submission
from content_types.drafts import DraftFacts
from content_types.models import Alert
from workflows.alerts.rows import ROWS, rows_field

EARLY_WARNING = "EW"
STATES, NETWORK, LAST, OWN = "states", "network", "last", "own"
_BEFORE, _AFTER = ("urgency", "title", "summary"), ("audience", "no_personal_data")
# what each kind of report is asked for at once, in this order
FIRST: Mapping[str, tuple[str, ...]] = {
    ReportKind.ALERT: (*_BEFORE, "alert_kind", "place_country", "detected_at", *_AFTER),
    ReportKind.FOLLOW_UP: (*_BEFORE, "measures", *_AFTER),
    ReportKind.FINAL_REPORT: (*_BEFORE, "closing_reason", "lesson", "transport", "nationalities", *_AFTER),
}
_SUMMARIES: Mapping[str, Any] = {
    ReportKind.ALERT: gettext_lazy("What happened"),
    ReportKind.FOLLOW_UP: gettext_lazy("What is new"),
    ReportKind.FINAL_REPORT: gettext_lazy("What came of it"),
}
# what closes an event is asked of its final report alone
_CLOSING = ("closing_reason", "lesson")
# the full editor names more
ALSO = ("country_2", "country_3", "country_4")


class InstantInput(forms.DateTimeInput):
    """An instant in UTC, in the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"step": "60"}, format="%Y-%m-%dT%H:%M")


class AlertForm(forms.ModelForm[Alert]):
    """What a first warning says. Whose it is and who gets it goes into the sharing rows."""

    owner = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Owner"), empty_label=None)
    audience = forms.ChoiceField(label=gettext_lazy("Who gets it"))
    no_personal_data = forms.BooleanField(
        label=gettext_lazy("It contains no names, numbers of documents or other personal data")
    )

    class Meta:
        model = Alert
        fields: ClassVar[list[str]] = [
            "urgency", "title", "summary", "alert_kind", "place_country", "place_name", "detected_at", "aware_at",
            "stage", "border_type", "direction", "detection", "persons_total", "persons_count", "minors",
            "nationalities", "legs", "transport", "modus_operandi", "modus_text", "modus_new", "documents", "impact",
            "measures", "asked", "asked_text", "answer_by", "no_personal_data", "closing_reason", "lesson", "language",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "urgency": forms.RadioSelect,
            "summary": forms.Textarea(attrs={"rows": 4}),
            "modus_text": forms.Textarea(attrs={"rows": 3}),
            "measures": forms.Textarea(attrs={"rows": 3}),
            "asked_text": forms.Textarea(attrs={"rows": 2}),
            "lesson": forms.Textarea(attrs={"rows": 3}),
            "detected_at": InstantInput(),
            "aware_at": InstantInput(),
            "answer_by": InstantInput(),
        }
        labels: ClassVar[dict[str, Any]] = {
            "place_country": gettext_lazy("Where (country)"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "title": gettext_lazy("What it is about, in a line."),
            "summary": gettext_lazy("Two or three sentences. What is not known yet can follow."),
        }

    def __init__(
        self,
        *args: Any,
        viewer: User,
        at: datetime,
        sharing: Sharing | None = None,
        first: Sharing | None = None,
        complete: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.at, self.sharing, self.first_report = viewer, at, sharing, first
        self.complete, self.reaches = complete, reaches_of(viewer, at)
        self.first = FIRST[self.instance.report_kind]
        self.further_countries: list[str] = []
        countries = [("", _("Choose …")), *country_choices()]
        self.fields["place_country"] = forms.ChoiceField(label=_("Where (country)"), choices=countries)
        for name in ALSO:
            self.fields[name] = forms.ChoiceField(
                label=_("It is about this country too"), required=False, choices=countries
            )
        self._prepare_kind()
        self._prepare_facts()
        if not self.is_bound and self.instance.pk is None:
            self.initial["detected_at"] = self.initial.get("detected_at") or at

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def full_clean(self) -> None:
        """Say of each field that a submission lacks what to do."""
        super().full_clean()
        missing = missing_for_submission(self.instance) if self.is_bound and self.complete else {}
        for name, sentence in missing.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, sentence)

    @property
    def countries(self) -> list[str]:
        """The names that the browser proposes where a country is typed."""
        return [name for _code, name in country_choices()]

    def _prepare_kind(self) -> None:
        for name in ROWS:
            self.fields[name] = rows_field(name, self.fields[name].label)
        for name in ("transport", "modus_operandi"):
            field: Any = Alert._meta.get_field(name)
            self.fields[name] = forms.MultipleChoiceField(
                label=self.fields[name].label,
                choices=field.base_field.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["summary"].label = _SUMMARIES[self.instance.report_kind]
        for name in () if self.instance.is_final else _CLOSING:
            del self.fields[name]
        for name in ("title", *self.instance.needed_at_submission()):
            # a draft may have gaps; without a title nobody would find it again
            if name not in ROWS and name != "transport":
                self.fields[name].required = self.complete or name == "title"
        for name, field in self.fields.items():
            field.error_messages = {**field.error_messages, "required": self._what_is_wanted(name)}

    def _what_is_wanted(self, name: str) -> str:
        if name == "no_personal_data":
            return _("Read it through, take out what names or numbers persons, then tick this.")
        if not self.complete:
            return _("Give it a title: without one you would not find it again.")
        return _("Fill in “%(field)s” before you submit.") % {"field": self.fields[name].label}

    def _prepare_facts(self) -> None:
        if self.sharing is not None and self.sharing.first_shared_at is not None:
            for name in ("owner", "audience", *ALSO):
                del self.fields[name]
            return
        owners: Any = writable_owners(self.reaches)
        if self.sharing is not None:
            owners = Organisation.objects.filter(pk__in=[*owners.values_list("pk", flat=True), self.sharing.owner_id])
            named = [code for code in self.sharing.countries if code != self.instance.place_country]
            self.initial = {**self.initial, "owner": self.sharing.owner_id, **dict(zip(ALSO, named, strict=False))}
            self.further_countries = named[len(ALSO) :]
        self._field("owner").queryset = owners
        if owners.count() == 1:
            self.fields["owner"].widget = forms.HiddenInput()
        self.initial.setdefault("owner", self._usual_owner(owners))
        usual = _usual_audiences()
        offered = self.audiences.items()
        self._field("audience").choices = [(key, _described(key, *pair, usual=usual)) for key, pair in offered]
        self.initial.setdefault("audience", next(iter(self.audiences)))

    def _usual_owner(self, owners: Any) -> int | None:
        last = Sharing.objects.filter(author=self.viewer, owner__in=owners.values("pk")).order_by("-pk").first()
        found = last.owner_id if last else owners.values_list("pk", flat=True).first()
        return None if found is None else int(found)

    @cached_property
    def audiences(self) -> Mapping[str, tuple[Any, Audience]]:
        """The audiences to choose from, the usual one first: what is proposed already, saved ones, as last time."""
        found: dict[str, tuple[Any, Audience]] = {}
        if self.sharing is not None:
            proposal = self.sharing.proposal
            found["proposed"] = (_("As it is"), audience_of(proposal, proposal.recipients.all()))
        if self.first_report is not None and allowed(self.viewer, "view_draft", self.first_report, self.at):
            found["first"] = (_("As the first report"), current_audience(self.first_report, self.at))
        for template in templates_for(self.viewer, self.at):
            found[f"t{template.pk}"] = (template.name, audience_of(template, template.recipients.all()))
        owner = self._field("owner").queryset.filter(pk=self.initial.get("owner")).first()
        if owner is not None and (last := last_audience(owner, self.viewer, self.at)) is not None:
            found[LAST] = (_("As for our last item"), last)
        return found | _usual_audiences() | self._own_alone()

    def _own_alone(self) -> dict[str, tuple[Any, Audience]]:
        """Return what always fits a report about an item, however strictly that is marked."""
        if self.first_report is None:
            return {}
        audience = Audience(marking=self.first_report.marking, state=SharingState.OWNER)
        return {OWN: (_("Our own organisation only, marked as the first report"), audience)}

    @property
    def element(self) -> Element:
        """Early warning, or for whoever is not competent for it the first element that is open to them."""
        known = writable_elements(self.reaches)
        return known.filter(code=EARLY_WARNING).first() or known.first() or Element.objects.get(code=EARLY_WARNING)

    @property
    def facts(self) -> DraftFacts | None:
        """What was filled in about owner and countries; None where they are fixed."""
        if "owner" not in self.fields:
            return None
        data = self.cleaned_data
        chosen = {data.get("place_country", ""), *(data.get(name, "") for name in ALSO), *self.further_countries}
        countries = sorted(chosen - {""})
        return DraftFacts(owner=data["owner"], element=self.element, countries=countries)

    @property
    def chosen_audience(self) -> Audience | None:
        """Who gets it; None where that is fixed."""
        return self.audiences[self.cleaned_data["audience"]][1] if "audience" in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone."""
        data: dict[str, Any] = super().clean() or {}
        if "owner" not in self.fields or self.errors:
            return data
        facts, audience = self.facts, self.chosen_audience
        if facts is None or audience is None:
            return data
        if not may_write_for(self.reaches, facts.owner, facts.element, facts.countries):
            self.add_error("place_country", _("You may not write about this country for this owner."))
        try:
            check_state(audience.marking, audience.state, widest_allowed(audience.marking, facts.element, facts.owner))
        except AboveCeiling as error:
            self.add_error("audience", ValidationError(error.message_dict["state"]))
        return data

    @property
    def first_fields(self) -> Sequence[Any]:
        """The fields asked at once, and whatever else has an error."""
        shown = [name for name in self.fields if name in self.first or name in self.errors or name == "owner"]
        return [self[name] for name in sorted(shown, key=self._place)]

    @property
    def later_fields(self) -> Sequence[Any]:
        """The fields that a first warning can do without."""
        first = {field.name for field in self.first_fields}
        return [self[name] for name in self.fields if name not in first]

    def _place(self, name: str) -> int:
        return self.first.index(name) if name in self.first else len(self.first)


def _described(key: str, label: Any, audience: Audience, *, usual: Mapping[str, tuple[Any, Audience]]) -> str:
    """Return the name of an audience with what it is: nobody sends a warning to “as last time” without knowing whom."""
    if key in usual or key == OWN:
        return str(label)
    alike = next((str(words) for words, known in usual.values() if known.same_as(audience)), "")
    if not alike:
        number = len(audience.targets)
        named = ngettext("%(number)s recipient", "%(number)s recipients", number) % {"number": number}
        words = named if audience.state == SharingState.RESTRICTED else SharingState(audience.state).label
        alike = f"{words} ({Marking(audience.marking).value})"
    return f"{label}: {alike}"


def _usual_audiences() -> dict[str, tuple[Any, Audience]]:
    group = WorkingGroup.objects.filter(key="member-states", built_in=True).first()
    found: dict[str, tuple[Any, Audience]] = {}
    if group is not None:
        states = Audience(
            marking=Marking.AMBER,
            state=SharingState.RESTRICTED,
            targets=(Target(kind=RecipientKind.GROUP, target_id=group.pk),),
        )
        found[STATES] = (_("All Member States (AMBER)"), states)
    network = Audience(marking=Marking.GREEN, state=SharingState.NETWORK)
    return found | {NETWORK: (_("Everyone competent in the network (GREEN)"), network)}


class DutyForm(forms.Form):
    """Somebody on a duty list."""

    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Person"))
    element = forms.ModelChoiceField(Element.objects.all(), label=gettext_lazy("Element"), empty_label=None)
    function = forms.TypedChoiceField(label=gettext_lazy("Function"), coerce=int)


class HandOverForm(forms.Form):
    """Until when somebody is away."""

    until = forms.DateTimeField(
        label=gettext_lazy("Away until (UTC)"),
        required=False,
        widget=InstantInput(),
        help_text=gettext_lazy("Empty: until you are back and say so."),
    )


def clock_name(element: Element, urgency: Urgency) -> str:
    """Return the name of the field of one clock."""
    return f"{element.code}-{urgency.value}"


class ClocksForm(forms.Form):
    """Minutes by element and urgency; an empty field stands for the next daily digest."""

    def __init__(self, *args: Any, elements: Sequence[Element], minutes: Mapping[Any, int | None], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for element in elements:
            for urgency in reversed(Urgency):
                self.fields[clock_name(element, urgency)] = forms.IntegerField(
                    label=f"{element.name}, {urgency.label}",
                    required=False,
                    min_value=1,
                    max_value=7 * 24 * 60,
                    initial=minutes[element.pk, urgency.value],
                )
