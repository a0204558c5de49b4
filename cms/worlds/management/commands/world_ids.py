"""Print which item is which key of a world file."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cms.worlds.management.demo_only import refuse_outside_demo
from cms.worlds.selectors import world_ids


class Command(BaseCommand):
    """`world_ids [--json]`: the identifier of every item by its world key, visible or not; in a demo and tests only."""

    help = "Print the identifier of every item that came from a world file, by its key there (demo and tests only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer JSON."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print key and identifier, a line per item."""
        refuse_outside_demo("world_ids")
        ids = world_ids()
        if options["json"]:
            self.stdout.write(json.dumps(ids, indent=1))
            return
        for key, uuid in ids.items():
            self.stdout.write(f"{uuid}  {key}")
