"""The addresses of the API."""

from django.urls import path, re_path

from cms.api.api import api, unknown_address

urlpatterns = [
    path("", api.urls),
    re_path(r"[\s\S]*", unknown_address, name="api-unknown"),
]
