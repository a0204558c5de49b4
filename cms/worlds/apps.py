from django.apps import AppConfig


class WorldsConfig(AppConfig):
    """World files: loading, removing, checking what came from them."""

    name = "cms.worlds"
    label = "worlds"

    def ready(self) -> None:
        """Forget the keys of items that are erased."""
        from cms.worlds import receivers  # noqa: F401
