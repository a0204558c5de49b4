"""Usual audiences that an organisation keeps under a name, and the audience of its last item: to be proposed again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.organisations.models import Organisation
from cms.sharing.ceilings import check_recipients, check_state
from cms.sharing.enums import SharingState
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import AudienceTemplate, Named, Sharing, SharingTerms, TemplateRecipient
from cms.sharing.reach import items_open_to, reaches_of, writable_owners
from cms.sharing.services import Target, target_of
from cms.users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What is proposed for an item: marking, state, recipients, use limits, copies."""

    marking: str
    state: str
    targets: tuple[Target, ...] = ()
    use_limits: tuple[str, ...] = ()
    copies_allowed: bool = True

    def same_as(self, other: "Audience") -> bool:
        """Tell whether both say the same, in whatever order."""
        return self._facts() == other._facts()

    def _facts(self) -> tuple[str, str, frozenset[Target], frozenset[str], bool]:
        return self.marking, self.state, frozenset(self.targets), frozenset(self.use_limits), self.copies_allowed


def audience_of(terms: SharingTerms, named: Iterable[Named]) -> Audience:
    """Return what a sharing row, a proposal or a template holds with these recipients."""
    return Audience(
        marking=terms.marking,
        state=terms.state,
        targets=tuple(target_of(row) for row in named),
        use_limits=tuple(terms.use_limits),
        copies_allowed=terms.copies_allowed,
    )


def templates_for(user: User, at: datetime) -> QuerySet[AudienceTemplate]:
    """Return the templates of the organisations for which the person may write."""
    owners = writable_owners(reaches_of(user, at)).values("pk")
    return AudienceTemplate.objects.filter(organisation__in=owners).prefetch_related("recipients")


def last_audience(owner: Organisation, user: User, at: datetime) -> Audience | None:
    """Return the audience of the owner's last published item that the person works on.

    Recipients revoked or past are left out; withdrawn, public and quarantined items are no model.
    """
    rows = items_open_to("view_draft", user, at).filter(owner=owner, first_shared_at__isnull=False, quarantined=False)
    rows = rows.exclude(state__in=[SharingState.WITHDRAWN, SharingState.PUBLIC])
    last = rows.order_by("-first_shared_at", "uuid").first()
    if last is None:
        return None
    return current_audience(last, at)


def current_audience(sharing: Sharing, at: datetime) -> Audience:
    """Return the audience of a published item, without recipients revoked or past."""
    named = sharing.recipients.filter(revoked_at__isnull=True)
    return audience_of(sharing, [row for row in named if row.valid_until is None or row.valid_until > at])


@transaction.atomic
def save_template(
    *, organisation: Organisation, name: str, audience: Audience, actor: User, at: datetime
) -> AudienceTemplate:
    """Keep the audience under the name, in place of one of the same name; its recipients' dates are not kept.

    Raises NotAllowed for an organisation the person does not write for, AboveCeiling for what the marking forbids,
    ValidationError for an empty name.
    """
    if not writable_owners(reaches_of(actor, at)).filter(pk=organisation.pk).exists():
        raise NotAllowed(_("You may keep audiences for organisations you write for."))
    if not name.strip():
        raise ValidationError({"name": _("Give the audience a name.")})
    check_state(audience.marking, audience.state)
    check_recipients(audience.marking, (target.kind for target in audience.targets))
    template, _created = AudienceTemplate.objects.update_or_create(
        organisation=organisation,
        name=name.strip(),
        defaults={
            "marking": audience.marking,
            "state": audience.state,
            "use_limits": list(audience.use_limits),
            "copies_allowed": audience.copies_allowed,
        },
    )
    _replace_recipients(template, audience.targets)
    details = {"template": template.pk, "recipients": len(audience.targets)}
    record(
        Entry(event=Event.TEMPLATE_SAVED, at=at, actor_id=actor.pk, owner_id=organisation.pk, details=details),
    )
    return template


def _replace_recipients(template: AudienceTemplate, targets: Sequence[Target]) -> None:
    template.recipients.all().delete()
    rows = []
    for target in targets:
        undated = target.columns | {"valid_from": None, "valid_until": None}
        rows.append(TemplateRecipient(template=template, **undated))
    TemplateRecipient.objects.bulk_create(rows)
