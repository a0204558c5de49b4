# syntax=docker/dockerfile:1
# The production image: one for web server, worker and migrations (see compose.yaml and docs/operator.md).

FROM python:3.12-slim AS build
WORKDIR /app
COPY setup/uv.txt setup/uv.txt
RUN python -m venv /uv && /uv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r setup/uv.txt
COPY pyproject.toml uv.lock ./
ENV UV_PROJECT_ENVIRONMENT=/app/.venv UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
# Node is needed for the front end alone, Babel to compile the languages: what they make stays, then they go again
RUN /uv/bin/uv sync --frozen --no-default-groups --group demo
COPY locale locale
RUN .venv/bin/pybabel --quiet compile --domain=django --directory=locale
COPY cms/frontend cms/frontend
RUN .venv/bin/python cms/frontend/install_ecl.py && rm -r cms/frontend/node_modules
RUN /uv/bin/uv sync --frozen --no-default-groups
COPY . .
# the values below serve this one command, which opens no connection
RUN DJANGO_SETTINGS_MODULE=cms.settings.base STATIC_ROOT=/app/static DATA_DIR=/tmp/data SECRET_KEY=collecting \
    AUDIT_KEY=collecting ALLOWED_HOSTS=localhost DATABASE_URL=postgresql://localhost/iconet \
    .venv/bin/python manage.py collectstatic --no-input --verbosity=0

FROM python:3.12-slim
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /nonexistent iconet && install -d -o iconet /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=cms.settings.base \
    STATIC_ROOT=/app/static DATA_DIR=/data
USER iconet
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=30s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3)"]
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--no-ws", "--http=1", "--workers=2", \
     "--blocking-threads=4", "--blocking-threads-idle-timeout=600", "--workers-kill-timeout=20", \
     "cms.wsgi:application"]
