#!/bin/sh
# Every check that runs no test. All of them run, so that one round shows everything that is wrong.
set -u
cd "$(dirname "$0")/.."

# settings ask for a place for data; the checks leave nothing there
DATA_DIR=$(mktemp -d)
export DATA_DIR
trap 'rm -rf "$DATA_DIR"' EXIT
unset DATABASE_URL DJANGO_SETTINGS_MODULE
failed=""

step() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output"
        failed="$failed $name,"
    fi
}

production() {
    env DJANGO_SETTINGS_MODULE=cms.settings.base ALLOWED_HOSTS=iconet.example \
        DATABASE_URL=postgresql://iconet:no@127.0.0.1:1/iconet \
        SECRET_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        AUDIT_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        .venv/bin/python manage.py "$@"
}

step "ruff: lint" .venv/bin/ruff check .
step "ruff: format" .venv/bin/ruff format --check .
step "layers" .venv/bin/lint-imports
step "templates" .venv/bin/djlint --lint --quiet templates cms content_types search workflows
step "uv.lock" .venv/bin/uv lock --check
step "package-lock.json" .venv/bin/python cms/frontend/install_ecl.py --check
step "deployment" production check --deploy --fail-level WARNING
step "migrations" .venv/bin/python manage.py makemigrations --check --dry-run
step "types" .venv/bin/mypy

if [ -n "$failed" ]; then
    echo "Not in order:${failed%,}." >&2
    exit 1
fi
