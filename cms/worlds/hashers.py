"""A password hasher for passwords that are published."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class PublishedPasswordHasher(PBKDF2PasswordHasher):
    """Hashes in a few milliseconds: a demo's passwords stand in its documentation, so a slow hash protects nothing and
    makes loading eighty accounts take half a minute."""

    iterations = 10_000
