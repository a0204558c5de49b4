"""The way to Elasticsearch: its client, and how errors of the far side are told from ours."""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

# writing in bulk, refreshing, making an index
WRITE_SECONDS = 60.0
_SERVER_ERROR = 500
_BUSY = 429


class Incomplete(Exception):
    """The far side answered with a part of the answer, or with an error inside it; `status` as HTTP would say it."""

    def __init__(self, kind: str, status: int = 500) -> None:
        super().__init__(kind)
        self.status = status


FarSideErrors = (TransportError, ApiError, Incomplete)


@cache
def client() -> Elasticsearch:
    """Return the client that the settings describe, one per process. Raises ImproperlyConfigured without an address."""
    if not settings.ELASTICSEARCH_URL:
        raise ImproperlyConfigured("SEARCH_ENGINE=elasticsearch needs ELASTICSEARCH_URL: the addresses of its nodes.")
    options: dict[str, Any] = {}
    if settings.ELASTICSEARCH_API_KEY:
        options["api_key"] = settings.ELASTICSEARCH_API_KEY
    elif settings.ELASTICSEARCH_USER and settings.ELASTICSEARCH_PASSWORD:
        options["basic_auth"] = (settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD)
    if settings.ELASTICSEARCH_CA:
        options["ca_certs"] = settings.ELASTICSEARCH_CA
    # another node is asked where one refuses; one that is slow has used up the time for all
    others = len(settings.ELASTICSEARCH_URL) - 1
    return Elasticsearch(
        settings.ELASTICSEARCH_URL,
        request_timeout=settings.ELASTICSEARCH_TIMEOUT / 1000,
        max_retries=others,
        retry_on_status=(),
        retry_on_timeout=False,
        **options,
    )


def writer() -> Elasticsearch:
    """Return the client with the patience that writing needs."""
    return client().options(request_timeout=WRITE_SECONDS)


def glancing() -> Elasticsearch:
    """Return the client for looking at the index before a search, which must leave the search itself time."""
    return client().options(request_timeout=settings.ELASTICSEARCH_TIMEOUT / 4000)


def unanswered(error: Exception) -> bool:
    """Return whether the far side is away or overloaded, rather than refusing what it was given."""
    status = _SERVER_ERROR
    if isinstance(error, ApiError):
        status = error.meta.status
    elif isinstance(error, Incomplete):
        status = error.status
    return status >= _SERVER_ERROR or status == _BUSY


def told(error: BaseException) -> str:
    """Return the kind of the error, without anything of what was asked."""
    kind = error.error if isinstance(error, ApiError) else str(error) if isinstance(error, Incomplete) else ""
    return f"{type(error).__name__} {kind}".strip()


def checked(response: dict[str, Any]) -> dict[str, Any]:
    """Return the response to one of several searches where it is whole. Raises Incomplete: what is found is then not
    all there is, and counts would be wrong."""
    if "error" in response:
        raise Incomplete(response["error"]["type"], response["status"])
    if response["timed_out"] or response["_shards"]["failed"]:
        raise Incomplete("part of the answer")
    return response
