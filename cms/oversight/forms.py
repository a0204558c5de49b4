"""What an auditor looks for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.audit.enums import Decision, Event
from cms.audit.models import AuditEvent
from cms.core.identifiers import uuid_or_none
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from workflows.retention.models import ErasedItem

_ANY = ("", _("Any"))
_DAY = forms.DateInput(attrs={"type": "date"})


class TrailForm(forms.Form):
    """Filters of the trail; all that is given must hold."""

    event = forms.ChoiceField(label=_("Event"), required=False, choices=[_ANY, *Event.choices])
    decision = forms.ChoiceField(label=_("Decision"), required=False, choices=[_ANY, *Decision.choices])
    item = forms.CharField(
        label=_("Item"), required=False, max_length=60, help_text=_("Its reference, or the identifier in its address.")
    )
    person = forms.EmailField(label=_("Person"), required=False, help_text=_("The e-mail address of the account."))
    owner = forms.ModelChoiceField(
        label=_("Owner"), required=False, queryset=Organisation.objects.all(), to_field_name="key", empty_label=_("Any")
    )
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("To"), required=False, widget=_DAY)

    def chosen(self, rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Return those of the rows that fit the filters; the form must be valid."""
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        for name, value in given.items():
            rows = rows.filter(_CONDITIONS[name](value))
        return rows

    @property
    def told(self) -> dict[str, Any]:
        """What the trail keeps of the look-up itself: codes and ids, no address."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        kept: dict[str, Any] = {
            name: str(given[name]) for name in ("event", "decision", "since", "until") if name in given
        }
        if "owner" in given:
            kept["owner"] = given["owner"].pk
        if "person" in given:
            kept["person"] = User.objects.filter(email=given["person"].lower()).values_list("pk", flat=True).first()
        if "item" in given:
            kept["item"] = str(_item(given["item"]) or "")
        return kept


def _item(text: str) -> Any:
    identifier = uuid_or_none(text.strip())
    if identifier is not None:
        return identifier
    reference = text.strip().upper()
    present = Sharing.objects.filter(reference=reference).values_list("uuid", flat=True).first()
    return present or ErasedItem.objects.filter(reference=reference).values_list("item", flat=True).first()


def _of_item(text: str) -> Q:
    item = _item(text)
    return Q(item=item) if item else Q(pk__in=[])


def _start(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


_CONDITIONS: dict[str, Any] = {
    "event": lambda value: Q(event=value),
    "decision": lambda value: Q(decision=value),
    "item": _of_item,
    "person": lambda value: Q(actor_id__in=User.objects.filter(email=value.lower()).values("pk")),
    "owner": lambda value: Q(owner_id=value.pk),
    "since": lambda day: Q(at__gte=_start(day)),
    "until": lambda day: Q(at__lt=_start(day) + timedelta(days=1)),
}
