from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP API, over the same selectors as the reader site."""

    name = "cms.api"
    label = "api"
