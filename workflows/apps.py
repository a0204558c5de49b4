from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Configuration of the app."""

    name = "workflows"
