"""What is wrong with a world file: every problem with its place and what would be right."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its JSON path, and the reason with what would be right."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class WorldRefused(Exception):
    """The file is not loaded and nothing of it is kept; `problems` says all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Problems:
    """Collects what is wrong while the whole file is read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, reason: str) -> None:
        """Note that what stands at the path is wrong, and what would be right."""
        self.found.append(Problem(path, reason))

    def refuse(self) -> None:
        """Raise WorldRefused with everything found; return where nothing was."""
        if self.found:
            raise WorldRefused(self.found)


def member(path: str, name: str) -> str:
    """Return the path of an object's member."""
    return f"{path}.{name}" if _PLAIN_NAME.fullmatch(name) else f"{path}[{shown(name)}]"


def shown(value: Any) -> str:
    """Return a value as it may be printed in a message: short, on one line, printable whatever it holds."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str) and len(value) > _SHOWN_LENGTH:
        value = value[:_SHOWN_LENGTH] + "…"
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, int) or abs(value) < 10**18 else "a number"
    return text.encode("utf-8", "backslashreplace").decode()


def listed(values: Sequence[str]) -> str:
    """Return a list of words as a sentence holds it."""
    return ", ".join(values)
