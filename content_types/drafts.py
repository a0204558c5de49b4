"""Acts on drafts: a new item with its sharing row, and a new version of one.

Text goes into the page and its revisions; owner, element, countries and the proposed audience go into the sharing rows,
through the services of sharing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.organisations.services import hold
from cms.sharing.audience_templates import Audience, audience_of
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import change_draft_facts, create_sharing, lock, propose
from cms.users.models import User
from content_types.draft_scope import whole_tree
from content_types.files import adopt
from content_types.models import ContentPage, ItemFolder
from content_types.references import new_reference
from content_types.signals import draft_saved, draft_saving


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What a draft is about and whose it is: facts of its sharing row."""

    owner: Organisation
    element: Element
    countries: Sequence[str] = ()


class EditedMeanwhile(ValidationError):
    """Somebody saved a newer version while this one was being written; nothing was overwritten."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        super().__init__(_("Somebody else saved a newer version while you were writing."))


@transaction.atomic
def create_draft(*, page: ContentPage, facts: DraftFacts, audience: Audience, actor: User, at: datetime) -> Sharing:
    """Add the unsaved page to the items, with its sharing row, its first version and what is proposed.

    Raises NotAllowed where the person may not write for this owner, element and these countries.
    """
    participant = Organisation.objects.get(pk=facts.owner.participant_id)
    page.slug, page.owner, page.live = str(uuid.uuid4()), actor, False
    # until its sharing row stands the page is nobody's, its author's included
    with whole_tree():
        ItemFolder.objects.get().add_child(instance=page)
        sharing = create_sharing(
            page_id=page.pk,
            uuid=page.slug,
            reference=new_reference(facts.element, participant, at),
            owner=facts.owner,
            element=facts.element,
            countries=facts.countries,
            author=actor,
            at=at,
        )
        if not allowed(actor, "edit", sharing, at):
            raise NotAllowed(
                _("You may write for this owner, element and these countries only where you are competent.")
            )
        adopt(page, sharing, actor=actor, at=at)
        page.save_revision(user=actor, log_action=True, clean=False)
    page.sharing = sharing
    _propose(sharing, audience, actor=actor, at=at)
    return sharing


@transaction.atomic
def save_draft(
    *,
    page: ContentPage,
    opened: int | None,
    facts: DraftFacts | None,
    audience: Audience | None,
    actor: User,
    at: datetime,
) -> Revision:
    """Save a new version of the item's text, and what goes with it while the item was never published.

    `opened` is the revision that the editor started from. Raises EditedMeanwhile where another one stands there by
    now, NotAllowed without the right. `facts` and `audience` of None leave those as they are.
    """
    if facts is not None:
        # before the item is locked: a merger locks in this order
        hold(facts.owner.pk)
    sharing = lock(page.sharing.pk)
    refuse_if_newer(sharing, opened)
    if not allowed(actor, "edit", sharing, at):
        raise NotAllowed(_("You may not edit this item."))
    if sharing.first_shared_at is None:
        _save_sharing(sharing, facts, audience, actor=actor, at=at)
    return keep_version(page=page, sharing=sharing, actor=actor, at=at, event=Event.ITEM_EDITED)


def keep_version(
    *,
    page: ContentPage,
    sharing: Sharing,
    actor: User,
    at: datetime,
    event: Event,
    details: dict[str, Any] | None = None,
) -> Revision:
    """Keep the page's text as the newest version of the item that the caller has locked, and put it on record.

    Who may write was asked by the caller; those who hear of it may still refuse (a lock that somebody else holds).
    """
    draft_saving.send(sender=type(page), page=page, actor=actor, at=at)
    adopt(page, sharing, actor=actor, at=at)
    if not page.live:
        page.save()
    revision = page.save_revision(user=actor, log_action=True, clean=False)
    record(
        Entry(
            event=event,
            at=at,
            actor_id=actor.pk,
            item=sharing.uuid,
            version=revision.pk,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule="sharing.edit",
            details=details or {},
        )
    )
    draft_saved.send(sender=type(page), page=page, actor=actor, at=at)
    return revision


def refuse_if_newer(sharing: Sharing, opened: int | None) -> None:
    """Raise EditedMeanwhile where the newest version of the locked item is not the one that was opened."""
    newest = sharing.page.latest_revision
    if newest is not None and newest.pk != opened:
        raise EditedMeanwhile(newest)


def _save_sharing(
    sharing: Sharing, facts: DraftFacts | None, audience: Audience | None, *, actor: User, at: datetime
) -> None:
    if facts is not None and _differ(sharing, facts):
        change_draft_facts(
            sharing=sharing, owner=facts.owner, element=facts.element, countries=facts.countries, actor=actor, at=at
        )
    if audience is not None:
        proposal = sharing.proposal
        if not audience.same_as(audience_of(proposal, proposal.recipients.all())):
            _propose(sharing, audience, actor=actor, at=at)


def _differ(sharing: Sharing, facts: DraftFacts) -> bool:
    stored = (sharing.owner_id, sharing.element_id, sorted(sharing.countries))
    return stored != (facts.owner.pk, facts.element.pk, sorted(facts.countries))


def _propose(sharing: Sharing, audience: Audience, *, actor: User, at: datetime) -> None:
    propose(
        sharing=sharing,
        marking=audience.marking,
        state=audience.state,
        targets=audience.targets,
        use_limits=audience.use_limits,
        copies_allowed=audience.copies_allowed,
        actor=actor,
        at=at,
    )
