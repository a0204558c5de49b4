"""Sign-ins and sign-outs, reported to the audit trail."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from cms.core.acts import Act, note_session, report
from cms.core.instants import current_instant
from cms.users.models import User


@receiver(user_logged_in)
def record_sign_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Record that a session was opened."""
    note_session(request.session.session_key)
    report(Act(event="signed_in", at=current_instant(), actor_id=user.pk))


@receiver(user_logged_out)
def record_sign_out(user: User | None, **_signal: Any) -> None:
    """Record that a session was ended."""
    report(Act(event="signed_out", at=current_instant(), actor_id=user.pk if user else None))


@receiver(user_login_failed)
def record_failure(**_signal: Any) -> None:
    """Record a failed attempt, without the address that was tried: known and unknown ones leave the same row."""
    report(Act(event="sign_in_failed", at=current_instant(), actor_id=None))
