"""An item with a word of its own in all that is kept about it, and looking for words wherever anything is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from psycopg import sql
from wagtail.models import Comment, Page, PageLogEntry

from cms.desk.models import Watch
from cms.documents.models import FileText
from cms.notifications.enums import Urgency
from cms.notifications.models import Notice, OutboxRow
from cms.sharing.models import CorrectionNotice, Sharing
from cms.sharing.services.pending import propose_narrowing
from cms.sharing.signals import items_changed
from content_types.models import Bulletin
from search.models import Finding, SavedSearch
from tests.admin.conftest import House
from tests.documents.making import blocks, make_file
from tests.factories import ItemFacts, make_item, set_facts
from tests.factories.items import page_of
from workflows.alerts.enums import Answer
from workflows.alerts.models import KeptForm, Question, Receipt, Release
from workflows.disclosures.models import DisclosureRequest
from workflows.models import Closing, DraftComment, DraftLock, DraftOpening, ReviewReminder, Schedule
from workflows.retention.models import Hold, OwnTerm
from workflows.services import begin_review

# what may name an erased item: the trail, the stub, and the note that a copy outside the database is to be overwritten
NAMED_AFTER = {"audit_auditevent", "retention_eraseditem"}


@dataclass(frozen=True, slots=True)
class Planted:
    """An item and the words that stand for it."""

    sharing: Sharing
    word: str
    title_word: str


def _new_word() -> str:
    """Return a word that stands nowhere: files that an earlier run of the tests left would hold words that are counted.
    It is one word to search too, whatever the language."""
    return "zyx" + uuid4().hex.translate(str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")) + "q"


def plant(house: House, published_at: datetime, now: datetime) -> Planted:
    """Make a published item with a working copy, files and all that people leave on an item, each with the word."""
    word, title_word = _new_word(), _new_word()
    sharing = make_item(owner=house.border, author=house.author, title=f"{title_word} {word}", at=published_at)
    report, picture = make_file(sharing, image=False, name=f"{word}.pdf", content=word.encode()), make_file(sharing)
    FileText.objects.create(file=report, number=1, text=f"{word} in a file")
    report.text_state = "read"
    report.save()
    _write(sharing, house, [{"type": "text", "value": f"<p>{word} live</p>"}, *blocks(report, picture)], publish=True)
    set_facts(sharing, ItemFacts(state="network", marking="GREEN"), at=published_at)
    _say(sharing, house, word, now)
    _write(sharing, house, [{"type": "text", "value": f"<p>{word} draft</p>"}], publish=False)
    begin_review(sharing=sharing, requested_by=house.author, at=now)
    Page.objects.filter(pk=sharing.page_id).update(last_published_at=published_at)
    items_changed.send(sender=Sharing, sharing_ids=[sharing.pk])
    return Planted(Sharing.objects.get(pk=sharing.pk), word, title_word)


def _write(sharing: Sharing, house: House, body: Any, *, publish: bool) -> None:
    page: Any = page_of(sharing)
    page.body = Bulletin._meta.get_field("body").to_python(body)
    revision = page.save_revision(user=house.author, log_action=True)
    if publish:
        revision.publish(user=house.author, skip_permission_checks=True)


def _say(sharing: Sharing, house: House, word: str, now: datetime) -> None:
    """Leave the word in all that is said about an item."""
    page = page_of(sharing)
    revision_id = page.latest_revision_id
    people: dict[str, Any] = {"sharing": sharing, "user": house.author}
    PageLogEntry.objects.create(
        page=page, label=f"{word} title", action="wagtail.edit", timestamp=now, user=house.author,
        content_type_id=page.content_type_id,
    )  # fmt: skip
    Comment.objects.create(page=page, user=house.author, text=f"{word} comment", contentpath="body")
    DraftComment.objects.create(
        sharing=sharing, revision_id=revision_id, author=house.author, text=f"{word} said", written_at=now
    )
    DraftLock.objects.create(**people, since=now)
    DraftOpening.objects.create(**people, opened_at=now)
    Closing.objects.create(sharing=sharing, reason=f"{word} closed", closed_at=now)
    Schedule.objects.create(sharing=sharing, note=f"{word} note")
    ReviewReminder.objects.create(sharing=sharing, due_on=now.date(), told_at=now)
    CorrectionNotice.objects.create(sharing=sharing, at=now, text=f"{word} corrected")
    propose_narrowing(sharing=sharing, kind="withdraw", actor=house.author, at=now, reason="Because")
    sharing.pending_acts.update(text=f"{word} proposed")
    Question.objects.create(
        sharing=sharing, asked_for=house.france, asked_at=now, text=f"{word} asked", answer=f"{word} answered"
    )
    DisclosureRequest.objects.create(
        sharing=sharing, asked_for=house.france, asked_at=now, third_party=word, purpose=word, answer_by=now.date()
    )
    release = Release.objects.create(sharing=sharing, urgency=Urgency.FLASH, released_at=now, answer_by=now)
    Receipt.objects.create(
        release=release, participant=house.france, acknowledged_at=now, answer=Answer.NOTED, note=f"{word} noted"
    )
    Hold.objects.create(sharing=sharing, reason=f"{word} held", placed_at=now, lifted_at=now)
    OwnTerm.objects.create(sharing=sharing, on=(now + timedelta(days=1)).date(), set_at=now)
    OwnTerm.objects.filter(sharing=sharing).delete()
    _say_by_identifier(sharing, house, word, now)


def _say_by_identifier(sharing: Sharing, house: House, word: str, now: datetime) -> None:
    """Leave the word where the item is named without a foreign key."""
    KeptForm.objects.create(user=house.author, form=sharing.uuid, data={"title": [f"{word} typed"]}, kept_at=now)
    Watch.objects.create(user=house.author, item=sharing.uuid, since=now)
    saved = SavedSearch.objects.create(user=house.officer, name="Boats", parameters="q=boats", created_at=now)
    Finding.objects.create(saved=saved, sharing_id=sharing.pk, found_at=now)
    Notice.objects.create(
        user=house.author, kind="review_due", item=sharing.uuid, reference=sharing.reference, element=sharing.element,
        urgency=Urgency.ROUTINE, at=now, told_at=now, frequency="never",
    )  # fmt: skip
    OutboxRow.objects.create(
        kind="notify", payload={"item": str(sharing.uuid), "word": word}, created_at=now, due=now + timedelta(days=900)
    )


def tables_with(text: str) -> set[str]:
    """Return the names of all tables in which any column of any row holds the text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        names = [name for (name,) in cursor.fetchall()]
        found = set()
        for name in names:
            ask = sql.SQL("SELECT EXISTS (SELECT FROM {0} AS r WHERE r::text ILIKE %s)").format(sql.Identifier(name))
            cursor.execute(ask, [f"%{text}%"])
            found |= {name} if cursor.fetchone() == (True,) else set()
    return found


def files_with(text: str) -> set[Path]:
    """Return all files below the folders of the application that have the text in their names or their bytes."""
    roots = [Path(settings.FILES_ROOT), Path(settings.MEDIA_ROOT)]
    found = [path for root in roots for path in root.rglob("*") if path.is_file()]
    return {path for path in found if text in path.name or text.encode() in path.read_bytes()}
