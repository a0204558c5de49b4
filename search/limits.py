"""What a search may cost: its time, and how often one person may ask."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django_ratelimit.core import get_usage
from psycopg.errors import QueryCanceled

from cms.users.http import ViewerRequest
from search.engines.base import EngineQuery
from search.syntax import units

MOST_MILLISECONDS = 4000
# a question of fewer words, all of which must be there, is over in a blink; to set the limit takes time too
_CHEAP = 6


class TookTooLong(Exception):
    """The search was broken off."""


@contextmanager
def limited_time(asked: EngineQuery) -> Iterator[None]:
    """Break the search off where it takes too long, with TookTooLong; the transaction around it goes on."""
    if asked.match == "all" and len(list(units(asked.query))) < _CHEAP and not _has_prefix(asked):
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(MOST_MILLISECONDS)])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise


def _has_prefix(asked: EngineQuery) -> bool:
    return any(unit.prefix for unit in units(asked.query))


def too_often(request: ViewerRequest) -> bool:
    """Count a request to the pages of search; tell whether the person, or the address without one, asks too often."""
    return seconds_to_wait(request, "search") is not None


def seconds_to_wait(request: ViewerRequest, group: str) -> int | None:
    """Count a request of the group by account, or by address without one; beyond `API_RATE_LIMIT` return how long to
    wait, otherwise None."""
    key = _account if request.viewer.is_authenticated else "ip"
    usage = get_usage(request, group=group, key=key, rate=settings.API_RATE_LIMIT, increment=True)
    return max(1, usage["time_left"]) if usage is not None and usage["should_limit"] else None


def _account(_group: str, request: ViewerRequest) -> str:
    return f"account {request.viewer.pk}"
