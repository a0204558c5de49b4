"""Measure how many rows of the trail can be written as requests write them: one row, one transaction, one commit."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from cms.audit.enums import Event
from cms.audit.sealing import seal
from cms.audit.services import Entry, record
from cms.audit.verifying import verify
from cms.core.acts import note_session
from cms.core.instants import current_instant

SCRATCH = "benchmark_audit"


class Command(BaseCommand):
    """Rows a second, in a database of its own that is dropped again."""

    help = "Measure how fast rows of the audit trail are written, sealed and verified, in a scratch database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much and how many at once."""
        parser.add_argument("--rows", type=int, default=10_000, help="rows each process writes (default 10000)")
        parser.add_argument("--processes", type=int, default=2, help="processes that write at once (default 2)")

    def handle(self, *_args: Any, rows: int, processes: int, **_options: Any) -> None:
        """Print a table."""
        if rows < 1 or processes < 1:
            raise CommandError("Give at least one row and one process.")
        with _scratch_database():
            began = time.perf_counter()
            with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
                medians = list(pool.map(_write, [rows] * processes))
            written = time.perf_counter() - began
            sealed = _seconds(lambda: seal(at=current_instant()))
            verified = _seconds(verify)
        total = rows * processes
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            (commit,) = cursor.fetchone()
        self.stdout.write(f"one row a transaction, {processes} processes, synchronous_commit {commit}")
        self.stdout.write(
            f"written   {total:>8} rows {total / written:>10,.0f} rows/s  median {median(medians):.2f} ms"
        )
        self.stdout.write(f"sealed    {total:>8} rows {total / sealed:>10,.0f} rows/s")
        self.stdout.write(f"verified  {total:>8} rows {total / verified:>10,.0f} rows/s")


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _write(rows: int) -> float:
    """Write so many rows, each as a request that reads an item does; return the median time of one in ms."""
    connection.close()
    note_session("a session")
    times = []
    for _number in range(rows):
        began = time.perf_counter()
        with transaction.atomic():
            record(
                Entry(
                    event=Event.ITEM_VIEWED,
                    at=current_instant(),
                    actor_id=1,
                    item=uuid4(),
                    version=1,
                    owner_id=1,
                    marking="AMBER",
                    rule="sharing.view",
                )
            )
        times.append(time.perf_counter() - began)
    connection.close()
    return median(times) * 1000


@contextmanager
def _scratch_database() -> Iterator[None]:
    """Let the connection be one to an empty database with all tables, and drop that afterwards."""
    usual = connection.settings_dict["NAME"]
    _administer("DROP DATABASE IF EXISTS {name}", "CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = SCRATCH
    try:
        call_command("migrate", verbosity=0)
        connection.close()
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = usual
        _administer("DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(*statements: str) -> None:
    name = psycopg.sql.Identifier(SCRATCH)
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as administration:
        for statement in statements:
            administration.execute(psycopg.sql.SQL(statement).format(name=name))
