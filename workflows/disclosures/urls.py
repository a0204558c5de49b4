"""Addresses of requests for disclosure, on the reader site."""

from django.urls import path

from workflows.disclosures import views

urlpatterns = [
    path("disclosures/", views.register, name="disclosure-register"),
    path("i/<str:identifier>/disclosures/", views.disclosures, name="disclosures"),
]
