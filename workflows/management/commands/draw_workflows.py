"""Draw the workflows into the guides, from the definition that the services obey."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from workflows.definition import definition
from workflows.diagram import draw

PICTURES = {"workflow.svg": False, "workflow-validated.svg": True}


def pictures() -> dict[str, str]:
    """Return file name → the picture, in English as the guides are."""
    with translation.override("en"):
        return {name: str(draw(definition(validates=validates))) for name, validates in PICTURES.items()}


class Command(BaseCommand):
    """`manage.py draw_workflows`: write the pictures into docs/images."""

    help = "Draw the editorial workflows into the guides, from their definition."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files; say which."""
        folder = Path(settings.BASE_DIR) / "docs" / "images"
        for name, picture in pictures().items():
            (folder / name).write_text(picture, encoding="utf-8")
            self.stdout.write(str(folder / name))
