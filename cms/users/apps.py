from django.apps import AppConfig
from django.db.models.signals import post_migrate


class UsersConfig(AppConfig):
    """People, sign-in and terms; a first version of the terms exists after every migration."""

    name = "cms.users"
    label = "users"

    def ready(self) -> None:
        """Keep terms in place; report sign-ins."""
        from cms.users import receivers  # noqa: F401
        from cms.users.services import ensure_terms

        post_migrate.connect(ensure_terms, sender=self)
