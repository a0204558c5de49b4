"""A newer item of the same owner takes the place of an older one."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing, Supersession
from cms.sharing.rules import allowed
from cms.sharing.services.acting import lock, note_on
from cms.sharing.telling import SUPERSEDED, tell_openers
from cms.users.models import User


@transaction.atomic
def supersede(*, sharing: Sharing, newer: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """Say that `newer` takes the item's place. Readers of both see it; nothing else changes of who sees either.

    Raises ValidationError for an item of another owner, a draft, and where it would go in a circle; NotAllowed without
    the right on both.
    """
    # in order of ids, so that two people who link the same two items do not wait for each other
    rows = {key: lock(key) for key in sorted({sharing.pk, newer.pk})}
    older, successor = rows[sharing.pk], rows[newer.pk]
    if not all(allowed(actor, "supersede", row, at) for row in (older, successor)):
        raise NotAllowed(_("You may not do this with one of the two items."))
    if successor.owner_id != older.owner_id:
        raise ValidationError({"newer": _("Only an item of the same owner takes its place.")})
    if not successor.page.live:
        raise ValidationError({"newer": _("The newer item was not published yet.")})
    if older.pk in _successors(successor):
        raise ValidationError({"newer": _("It cannot take the place of what takes its own.")})
    with note_on(older, "supersede", Event.SUPERSEDED, actor=actor, at=at, reason=reason) as act:
        if Supersession.objects.filter(older=older).exists():
            raise ValidationError({"newer": _("Another item takes its place already.")})
        Supersession.objects.create(older=older, newer=successor, made_by=actor, made_at=at)
        tell_openers(SUPERSEDED, [older], actor, at)
        act.details = {"newer": str(successor.uuid)}


def end_supersession(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """Say no more that a newer item takes this one's place, by who may say it; nobody gains or loses access.

    Raises ValidationError where none does.
    """
    with note_on(sharing, "supersede", Event.SUPERSESSION_ENDED, actor=actor, at=at, reason=reason) as act:
        link = Supersession.objects.filter(older=act.sharing).select_related("newer").first()
        if link is None:
            raise ValidationError(_("No other item takes its place."))
        act.details = {"newer": str(link.newer.uuid)}
        link.delete()


def _successors(sharing: Sharing) -> set[int]:
    """Return the ids of the item and of all that take its place, one after the other."""
    found: set[int] = set()
    key: int | None = sharing.pk
    while key is not None and key not in found:
        found.add(key)
        key = Supersession.objects.filter(older=key).values_list("newer", flat=True).first()
    return found
