"""A database of its own for a measurement, made and dropped around it: the real one is never touched."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cms.elements.models import Element
from cms.elements.services import FIRST_ELEMENTS
from cms.notifications.models import OutboxRow
from cms.organisations.enums import OrganisationKind
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from search.external import ExternalIndex, IndexedItem
from search.models import SearchEntry
from search.storage import NARROW_ROWS

ALIAS = "benchmark"


@contextmanager
def scratch_database(participants: int) -> Iterator[str]:
    """Make a database with the tables that search reads, and these many participants; yield its alias; drop it."""
    name = f"iconet_benchmark_{os.getpid()}"
    default = connections[DEFAULT_DB_ALIAS]
    with default.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connections.databases[ALIAS] = deepcopy(default.settings_dict) | {"NAME": name}
    try:
        _make_tables()
        _fill_names(participants)
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]
        with default.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def take_for_default() -> None:
    """Have this process take the scratch database for the real one, so that what knows but one database works on it;
    for processes that are made for a measurement alone."""
    connections[DEFAULT_DB_ALIAS].close()
    connections.databases[DEFAULT_DB_ALIAS] = connections.databases[ALIAS]
    del connections[DEFAULT_DB_ALIAS]


def _make_tables() -> None:
    connection = connections[ALIAS]
    with connection.schema_editor() as editor:
        for model in (Element, Organisation, Sharing, SearchEntry, ExternalIndex, IndexedItem, OutboxRow):
            editor.create_model(model)
        _forget_foreign_keys(editor)
        editor.execute(NARROW_ROWS, params=None)


def _forget_foreign_keys(editor: BaseDatabaseSchemaEditor) -> None:
    """Items themselves are not made here, so nothing can refer to them."""
    statements: Sequence[object] = editor.deferred_sql
    editor.deferred_sql = [sql for sql in statements if "FOREIGN KEY" not in str(sql)]


def _fill_names(participants: int) -> None:
    Element.objects.using(ALIAS).bulk_create(
        Element(pk=number, key=key, code=code, title=title)
        for number, (key, code, title, _description) in enumerate(FIRST_ELEMENTS, 1)
    )
    Organisation.objects.using(ALIAS).bulk_create(
        Organisation(
            pk=number,
            key=f"p{number}",
            name=f"Participant {number}",
            kind=OrganisationKind.MEMBER_STATE,
            lineage=[number],
        )
        for number in range(1, participants + 1)
    )
