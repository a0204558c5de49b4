"""All address patterns of the project, as the resolver holds them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes() -> list[str]:
    """Return every pattern in full, as a request's `resolver_match.route` will name it; each once, in order."""
    return list(dict.fromkeys(_below(get_resolver().url_patterns, "")))


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, route)
        else:
            yield route
