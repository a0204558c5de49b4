from django.apps import AppConfig


class WorldsConfig(AppConfig):
    """Configuration of the app."""

    name = "cms.worlds"
    label = "worlds"
