from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Configuration of the app."""

    name = "search"
