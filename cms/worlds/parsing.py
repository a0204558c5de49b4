"""From a file to JSON values; whatever the file holds, the answer is a value or a clear refusal."""

import json
from pathlib import Path
from typing import Any

from cms.worlds.problems import Problem, WorldRefused

LARGEST_FILE = 512 * 1024 * 1024  # bytes


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which names stood in it more than once."""

    repeated: tuple[str, ...] = ()


def parse_file(path: Path) -> Any:
    """Return the JSON value in the file; raises WorldRefused with one sentence where there is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _refused(f"the file is larger than {LARGEST_FILE // 1024 // 1024} MiB; divide it")
        return parse_text(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise _refused(f"the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _refused(f"the file is not in UTF-8 (at byte {error.start})") from error


def parse_text(text: str) -> Any:
    """Return the JSON value of the text; raises WorldRefused where it is none."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _refused(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise _refused("nested too deeply to be a world file") from error
    except ValueError as error:
        raise _refused(f"not JSON that can be read: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    value = JsonObject(pairs)
    if len(value) < len(pairs):
        names = [name for name, _member in pairs]
        value.repeated = tuple(sorted({name for name in names if names.count(name) > 1}))
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _refused(reason: str) -> WorldRefused:
    return WorldRefused([Problem("$", reason)])
