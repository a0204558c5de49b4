"""Making a mistake in a program that runs already: the code of a file's functions, and its tables, are exchanged.

Every reference, decorator and closure keeps the function object it has, and finds other code in it. A table is put in
the place of the one it stands for wherever a module of ours holds that by name. What cannot be exchanged so is refused.
"""

import ast
import gc
import importlib
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from tests.proof.mutants import ROOT

_OURS = ("cms", "content_types", "search", "workflows", "tests")
_CONTAINERS = (dict, list, set, frozenset, tuple)


class CannotExchangeError(Exception):
    """The mistake needs a fresh process."""


class InPlace:
    """The functions and tables of one imported file."""

    def __init__(self, path: str) -> None:
        self.module: ModuleType = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        self.file = str(ROOT / path)
        self.source = (ROOT / path).read_text(encoding="utf-8")
        codes = list(_codes(compile(self.source, self.file, "exec")))
        self.count = len(codes)
        self.functions = [(function, codes.index(function.__code__)) for function in self._living()]

    def _living(self) -> list[FunctionType]:
        # lazy objects answer `isinstance` by becoming what they stand for: they are asked for their type alone
        found = [one for one in gc.get_objects() if type(one) is FunctionType]
        return [one for one in found if one.__code__.co_filename == self.file]

    def exchange(self, source: str, *, tables: bool) -> None:
        """Let the functions, and the tables too, be those of this source.

        Raises CannotExchangeError where a running program does not allow it.
        """
        codes = list(_codes(compile(source, self.file, "exec")))
        if len(codes) != self.count:
            raise CannotExchangeError("functions or comprehensions have come or gone")
        try:
            for function, place in self.functions:
                function.__code__ = codes[place]
            if tables:
                self._exchange_tables(ast.parse(source))
        except Exception as error:
            raise CannotExchangeError(str(error)) from error

    def _exchange_tables(self, tree: ast.Module) -> None:
        names = vars(self.module)
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                before = dict(names)
                exec(compile(ast.Module([statement], []), self.file, "exec"), names)  # noqa: S102 # our own source
                for name, value in before.items():
                    if names[name] is not value and isinstance(value, _CONTAINERS) and value:
                        _put_everywhere(value, names[name])


def _put_everywhere(old: object, new: object) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
