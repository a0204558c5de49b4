"""One instant, one transaction and one snapshot for each request; what a request lacks is its sender's to know."""

from collections.abc import Callable
from contextlib import nullcontext

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError
from psycopg import IsolationLevel

from cms.core.http import InstantRequest
from cms.core.instants import current_instant
from cms.core.snapshot import one_snapshot

GetResponse = Callable[[HttpRequest], HttpResponse]
_SERVER_ERROR = 500


class InstantMiddleware:
    """Give the request `at`, the only clock its decisions may read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: InstantRequest) -> HttpResponse:
        request.at = current_instant()
        return self.get_response(request)


class TransactionMiddleware:
    """Run the whole request in one transaction; reading requests see one snapshot of memberships and items.

    A request that ends in a server error leaves nothing behind: an act whose audit row cannot be written did not
    happen. Writing requests stay at READ COMMITTED, for they lock the sharing row and then read all facts afresh.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reading = request.method in {"GET", "HEAD"}
        _set_isolation(snapshot=reading)
        with transaction.atomic(), one_snapshot() if reading else nullcontext():
            response = self.get_response(request)
            if response.status_code >= _SERVER_ERROR:
                transaction.set_rollback(True)
        return response


def _set_isolation(*, snapshot: bool) -> None:
    """Choose the isolation level of the transaction that is about to begin; inside one nothing can be chosen."""
    if connection.in_atomic_block:
        return
    # asked here, for a connection that Django finds dead later would be opened again at the usual level
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    level = IsolationLevel.REPEATABLE_READ if snapshot else IsolationLevel.READ_COMMITTED
    if connection.connection.isolation_level != level:
        connection.connection.isolation_level = level


class NoStoreMiddleware:
    """Forbid browsers and proxies to keep any answer that a view made."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class IncompleteFormMiddleware:
    """Answer a form that lacks a part which its page always sends by the name of the part: the fault is the sender's.

    Nothing of the request is done.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer to a request whose view asked for a part that is not there; None for all other faults."""
        if not isinstance(exception, MultiValueDictKeyError):
            return None
        transaction.set_rollback(True)
        (part,) = exception.args
        return render(request, "400.html", {"part": part}, status=400)
