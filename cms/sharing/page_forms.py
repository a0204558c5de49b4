"""The forms of an item's sharing page: which instant, which recipient."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.forms import organisation_choices
from cms.sharing.models import Sharing
from cms.sharing.viewing_as import may_ask_about
from cms.users.models import User


class TimelineForm(forms.Form):
    """Which instant, in UTC."""

    at = forms.DateTimeField(
        label=gettext_lazy("Day and time (UTC)"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )

    def clean_at(self) -> datetime:
        """Return the instant as one of UTC, whatever zone the server shows times in."""
        given: datetime = self.cleaned_data["at"]
        return given.replace(tzinfo=UTC)


class ViewAsForm(forms.Form):
    """Which organisation, working group or person."""

    organisation = forms.ChoiceField(label=gettext_lazy("An organisation"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("A working group"), required=False)
    person = forms.EmailField(
        label=gettext_lazy("A person, by e-mail address"),
        required=False,
        help_text=gettext_lazy("People of your own participant, and people whom this item names."),
    )

    def __init__(self, *args: Any, sharing: Sharing, asker: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sharing, self.asker, self.at = sharing, asker, at
        nobody = [("", "–")]
        self.fields["organisation"].choices = [*nobody, *organisation_choices()]  # type: ignore[attr-defined]
        groups = WorkingGroup.objects.order_by("name").values_list("key", "name")
        self.fields["group"].choices = [*nobody, *groups]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the one recipient that was chosen under `who`, and under `named` what they are called: a person by the
        address that was given, for the name may be another participant's to tell."""
        data: dict[str, Any] = super().clean() or {}
        chosen = [name for name in ("organisation", "group", "person") if data.get(name)]
        if len(chosen) != 1:
            raise forms.ValidationError(_("Choose one organisation, working group or person."))
        finders: dict[str, Any] = {"organisation": self._organisation, "group": self._group, "person": self._person}
        data["who"] = finders[chosen[0]](data[chosen[0]])
        data["named"] = data["person"] or str(data["who"])
        return data

    def _organisation(self, key: str) -> Organisation:
        return Organisation.objects.get(key=key)

    def _group(self, key: str) -> WorkingGroup:
        return WorkingGroup.objects.get(key=key)

    def _person(self, email: str) -> User:
        person = User.objects.filter(email=email.strip().lower()).first()
        # somebody else's people and people who do not exist are answered alike
        if person is None or not may_ask_about(person, self.sharing, self.asker, self.at):
            raise forms.ValidationError(
                {"person": _("Only people of your own participant, and people whom this item names.")}
            )
        return person
