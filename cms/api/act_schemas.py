"""What acts and what they are about answer, for the API's description."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class ParticipantAnswer(Schema):
    """People of one participant."""

    participant: str
    people: int | None = Field(description="null: too few to be told.")
    functions: list[str]
    names: list[str] = Field(description="Inside one's own participants only.")


class PeopleAnswer(Schema):
    """Who it is, as it may be told."""

    everyone: bool = Field(description="Everybody, without signing in.")
    participants: list[ParticipantAnswer]


class ActAnswer(Schema):
    """What became of an act on an item, or with dry_run=1 what would."""

    done: bool
    waits: UUID | None = Field(description="What stands for it among what waits, where somebody else has to confirm.")
    gain: PeopleAnswer
    loss: PeopleAnswer
    seal: str = Field(description="Stands for exactly these people: see the parameter of that name.")


class ActRefused(Schema):
    """What is wrong with which part of the body; `act` stands for the whole, `body` for what is no JSON object."""

    detail: str
    errors: dict[str, list[str]]


class RecipientAnswer(Schema):
    """Somebody the owner named."""

    handle: str | None = Field(description="What stands for the recipient when it is revoked; null in a proposal.")
    kind: str
    name: str = Field(description="The key of an organisation or a group, the address of a person.")
    since: datetime | None = Field(alias="from")
    until: datetime | None = Field(description="Exclusive.")
    purpose: str


class ReasonAnswer(PeopleAnswer):
    """Who can read an item by one rule."""

    rule: str
    recipient: str | None


class ProposedAnswer(Schema):
    """How far a draft is to go."""

    marking: str
    state: str
    use_limits: list[str]
    copies_allowed: bool
    recipients: list[RecipientAnswer]


class SharingAnswer(Schema):
    """How an item is shared. Of a draft `proposed` is told and nobody reads it."""

    id: UUID
    reference: str
    owner: str
    element: str
    countries: list[str]
    marking: str
    state: str
    quarantined: bool
    recipients: list[RecipientAnswer]
    acts: list[str] = Field(description="What you may do, or propose, now.")
    readers: list[ReasonAnswer]
    proposed: ProposedAnswer | None


class WaitingAnswer(Schema):
    """An act that one person proposed and another one confirms."""

    handle: UUID
    kind: str
    item: UUID
    reference: str
    owner: str
    new_owner: str | None
    value: str | None = Field(description="The state or the marking that is proposed.")
    text: str | None
    reason: str
    proposed_at: datetime
    acts: list[str] = Field(description="Of confirm, decline and take-back those that are yours.")


class WaitingWithPeople(WaitingAnswer):
    """The same, with who would gain and who would lose."""

    gain: PeopleAnswer
    loss: PeopleAnswer
    seal: str


class WaitingList(Schema):
    """What waits for you, and what you proposed."""

    items: list[WaitingAnswer]


class EffectAnswer(Schema):
    """How many people of one organisation, or of another participant, may read more and less."""

    people_of: str
    more: int | None = Field(description="null: fewer than 5.")
    less: int | None = Field(description="null: fewer than 5.")


class AdministeredAnswer(Schema):
    """What became of an act on people, organisations or groups, or with dry_run=1 what would."""

    done: bool
    effects: list[EffectAnswer]
    gains: list[str] = Field(description="In words, of acts on one person's access.")
    losses: list[str]
    made: dict[str, Any] = Field(description="What stands for what was made: handle, key, and a link shown this once.")
