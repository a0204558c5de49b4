"""Addresses of the administration, below `/cms/`. An act's address ends with its name."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from cms.administration.acts.base import Kind
from cms.administration.acts.groups import GROUPS, GROUPS_AT_ALL, MEMBERS
from cms.administration.acts.inspections import GRANTS_AT_ALL
from cms.administration.acts.orders import ORDERS, ORDERS_AT_ALL
from cms.administration.acts.organisations import ORGANISATIONS, ORGANISATIONS_AT_ALL
from cms.administration.acts.people import ADMINISTRATORS, MEMBERSHIPS, PEOPLE, PEOPLE_AT_ALL
from cms.administration.views import explain, groups, inspect, orders, organisations, people, start
from cms.administration.views.acting import act_view


def _acts(kind: Kind, prefix: str = "", suffix: str = "") -> list[URLPattern]:
    """Return the addresses of the acts of a kind."""
    return [path(f"{prefix}{act.name}/", act_view(kind, act.name), name=f"{act.name}{suffix}") for act in kind.acts]


_people = (
    [
        path("", people.index, name="index"),
        *_acts(PEOPLE_AT_ALL),
        path("due/", people.due, name="due"),
        path("<uuid:handle>/", people.person, name="person"),
        *_acts(PEOPLE, "<uuid:handle>/"),
        *_acts(MEMBERSHIPS, "memberships/<uuid:membership>/"),
        *_acts(ADMINISTRATORS, "administrators/<uuid:membership>/", "-administrator"),
    ],
    "people",
)
_organisations = (
    [
        path("", organisations.index, name="index"),
        *_acts(ORGANISATIONS_AT_ALL),
        path("proposals/<uuid:proposal>/", organisations.proposal, name="proposal"),
        path("proposals/<uuid:proposal>/<slug:answer>/", organisations.decide, name="decide"),
        path("of/<slug:key>/", organisations.organisation, name="organisation"),
        *_acts(ORGANISATIONS, "of/<slug:key>/"),
    ],
    "organisations",
)
_groups = (
    [
        path("", groups.index, name="index"),
        *_acts(GROUPS_AT_ALL),
        path("admissions/<uuid:admission>/", groups.admission, name="admission"),
        path("admissions/<uuid:admission>/<slug:answer>/", groups.answer, name="answer"),
        path("of/<slug:group>/", groups.group, name="group"),
        *_acts(GROUPS, "of/<slug:group>/"),
        path("of/<slug:group>/remove/<slug:member>/", act_view(MEMBERS, "remove"), name="remove"),
    ],
    "working-groups",
)
_inspections = (
    [
        path("", inspect.index, name="index"),
        *_acts(GRANTS_AT_ALL),
        path("<uuid:grant>/open/", inspect.open_item, name="open"),
        path("<uuid:grant>/<slug:answer>/", inspect.answer, name="answer"),
    ],
    "inspections",
)
_orders = (
    [
        path("", orders.index, name="index"),
        *_acts(ORDERS_AT_ALL),
        *_acts(ORDERS, "<uuid:identifier>/"),
    ],
    "orders",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/", start.start, name="administration"),
    path("people/", include(_people)),
    path("own-organisations/", include(_organisations)),
    path("working-groups/", include(_groups)),
    path("explain/", explain.explain, name="explain"),
    path("inspect/", include(_inspections)),
    path("quarantine/", include(_orders)),
]
