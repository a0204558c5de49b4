"""All address patterns of the project, as the resolver holds them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes() -> dict[str, frozenset[str]]:
    """Return each pattern in full, as a request's `resolver_match.route` will name it, with its variable parts."""
    found: dict[str, frozenset[str]] = {}
    for route, names in _below(get_resolver().url_patterns, "", frozenset()):
        found[route] = found.get(route, frozenset()) | names
    return found


def _below(
    patterns: list[URLPattern | URLResolver], prefix: str, above: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in patterns:
        route = _joined(prefix, str(pattern.pattern))
        names = above | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, route, names)
        else:
            yield route, names


def _joined(prefix: str, route: str) -> str:
    """Join as Django's resolver does: the sign for a beginning is left out inside an address."""
    return prefix + route.removeprefix("^") if prefix else route
