"""The mistakes in the policy that make no difference, as `survivors.toml` lists them, each with its reason."""

import tomllib
from pathlib import Path

LISTED = Path(__file__).with_suffix(".toml")


def explained() -> dict[tuple[str, str], str]:
    """Return the reason why nobody can notice it, by file and mistake."""
    rows = tomllib.loads(LISTED.read_text(encoding="utf-8")).get("survivor", [])
    return {(row["file"], row["mistake"]): row["reason"] for row in rows}


def as_table() -> list[str]:
    """Return the lines of the table in docs/proof.md."""
    rows = [f"| `{path}` | `{_cell(mistake)}` | {reason} |" for (path, mistake), reason in explained().items()]
    return ["| file | mistake | why it makes no difference |", "|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
