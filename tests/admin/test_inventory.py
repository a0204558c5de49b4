"""Every address is declared; what is not declared, hidden or closed is one and the same answer."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from cms.routes.declared import ROUTES, Route, Who
from cms.routes.listing import all_routes
from content_types.models import ElementPage
from tests.admin.answers import seen
from tests.factories import make_item, sign_in

pytestmark = pytest.mark.django_db


def test_every_route_of_the_project_is_declared():
    assert [route for route in all_routes() if route not in ROUTES] == []


def test_nothing_is_declared_that_does_not_exist():
    assert [route for route in ROUTES if route not in all_routes()] == []


def test_every_part_of_an_open_address_has_its_check():
    unchecked = [
        f"{route}: {name}"
        for route, names in all_routes().items()
        for name in names
        if ROUTES[route].who is not Who.NOBODY and name not in ROUTES[route].checks
    ]
    assert unchecked == []


def test_an_undeclared_route_is_absent(house, monkeypatch):
    monkeypatch.delitem(ROUTES, "cms/bulletins/")
    client = house.client("author")
    assert seen(client.get("/cms/bulletins/")) == seen(client.get("/no/such/address/"))


def test_a_part_of_an_address_without_a_check_is_absent(house, monkeypatch):
    sharing = make_item(owner=house.border)
    address = reverse("workflows:item", args=[sharing.uuid])
    client = house.client("author")
    assert client.get(address).status_code == 200
    monkeypatch.setitem(ROUTES, "cms/bulletins/<str:identifier>/", Route(Who.EDITORS))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("who", ["author", "approver", "decider", "liaison", "curator"])
def test_people_with_a_role_that_edits_enter(house, who):
    assert house.client(who).get("/cms/").status_code == 200


@pytest.mark.parametrize("who", ["officer", "superuser"])
@pytest.mark.parametrize("address", ["/cms/", "/cms/bulletins/", "/cms/pages/", "/cms/users/", "/cms/nothing/here/"])
def test_for_everybody_else_it_does_not_exist(house, who, address):
    client = house.client(who)
    assert seen(client.get(address)) == seen(client.get("/no/such/address/"))


@pytest.mark.parametrize("address", ["/cms/", "/cms/users/", "/cms/pages/1/edit/", "/cms/nothing/"])
def test_visitors_are_led_to_the_one_sign_in(db, address):
    response = Client().get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", ["/cms/login/", "/cms/password_reset/"])
def test_wagtails_own_sign_in_leads_to_ours(db, address):
    assert Client().get(address).headers["Location"] == "/accounts/login/?next=/cms/"


def test_without_a_second_factor_nobody_enters(house):
    response = sign_in(Client(), house.author, second_factor=False).get("/cms/")
    assert (response.status_code, response.headers["Location"]) == (302, reverse("mfa_activate_totp"))


def test_hidden_and_absent_items_answer_alike(house):
    hidden = make_item(owner=house.france, state="network", marking="GREEN", title="canary")
    client = house.client("approver")
    absent = seen(client.get("/no/such/address/"))
    for address in (
        reverse("workflows:item", args=[hidden.uuid]),
        reverse("workflows:item", args=[uuid.uuid4()]),
        reverse("sharing:item", args=[hidden.uuid]),
        reverse("sharing:act", args=[hidden.uuid, "withdraw"]),
        reverse("wagtailadmin_pages:edit", args=[hidden.page_id]),
        reverse("wagtailadmin_pages:edit", args=[999_999_999]),
        reverse("wagtailadmin_pages:history", args=[hidden.page_id]),
        reverse("wagtailadmin_pages:view_draft", args=[hidden.page_id]),
        reverse("wagtailadmin_explore", args=[hidden.page_id]),
    ):
        assert seen(client.get(address)) == absent, address


def test_structure_is_for_curators(house):
    element = ElementPage.objects.first()
    for name in ("wagtailadmin_explore", "wagtailadmin_pages:edit", "wagtailadmin_pages:add_subpage"):
        address = reverse(name, args=[element.pk])
        assert house.client("decider").get(address).status_code == 404
        assert house.client("approver").get(address).status_code == 404
        assert house.client("curator").get(address).status_code in {200, 302}


def test_scripts_stay_strict_and_styles_are_loosened_in_the_editing_interface_alone(house):
    client = house.client("author")
    policy = client.get("/cms/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe" not in client.get("/no/such/address/").headers["Content-Security-Policy"]
