"""Every address of the project, filled from the inventory: a route that is added is asked without anybody's doing."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any
from uuid import UUID

from cms.routes.declared import ROUTES, Who
from cms.routes.listing import all_routes
from cms.sharing.views import ACTS
from content_types.models import ElementPage, TopicPage
from content_types.structure import page_address
from tests.proof.world import content_types

_PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
STRUCTURE = r"^((?:[\w-]+/)*)$"
UNKNOWN_API = r"api/v1/[\s\S]*"
# parts that name no thing of anybody: each value is asked
WORDS: Mapping[str, tuple[Any, ...]] = {
    "name": tuple(act.name for act in ACTS),
    "answer": ("accept", "refuse", "yes", "no", "confirm", "end"),
    "width": (320,),
    "token": ("no-such-token",),
    "content_type_app_name": ("content_types",),
    "content_type_model_name": tuple(kind._meta.model_name for kind in content_types()),
    "handle": ("0" * 24,),
    "pk": (1,),
    "form": ("csv",),
}
# what tells an item in an address: whoever has no right to the item gets the answer for an absent one
ITEM_PARTS = frozenset({"identifier", "f/identifier", "page_id", "version", "comment"})


def open_routes() -> dict[str, frozenset[str]]:
    """Return the routes that anybody reaches, with their variable parts."""
    reached = {route for route, declared in ROUTES.items() if declared.who is not Who.NOBODY}
    return {route: names for route, names in all_routes().items() if route in reached}


def key_of(route: str, name: str, parts: Mapping[str, Any]) -> str:
    """Return under which key the parts hold the value for this route: what stands before it may tell two apart."""
    before = [segment for segment in route.split("/") if "<" not in segment]
    return next((f"{segment}/{name}" for segment in before if f"{segment}/{name}" in parts), name)


def addresses(route: str, names: frozenset[str], parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the route's addresses for one thing's parts; a part that nothing is known of raises KeyError."""
    if route == STRUCTURE:
        yield from structure()
        return
    if route == UNKNOWN_API:
        yield "/api/v1/no-such-thing"
        return
    choices = [_values(route, name, parts) for name in sorted(names)]
    for values in product(*choices):
        filled = dict(zip(sorted(names), values, strict=True))
        path = _PART.sub(lambda match, filled=filled: str(filled[match[1] or match[2]]), route)  # type: ignore[misc]
        yield "/" + path.removeprefix("^").removesuffix("$")


def _values(route: str, name: str, parts: Mapping[str, Any]) -> tuple[Any, ...]:
    key = key_of(route, name, parts)
    return (parts[key],) if key in parts else WORDS[name]


def structure() -> list[str]:
    """Return the addresses of the structure pages, and one of none."""
    pages = [*ElementPage.objects.all(), *TopicPage.objects.all()]
    return ["/", *(page_address(page) for page in pages), "/no/such/place/"]


def names_an_item(route: str, names: frozenset[str], parts: Mapping[str, Any]) -> bool:
    """Tell whether the route's addresses name an item."""
    return any(key_of(route, name, parts) in ITEM_PARTS for name in names)


def absent(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return parts of the same form that stand for nothing."""
    return {name: _nothing(value) for name, value in parts.items()}


def _nothing(value: Any) -> Any:
    """Return what stands for nothing, as long as the value: lengths of answers are compared too."""
    if isinstance(value, UUID):
        return UUID("00000000-0000-4000-8000-000000000000")
    return int("9" * len(str(value))) if isinstance(value, int) else "x" * len(str(value))
