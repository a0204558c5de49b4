"""What the worker does with files."""

from uuid import UUID

from django_tasks import task

from cms.core.instants import current_instant
from cms.documents import services
from cms.documents.scanner import ScannerDown
from cms.documents.work_kinds import SCAN, TEXT
from cms.notifications.outbox import Row, Unavailable, handler

HOUR = 60 * 60
_LEASE = 120


@handler(SCAN, lease_seconds=_LEASE)
def scan_files(rows: list[Row]) -> None:
    """Scan files that wait; while the scanner does not answer they go on waiting."""
    for row in rows:
        try:
            services.scan_again(uuid=UUID(row.payload["file"]), at=current_instant())
        except ScannerDown as error:
            raise Unavailable from error


@handler(TEXT, lease_seconds=_LEASE)
def read_texts(rows: list[Row]) -> None:
    """Read the words of files."""
    for row in rows:
        services.read_text(uuid=UUID(row.payload["file"]))


@task()
def tidy_files() -> None:
    """Remove what nobody wanted, and what was left behind."""
    at = current_instant()
    services.forget_unattached(at=at)
    services.forget_strays(at=at)
