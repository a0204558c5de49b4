"""What all tests share: the database server, the browser, and an honest account of what did not run."""

import os
from collections import Counter
from collections.abc import Generator

import psycopg
import pytest
from django.conf import settings

from cms.core import embedded_postgres

pytest_plugins = ["tests.chromium", "tests.elastic_server"]

# nothing of a test run outlives it, so nothing waits for the disk
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
_no_database = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server, unless `DATABASE_URL` named another one; in CI its absence ends the run."""
    try:
        if os.environ["DATABASE_URL"] == embedded_postgres.url(settings.TEST_SERVER):
            embedded_postgres.start(settings.TEST_SERVER, _FORGETFUL)
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    except (embedded_postgres.EmbeddedPostgresError, psycopg.OperationalError) as error:
        reason = f"PostgreSQL does not answer: {' '.join(str(error).split())}"
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(reason) from error
        config.stash[_no_database] = reason


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a database where there is none."""
    reason = config.stash.get(_no_database, None)
    if reason is None:
        return
    for item in items:
        if item.get_closest_marker("django_db") or _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Say in the last lines how many tests did not run, and why."""
    yield
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'} did not run: {reason}", yellow=True)
