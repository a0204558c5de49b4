"""Commands that tell what nobody may know outside a demo."""

from django.conf import settings
from django.core.management.base import CommandError


def refuse_outside_demo(command: str) -> None:
    """Raise CommandError unless this is a demo."""
    if not settings.DEMO:
        raise CommandError(f"{command} works in a demo only: it tells what nobody may know elsewhere.")
