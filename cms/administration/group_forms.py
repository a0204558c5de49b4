"""Forms of working groups: what a charter says, who is to become a member."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.administration.forms import indented
from cms.core.widgets import FilterableCheckboxes
from cms.organisations.models import Organisation, WorkingGroup
from cms.users.models import User


class CharterForm(forms.Form):
    """What a group's charter says."""

    keeps_the_rest = False

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    key = forms.SlugField(
        label=gettext_lazy("Key"), max_length=50, help_text=gettext_lazy("Stands in addresses and never changes.")
    )
    charter = forms.CharField(
        label=gettext_lazy("Charter"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What the group is for, what its members do, when it ends. Owners rely on it."),
    )
    leader = forms.EmailField(
        label=gettext_lazy("Leader"),
        help_text=gettext_lazy("The address of the person who leads it and admits members."),
    )
    participants = forms.MultipleChoiceField(
        label=gettext_lazy("From which participants"),
        required=False,
        widget=FilterableCheckboxes,
        help_text=gettext_lazy("None ticked: from all."),
    )

    def __init__(self, *args: Any, group: WorkingGroup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Organisation.objects.filter(parent__isnull=True).order_by("name")
        self.roots = {row.key: row for row in rows}
        self.fields["participants"].choices = [(row.key, row.name) for row in rows]  # type: ignore[attr-defined]
        if group is not None:
            self.fields["key"].disabled = True
            self.keeps_the_rest = True
            initial: dict[str, Any] = {
                "name": group.name,
                "key": group.key,
                "charter": group.charter,
                "leader": "",
                "participants": list(group.participants.values_list("key", flat=True)),
            }
            self.initial = {**self.initial, **initial}
            self.fields["leader"].required = group.leader_id is None
            self.fields["leader"].help_text = _("Empty: it stays who it is.")

    def clean_leader(self) -> User | None:
        """Return the person with the address; one message stands for all that does not fit."""
        address = self.cleaned_data["leader"]
        person = User.objects.filter(email=address.lower(), is_active=True, enrolled_at__isnull=False).first()
        if person is None and address:
            raise ValidationError(_("Nobody with this address can lead a group."))
        return person

    def chosen_participants(self) -> list[Organisation]:
        """Return the participants that are ticked."""
        return [self.roots[key] for key in self.cleaned_data["participants"]]


class MemberForm(forms.Form):
    """An organisation or a person who is to become a member."""

    organisation = forms.ChoiceField(label=gettext_lazy("An organisation"), required=False)
    person = forms.EmailField(
        label=gettext_lazy("Or a person"), required=False, help_text=gettext_lazy("By the address at work.")
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {row.key: row for row in organisations}
        choices = [("", "—"), *((row.key, indented(row)) for row in organisations)]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand one of both."""
        data = super().clean() or {}
        if bool(data.get("organisation")) == bool(data.get("person")):
            raise ValidationError(_("Name an organisation or a person."))
        return data

    def chosen(self) -> tuple[Organisation | None, User | None]:
        """Return the organisation, or the person; raises ValidationError for an address that fits nobody."""
        data = self.cleaned_data
        if data["organisation"]:
            return self.places[data["organisation"]], None
        person = User.objects.filter(email=data["person"].lower(), is_active=True, enrolled_at__isnull=False).first()
        if person is None:
            raise ValidationError({"person": _("Nobody with this address can become a member.")})
        return None, person
