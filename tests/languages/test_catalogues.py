"""Everything that the reader site says has words in French and in German, with the same places to fill in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from babel.messages.catalog import Catalog, Message

from setup import messages

# %(name)s and {name}: what is filled in
_PLACES = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")


@dataclass(frozen=True, slots=True)
class Words:
    """An English form and the words for it."""

    english: str
    said: str


def _forms(catalogue: Catalog) -> Iterator[Words]:
    """Go through all that has words; what has none fails a test of its own."""
    for message in catalogue:
        if message.id and all(messages.forms(message.string)):
            yield from _forms_of(message)


def _forms_of(message: Message) -> Iterator[Words]:
    english, (*few, many) = messages.forms(message.id)[-1], messages.forms(message.string)
    yield Words(english, many)
    # what is said of one may say it without the number
    yield from (Words(english, form) for form in few if _PLACES.search(form))


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Return what the reader site says."""
    return messages.messages()


def test_nothing_is_said_inside_an_f_string() -> None:
    """Words are not found there."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in messages.sources()
        if path.suffix == ".py"
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in messages.KEYWORDS and call.args
        if isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


@pytest.fixture(params=messages.LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """Return the catalogue of each language in turn."""
    return messages.read(request.param)


def test_everything_that_the_reader_site_says_has_words(catalogue: Catalog, said: Catalog) -> None:
    assert len(said) > 1000
    missing = messages.without_words(catalogue, said)
    assert missing == [], (
        f"Run python setup/messages.py, and give these words in {messages.catalogue_of(str(catalogue.locale))}:\n"
        + "\n".join(missing)
    )


def test_what_is_filled_in_stands_in_the_words_too(catalogue: Catalog) -> None:
    wrong = [words for words in _forms(catalogue) if _places(words.english) != _places(words.said)]
    assert wrong == []


def test_every_plural_has_as_many_forms_as_the_language(catalogue: Catalog) -> None:
    plurals = [message for message in catalogue if isinstance(message.id, tuple)]
    assert plurals
    wrong = [message.id for message in plurals if len(messages.forms(message.string)) != catalogue.num_plurals]
    assert wrong == []


def test_words_begin_and_end_as_the_english_ones_do(catalogue: Catalog) -> None:
    """A full stop, a colon or a space that is lost shows on the page."""
    wrong = [words for words in _forms(catalogue) if _edges(words.english) != _edges(words.said)]
    assert wrong == []


def _places(text: str) -> list[str]:
    return sorted(_PLACES.findall(text))


def _edges(text: str) -> tuple[bool, bool, bool, bool]:
    return text[:1].isspace(), text[-1:].isspace(), text.rstrip("”»“").endswith("."), text.endswith(":")
