from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail of every act."""

    name = "cms.audit"
    label = "audit"

    def ready(self) -> None:
        """Listen to acts of the apps below."""
        from cms.audit import receivers  # noqa: F401
