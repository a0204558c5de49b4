"""Acts on files: take an upload, give it to the item whose version shows it, scan it again, read its words, tidy up."""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.documents import sandbox, scanner, storage
from cms.documents.enums import Kind, Scan, TextState
from cms.documents.intake import Infected, Taken, take_in
from cms.documents.models import File, FileText, Rendition
from cms.documents.refusals import refusal
from cms.documents.selectors import is_shown_live, usable_files
from cms.documents.telling import tell_of_malware
from cms.documents.work_kinds import SCAN, TEXT
from cms.notifications import outbox
from cms.organisations.models import Organisation
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of, writable_owners
from cms.sharing.services import lock
from cms.sharing.signals import items_changed
from cms.users.models import User

# an upload that no version shows by then was not wanted
UNATTACHED_DAYS = 7
_STRAY_SECONDS = 24 * 60 * 60


def store_upload(
    *, source: Path, name: str, images_only: bool, organisation: Organisation, actor: User, at: datetime
) -> File:
    """Take an upload for an organisation for which the person may write; it belongs to no item yet.

    Raises NotAllowed, and ValidationError (which file, why, what would be right). Malware is put on record, and
    refused: so this runs in no transaction of its own but for what it keeps.
    """
    if not writable_owners(reaches_of(actor, at)).filter(pk=organisation.pk).exists():
        raise NotAllowed(f"{actor.pk} may not upload for {organisation.pk}")
    with storage.workplace() as place:
        made = place / "made"
        made.mkdir()
        try:
            taken = take_in(source=source, name=name, target=made, images_only=images_only)
        except Infected as infected:
            record(
                Entry(
                    event=Event.FILE_INFECTED,
                    at=at,
                    actor_id=actor.pk,
                    owner_id=organisation.pk,
                    reason=infected.malware[:100],
                )
            )
            raise refusal(infected.name, "infected") from infected
        with transaction.atomic():
            file = keep_file(taken=taken, made=made, organisation=organisation, actor=actor, at=at)
            details = {"file": str(file.uuid), "size": file.size, "kind": file.kind}
            record(
                Entry(event=Event.FILE_UPLOADED, at=at, actor_id=actor.pk, owner_id=organisation.pk, details=details)
            )
    return file


@transaction.atomic
def keep_file(
    *,
    taken: Taken,
    made: Path,
    actor: User | None,
    at: datetime,
    organisation: Organisation | None = None,
    sharing: Sharing | None = None,
    uuid: UUID | None = None,
) -> File:
    """Keep a clean file that was taken in, of an item or of an organisation; the caller puts that on record."""
    file = File.objects.create(
        uuid=uuid or uuid4(),
        sharing=sharing,
        organisation=organisation,
        uploader=actor,
        name=taken.name,
        kind=taken.kind,
        media_type=taken.media_type,
        size=taken.size,
        sha256=taken.sha256,
        original_sha256=taken.original_sha256,
        width=taken.width,
        height=taken.height,
        scan=taken.scan,
        text_state=TextState.NONE if taken.kind == Kind.IMAGE else TextState.WAITING,
        created_at=at,
    )
    Rendition.objects.bulk_create(
        Rendition(file=file, name=name, width=width, height=height, size=size)
        for name, (width, height, size) in taken.renditions.items()
    )
    storage.keep(file.uuid, made)
    _have_done(file, at)
    return file


def _have_done(file: File, at: datetime) -> None:
    """Leave to the worker what is still to be done with the file."""
    payload = {"file": str(file.uuid)}
    if file.scan == Scan.WAITING:
        outbox.put(SCAN, payload=payload, key=str(file.uuid), at=at)
    if file.text_state == TextState.WAITING:
        outbox.put(TEXT, payload=payload, key=str(file.uuid), at=at)


@transaction.atomic
def adopt_files(*, sharing: Sharing, uuids: Sequence[UUID], actor: User, at: datetime) -> dict[UUID, UUID]:
    """Make these files the item's, whose row the caller has locked; return the identifier that each has there.

    An unattached file is given to the item; one of another item of the same owner, on whose drafts the person works, is
    copied. Raises NotAllowed for any other, absent ones included.
    """
    rows = File.objects.select_for_update(of=("self",)).filter(uuid__in=uuids).order_by("pk")
    found = {row.uuid: row for row in rows.select_related("sharing")}
    strange = [row for row in found.values() if row.sharing_id != sharing.pk]
    within = usable_files(actor, uuids, at).keys()
    if len(found) < len(set(uuids)) or any(not _may_adopt(row, sharing, within) for row in strange):
        raise NotAllowed(_("A file is not there any more, or not yours to use. Take it away, and choose it again."))
    names = {uuid: uuid for uuid in found}
    for row in strange:
        if row.sharing_id is None:
            row.sharing, row.organisation = sharing, None
            row.save(update_fields=["sharing", "organisation"])
        else:
            names[row.uuid] = _copied(row, sharing, actor, at)
    if strange:
        details = {"files": [str(names[row.uuid]) for row in strange]}
        record(_entry(Event.FILE_ATTACHED, sharing, actor_id=actor.pk, at=at, details=details))
    return names


