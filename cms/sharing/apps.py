from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Configuration of the app."""

    name = "cms.sharing"
    label = "sharing"
