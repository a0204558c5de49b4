"""Published passwords are hashed quickly, and hold."""

from django.contrib.auth.hashers import check_password
from django.test import override_settings

from cms.settings import demo
from cms.worlds.hashers import PublishedPasswordHasher

DEMO = override_settings(PASSWORD_HASHERS=demo.PASSWORD_HASHERS)


@DEMO
def test_a_published_password_holds_and_another_does_not() -> None:
    encoded = PublishedPasswordHasher().encode("a published password", "saltysaltysaltysalty")

    assert check_password("a published password", encoded)
    assert not check_password("another password", encoded)


def test_hashing_takes_a_hundredth_of_the_usual_work() -> None:
    hasher = PublishedPasswordHasher()

    assert hasher.decode(hasher.encode("a", "saltysaltysaltysalty"))["iterations"] == 10_000
