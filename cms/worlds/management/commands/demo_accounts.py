"""List the accounts of a demo, and print one-time codes."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management.base import BaseCommand, CommandError

from cms.worlds.management.demo_only import refuse_outside_demo
from cms.worlds.selectors import DemoAccount, demo_accounts

_PUBLISHED = ("email", "password", "totp_secret", "memberships")


class Command(BaseCommand):
    """`demo_accounts [--json] [--code EMAIL]`: the accounts with published passwords, or one person's present code."""

    help = "List the accounts of the demo with password and second factor (demo only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer JSON, and one person's code."""
        parser.add_argument("--json", action="store_true", help="print a JSON list")
        parser.add_argument("--code", metavar="EMAIL", help="print this person's current one-time code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the accounts, or the code and how long it is valid."""
        refuse_outside_demo("demo_accounts")
        accounts = demo_accounts()
        if options["code"]:
            self._print_code(options["code"].lower(), accounts)
        elif options["json"]:
            rows = [{name: asdict(account)[name] for name in _PUBLISHED} for account in accounts]
            self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
        else:
            self._print_table(accounts)

    def _print_code(self, email: str, accounts: list[DemoAccount]) -> None:
        secret = next((account.totp_secret for account in accounts if account.email == email), "")
        if not secret:
            raise CommandError(f"{email} is no account of the demo with a second factor; see demo_accounts.")
        now = int(time.time())
        code = format_hotp_value(hotp_value(secret, now // app_settings.TOTP_PERIOD))
        left = app_settings.TOTP_PERIOD - now % app_settings.TOTP_PERIOD
        self.stdout.write(f"{code}  (valid for {left} more seconds)")

    def _print_table(self, accounts: list[DemoAccount]) -> None:
        if not accounts:
            self.stdout.write("No account has a published password: load a world file first.")
            return
        widths = [max(len(getattr(account, name)) for account in accounts) for name in ("email", "name", "password")]
        for account in accounts:
            places = ", ".join(f"{row['role']} at {row['organisation']}" for row in account.memberships)
            columns = (account.email, account.name, account.password)
            line = "  ".join(text.ljust(width) for text, width in zip(columns, widths, strict=True))
            self.stdout.write(f"{line}  {places or 'no membership'}{'' if account.active else ' (suspended)'}")
        self.stdout.write("One-time codes: manage.py demo_accounts --code EMAIL")
