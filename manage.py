#!/usr/bin/env python
"""Run a management command; in demo, development and tests the embedded PostgreSQL is started where it is needed."""

import os
import signal
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from cms.core import embedded_postgres


def main() -> None:
    """Start the database of this machine unless `DATABASE_URL` names another, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.demo")
    try:
        if os.environ["DJANGO_SETTINGS_MODULE"] != "cms.settings.base":
            # end in an orderly way, so that the database ends with its last user
            signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
            embedded_postgres.provide_database_url()
        execute_from_command_line(sys.argv)
    except (embedded_postgres.EmbeddedPostgresError, ImproperlyConfigured) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
