"""The fields in which an editor says who may read an item."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.widgets import DayInput, FilterableCheckboxes
from cms.organisations.models import Organisation, WorkingGroup
from cms.organisations.selectors import present_members
from cms.sharing.audience_templates import Audience
from cms.sharing.ceilings import check_recipients, check_state
from cms.sharing.enums import Marking, RecipientKind, SharingState, UseLimit
from cms.sharing.exceptions import AboveCeiling
from cms.sharing.services import Target
from cms.sharing.viewers import membership_reaches
from cms.users.models import User

MARKINGS = [
    (Marking.RED, gettext_lazy("TLP:RED – named persons only")),
    (Marking.AMBER_STRICT, gettext_lazy("TLP:AMBER+STRICT – named organisations, exactly, and persons")),
    (Marking.AMBER, gettext_lazy("TLP:AMBER – named recipients who need to know")),
    (Marking.GREEN, gettext_lazy("TLP:GREEN – up to everyone competent in the network")),
    (Marking.CLEAR, gettext_lazy("TLP:CLEAR – no limit from the marking")),
]
STATES = [
    (SharingState.OWNER, gettext_lazy("Our own organisation only")),
    (SharingState.RESTRICTED, gettext_lazy("The recipients named below")),
    (SharingState.NETWORK, gettext_lazy("Everyone competent in the network")),
]
Choices = list[tuple[str, list[tuple[str, str]]]]


def organisation_choices() -> Choices:
    """Return the directory: each participant as a group, itself first, then what is below it."""
    rows = list(Organisation.objects.filter(merged_into__isnull=True).order_by("name"))
    names = {row.pk: row.name for row in rows if row.parent_id is None}
    found: dict[int, list[tuple[str, str]]] = {key: [] for key in sorted(names, key=names.__getitem__)}
    for row in sorted(rows, key=lambda row: (len(row.lineage), row.name)):
        label = row.name if row.parent_id else _("%(participant)s, as a whole") % {"participant": row.name}
        found[row.participant_id].append((row.key, label))
    return [(names[key], options) for key, options in found.items()]


def twelve_months_from(day: date) -> date:
    """Return the day a year later; for 29 February the 28th."""
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def end_of(day: date | None) -> datetime | None:
    """Return the instant, exclusive, at which access through the day ends."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), UTC)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _first_day(since: datetime | None) -> date | None:
    return None if since is None else since.astimezone(UTC).date()


def last_day(until: datetime | None) -> date | None:
    """Return the last day before the instant."""
    return None if until is None else (until - timedelta(microseconds=1)).astimezone(UTC).date()


class AddressesField(forms.CharField):
    """Several e-mail addresses, one a line."""


