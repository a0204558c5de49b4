"""Bringing people and their memberships to what a world file says."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.elements.models import Element
from cms.organisations.models import Competence, Membership, Organisation
from cms.users.models import TermsAcceptance, User
from cms.users.selectors import current_terms
from cms.worlds.counting import Counts
from cms.worlds.models import Kind, WorldObject
from cms.worlds.records import MembershipRecord, UserRecord

_REASON = "world file"
Competences = frozenset[tuple[str, tuple[str, ...]]]


def totp_secret(email: str) -> str:
    """Return the secret of a person's second factor in a demo: one per person, different on every installation."""
    return base64.b32encode(salted_hmac("cms.worlds.totp", email, algorithm="sha1").digest()).decode()


def load_users(
    records: Sequence[UserRecord],
    *,
    organisations: Mapping[str, Organisation],
    counts: Counts,
    actor: User | None,
    at: datetime,
) -> dict[str, User]:
    """Add and change people: enrolled, current terms accepted, a second factor in a demo, memberships as they stand in
    the file; return all accounts by address."""
    accounts = {user.email: user for user in User.objects.select_for_update().order_by("pk")}
    added = {record.email for record in records} - accounts.keys()
    hashed = _hashed({record.password for record in records})
    new = [_new_account(record, hashed, at) for record in records if record.email in added]
    accounts |= {user.email: user for user in User.objects.bulk_create(new)}
    known = {row.key: row for row in WorldObject.objects.filter(kind=Kind.USER)}
    load = _Load(organisations=organisations, actor=actor, at=at, entries=[])
    changed = _change_accounts([r for r in records if r.email not in added], accounts, known, hashed, load)
    changed |= _accept_terms([accounts[record.email] for record in records], load)
    changed |= _give_second_factors([accounts[record.email] for record in records])
    changed |= _bring_memberships(records, accounts, load)
    _remember(records, accounts, known, added)
    for record in records:
        counts.count(added=record.email in added, changed=record.email in changed)
    record_many(load.entries)
    return accounts


@dataclass(slots=True)
class _Load:
    """What all steps need, and the audit entries that they leave."""

    organisations: Mapping[str, Organisation]
    actor: User | None
    at: datetime
    entries: list[Entry]

    def note(self, event: Event, owner_id: int | None = None, **details: Any) -> None:
        """Leave an entry."""
        actor_id = self.actor.pk if self.actor else None
        entry = Entry(event=event, at=self.at, actor_id=actor_id, owner_id=owner_id, reason=_REASON, details=details)
        self.entries.append(entry)


def _hashed(passwords: Iterable[str | None]) -> dict[str | None, str]:
    """Return each password's hash; the file's accounts may share one, for its passwords are published."""
    return {password: make_password(password) for password in passwords if password is not None}


def _new_account(record: UserRecord, hashed: Mapping[str | None, str], at: datetime) -> User:
    user = User(email=record.email, name=record.name, is_active=record.active, enrolled_at=at)
    if record.password is None:
        user.set_unusable_password()
    else:
        user.password = hashed[record.password]
    return user


def _change_accounts(
    records: Sequence[UserRecord],
    accounts: Mapping[str, User],
    known: Mapping[str, WorldObject],
    hashed: Mapping[str | None, str],
    load: _Load,
) -> set[str]:
    """Bring accounts that were there to the file; return the addresses of those that differed."""
    changed: list[User] = []
    for record in records:
        user = accounts[record.email]
        before = (user.name, user.is_active, user.enrolled_at, user.password)
        if user.is_active and not record.active:
            load.note(Event.USER_SUSPENDED, user=user.pk)
        user.name, user.is_active = record.name, record.active
        user.enrolled_at = user.enrolled_at or load.at
        if record.password is not None and not _has_password(user, record.password, known):
            user.password = hashed[record.password]
        if (user.name, user.is_active, user.enrolled_at, user.password) != before:
            changed.append(user)
    User.objects.bulk_update(changed, ["name", "is_active", "enrolled_at", "password"], batch_size=200)
    return {user.email for user in changed}


def _has_password(user: User, password: str, known: Mapping[str, WorldObject]) -> bool:
    remembered = known.get(user.email)
    return remembered is not None and remembered.password == password and check_password(password, user.password)


def _accept_terms(users: Sequence[User], load: _Load) -> set[str]:
    """Let those who have not accepted the terms in force accept them; return their addresses."""
    terms = current_terms(load.at)
    if terms is None:
        return set()
    accepted = set(TermsAcceptance.objects.filter(terms=terms).values_list("user_id", flat=True))
    late = [user for user in users if user.pk not in accepted]
    TermsAcceptance.objects.bulk_create(TermsAcceptance(user=user, terms=terms, accepted_at=load.at) for user in late)
    for user in late:
        load.note(Event.TERMS_ACCEPTED, version=terms.version, user=user.pk)
    return {user.email for user in late}


