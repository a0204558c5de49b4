"""Functions of 40 lines, files of 400, at most; the exceptions may only shrink."""

from tests.architecture.source import PRODUCT, ROOT, functions, python_files

LONGEST_FUNCTION = 40
LONGEST_FILE = 400

# `path:function` or path, with its present number of lines: only ever lowered or removed
LONG_FUNCTIONS: dict[str, int] = {}
LONG_FILES: dict[str, int] = {}


def test_functions_are_short() -> None:
    lengths = {name: lines for path in python_files(*PRODUCT, "tests") for name, lines in functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == LONG_FUNCTIONS


def test_files_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(*PRODUCT, "tests")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == LONG_FILES
