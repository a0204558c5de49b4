"""Invitations: the first way in for somebody who has no password. A link counts once, and until a day."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.users.models import Invitation, User

LASTS = timedelta(days=7)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, user: User, actor: User | None, at: datetime) -> str:
    """Make a new link for an account that has no password yet, and end those before it; return its secret part.

    The secret is not kept: it is shown or sent now, or never. Raises ValidationError for an account with a password:
    nobody gets into somebody's account by inviting them again. Raises PermissionDenied for the own account.
    """
    if actor is not None and actor.pk == user.pk:
        raise PermissionDenied(_("Nobody invites themselves."))
    account = User.objects.select_for_update().get(pk=user.pk)
    if account.has_usable_password():
        raise ValidationError(_("This person has a password already and signs in with it."))
    account.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        user=account, token_hash=_hash(token), created_by=actor, created_at=at, expires_at=at + LASTS
    )
    report(Act(event="person_invited", at=at, actor_id=actor.pk if actor else None, details={"user": account.pk}))
    return token


def open_invitation(token: str, at: datetime) -> Invitation | None:
    """Return the invitation that the link stands for; None for one that is unknown, used, revoked or too old."""
    rows = Invitation.objects.select_related("user").filter(
        token_hash=_hash(token), used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at, user__is_active=True
    )
    return rows.first()


@transaction.atomic
def use_invitation(*, invitation: Invitation, password: str, at: datetime) -> User:
    """Set the account's password by its link, which then counts no more; the person is enrolled with this.

    Raises ValidationError where the link was used meanwhile.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.used_at is not None or row.revoked_at is not None or row.expires_at <= at:
        raise ValidationError(_("This link has been used already."))
    user = User.objects.select_for_update().get(pk=row.user_id)
    user.set_password(password)
    user.enrolled_at = user.enrolled_at or at
    user.save(update_fields=["password", "enrolled_at"])
    row.used_at = at
    row.save(update_fields=["used_at"])
    report(Act(event="invitation_used", at=at, actor_id=user.pk, details={"user": user.pk}))
    return user


@transaction.atomic
def forget_way_in(*, user: User, actor: User, at: datetime) -> None:
    """Take password and second factor away from an account, for somebody who has lost one of them; sessions end."""
    account = User.objects.select_for_update().get(pk=user.pk)
    account.set_unusable_password()
    account.session_round += 1
    account.save(update_fields=["password", "session_round"])
    Authenticator.objects.filter(user=account).delete()
    report(Act(event="way_in_forgotten", at=at, actor_id=actor.pk, details={"user": account.pk}))


@transaction.atomic
def end_sessions(*, user: User, actor: User | None, at: datetime, reason: str = "") -> None:
    """End every open session of the account: each fails with its next request."""
    account = User.objects.select_for_update().get(pk=user.pk)
    account.session_round += 1
    account.save(update_fields=["session_round"])
    report(
        Act(
            event="sessions_ended",
            at=at,
            actor_id=actor.pk if actor else None,
            reason=reason,
            details={"user": account.pk},
        )
    )
