"""The plugin that lets a fresh process of tests run with one mistake in the policy: `MUTANT=path:number`.

`MUTANT=path` alone goes the same way without a mistake.
"""

import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

from tests.proof.mutants import ROOT, mutant


class _Loader(importlib.abc.InspectLoader):
    """Gives the source with the mistake in place of the file's."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source

    def get_source(self, fullname: str) -> str:
        return self.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, str(ROOT / self.path), "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the one module that holds the mistake, before anybody else does."""

    def __init__(self, path: str, source: str) -> None:
        self.module = path.removesuffix(".py").replace("/", ".")
        self.loader = _Loader(path, source)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(fullname, ROOT / self.loader.path, loader=self.loader)


def _finder(name: str) -> _Finder:
    if name.endswith(".py"):
        return _Finder(name, (ROOT / name).read_text(encoding="utf-8"))
    one = mutant(name)
    return _Finder(one.path, one.source)


if os.environ.get("MUTANT"):
    sys.meta_path.insert(0, _finder(os.environ["MUTANT"]))
