from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentTypesConfig(AppConfig):
    """Content as pages; the structure of the site exists after every migration."""

    name = "content_types"

    def ready(self) -> None:
        """Keep the structure in place."""
        from content_types.services import ensure_structure

        post_migrate.connect(ensure_structure, sender=self)
