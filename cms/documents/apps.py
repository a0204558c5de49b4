from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Files of items: taken, looked through, kept, and given to those who may read a version that shows them."""

    name = "cms.documents"

    def ready(self) -> None:
        """Have rows take their bytes with them, and the worker scan and read files."""
        from cms.core import health, periodic
        from cms.documents import receivers  # noqa: F401 - connects its receivers
        from cms.documents.scanner import state
        from cms.documents.tasks import HOUR, tidy_files
        from cms.documents.telling import register_kinds

        register_kinds()
        health.register("scanner", state)
        periodic.register("tidy_files", HOUR, tidy_files)
