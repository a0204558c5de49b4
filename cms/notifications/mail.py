"""Mails: a reference, an element, an urgency and a link, never a title or a text, under a subject that says nothing.

Each mail is handed over and then marked as such, one by one, under an identifier of its own that never changes: a
worker that ends between the two hands it over again as the same mail, which the receiving side knows.
"""

import smtplib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cms.core.instants import current_instant
from cms.notifications.kinds import kind_of, seers_of
from cms.notifications.models import Notice
from cms.notifications.outbox import Row, Unavailable, handler
from cms.notifications.preferences import languages
from cms.notifications.telling import MAIL

BATCH = 25
DIGEST = "digest"
# one sentence cannot be said by all servers: 4xx means later, 5xx means never for this one
_LATER = range(400, 500)


class Refused(Exception):
    """The mail server will not take this mail, now or later."""


@handler(MAIL, batch=BATCH, lease_seconds=300)
def send_mails(rows: list[Row]) -> None:
    """Hand over the mails of these notices, each only to whom may still see the item, and none that went before."""
    at = current_instant()
    notices = _waiting(Notice.objects.filter(pk__in=[row.payload["notice"] for row in rows]), at)
    _send([([notice], f"notice-{notice.uuid}") for notice in notices])


@handler(DIGEST, lease_seconds=120)
def send_digests(rows: list[Row]) -> None:
    """Hand over the digest of each of these people: of all that was due when it was queued."""
    at = current_instant()
    for row in rows:
        named = Notice.objects.filter(pk__in=row.payload["notices"]).order_by("-at", "pk")
        if notices := _waiting(named, at):
            _send([(notices, f"digest-{row.payload['mail']}")])


def _waiting(found: Any, at: datetime) -> list[Notice]:
    """Return the notices not mailed yet whose readers may see the item now; the others are marked as withheld."""
    unsent = list(found.filter(mailed_at__isnull=True, mail_withheld_at__isnull=True).select_related("user", "element"))
    allowed = _still_allowed(unsent, at)
    withheld = [notice.pk for notice in unsent if notice.pk not in allowed]
    Notice.objects.filter(pk__in=withheld).update(mail_withheld_at=at)
    return [notice for notice in unsent if notice.pk in allowed]


def _still_allowed(notices: Sequence[Notice], at: datetime) -> set[int]:
    asked: dict[tuple[str, Any], set[int]] = {}
    for notice in notices:
        asked.setdefault((kind_of(notice.kind).scope, notice.item), set()).add(notice.user_id)
    seers = {key: seers_of(*key, sorted(users), at) for key, users in asked.items()}
    return {notice.pk for notice in notices if notice.user_id in seers[kind_of(notice.kind).scope, notice.item]}


def _send(mails: Sequence[tuple[list[Notice], str]]) -> None:
    """Hand over each mail, over one connection, and mark it; one that is refused does not keep back the others.

    Raises Unavailable where the server does not answer or says later, Refused when some were refused.
    """
    if not mails:
        return
    chosen = languages(notices[0].user_id for notices, _key in mails)
    refused = 0
    with _connection() as connection:
        for notices, key in mails:
            with translation.override(chosen.get(notices[0].user_id, settings.LANGUAGE_CODE)):
                message = _message(notices, key, connection)
            try:
                _hand_over(message)
            except Refused:
                refused += 1
            else:
                Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=current_instant())
    if refused:
        raise Refused(f"{refused} mail(s)")


@contextmanager
def _connection() -> Iterator[Any]:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable from error
    try:
        yield connection
    finally:
        connection.close()


def _hand_over(message: EmailMessage) -> None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise (Unavailable if all(code in _LATER for code in codes) else Refused) from error
    except smtplib.SMTPResponseException as error:
        raise (Unavailable if error.smtp_code in _LATER else Refused) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable from error


def _message(notices: Iterable[Notice], key: str, connection: Any) -> EmailMessage:
    notices = list(notices)
    lines = [_("There is something for you on ICONet."), ""]
    for notice in notices:
        lines += [*_told(notice), ""]
    lines += [_("Sign in to read it. This message contains nothing of it; do not answer it."), ""]
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    return EmailMessage(
        # what stands here is seen on locked screens
        subject=_("ICONet: a notice for you"),
        body="\n".join(lines),
        to=[notices[0].user.email],
        headers={"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def _told(notice: Notice) -> list[str]:
    address = reverse(kind_of(notice.kind).address, args=[notice.item])
    return [
        _("Reference: %(reference)s") % {"reference": notice.reference},
        _("Element: %(element)s") % {"element": notice.element.name},
        _("Urgency: %(urgency)s") % {"urgency": notice.get_urgency_display()},
        f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{address}",
    ]
