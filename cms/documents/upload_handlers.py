"""Uploads stop where no file may be that large: nobody fills the disk by a form."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class SizeLimit(FileUploadHandler):
    """Ends the reading of a request whose files are together larger than one file may be; its view finds no file."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        # a little more than allowed, so that a file just too large is still told apart by its view
        self.limit = (settings.FILE_MAX_MB + 1) * 1024 * 1024
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on. Raises StopUpload above the limit."""
        self.seen += len(raw_data)
        if self.seen > self.limit:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        return
