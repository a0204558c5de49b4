"""The API's description of itself."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_every_parameter_is_described():
    schema = Client().get("/api/v1/openapi.json").json()
    reading = {"/api/v1/search", "/api/v1/items/{identifier}"}
    assert {method for path in reading for method in schema["paths"][path]} == {"get"}
    described = [parameter["name"] for parameter in schema["paths"]["/api/v1/search"]["get"]["parameters"]]
    facets = "element country owner type state marking level language attachment year".split()
    assert described == ["q", *facets, *"from to sort match after page size facets".split()]
    assert set(schema["paths"]["/api/v1/search"]["get"]["responses"]) == {"200", "422", "429"}


def test_the_page_asks_no_other_host():
    page = Client().get("/api/v1/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith("/static/ninja/") for address in addresses)
    assert '"validatorUrl": null' in page
    assert "<script>" not in page
