"""The plugin that lets one process of tests run with one mistake in the policy: `MUTANT=path:number`."""

import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

from tests.proof.mutants import ROOT, Mutant, mutant


class _Loader(importlib.abc.InspectLoader):
    """Gives the source with the mistake in place of the file's."""

    def __init__(self, one: Mutant) -> None:
        self.one = one

    def get_source(self, fullname: str) -> str:
        return self.one.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.one.source, str(ROOT / self.one.path), "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the one module that holds the mistake, before anybody else does."""

    def __init__(self, one: Mutant) -> None:
        self.module = one.path.removesuffix(".py").replace("/", ".")
        self.loader = _Loader(one)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(fullname, ROOT / self.loader.one.path, loader=self.loader)


if os.environ.get("MUTANT"):
    sys.meta_path.insert(0, _Finder(mutant(os.environ["MUTANT"])))
