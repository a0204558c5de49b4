from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The platform's ground floor: it knows no other app."""

    name = "cms.core"
    label = "core"
