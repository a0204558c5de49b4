"""Two Member States and the Commission, each with an item of every type in every state, and words planted in all of it.

Each item has a word in its live texts and another one in its draft, its comments, reasons and file names that only
those may learn who work on it. Each participant's people carry a word in their names.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from cms.administration.enums import InspectionKind
from cms.administration.models import InspectGrant
from cms.core.instants import current_instant
from cms.documents.models import File
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import GroupAdmission, Membership, Organisation, OrganisationProposal, WorkingGroup
from cms.sharing.audience_templates import Audience, save_template
from cms.sharing.models import Sharing
from cms.sharing.services import create_sharing
from cms.sharing.services.pending import propose_narrowing
from cms.sharing.views.finding import recipient_handle
from cms.users.models import User
from content_types.models import ContentPage, ItemFolder
from content_types.references import new_reference
from tests.documents.making import make_file
from tests.factories import (
    ItemFacts,
    element,
    make_group,
    make_organisation,
    make_participant,
    make_person,
    make_user,
    set_facts,
)
from tests.proof.words import new_word
from workflows.disclosures.models import DisclosureRequest
from workflows.models import DraftComment
from workflows.retention.models import Hold
from workflows.services import begin_review

ROLES = tuple(role for role in Role if role != Role.CURATOR)
STATES = (
    "draft", "waiting", "owner", "restricted", "network", "public", "withdrawn", "quarantined", "changed", "person",
)  # fmt: skip
_OF_STATE: dict[str, ItemFacts] = {
    "network": ItemFacts(state="network", marking="GREEN"),
    "public": ItemFacts(state="public", marking="CLEAR"),
    "withdrawn": ItemFacts(state="withdrawn", marking="AMBER"),
    "quarantined": ItemFacts(state="network", marking="GREEN", quarantined=True),
}


@dataclass(slots=True)
class Planted:
    """An item: whose, of which type and state; its words; and what stands for it in each part of an address."""

    owner: str
    kind: str
    state: str
    sharing: Sharing
    live_word: str
    draft_word: str
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.owner} {self.kind} {self.state}"


@dataclass(slots=True)
class Party:
    """A participant: its owner organisation, its people by role, its word."""

    participant: Organisation
    owner: Organisation
    people: dict[str, User]
    word: str
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """Everybody and everything; `viewers` are all who ask, by name, None for a visitor."""

    parties: dict[str, Party]
    items: list[Planted]
    viewers: dict[str, User | None]
    participant_of: dict[str, str]


def content_types() -> list[type[ContentPage]]:
    """Return every type of item that there is."""
    found: list[type[ContentPage]] = []
    waiting: list[type[ContentPage]] = list(ContentPage.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind._meta.abstract:
            found.append(kind)
    return sorted(found, key=lambda kind: kind._meta.label)


def make_world() -> World:
    """Make it all."""
    parties = {
        "spain": _party("spain", OrganisationKind.MEMBER_STATE, "ES"),
        "france": _party("france", OrganisationKind.MEMBER_STATE, "FR"),
        "commission": _party("commission", OrganisationKind.COMMISSION, None),
    }
    items = [
        _item(name, party, parties, kind, state)
        for name, party in parties.items()
        for kind in content_types()
        for state in STATES
    ]
    for name, party in parties.items():
        own = [item for item in items if item.owner == name]
        for item in own:
            item.parts |= {key: value for key, value in party.parts.items() if key not in item.parts}
    return World(parties, items, *_viewers(parties))


def _party(key: str, kind: str, country: str | None) -> Party:
    participant = make_participant(key, kind=kind, country=country)
    owner = make_organisation(parent=participant, key=f"{key}-authority")
    word = new_word()
    roles = [*ROLES, Role.CURATOR] if kind == OrganisationKind.COMMISSION else list(ROLES)
    above = {Role.NATIONAL_ADMIN, Role.CURATOR}
    people = {
        role.value: make_person(participant if role in above else owner, role, name=f"{word} {role}") for role in roles
    }
    party = Party(participant, owner, people, word)
    party.parts = _parts_of_party(party)
    save_template(
        organisation=party.owner,
        name=f"{party.word} audience",
        audience=Audience(marking="AMBER", state="owner"),
        actor=party.people["approver"],
        at=current_instant(),
    )
    return party


def _parts_of_party(party: Party) -> dict[str, Any]:
    officer = party.people["officer"]
    membership = Membership.objects.get(user=officer)
    at = current_instant()
    proposal = OrganisationProposal.objects.create(
        kind="ceiling",
        organisation=party.owner,
        ceiling="network",
        reason=f"{party.word} reason",
        proposed_by=party.people["national_admin"],
        proposed_at=at,
    )
    group: WorkingGroup = make_group(party.owner, key=f"group-{party.owner.key}")
    admission = GroupAdmission.objects.create(group=group, user=officer, proposed_at=at)
    grant = InspectGrant.objects.create(
        kind=InspectionKind.values[0],
        grantee=party.people["auditor"],
        reference="EW-XX-2026-00000",
        case="A case",
        reason="A reason",
        hours=1,
        asked_at=at,
    )
    return {
        "people/handle": officer.handle,
        "membership": membership.handle,
        "key": party.owner.key,
        "proposal": proposal.handle,
        "group": group.key,
        "member": f"o-{party.owner.key}",
        "admission": admission.handle,
        "participant": party.participant.pk,
        "grant": grant.handle,
    }


def _item(name: str, party: Party, parties: dict[str, Party], kind: type[ContentPage], state: str) -> Planted:
    live, draft = new_word(), new_word()
    author = party.people["author"]
    page = _page(kind, author, draft if state in {"draft", "waiting"} else live, live=state not in {"draft", "waiting"})
    row = create_sharing(
        page_id=page.pk,
        uuid=page.slug,
        reference=new_reference(element("EW"), party.participant, current_instant()),
        owner=party.owner,
        element=element("EW"),
        countries=(),
        author=author,
        at=current_instant(),
    )
    if page.live:
        Sharing.objects.filter(pk=row.pk).update(first_shared_at=current_instant())
    sharing = set_facts(row, _facts(state, name, parties), at=current_instant())
    planted = Planted(name, kind._meta.model_name or "", state, sharing, live, draft)
    planted.parts = _parts_of_item(planted, page, party)
    if state == "network":
        pending = propose_narrowing(
            sharing=sharing, kind="withdraw", actor=author, at=current_instant(), reason=f"{draft} reason"
        )
        party.parts["waiting/handle"] = pending.handle
    if state == "waiting":
        begin_review(sharing=sharing, requested_by=author, at=current_instant())
    return planted


def _facts(state: str, owner: str, parties: dict[str, Party]) -> ItemFacts:
    """Restricted items name the next party's participant, or one officer there."""
    names = list(parties)
    other = parties[names[(names.index(owner) + 1) % len(names)]]
    if state == "restricted":
        return ItemFacts(state="restricted", marking="AMBER", recipients=[other.participant])
    if state == "person":
        return ItemFacts(state="restricted", marking="RED", recipients=[other.people["officer"]])
    return _OF_STATE.get(state, ItemFacts(state="owner", marking="AMBER"))


