"""The address that limits are counted by."""

from django.test import RequestFactory

from cms.core.http import client_address


def asked_with(**headers):
    return RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", **headers)


def test_without_a_proxy_a_header_of_the_visitor_counts_for_nothing(settings):
    settings.BEHIND_PROXY = False
    assert client_address(asked_with(HTTP_X_FORWARDED_FOR="198.51.100.7")) == "127.0.0.1"


def test_behind_a_proxy_the_address_it_added_last_counts(settings):
    settings.BEHIND_PROXY = True
    assert client_address(asked_with(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")) == "198.51.100.7"


def test_a_proxy_that_says_nothing_puts_everybody_under_one_limit(settings):
    settings.BEHIND_PROXY = True
    assert client_address(asked_with()) == "0.0.0.0"  # noqa: S104 - no address at all
