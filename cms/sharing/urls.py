"""Addresses of an item's sharing, below `/cms/sharing/`."""

from django.urls import path

from cms.sharing import views

app_name = "sharing"
urlpatterns = [
    path("<str:identifier>/", views.item, name="item"),
    path("<str:identifier>/revoke/<str:handle>/", views.revoke, name="revoke"),
    path("<str:identifier>/<slug:name>/", views.act, name="act"),
]
