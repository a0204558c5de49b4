"""Habits that no linter knows."""

import re
import tomllib
from collections.abc import Sequence

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.architecture.source import PRODUCT, ROOT, python_files

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base_utils"}


def _migrations() -> dict[str, Sequence[Operation]]:
    """Return the operations of our own migrations by `app.name`."""
    loader = MigrationLoader(None)
    return {
        f"{app}.{name}": migration.operations
        for (app, name), migration in loader.disk_migrations.items()
        if type(migration).__module__.split(".")[0] in PRODUCT
    }


def test_a_module_is_named_after_what_it_holds() -> None:
    files = python_files(*PRODUCT, "tests")
    assert len(files) > 100
    assert [str(path.relative_to(ROOT)) for path in files if VAGUE & {path.stem, path.parent.name}] == []


def test_migrations_have_names_that_say_what_they_do() -> None:
    migrations = _migrations()
    assert "elements.0001_initial" in migrations
    assert [name for name in migrations if not re.fullmatch(r"\w+\.\d{4}_[a-z]\w+", name) or "_auto_" in name] == []


def test_migrations_can_be_taken_back() -> None:
    stuck = [
        f"{name}: {operation.describe()}"
        for name, operations in _migrations().items()
        for operation in operations
        if not operation.reversible
    ]
    assert stuck == []


def test_each_app_has_one_last_migration() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}


def test_every_app_has_its_place_in_the_layers() -> None:
    """import-linter says nothing about a package that its lists forgot."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers, inside, _ = configuration["contracts"]
    platform = {f"cms.{path.parent.name}" for path in (ROOT / "cms").glob("*/__init__.py")} - {"cms.settings"}
    apps = platform | (set(PRODUCT) - {"cms"})
    assert apps - set(re.findall(r"[\w.]+", " ".join(layers["layers"]))) == set()
    assert apps == set(inside["containers"])
