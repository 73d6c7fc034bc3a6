"""Receives uploads into temporary files, of bounded size, whatever the file is called.

Django's own handler puts the ending of the name into the temporary file's name (a long one is
an error 500), writes as much as is sent, and fails with an error 500 when the disk is full.
"""

import io
import logging
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import (
    InMemoryUploadedFile,
    TemporaryUploadedFile,
    UploadedFile,
)
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

log = logging.getLogger(__name__)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops writing beyond MAX_FILE_BYTES or on a full disk; the check then says so (F26)."""

    file: Any

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a temporary file of a plain name."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.store_full = False
        try:
            self.file = TemporaryUploadedFile(
                "upload", self.content_type, 0, self.charset, self.content_type_extra
            )
        except OSError:
            self._give_up()
        self.file.name = self.file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk unless the file is already refused."""
        if self.store_full or start > settings.MAX_FILE_BYTES:
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self.file.close()
            self._give_up()

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file with its true size, even where less was written."""
        self.file.seek(0)
        self.file.size = file_size
        self.file.store_full = self.store_full
        return self.file

    def upload_interrupted(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "file"):
            self.file.close()

    def _give_up(self) -> None:
        log.error("no room for an upload")
        self.store_full = True
        self.file = InMemoryUploadedFile(
            io.BytesIO(), self.field_name, self.file_name, self.content_type, 0, self.charset
        )
