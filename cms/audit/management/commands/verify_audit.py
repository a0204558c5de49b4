"""Prove the audit trail, or name the first row that is not what it was."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cms.audit.checkpoints import note, public_key_line, read_note
from cms.audit.keys import verifying_keys
from cms.audit.merkle import root_of_path
from cms.audit.models import Checkpoint
from cms.audit.verifying import NotProved, prove_row, statement_of, verify, verify_checkpoint
from cms.core.arguments import identifier, instant


class Command(BaseCommand):
    """What the auditor runs."""

    help = "Prove the rows of the audit trail between two instants, or name the first that was tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the range, a checkpoint that was kept, a row; or say what to print."""
        parser.add_argument("--from", dest="since", type=instant, help="first instant (UTC), such as 2026-06-01T00:00")
        parser.add_argument("--to", dest="until", type=instant, help="last instant (UTC)")
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that was kept elsewhere")
        parser.add_argument("--row", type=identifier, metavar="ID", help="prove one row by its path to a signed root")
        parser.add_argument("--print-checkpoint", action="store_true", help="print the last checkpoint, to be kept")
        parser.add_argument("--public-keys", action="store_true", help="print the keys that verify checkpoints")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what was proved; anything else ends with status 1 and one sentence."""
        if options["public_keys"]:
            self.stdout.write("\n".join(public_key_line(key) for key in verifying_keys()))
            return
        try:
            self._prove(options)
        except OSError as error:
            raise CommandError(f"{options['checkpoint']} cannot be read: {error.strerror}.") from error
        except (NotProved, ValueError) as error:
            raise CommandError(str(error)) from error

    def _prove(self, options: dict[str, Any]) -> None:
        if options["print_checkpoint"]:
            self._print_last()
        elif options["row"]:
            self._prove_row(options["row"])
        elif options["checkpoint"]:
            statement, signature = read_note(options["checkpoint"].read_text(encoding="utf-8"))
            verify_checkpoint(statement, signature)
            self.stdout.write(f"The trail continues the checkpoint of {statement.size} rows.")
        else:
            proof = verify(since=options["since"], until=options["until"])
            self.stdout.write(
                f"{proof.rows} rows proved (places {proof.first} to {proof.size - 1}), {proof.checkpoints} checkpoints,"
                f" {proof.unsealed} rows wait to be sealed."
            )

    def _print_last(self) -> None:
        last = Checkpoint.objects.last()
        if last is None:
            raise NotProved("Nothing is sealed yet.")
        self.stdout.write(note(statement_of(last), bytes(last.signature)), ending="")

    def _prove_row(self, key: UUID) -> None:
        proof = prove_row(key)
        size = proof.checkpoint.size
        if root_of_path(proof.row_hash, proof.place, size, proof.path) != bytes(proof.checkpoint.root):
            raise NotProved(f"The path of row {key} does not lead to the root that was signed.")
        lines = [f"row {key}", f"hash {proof.row_hash.hex()}", f"place {proof.place} of {size}"]
        self.stdout.write("\n".join(lines + [f"sibling {step.hex()}" for step in proof.path]))
        self.stdout.write(note(statement_of(proof.checkpoint), bytes(proof.checkpoint.signature)), ending="")