def _give_second_factors(users: Sequence[User]) -> set[str]:
    """In a demo, give those who have no second factor one; return their addresses."""
    if not settings.DEMO:
        return set()
    kind = Authenticator.Type.TOTP
    present = set(Authenticator.objects.filter(type=kind).values_list("user_id", flat=True))
    late = [user for user in users if user.pk not in present]
    Authenticator.objects.bulk_create(
        Authenticator(user=user, type=kind, data={"secret": encrypt(totp_secret(user.email))}) for user in late
    )
    return {user.email for user in late}


def _remember(
    records: Sequence[UserRecord],
    accounts: Mapping[str, User],
    known: Mapping[str, WorldObject],
    added: set[str],
) -> None:
    """Keep which accounts the file named, and the published passwords."""
    new: list[WorldObject] = []
    changed: list[WorldObject] = []
    for record in records:
        row = known.get(record.email)
        user_id, password = accounts[record.email].pk, record.password or ""
        if row is None:
            made_here = record.email in added
            new.append(
                WorldObject(kind=Kind.USER, key=record.email, object_id=user_id, made_here=made_here, password=password)
            )
        elif row.object_id != user_id or (password and row.password != password):
            row.made_here = row.made_here if row.object_id == user_id else record.email in added
            row.object_id, row.password = user_id, password
            changed.append(row)
    WorldObject.objects.bulk_create(new)
    WorldObject.objects.bulk_update(changed, ["object_id", "made_here", "password"], batch_size=200)


# memberships


def _bring_memberships(records: Sequence[UserRecord], accounts: Mapping[str, User], load: _Load) -> set[str]:
    """Take away memberships that the file does not name and add those that are absent; return whose differed."""
    elements = {element.key: element for element in Element.objects.all()}
    standing = _standing({accounts[record.email].pk for record in records})
    keys = {organisation.pk: key for key, organisation in load.organisations.items()}
    changed: set[str] = set()
    gone: list[Membership] = []
    new: list[tuple[Membership, MembershipRecord]] = []
    for record in records:
        user = accounts[record.email]
        wanted = list(record.memberships)
        for membership in standing.get(user.pk, []):
            as_record = _as_record(membership, keys)
            if as_record in wanted:
                wanted.remove(as_record)
            else:
                gone.append(membership)
                changed.add(record.email)
        new += [(_membership(user, entry, load), entry) for entry in wanted]
        if wanted:
            changed.add(record.email)
    _write_memberships(gone, new, elements, load)
    return changed


def _standing(user_ids: set[int]) -> dict[int, list[Membership]]:
    rows = Membership.objects.filter(user_id__in=user_ids).order_by("pk").prefetch_related("competences__element")
    standing: dict[int, list[Membership]] = {}
    for row in rows:
        standing.setdefault(row.user_id, []).append(row)
    return standing


def _as_record(membership: Membership, keys: Mapping[int, str]) -> MembershipRecord:
    competences: Competences = frozenset(
        (competence.element.key, tuple(sorted(competence.countries))) for competence in membership.competences.all()
    )
    return MembershipRecord(
        keys[membership.organisation_id],
        membership.role,
        membership.valid_from,
        membership.valid_until,
        competences,
    )


def _membership(user: User, record: MembershipRecord, load: _Load) -> Membership:
    return Membership(
        user=user,
        organisation=load.organisations[record.organisation],
        role=record.role,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
    )


def _write_memberships(
    gone: Sequence[Membership],
    new: Sequence[tuple[Membership, MembershipRecord]],
    elements: Mapping[str, Element],
    load: _Load,
) -> None:
    for membership in gone:
        load.note(Event.MEMBERSHIP_ENDED, membership.organisation_id, **_details(membership))
    Membership.objects.filter(pk__in=[membership.pk for membership in gone]).delete()
    Membership.objects.bulk_create(membership for membership, _record in new)
    Competence.objects.bulk_create(
        Competence(membership=membership, element=elements[element], countries=list(countries))
        for membership, record in new
        for element, countries in sorted(record.competences)
    )
    for membership, _record in new:
        load.note(Event.MEMBERSHIP_CHANGED, membership.organisation_id, **_details(membership))


def _details(membership: Membership) -> dict[str, Any]:
    return {
        "user": membership.user_id,
        "role": membership.role,
        "from": _day(membership.valid_from),
        "until": _day(membership.valid_until),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
