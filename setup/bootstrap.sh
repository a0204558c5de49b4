#!/bin/sh
# Make the environment (.venv/) from uv.lock and fetch the front end; quick when nothing changed.
# Needs Python 3.11 or newer with venv; PYTHON names another than python3. With the argument `run` the port is tried
# first, so that nobody waits for a set-up whose server cannot start.
set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "$1" >&2
    exit 1
}

PYTHON=${PYTHON:-python3}
command -v "$PYTHON" >/dev/null 2>&1 ||
    fail "ICONet needs Python 3.11 or newer, but there is no $PYTHON here: install it, or name another with PYTHON=/path/to/python."
version=$("$PYTHON" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') ||
    fail "ICONet needs Python 3.11 or newer, but $PYTHON does not start: see its message above."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "ICONet needs Python 3.11 or newer, but $PYTHON is $version: install a newer one, or name it with PYTHON=/path/to/python."
"$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
    fail "ICONet needs Python's venv module, which $PYTHON lacks: install it (on Debian: apt install python3-venv)."

if [ "${1:-}" = run ]; then
    "$PYTHON" cms/core/port.py
fi

# what the environment was made from: the lock, the interpreter and this folder, whose path its scripts carry
wanted="$(cat pyproject.toml uv.lock setup/uv.txt | cksum) $("$PYTHON" -c 'import sys; print(sys.base_prefix, sys.version)' | cksum) $(pwd)"
stamp=.venv/.made-from
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Setting up the Python environment (.venv/): about a minute the first time."
    rm -f "$stamp"
    pinned=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' setup/uv.txt)
    if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$pinned" ] || ! .venv/bin/python -c '' 2>/dev/null; then
        "$PYTHON" -m venv --clear .venv
        .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all: -r setup/uv.txt
    fi
    UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv VIRTUAL_ENV='' .venv/bin/uv sync --frozen --quiet
    echo "$wanted" >"$stamp"
fi
# Django reads the compiled catalogues
.venv/bin/pybabel --quiet compile --domain=django --directory=locale
.venv/bin/python cms/frontend/install_ecl.py
