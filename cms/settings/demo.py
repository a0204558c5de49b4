"""The demo: one command on one machine, with the demo world and its published passwords."""

from cms.settings import env, local

local.prepare()

from cms.settings.base import *  # noqa: E402, F403

DEMO = True
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "300/m/ip"}
API_RATE_LIMIT = "6000/m"
# mails become files, unless a mail server is named
EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if env.text("EMAIL_HOST", "") else "filebased") + ".EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = "noreply@iconet.example"
# the demo's passwords are published: a slow hash would protect nothing and make eighty accounts take half a minute
PASSWORD_HASHERS = ["cms.worlds.hashers.PublishedPasswordHasher"]