def _may_adopt(file: File, sharing: Sharing, within: Container[UUID]) -> bool:
    """Tell whether the file may become the item's: a copy goes nowhere without its owner."""
    same_owner = file.sharing is None or file.sharing.owner_id == sharing.owner_id
    return file.uuid in within and same_owner


def _copied(file: File, sharing: Sharing, actor: User, at: datetime) -> UUID:
    twin = File.objects.get(pk=file.pk)
    twin.pk, twin.uuid, twin.sharing, twin.uploader, twin.created_at = None, uuid4(), sharing, actor, at
    twin._state.adding = True
    twin.save()
    renditions, texts = list(file.renditions.all()), list(file.texts.all())
    rows: list[Any] = [*renditions, *texts]
    for row in rows:
        row.pk, row.file = None, twin
    Rendition.objects.bulk_create(renditions)
    FileText.objects.bulk_create(texts)
    storage.copy(file.uuid, twin.uuid)
    _have_done(twin, at)
    return twin.uuid


def scan_again(*, uuid: UUID, at: datetime) -> None:
    """Scan a file that waits; malware is removed, and put on record. Raises ScannerDown.

    Nothing is locked while the scanner looks at it.
    """
    if not File.objects.filter(uuid=uuid, scan=Scan.WAITING).exists():
        return
    malware = scanner.find_malware(storage.path_of(uuid)) if scanner.is_set_up() else ""
    with transaction.atomic():
        file = _locked(uuid)
        if file is None or file.scan != Scan.WAITING:
            return
        if malware:
            _remove_infected(file, malware, at)
        else:
            file.scan = Scan.CLEAN if scanner.is_set_up() else Scan.NOT_SCANNED
            file.save(update_fields=["scan"])
        _have_indexed(file)


def _remove_infected(file: File, malware: str, at: datetime) -> None:
    uuid, sharing = file.uuid, file.sharing
    file.scan, file.text_state = Scan.INFECTED, TextState.NONE
    file.save(update_fields=["scan", "text_state"])
    file.texts.all().delete()
    transaction.on_commit(lambda: storage.forget(uuid))
    record(_entry(Event.FILE_INFECTED, sharing, at=at, details={"file": str(uuid)}, reason=malware[:100]))
    if sharing is not None:
        tell_of_malware(file=file, sharing=sharing, at=at)


def read_text(*, uuid: UUID) -> None:
    """Read the words of a file, for search; what fails is kept as a state of the file, which its owner sees.

    Nothing is locked while they are read.
    """
    waiting = File.objects.filter(uuid=uuid, text_state=TextState.WAITING).first()
    if waiting is None:
        return
    parts: list[tuple[str, str]] | None
    try:
        parts = sandbox.read(storage.path_of(uuid), waiting.media_type)
    except (sandbox.FileRefused, sandbox.SandboxFailed):
        parts = None
    with transaction.atomic():
        file = _locked(uuid)
        if file is None or file.text_state != TextState.WAITING:
            return
        file.text_state = TextState.FAILED if parts is None else TextState.READ if parts else TextState.EMPTY
        file.save(update_fields=["text_state"])
        FileText.objects.bulk_create(
            FileText(file=file, number=number, label=label, text=text)
            for number, (label, text) in enumerate(parts or (), start=1)
        )
        _have_indexed(file)


def _locked(uuid: UUID) -> File | None:
    """Lock the file's item, then the file, in the order in which saving a version does; None where it has gone."""
    sharing_id = File.objects.filter(uuid=uuid).values_list("sharing", flat=True).first()
    if sharing_id is not None:
        lock(sharing_id)
    rows = File.objects.select_for_update(of=("self",)).filter(uuid=uuid)
    return rows.select_related("sharing__page", "sharing__element").first()


def _have_indexed(file: File) -> None:
    """Have the item's search entry written anew where its live version shows the file."""
    if file.sharing is not None and is_shown_live(file.sharing, file.uuid):
        items_changed.send(sender=Sharing, sharing_ids=[file.sharing.pk])


def _entry(
    event: Event,
    sharing: Sharing | None,
    *,
    at: datetime,
    details: dict[str, Any],
    actor_id: int | None = None,
    reason: str = "",
) -> Entry:
    return Entry(
        event=event,
        at=at,
        actor_id=actor_id,
        item=None if sharing is None else sharing.uuid,
        owner_id=None if sharing is None else sharing.owner_id,
        marking="" if sharing is None else sharing.marking,
        reason=reason,
        details=details,
    )


def forget_unattached(*, at: datetime) -> int:
    """Remove uploads that no version has shown for a week; return how many."""
    old = File.objects.filter(sharing__isnull=True, created_at__lt=at - timedelta(days=UNATTACHED_DAYS))
    count = 0
    for file in old:
        file.delete()
        count += 1
    return count


def forget_strays(*, at: datetime) -> int:
    """Remove bytes of which no row tells, left by a transaction that did not end well; return how many files."""
    count = 0
    for uuid, since in storage.kept():
        if at.timestamp() - since > _STRAY_SECONDS and not File.objects.filter(uuid=uuid).exists():
            storage.forget(uuid)
            count += 1
    return count
