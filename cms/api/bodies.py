"""What an act is given by the API: the JSON twin of its form, described and read from the form's own fields."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from cms.administration.forms import AccessForm, CountriesField
from cms.sharing.forms import AddressesField

_MOST_BYTES = 100_000
# the database keeps neither NUL nor one half of a pair
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class BadBody(Exception):
    """The body cannot be read; `errors` says which part is wrong and what would be right."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(dict(errors)))
        self.errors = errors


class BadForm(Exception):
    """What was sent can be read and is refused by the form; `errors` are the form's."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(str(dict(errors)))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of field stands in JSON: its schema, what it must be in words, and how it is read for the form."""

    schema: Mapping[str, Any]
    words: str
    fits: Callable[[Any], bool]
    read: Callable[[Any], Any] = lambda value: value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


_TEXT = Kind({"type": "string"}, "a string", _is_text)
_TEXTS = {"type": "array", "items": {"type": "string"}}
# the first class that fits decides
_KINDS: tuple[tuple[type[forms.Field], Kind], ...] = (
    (AddressesField, Kind(_TEXTS, "a list of addresses", _is_texts, "\n".join)),
    (CountriesField, Kind(_TEXTS, "a list of country codes", _is_texts, " ".join)),
    (forms.MultipleChoiceField, Kind(_TEXTS, "a list of strings", _is_texts)),
    (forms.BooleanField, Kind({"type": "boolean"}, "true or false", lambda value: isinstance(value, bool))),
    (
        forms.IntegerField,
        Kind({"type": "integer"}, "a number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    ),
    (
        forms.DateField,
        Kind(
            {"type": "string", "format": "date", "nullable": True},
            "a day such as 2026-12-31, or null",
            lambda value: value is None or isinstance(value, str),
            lambda value: value or "",
        ),
    ),
    (forms.Field, _TEXT),
)
_ACCESS = {
    "type": "object",
    "additionalProperties": _TEXTS,
    "description": "Keys of elements, each with the codes of its countries; none: all.",
}


def kind_of(field: forms.Field) -> Kind:
    """Return how the field stands in JSON."""
    return next(kind for cls, kind in _KINDS if isinstance(field, cls))


def schema_of(form: type[forms.Form], **extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of what the form takes; `extra` are parts that no field stands for."""
    properties = {name: _described(field) for name, field in form.base_fields.items() if name not in _left_out(form)}
    if issubclass(form, AccessForm):
        properties["competences"] = _ACCESS
    return {"type": "object", "properties": properties | extra, "additionalProperties": False}


def _left_out(form: type[forms.Form]) -> frozenset[str]:
    """Return the fields that a form of this class takes away when it is made."""
    return frozenset(getattr(form, "taken_away", ()))


def _described(field: forms.Field) -> dict[str, Any]:
    schema = dict(kind_of(field).schema)
    words = " ".join(str(part) for part in (field.label, field.help_text) if part)
    if choices := _choices(field):
        if schema["type"] == "array":
            schema["items"] = {**schema["items"], "enum": choices}
        else:
            schema["enum"] = choices
    return schema | ({"description": words} if words else {})


def _choices(field: forms.Field) -> list[str]:
    """Return the values to choose from; those that are rows are not listed: the database is not asked for a schema."""
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return []
    return [str(value) for value, label in getattr(field, "choices", ()) if value and not isinstance(label, tuple)]


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; nothing at all is an empty one. Raises BadBody."""
    raw = request.body
    if len(raw) > _MOST_BYTES:
        raise BadBody({"body": f"At most {_MOST_BYTES} bytes."})
    try:
        found = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise BadBody({"body": "Not JSON, or nested too deep."}) from error
    if not isinstance(found, dict):
        raise BadBody({"body": "Must be a JSON object."})
    unfit = [name for name, value in found.items() if any(map(_NO_TEXT.search, _texts_in([name, value])))]
    if unfit:
        names = [name.encode("ascii", "backslashreplace").decode() for name in unfit]
        raise BadBody(dict.fromkeys(names, "No text: it has the character NUL, or one half of a surrogate pair."))
    return found


def _texts_in(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]


def data_for(form: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body as data for a form of this kind. `form` is one that nothing was filled in yet.

    Where the form changes what stands, what is left out stays as it is. Raises BadBody naming every part that no field
    stands for, or that is not what it must be.
    """
    given = _unfolded(form, body)
    errors = {}
    for name, value in given.items():
        if name not in form.fields:
            known = ", ".join(sorted(_names(form))) or "none"
            errors[name] = f"There is no such part; there are: {known}."
        elif not kind_of(form.fields[name]).fits(value):
            errors[name] = f"Must be {kind_of(form.fields[name]).words}."
    if errors:
        raise BadBody(errors)
    data = {name: kind_of(form.fields[name]).read(value) for name, value in given.items()}
    kept = {name: form[name].value() for name in form.fields} if getattr(form, "keeps_the_rest", False) else {}
    return kept | data


def _names(form: Any) -> set[str]:
    names = set(form.fields)
    if isinstance(form, AccessForm):
        names = {name for name in names if part_of(name) == name} | {"competences"}
    return names


def _unfolded(form: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with competences as the fields that the form has for each element."""
    given = dict(body)
    if not isinstance(form, AccessForm) or "competences" not in given:
        return given
    competences = given.pop("competences")
    known = {element.key: element.code for element in form.elements}
    if not isinstance(competences, dict) or not all(map(_is_texts, competences.values())):
        raise BadBody({"competences": "Must be an object: keys of elements, each with a list of country codes."})
    unknown = sorted(set(competences) - set(known))
    if unknown:
        raise BadBody({"competences": f"There is no element {unknown[0]}; there are: {', '.join(sorted(known))}."})
    for key, code in known.items():
        given[f"element_{code}"] = key in competences
        given[f"countries_{code}"] = competences.get(key, [])
    return given


def part_of(name: str) -> str:
    """Return the part of the body that a field of a form comes from."""
    return "competences" if name.startswith(("element_", "countries_")) else name
