"""Where the bytes lie: a folder, or whatever Django storage the settings call "files"."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

PART = ".part"


class AtomicFolder(FileSystemStorage):
    """A folder in which a file is either whole and on the disk, or not there at all."""

    def _save(self, name: str, content: File) -> str:
        """Write beside, flush to the disk, then rename; a failure leaves nothing."""
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
            _flush(target.parent)
        except BaseException:
            with suppress(FileNotFoundError):
                part.unlink()
            raise
        return name


def _flush(folder: Path) -> None:
    """Make the rename itself last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage() -> Any:
    """The storage of attached files: STORAGES["files"] when set, else the folder FILE_STORE."""
    if "files" in settings.STORAGES:
        chosen: Storage = storages["files"]
        return chosen
    return AtomicFolder(location=settings.FILE_STORE, base_url=None)
