"""Addresses of retention, below `/cms/retention/`."""

from django.urls import path

from workflows.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("rules/", views.rules, name="rules"),
    path("<str:identifier>/", views.item, name="item"),
]
