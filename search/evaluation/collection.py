"""A collection: documents, questions, and which document answers which question how well."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.weights import UNKNOWN, word_weight
from search.words import composed, words

# the languages that a text without one may be in: those with a list of words and stems
_GUESSED = ("en", "fr", "de", "es", "it", "nl", "pt", "pl", "sv", "da", "fi", "cs", "ro", "hu", "el", "lt")
# words that are enough to tell a language
_SAMPLE = 2000


class UnreadableCollection(ValueError):
    """A file of the collection is missing or says something else than it should; the message says where."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be found."""

    id: str
    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and the grade of each document that answers it, from 1."""

    id: str
    text: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and the questions that have an answer among them."""

    documents: list[Document]
    questions: list[Question]


def read_collection(directory: Path) -> Collection:
    """Return the collection that the directory's `docs.jsonl`, `queries.jsonl` and `qrels.tsv` describe. Texts without
    a language get the one that their words are commonest in. Raises UnreadableCollection."""
    rows = list(_objects(directory / "docs.jsonl", ("id", "text")))
    usual = guessed_language(" ".join(row["text"] for row in rows[:50]))
    documents = [
        Document(str(row["id"]), str(row.get("title") or ""), str(row["text"]), str(row.get("language") or usual))
        for row in rows
    ]
    return Collection(documents, read_questions(directory))


def read_questions(directory: Path) -> list[Question]:
    """Return the questions of `queries.jsonl` that have an answer in `qrels.tsv`. Raises UnreadableCollection."""
    grades = _grades(directory / "qrels.tsv")
    asked = list(_objects(directory / "queries.jsonl", ("id", "text")))
    questions = [Question(str(row["id"]), str(row["text"]), grades.get(str(row["id"]), {})) for row in asked]
    return [question for question in questions if question.grades]


def guessed_language(text: str) -> str:
    """Return the code of the language in which the words of the text are commonest."""
    sample = words(composed(text))[:_SAMPLE]
    return max(_GUESSED, key=lambda language: sum(UNKNOWN - word_weight(word, language) for word in sample))


def _objects(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableCollection(f"{path.name}, line {number}: {error}") from error
        missing = [name for name in needed if not isinstance(row, dict) or name not in row]
        if missing:
            raise UnreadableCollection(f"{path.name}, line {number}: {', '.join(missing)} is missing")
        yield row


def _grades(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        parts = line.split("\t")
        try:
            question, document, grade = parts[0], parts[-2], int(parts[-1])
        except (IndexError, ValueError) as error:
            if number == 1:
                # a header
                continue
            raise UnreadableCollection(f"{path.name}, line {number}: not query, document, grade") from error
        if grade > 0:
            found.setdefault(question, {})[document] = grade
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableCollection(f"{path}: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")
