"""The small lock files agree with the large ones."""

import re
import runpy
import tomllib
from typing import Any

from tests.architecture.source import ROOT


def test_the_pinned_uv_is_the_locked_one() -> None:
    lock: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    uv = next(package for package in lock["package"] if package["name"] == "uv")
    pinned = (ROOT / "setup" / "uv.txt").read_text(encoding="utf-8")
    assert re.findall(r"^uv==(\S+)", pinned, flags=re.MULTILINE) == [uv["version"]]
    assert set(re.findall(r"--hash=(\S+)", pinned)) <= {file["hash"] for file in [uv["sdist"], *uv["wheels"]]}


def test_the_component_library_is_locked_by_hash_and_without_an_address() -> None:
    assert runpy.run_path(str(ROOT / "cms" / "frontend" / "install_ecl.py"))["lock_complaints"]() == []


def test_the_served_style_sheets_name_no_other_host() -> None:
    styles = sorted((ROOT / "cms" / "frontend" / "static").rglob("*.css"))
    assert any(path.name == "ecl-ec.css" for path in styles)
    assert [
        path.name for path in styles if re.search(r"(?:url\(|@import)[\s'\"]*(?:https?:)?//", path.read_text())
    ] == []
