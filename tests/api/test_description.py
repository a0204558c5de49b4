"""The API's description of itself."""

import re

import pytest
from django.test import Client

from search.facet_titles import declared_facets

pytestmark = pytest.mark.django_db


def test_every_parameter_is_described():
    schema = Client().get("/api/v1/openapi.json").json()
    reading = {"/api/v1/search", "/api/v1/items/{identifier}"}
    assert {method for path in reading for method in schema["paths"][path]} == {"get"}
    described = [parameter["name"] for parameter in schema["paths"]["/api/v1/search"]["get"]["parameters"]]
    facets = "element country owner type state marking level language attachment year".split()
    own = [f"field.{name}" for name in declared_facets()]
    assert "field.urgency" in own
    assert described == ["q", *facets, *own, *"from to sort match after page size facets".split()]
    assert set(schema["paths"]["/api/v1/search"]["get"]["responses"]) == {"200", "422", "429"}


# everything that is posted; each is an act of a catalogue, and what is not here does not exist
ON_ITEMS = (
    "undo withdraw narrow tighten quarantine widen loosen facts end-quarantine transfer public prepare-public "
    "supersede end-supersession correct flag revoke draft-facts propose"
)
ADMINISTERED = {
    "people/{handle}": "suspend lift sessions invite anew",
    "memberships/{membership}": "change confirm end",
    "administrators/{membership}": "suspend lift",
    "organisations/{key}": "rename lower raise propose",
    "proposals/{proposal}": "accept refuse",
    "groups/{group}": "charter end propose",
    "groups/{group}/members/{member}": "remove",
    "admissions/{admission}": "yes no",
    "inspections/{grant}": "confirm end",
    "quarantine/{identifier}": "end",
    "waiting/{handle}": "confirm decline take-back",
    "search/saved/{handle}": "change delete",
    "search/history": "empty",
}
POSTED = {"people", "participants", "organisations", "groups", "inspections", "quarantine", "search/saved"}
POSTED |= {f"items/{{identifier}}/sharing/{name}" for name in ON_ITEMS.split()}
POSTED |= {f"{place}/{name}" for place, names in ADMINISTERED.items() for name in names.split()}


def test_what_is_posted_is_a_closed_list_and_each_part_of_it_is_described():
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    posted = {path.removeprefix("/api/v1/"): methods["post"] for path, methods in paths.items() if "post" in methods}
    assert set(posted) == POSTED
    assert {method for methods in paths.values() for method in methods} == {"get", "post"}
    bodies = {
        path: operation["requestBody"]["content"]["application/json"]["schema"] for path, operation in posted.items()
    }
    assert [path for path, body in bodies.items() if body["additionalProperties"] is not False] == []
    undescribed = [
        f"{path}: {name}"
        for path, body in bodies.items()
        for name, part in body["properties"].items()
        if not part.get("description")
    ]
    assert undescribed == []
    for operation in posted.values():
        assert {"200", "401", "404", "422", "429"} <= set(operation["responses"])
        assert "dry_run" in [parameter["name"] for parameter in operation["parameters"]]
        assert operation["security"]
    assert set(bodies["items/{identifier}/sharing/narrow"]["properties"]) == {"state", "reason"}
    assert "restricted" in bodies["items/{identifier}/sharing/narrow"]["properties"]["state"]["enum"]
    assert {"role", "competences", "valid_until"} <= set(bodies["people"]["properties"])


def test_the_page_asks_no_other_host():
    page = Client().get("/api/v1/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith("/static/ninja/") for address in addresses)
    assert '"validatorUrl": null' in page
    assert "<script>" not in page
