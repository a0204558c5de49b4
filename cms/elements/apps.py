from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ElementsConfig(AppConfig):
    """Elements of the network; the first four exist after every migration."""

    name = "cms.elements"
    label = "elements"

    def ready(self) -> None:
        """Keep the first elements in place."""
        from cms.elements.services import ensure_elements

        post_migrate.connect(ensure_elements, sender=self)
