"""Addresses of the trail's pages, on the reader site: auditors and officers do not work in the editing interface."""

from django.urls import path

from cms.oversight import figures, views

app_name = "oversight"
urlpatterns = [
    path("", views.acts, name="acts"),
    path("readings/", views.readings, name="readings"),
    path("sign-ins/", views.sign_ins, name="sign-ins"),
    path("trail/", views.trail, name="trail"),
    path("keeping/", views.keeping, name="keeping"),
    path("figures/", figures.figures, name="figures"),
    path("figures/table/", figures.taken_along, name="figures-table"),
]
