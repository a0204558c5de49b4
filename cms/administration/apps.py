from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Pages of those who administer people, organisations and groups, explain access, or inspect a single item."""

    name = "cms.administration"
    label = "administration"

    def ready(self) -> None:
        """Name the kinds of notice, and listen to groups that grow."""
        from cms.administration import mailing, receivers  # noqa: F401
        from cms.administration.notices import register_kinds

        register_kinds()
