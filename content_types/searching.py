"""What search knows of a content type: declared beside the type, read by every engine, so that a new type joins without
a line in any of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class OwnFacet:
    """A field whose values are counted and filtered by, beside those that all types have.

    `name` is that of a field, property or method without arguments of the page: one value, or several as a list; empty
    ones do not count. `labels` says what people call a value, given when it is shown; without it values speak for
    themselves. Values are codes: letters, digits, `.+-_`, at most 60 of them.
    """

    name: str
    title: Any
    labels: Callable[[], Mapping[str, Any]] = dict


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that lists of results show under a name: a field (its choice's label where it has choices), property or
    method without arguments."""

    name: str
    title: Any


@dataclass(frozen=True, slots=True)
class SearchDeclaration:
    """What is searched, faceted and shown of a type. Title, summary, reference, owner, element, countries, marking,
    state, level, language, dates and attachments are there for every type.

    `searched` names fields, properties or methods without arguments whose text (HTML or plain) is searched as body, in
    this order; each begins a paragraph of its own.
    """

    searched: tuple[str, ...] = ("body_text",)
    faceted: tuple[OwnFacet, ...] = field(default=())
    shown: tuple[ShownField, ...] = field(default=())


def value_of(page: Any, name: str) -> Any:
    """Return the value that the name has on the page; the result, where it is a method."""
    value = getattr(page, name)
    return value() if callable(value) else value


def facet_values(page: Any, facet: OwnFacet) -> list[str]:
    """Return the page's values of the facet as texts, each once, in order."""
    value = value_of(page, facet.name)
    several = value if isinstance(value, list | tuple | set) else [value]
    return sorted({str(one) for one in several if one not in (None, "")})


def shown_value(page: Any, name: str) -> str:
    """Return what lists show of the field; empty where it has no value."""
    display = getattr(page, f"get_{name}_display", None)
    value = display() if display is not None else value_of(page, name)
    return "" if value is None else str(value)
