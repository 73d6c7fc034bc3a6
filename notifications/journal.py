"""What the mail server has accepted, on this machine's disk before the table knows.

Between the server's "250" and our commit lies a millisecond in which a killed worker forgets that
a mail is gone. One short write to a file comes first; whoever sweeps next reads it and marks what
the dead worker could not. Nothing but row numbers stands in it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from django.conf import settings

log = logging.getLogger(__name__)

FOLDER = "accepted"


def folder() -> Path:
    """Where the journals of this machine's workers lie."""
    return Path(settings.DATA_DIR) / FOLDER


class Journal:
    """One delivery's journal, held by a lock for as long as its process lives."""

    def __init__(self) -> None:
        self._handle = -1
        self._path = folder() / f"{uuid.uuid4().hex}.log"

    def note(self, pk: int) -> None:
        """Remember that the server has taken this row's mail. Never an error: the mail is gone."""
        try:
            if self._handle < 0:
                self._open()
            os.write(self._handle, f"{pk}\n".encode())
        except OSError as error:
            log.warning("journal of accepted mails not written: %s", type(error).__name__)

    def _open(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._handle = os.open(self._path, flags, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        """Throw it away when every row is marked; else leave it to the next sweep."""
        if self._handle >= 0:
            if error is None:
                with contextlib.suppress(OSError):
                    self._path.unlink()
            os.close(self._handle)
            self._handle = -1


def settle(mark: Callable[[list[int]], object]) -> int:
    """Mark what dead workers of this machine had handed over; how many rows they had noted.

    `mark` writes the rows as sent; when it fails, the journal stays for the next sweep.
    """
    found = 0
    for path, handle in _abandoned():
        with os.fdopen(handle, "rb") as file:
            # A line that was cut off by the end of its process names no row.
            rows = [int(line) for line in file.read().split(b"\n")[:-1] if line.isdigit()]
            if rows:
                mark(rows)
            path.unlink(missing_ok=True)
            found += len(rows)
    if found:
        log.warning("%s notices were marked as sent from the journal of a dead worker", found)
    return found


def _abandoned() -> Iterator[tuple[Path, int]]:
    """Journals that no living process holds, each locked for us."""
    place = folder()
    if not place.is_dir():
        return
    for path in sorted(place.glob("*.log")):
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            continue
        yield path, handle
