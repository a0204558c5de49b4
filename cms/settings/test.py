"""Tests: real PostgreSQL, fast password hashing, everything else as in the demo."""

import os

from cms.core import embedded_postgres

# a server of its own, which tests/conftest.py starts with settings that a power cut would not forgive
TEST_SERVER = embedded_postgres.data_dir() / "test-postgres"
os.environ.setdefault("DATABASE_URL", embedded_postgres.url(TEST_SERVER))

from cms.settings.demo import *  # noqa: E402, F403

# the audit trail refuses to be emptied: see tests/database for how tests that commit are cleaned up after
DATABASES["default"]["ENGINE"] = "tests.database"
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILES_ROOT = DATA_DIR / "test-files"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# static files straight from where they stand, without a collection
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
