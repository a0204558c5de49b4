"""Measure how many items a second are loaded."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cms.core.instants import current_instant
from cms.worlds.generating import generated_world
from cms.worlds.services import load_world

TARGET = 250  # items a second, on two cores


class Command(BaseCommand):
    """`benchmark_load_world [--items N] [--json]`: load a made-up world, load it again, and keep nothing of it."""

    help = "Load a made-up world with revisions, search entries and audit, twice, and take everything back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Choose the size and the form of the answer."""
        parser.add_argument("--items", type=int, default=5000)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print items a second for the first load and for the one that changes nothing."""
        items: int = options["items"]
        text = json.dumps(generated_world(items))
        seconds: dict[str, float] = {}
        with transaction.atomic():
            for name in ("added", "unchanged"):
                begun = time.monotonic()
                load_world(value=json.loads(text), at=current_instant())
                seconds[name] = time.monotonic() - begun
            transaction.set_rollback(True)
        rows = {name: {"seconds": round(spent, 2), "rate": round(items / spent)} for name, spent in seconds.items()}
        if options["json"]:
            self.stdout.write(json.dumps({"items": items, **rows}))
            return
        self.stdout.write(f"{'':12}{'items':>8}{'seconds':>10}{'items a second':>17}")
        for name, row in rows.items():
            self.stdout.write(f"{name:12}{items:>8}{row['seconds']:>10.2f}{row['rate']:>17}")
        self.stdout.write(f"Target: {TARGET} items a second added, on two cores; nothing was kept.")
