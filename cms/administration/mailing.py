"""Invitations by mail. The link is made when the mail is: no row and no screen holds it before."""

import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cms.core.instants import current_instant
from cms.notifications.outbox import Row, Unavailable, handler, put
from cms.notifications.preferences import languages
from cms.users.invitations import invite
from cms.users.models import User

INVITATION = "invitation"
# one sentence cannot be said by all servers: 4xx means later, 5xx means never for this one
_NEVER = 500


def send_invitation(user: User, at: datetime) -> None:
    """Queue the mail that invites the person, in the caller's transaction; a link made before counts no more then."""
    put(INVITATION, payload={"user": user.pk}, at=at, key=str(user.pk))


@handler(INVITATION)
def mail_invitations(rows: list[Row]) -> None:
    """Make and send the link of each person who still has no password; who has one meanwhile is left alone."""
    for user in User.objects.filter(pk__in=[row.payload["user"] for row in rows], is_active=True).order_by("pk"):
        if not user.has_usable_password():
            token = invite(user=user, actor=None, at=current_instant())
            with translation.override(languages([user.pk]).get(user.pk, settings.LANGUAGE_CODE)):
                _hand_over(_message(user, token))


def _message(user: User, token: str) -> EmailMessage:
    lines = [
        _("You have been enrolled on ICONet. Choose your password by this link:"),
        "",
        f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{reverse('invitation', args=[token])}",
        "",
        _("It counts once and for seven days. If you did not expect it, do not open it. Do not answer this message."),
        "",
    ]
    headers = {"Auto-Submitted": "auto-generated"}
    # what stands here is seen on locked screens
    return EmailMessage(subject=_("ICONet: a message for you"), body="\n".join(lines), to=[user.email], headers=headers)


def _hand_over(message: EmailMessage) -> None:
    """Send; raises Unavailable where the server does not answer or says later, its own error where it says never."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= _NEVER for code, _text in error.recipients.values()):
            raise
        raise Unavailable from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= _NEVER:
            raise
        raise Unavailable from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable from error
