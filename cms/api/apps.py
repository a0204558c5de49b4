from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Configuration of the app."""

    name = "cms.api"
    label = "api"
