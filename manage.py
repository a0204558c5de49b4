#!/usr/bin/env python
"""Run a management command; in demo, development and tests the embedded PostgreSQL is started where it is needed."""

import os
import sys


def main() -> None:
    """Start the database of this machine unless `DATABASE_URL` names another, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.demo")
    if os.environ["DJANGO_SETTINGS_MODULE"] != "cms.settings.base":
        from cms.core import embedded_postgres

        embedded_postgres.provide_database_url()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
