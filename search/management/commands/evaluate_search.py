"""Measure how well an engine finds."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from search.benchmark.outside import Unanswered
from search.engines.elastic.connection import FarSideErrors
from search.evaluation.collection import UnreadableCollection, read_collection
from search.evaluation.running import BASELINE, SCRATCH, evaluate, evaluate_baseline


class Command(BaseCommand):
    """`evaluate_search DIR`: nDCG@10, recall@100, MRR and median time of an engine over a judged collection."""

    help = (
        "Reads docs.jsonl (id, title, text, optional language), queries.jsonl (id, text) and qrels.tsv (query, "
        "document, grade), indexes them in a scratch place through the builders of the product, asks its own queries "
        "and prints nDCG@10 (gain 2^grade - 1), recall@100, MRR and the median time. The real data are not touched."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the directory, the engine and the form of the output."""
        parser.add_argument("directory", type=Path)
        parser.add_argument("--engine", choices=[*sorted(SCRATCH), BASELINE], default="postgres")
        parser.add_argument("--json", action="store_true", help="print figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        try:
            collection = read_collection(options["directory"])
        except UnreadableCollection as error:
            raise CommandError(str(error)) from error
        if not collection.documents or not collection.questions:
            raise CommandError("There is no document, or no query with a judgement.")
        engine = options["engine"]
        try:
            found = evaluate_baseline(collection) if engine == BASELINE else evaluate(collection, SCRATCH[engine])
        except (*FarSideErrors, ImproperlyConfigured, Unanswered) as error:
            raise CommandError(str(error)) from error
        content = {
            "collection": options["directory"].name,
            "engine": engine,
            "documents": len(collection.documents),
            "queries": len(collection.questions),
            **found.as_json(),
        }
        self.stdout.write(
            json.dumps(content, indent=2)
            if options["json"]
            else "\n".join(f"{name:<11} {value}" for name, value in content.items())
        )
