"""Addresses of an item's sharing, below `/cms/sharing/`."""

from django.urls import path

from cms.sharing.views import acts, bulk, pages, waiting

app_name = "sharing"
urlpatterns = [
    path("bulk/", bulk.bulk, name="bulk"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("waiting/item/<str:identifier>/", waiting.waiting_of, name="waiting-of"),
    path("waiting/<uuid:handle>/", waiting.decide, name="decide"),
    path("<str:identifier>/", pages.item, name="item"),
    path("<str:identifier>/readers/", pages.readers, name="readers"),
    path("<str:identifier>/timeline/", pages.timeline, name="timeline"),
    path("<str:identifier>/view-as/", pages.view_as, name="view-as"),
    path("<str:identifier>/revoke/<str:handle>/", acts.revoke, name="revoke"),
    path("<str:identifier>/<slug:name>/", acts.act, name="act"),
]
