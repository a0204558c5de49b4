"""Addresses of files. Each request is checked; there is no other way to the bytes."""

from django.urls import path

from cms.documents import views

urlpatterns = [
    path("f/<str:identifier>/", views.whole, name="file"),
    path("f/<str:identifier>/<str:width>/", views.in_width, name="file-in-width"),
    path("cms/files/", views.upload, name="file-upload"),
]
