"""People who come in through the real door: e-mail address, password, one-time code, terms."""

import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from cms.users.models import User
from tests.factories.people import PASSWORD, sign_in

_STEP_SECONDS = 30


def give_second_factor(user: User) -> str:
    """Enrol the person's authenticator app; return its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def one_time_code(secret: str) -> str:
    """Return what the app shows now."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // _STEP_SECONDS))
    return code


def sign_in_by_hand(page: Page, user: User, secret: str) -> None:
    """Go through the sign-in pages as a person does."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.locator("[name=code]").fill(one_time_code(secret))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def bring_in(page: Page, user: User, base_url: str) -> None:
    """Give the browser the session of somebody who has come in by the real door: for those whose way in is not told."""
    session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
