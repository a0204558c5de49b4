"""Forms as a browser would send them: taken from pages, filled with what stands in them, and with something where
nothing does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

FILLING = {
    "email": "somebody@member.example",
    "date": "2026-12-01",
    "number": "1",
    "datetime-local": "2026-12-01T10:00",
}
_NOT_SENT = {"submit", "button", "reset", "file", "image"}


@dataclass(slots=True)
class Form:
    """A form that is posted: where, and with what."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, replaced: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields with some values replaced by others, wherever they stand."""
        return {name: [replaced.get(value, value) for value in values] for name, values in self.fields.items()}


class _Reader(HTMLParser):
    """Gathers the posted forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action", "")).partition("#")[0]
            self.open = Form(action) if given.get("method", "").lower() == "post" else None
            if self.open is not None:
                self.forms.append(self.open)
        elif self.open is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if tag == "input" and name and kind not in _NOT_SENT:
            if kind not in {"checkbox", "radio"}:
                self._add(name, given.get("value") or FILLING.get(kind, "because"))
            elif "checked" in given or kind == "checkbox":
                self._add(name, given.get("value", "on"))
        elif tag == "button" and name and kind in {"text", "submit"}:
            self._add(name, given.get("value", ""))
        elif tag == "textarea":
            self.text = name
            self._add(name, "because")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and given.get("value"):
            values = self._values(self.select)
            if "selected" in given or not values:
                values[:] = [given["value"]]

    def _values(self, name: str) -> list[str]:
        return self.open.fields.setdefault(name, []) if self.open is not None else []

    def _add(self, name: str, value: str) -> None:
        self._values(name).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""


def forms(page: str, address: str) -> Iterator[Form]:
    """Yield the posted forms of the page at the address."""
    reader = _Reader(address)
    reader.feed(page)
    yield from reader.forms
