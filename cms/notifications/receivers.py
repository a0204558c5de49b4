"""What people chose for themselves, applied when they sign in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from cms.notifications.preferences import languages
from cms.users.middleware import LANGUAGE_KEY
from cms.users.models import User


@receiver(user_logged_in)
def speak_their_language(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Have the site speak the person's language for the length of the session."""
    language = languages([user.pk]).get(user.pk)
    if language is not None:
        request.session[LANGUAGE_KEY] = language