class RecipientFields(forms.Form):
    """Whom an owner names, until when and what for."""

    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Organisations"), required=False, widget=FilterableCheckboxes
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Working groups"), required=False, widget=FilterableCheckboxes
    )
    present_members = forms.BooleanField(
        label=gettext_lazy("Present members only"),
        required=False,
        help_text=gettext_lazy("Names those who are in the groups now: who joins later gets nothing by this."),
    )
    persons = AddressesField(
        label=gettext_lazy("Persons"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("E-mail addresses, one a line."),
    )
    recipients_from = forms.DateField(
        label=gettext_lazy("Access from"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("The first day (UTC), for all recipients. Empty: at once."),
    )
    recipients_until = forms.DateField(
        label=gettext_lazy("Access until"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("The last day, for all recipients. Empty: no end."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("What the recipients get it for; they can read this."),
    )

    def prepare_recipients(self, stored: Sequence[Target], at: datetime) -> None:
        """Fill in the directory, and the recipients that stand already."""
        self.stored_targets = {(target.kind, target.target_id): target for target in stored}
        self.fields["organisations"].choices = organisation_choices()  # type: ignore[attr-defined]
        named = [target.target_id for target in stored if target.kind == RecipientKind.GROUP]
        standing = WorkingGroup.objects.filter(Q(ended_at__isnull=True) | Q(pk__in=named))
        groups = standing.order_by("name").values_list("key", "name")
        self.fields["groups"].choices = list(groups)  # type: ignore[attr-defined]
        begins = {target.valid_from for target in stored}
        ends = {target.valid_until for target in stored}
        purposes = {target.purpose for target in stored}
        initial: dict[str, Any] = {
            "organisations": _keys(Organisation, stored, RecipientKind.ORGANISATION, "key"),
            "groups": _keys(WorkingGroup, stored, RecipientKind.GROUP, "key"),
            "persons": "\n".join(_keys(User, stored, RecipientKind.USER, "email")),
            "recipients_from": _first_day(begins.pop()) if len(begins) == 1 else None,
            # one value where all agree; otherwise what a new recipient gets, and the others keep their own
            "recipients_until": last_day(ends.pop()) if len(ends) == 1 else twelve_months_from(at.date()),
            "purpose": purposes.pop() if len(purposes) == 1 else "",
        }
        self.initial = {**self.initial, **initial}

    def chosen_targets(self, element: str | None, at: datetime) -> list[Target]:
        """Return the recipients that were filled in; raises ValidationError for an address that fits nobody competent.

        One and the same message stands for an unknown address and for somebody who cannot be named.
        """
        data = self.cleaned_data
        first, last = data.get("recipients_from"), data.get("recipients_until")
        if first is not None and last is not None and last < first:
            raise ValidationError({"recipients_until": _("It ends before it begins.")})
        organisations = Organisation.objects.filter(key__in=data.get("organisations", [])).values_list("pk", flat=True)
        groups = WorkingGroup.objects.filter(key__in=data.get("groups", [])).order_by("pk")
        people = self._people(data.get("persons", ""), element, at)
        named = [(RecipientKind.ORGANISATION, key) for key in organisations]
        named += [(RecipientKind.USER, key) for key in people]
        for group in groups:
            named += _members(group, at) if data.get("present_members") else [(RecipientKind.GROUP, group.pk)]
        return [self._target(kind.value, key) for kind, key in dict.fromkeys(named)]

    def _people(self, text: str, element: str | None, at: datetime) -> list[int]:
        addresses = dict.fromkeys(part.lower() for part in text.replace(",", " ").replace(";", " ").split())
        known = dict(User.objects.filter(email__in=list(addresses)).values_list("email", "pk"))
        standing = {key for kind, key in self.stored_targets if kind == RecipientKind.USER}
        competent = {
            reach.user_id
            for reach in membership_reaches(sorted(set(known.values())), at)
            if element is None or element in reach.competences
        }
        for address in addresses:
            if known.get(address) not in standing | competent:
                message = _("There is no competent person with the address %(address)s.")
                raise ValidationError({"persons": message % {"address": address}})
        return [known[address] for address in addresses]

    def _target(self, kind: str, target_id: int) -> Target:
        data = self.cleaned_data
        first, purpose = data.get("recipients_from"), data.get("purpose", "")
        since, until = None if first is None else _start_of(first), end_of(data.get("recipients_until"))
        standing = self.stored_targets.get((kind, target_id))
        if standing is None:
            return Target(kind=kind, target_id=target_id, valid_from=since, valid_until=until, purpose=purpose)
        return Target(
            kind=kind,
            target_id=target_id,
            valid_from=since if "recipients_from" in self.changed_data else standing.valid_from,
            valid_until=until if "recipients_until" in self.changed_data else standing.valid_until,
            purpose=purpose if "purpose" in self.changed_data else standing.purpose,
        )


def _members(group: WorkingGroup, at: datetime) -> list[tuple[RecipientKind, int]]:
    """Return the group's members of this moment, as recipients of their own: who joins later gets nothing."""
    organisations, people = present_members(group, at)
    named = [(RecipientKind.ORGANISATION, key) for key in organisations]
    return named + [(RecipientKind.USER, key) for key in people]


def _keys(model: Any, stored: Iterable[Target], kind: str, field: str) -> list[str]:
    ids = [target.target_id for target in stored if target.kind == kind]
    return list(model.objects.filter(pk__in=ids).order_by(field).values_list(field, flat=True))


class SharingFields(RecipientFields):
    """Marking, state, recipients, use limits, copies: what an editor proposes for a draft."""

    marking = forms.ChoiceField(label=gettext_lazy("Marking"), choices=MARKINGS, widget=forms.RadioSelect)
    state = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=STATES, widget=forms.RadioSelect)
    use_limits = forms.MultipleChoiceField(
        label=gettext_lazy("Use limits"),
        required=False,
        choices=UseLimit.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    copies_allowed = forms.BooleanField(
        label=gettext_lazy("Readers may print, download and quote"), required=False, initial=True
    )

    def prepare_sharing(self, stored: Audience, at: datetime) -> None:
        """Fill in what is proposed already."""
        self.prepare_recipients(stored.targets, at)
        state: Any = self.fields["state"]
        if stored.state not in dict(STATES):
            state.choices = [*STATES, (stored.state, SharingState(stored.state).label)]
        initial: dict[str, Any] = {
            "marking": stored.marking,
            "state": stored.state,
            "use_limits": list(stored.use_limits),
            "copies_allowed": stored.copies_allowed,
        }
        self.initial = {**self.initial, **initial}

    def chosen_audience(self, element: str | None, at: datetime) -> Audience | None:
        """Return what was filled in, or None with the errors put beside their fields."""
        data = self.cleaned_data
        if "marking" not in data or "state" not in data:
            return None
        try:
            targets = self.chosen_targets(element, at)
            check_state(data["marking"], data["state"])
            check_recipients(data["marking"], (target.kind for target in targets))
        except AboveCeiling as error:
            for field, messages in error.message_dict.items():
                self.add_error("organisations" if field == "recipients" else field, messages)
            return None
        except ValidationError as error:
            self.add_error(None, error)
            return None
        return Audience(
            marking=data["marking"],
            state=data["state"],
            targets=tuple(targets),
            use_limits=tuple(data.get("use_limits", [])),
            copies_allowed=bool(data.get("copies_allowed")),
        )
