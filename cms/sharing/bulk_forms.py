"""The forms of acts on many items: which items, which act, and what it needs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.sharing import services
from cms.sharing.enums import STATE_ORDER, Marking, SharingState
from cms.sharing.forms import RecipientFields
from cms.sharing.models import Recipient, Sharing
from cms.sharing.targets import Target, target_of
from cms.users.models import User

NARROW, REVOKE, SHARE = "narrow", "revoke", "share"
MOST = services.MOST


class FilterForm(forms.Form):
    """Which of one's own items are listed."""

    q = forms.CharField(label=_("Title or reference"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("Shared with"), required=False, choices=[("", _("any")), *SharingState.choices])
    marking = forms.ChoiceField(label=_("Marking"), required=False, choices=[("", _("any")), *Marking.choices])
    element = forms.ModelChoiceField(
        label=_("Element"), required=False, queryset=Element.objects.all(), to_field_name="key", empty_label=_("any")
    )
    recipient = forms.CharField(
        label=_("Recipient"), required=False, max_length=200, help_text=_("Part of its name, or an e-mail address.")
    )

    def filtered(self, rows: QuerySet[Sharing]) -> QuerySet[Sharing]:
        """Return those of the rows that fit; all where nothing was filled in."""
        data = self.cleaned_data if self.is_valid() else {}
        if words := data.get("q", "").replace("\x00", "").strip():
            rows = rows.filter(Q(page__draft_title__icontains=words) | Q(reference__icontains=words))
        for name in ("state", "marking", "element"):
            if data.get(name):
                rows = rows.filter(**{name: data[name]})
        if who := data.get("recipient", "").replace("\x00", "").strip():
            named = Q(organisation__name__icontains=who) | Q(group__name__icontains=who) | Q(user__email=who.lower())
            standing = Recipient.objects.filter(named, revoked_at__isnull=True)
            rows = rows.filter(pk__in=standing.values("sharing"))
        return rows


class ManyForm(forms.Form):
    """An act on items that were ticked."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    label: Any = ""
    permission = "narrow"

    def __init__(self, *args: Any, sharings: Sequence[Sharing], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sharings, self.at = sharings, at
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the items."""

    def service(self, actor: User) -> Callable[[], None]:
        """Return what does it."""
        raise NotImplementedError

    @property
    def arguments(self) -> dict[str, Any]:
        """What every act on many items is given."""
        ids = [sharing.pk for sharing in self.sharings]
        return {"sharing_ids": ids, "at": self.at, "reason": self.cleaned_data["reason"]}


class NarrowManyForm(ManyForm):
    """Which narrower state."""

    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)
    field_order = ("state", "reason")
    label = _("Share with fewer, or withdraw")

    def prepare(self) -> None:
        """Offer every state below public, withdrawing first."""
        self.fields["state"].choices = [(state, state.label) for state in STATE_ORDER[:-1]]  # type: ignore[attr-defined]

    def service(self, actor: User) -> Callable[[], None]:
        """Return what narrows them."""
        return lambda: services.narrow_many(state=self.cleaned_data["state"], actor=actor, **self.arguments)


class RevokeManyForm(ManyForm):
    """Which recipient."""

    recipient = forms.ChoiceField(label=_("Whose access ends"))
    field_order = ("recipient", "reason")
    label = _("Revoke one recipient")

    def prepare(self) -> None:
        """Offer everybody whom one of the items names."""
        rows = Recipient.objects.filter(sharing__in=self.sharings, revoked_at__isnull=True)
        rows = rows.select_related("organisation", "group", "user").order_by("kind", "pk")
        named: dict[tuple[str, int], tuple[Target, str]] = {}
        for row in rows:
            named.setdefault((row.kind, row.target_id), (target_of(row), row.named_as))
        self.targets = {_handle(target): target for target, _name in named.values()}
        choices = sorted(((_handle(target), name) for target, name in named.values()), key=lambda choice: choice[1])
        self.fields["recipient"].choices = choices  # type: ignore[attr-defined]

    def service(self, actor: User) -> Callable[[], None]:
        """Return what revokes it."""
        target = self.targets[self.cleaned_data["recipient"]]
        return lambda: services.revoke_many(target=target, actor=actor, **self.arguments)


class ShareManyForm(RecipientFields, ManyForm):
    """Whom to name, and why."""

    field_order = (
        "organisations",
        "groups",
        "present_members",
        "persons",
        "recipients_from",
        "recipients_until",
        "purpose",
        "reason",
    )
    label = _("Share with more recipients")
    permission = "widen"

    def prepare(self) -> None:
        """Demand a reason."""
        self.fields["reason"].required = True
        self.prepare_recipients([], self.at)

    def clean(self) -> dict[str, Any]:
        """Find the people who are named, each competent for every element of the items."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for element in sorted({sharing.element.code for sharing in self.sharings}):
                self.chosen = self.chosen_targets(element, self.at)
        return data

    def service(self, actor: User) -> Callable[[], None]:
        """Return what names them."""
        return lambda: services.share_many(targets=self.chosen, actor=actor, **self.arguments)


FORMS: dict[str, type[ManyForm]] = {NARROW: NarrowManyForm, REVOKE: RevokeManyForm, SHARE: ShareManyForm}


def _handle(target: Target) -> str:
    """Return what stands for a recipient in the form: it tells no number."""
    return salted_hmac("cms.sharing.bulk", f"{target.kind} {target.target_id}").hexdigest()[:24]


def ticked(values: Sequence[str]) -> list[UUID]:
    """Return the identifiers that were ticked, as far as they are any."""
    found = []
    for value in values[: MOST + 1]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
