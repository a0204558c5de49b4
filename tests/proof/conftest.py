"""The crawl's world, made once for each file of tests that crawls; and how far it goes."""

import os
from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.proof.crawling import Crawl, make_crawl

# `make proof` asks for every item as everybody; the tests of each change ask for some of each kind
EVERYTHING = os.environ.get("PROOF") == "everything"
T = TypeVar("T")


@pytest.fixture(scope="module")
def crawl(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Crawl]:
    """The world and all who ask; what the asking did is undone at once, and the world at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_crawl()
        transaction.set_rollback(True)


def some(things: Sequence[T], turn: int) -> Sequence[T]:
    """Return one of the things, another one at each turn; all of them where everything is asked."""
    if EVERYTHING or not things:
        return things
    return [things[turn % len(things)]]