def _page(kind: type[ContentPage], author: User, word: str, *, live: bool) -> ContentPage:
    page = kind(slug=str(uuid4()), owner=author, information_date=date(2026, 6, 1), live=False)
    _say(page, word)
    ItemFolder.objects.get().add_child(instance=page)
    revision = page.save_revision(user=author, clean=False)
    if live:
        revision.publish(user=author, skip_permission_checks=True)
        page.refresh_from_db()
    return page


def _say(page: ContentPage, word: str) -> None:
    """Write the word into every text of the page."""
    for text in page._meta.get_fields():
        if text.name in {"title", "draft_title", "summary"}:
            setattr(page, text.name, f"{word} boats")
    page.title = f"{word} boats"
    if any(text.name == "body" for text in page._meta.get_fields()):
        page.body = page._meta.get_field("body").to_python([{"type": "text", "value": f"<p>{word} boats</p>"}])


def _parts_of_item(planted: Planted, page: ContentPage, party: Party) -> dict[str, Any]:
    sharing, author = planted.sharing, party.people["author"]
    word = planted.live_word if page.live else planted.draft_word
    file: File = make_file(sharing, name=f"{word}.png")
    if planted.state == "changed":
        draft: Any = page.get_latest_revision_as_object()
        _say(draft, planted.draft_word)
        draft.save_revision(user=author, clean=False)
        page.refresh_from_db()
    revision = page.latest_revision_id
    comment = DraftComment.objects.create(
        sharing=sharing,
        revision_id=revision,
        author=author,
        text=f"{planted.draft_word} comment",
        written_at=current_instant(),
    )
    recipient = sharing.recipients.first()
    named = {} if recipient is None else {"revoke/handle": recipient_handle(recipient)}
    return named | {
        "identifier": sharing.uuid,
        "f/identifier": file.uuid,
        "page_id": page.pk,
        "page_to_move_id": page.pk,
        "parent_page_id": page.pk,
        "destination_id": page.pk,
        "version": revision,
        "comment": comment.pk,
        **_parts_of_requests(planted, party),
    }


def _parts_of_requests(planted: Planted, party: Party) -> dict[str, Any]:
    """Put the item on hold and ask to disclose it, for an organisation that is no participant of anybody's: the owner's
    side alone may read that."""
    hold = Hold.objects.create(
        sharing=planted.sharing, reason=f"{planted.draft_word} hold", placed_at=current_instant()
    )
    # asked for an organisation that nobody is a participant of: for the owner's side alone
    request = DisclosureRequest.objects.create(
        sharing=planted.sharing,
        asked_for=party.owner,
        asked_at=current_instant(),
        third_party=f"{planted.draft_word} court",
        purpose=f"{planted.draft_word} purpose",
        answer_by=current_instant().date(),
    )
    return {"hold": hold.handle, "request": request.uuid}


def _viewers(parties: dict[str, Party]) -> tuple[dict[str, User | None], dict[str, str]]:
    viewers: dict[str, User | None] = {"visitor": None}
    home: dict[str, str] = {}
    for name, party in parties.items():
        for role, user in party.people.items():
            viewers[f"{name} {role}"] = user
            home[f"{name} {role}"] = name
    spain = parties["spain"]
    suspended = make_person(spain.owner, Role.APPROVER, name=f"{spain.word} suspended")
    ended = make_person(spain.owner, Role.APPROVER, name=f"{spain.word} ended")
    Membership.objects.filter(user=ended).update(
        valid_from=date(2026, 1, 1), valid_until=current_instant().date() - timedelta(days=2)
    )
    viewers |= {"suspended": suspended, "ended": ended, "superuser": make_user("Sue Super", superuser=True)}
    home |= {"suspended": "spain", "ended": "spain"}
    return viewers, home
