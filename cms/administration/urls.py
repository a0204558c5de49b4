"""Addresses of the administration, below `/cms/`."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from cms.administration.views import administrators, explain, groups, inspect, organisations, people, start

_people = (
    [
        path("", people.index, name="index"),
        path("enrol/", people.enrol, name="enrol"),
        path("due/", people.due, name="due"),
        path("<uuid:handle>/", people.person, name="person"),
        path("<uuid:handle>/suspend/", people.suspend, name="suspend"),
        path("<uuid:handle>/lift/", people.lift, name="lift"),
        path("<uuid:handle>/sessions/", people.sessions, name="sessions"),
        path("<uuid:handle>/invite/", people.invite, name="invite"),
        path("<uuid:handle>/anew/", people.anew, name="anew"),
        path("memberships/<uuid:membership>/change/", people.change, name="change"),
        path("memberships/<uuid:membership>/confirm/", people.confirm, name="confirm"),
        path("memberships/<uuid:membership>/end/", people.end, name="end"),
        path("administrators/<uuid:membership>/suspend/", administrators.suspend, name="suspend-administrator"),
        path("administrators/<uuid:membership>/lift/", administrators.lift, name="lift-administrator"),
    ],
    "people",
)
_organisations = (
    [
        path("", organisations.index, name="index"),
        path("add/", organisations.found, name="found"),
        path("proposals/<uuid:proposal>/", organisations.proposal, name="proposal"),
        path("proposals/<uuid:proposal>/<slug:answer>/", organisations.decide, name="decide"),
        path("of/<slug:key>/", organisations.organisation, name="organisation"),
        path("of/<slug:key>/rename/", organisations.rename, name="rename"),
        path("of/<slug:key>/lower/", organisations.lower, name="lower"),
        path("of/<slug:key>/raise/", organisations.higher, name="raise"),
        path("of/<slug:key>/propose/", organisations.propose, name="propose"),
    ],
    "organisations",
)
_groups = (
    [
        path("", groups.index, name="index"),
        path("found/", groups.found, name="found"),
        path("admissions/<uuid:admission>/<slug:answer>/", groups.answer, name="answer"),
        path("of/<slug:group>/", groups.group, name="group"),
        path("of/<slug:group>/charter/", groups.charter, name="charter"),
        path("of/<slug:group>/end/", groups.end, name="end"),
        path("of/<slug:group>/propose/", groups.propose, name="propose"),
        path("of/<slug:group>/remove/<slug:member>/", groups.remove, name="remove"),
    ],
    "working-groups",
)
_inspections = (
    [
        path("", inspect.index, name="index"),
        path("ask/", inspect.ask, name="ask"),
        path("<uuid:grant>/open/", inspect.open_item, name="open"),
        path("<uuid:grant>/<slug:answer>/", inspect.answer, name="answer"),
    ],
    "inspections",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/", start.start, name="administration"),
    path("people/", include(_people)),
    path("own-organisations/", include(_organisations)),
    path("working-groups/", include(_groups)),
    path("explain/", explain.explain, name="explain"),
    path("inspect/", include(_inspections)),
]
