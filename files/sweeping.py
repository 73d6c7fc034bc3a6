"""Keeping rows and bytes together: what nobody claimed goes, what is missing is said."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from files import scanner
from files.folder import storage
from files.models import State, StoredFile
from files.storing import is_whole

log = logging.getLogger(__name__)

KEEP_UNCLAIMED = timedelta(hours=24)
RESCAN_AT_ONCE = 200
_BATCH = 500


def rescan() -> int:
    """Ask the scanner again about waiting files, oldest first; gives how many it judged."""
    judged = 0
    for stored in StoredFile.objects.waiting().order_by("uploaded_at")[:RESCAN_AT_ONCE]:
        try:
            with storage().open(stored.storage_name, "rb") as content:
                verdict = scanner.scan(content)
        except OSError:
            _move(stored, State.MISSING)
            continue
        if verdict.outcome == scanner.SILENT:
            # The next one would wait for the same silence.
            break
        if verdict.outcome == scanner.FOUND:
            log.error("file %s: scanner found %s", stored.public_id, verdict.finding)
            _move(stored, State.INFECTED, finding=verdict.finding)
        else:
            _move(stored, State.READY)
        judged += 1
    return judged


def _move(stored: StoredFile, state: State, *, finding: str = "") -> None:
    """Change the state unless someone else has changed it meanwhile."""
    StoredFile.objects.filter(pk=stored.pk, state=stored.state).update(state=state, finding=finding)


def remove_unclaimed(*, now: datetime | None = None) -> int:
    """Remove rows that nothing claimed within a day, with their bytes; gives their number."""
    before = (now or timezone.now()) - KEEP_UNCLAIMED
    removed = 0
    for stored in StoredFile.objects.unclaimed().uploaded_before(before).iterator(_BATCH):
        try:
            if _delete_unclaimed(stored):
                storage().delete(stored.storage_name)
                removed += 1
        except (ProtectedError, IntegrityError):
            log.error("file %s is in use but was never claimed", stored.public_id)
    return removed


@transaction.atomic
def _delete_unclaimed(stored: StoredFile) -> bool:
    """Delete the row unless it was claimed since it was read.

    The update takes the row's lock: a claim that comes later waits, then finds no row.
    """
    row = StoredFile.objects.filter(pk=stored.pk)
    if not row.unclaimed().update(state=State.MISSING):
        return False
    row.delete()
    return True


def remove_strays(*, now: datetime | None = None) -> int:
    """Remove bytes older than a day that no row knows, half-written ones too."""
    before = (now or timezone.now()) - KEEP_UNCLAIMED
    removed = 0
    for names in _batches(_names("")):
        old = [name for name in names if _modified(name) < before]
        known = set(
            StoredFile.objects.filter(storage_name__in=old).values_list("storage_name", flat=True)
        )
        for name in set(old) - known:
            storage().delete(name)
            removed += 1
    return removed


def remove_unfinished(*, now: datetime | None = None) -> int:
    """Remove temporary files of uploads whose process was killed, when the folder is ours."""
    folder = settings.FILE_UPLOAD_TEMP_DIR
    if not folder or not Path(folder).is_dir():
        return 0
    before = ((now or timezone.now()) - KEEP_UNCLAIMED).timestamp()
    removed = 0
    for path in Path(folder).glob("*.upload"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def _names(folder: str) -> Iterator[str]:
    """Every name in the storage, below a folder."""
    try:
        folders, names = storage().listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in names)
    for inner in folders:
        yield from _names(prefix + inner)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _modified(name: str) -> datetime:
    """When the bytes were last written; now, when they went away meanwhile."""
    try:
        modified: datetime = storage().get_modified_time(name)
    except FileNotFoundError:
        return timezone.now()
    return modified


def mark_missing() -> int:
    """Mark rows whose bytes are gone; gives their number."""
    return _mark(lambda stored: storage().exists(stored.storage_name))


def verify() -> int:
    """Read every file that may be handed out; mark those that are gone or damaged (F28)."""
    return _mark(is_whole)


def _mark(is_there: Callable[[StoredFile], bool]) -> int:
    marked = 0
    for stored in StoredFile.objects.ready().iterator(_BATCH):
        if not is_there(stored):
            log.error("file %s is missing or damaged", stored.public_id)
            _move(stored, State.MISSING)
            marked += 1
    return marked
