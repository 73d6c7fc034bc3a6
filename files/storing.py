"""Keeping a file: first its bytes, then its row, so that no row is ever without its file.

A file belongs to nothing until it is claimed; unclaimed ones are swept after a day. A verb
that refers to a file (a draft, a case, a message) claims it in its own transaction.
"""

import errno
import hashlib
import shutil
import uuid
from collections.abc import Iterable
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from files import scanner
from files.checking import check
from files.folder import storage
from files.models import State, StoredFile
from files.refusal import FileGone, FileRefused, FileStoreFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
_CHUNK = 1 << 20


def store(upload: File) -> StoredFile:
    """Check, scan and keep an uploaded file; it waits when the scanner is silent.

    Raises FileRefused with a sentence for the person, FileStoreFull when there is no room.
    The bytes are on the disk before the row exists; when the row cannot be written, or the
    caller's transaction is undone, the sweep takes the bytes away.
    """
    checked = check(upload)
    content = cast(BinaryIO, upload.file)
    verdict = scanner.scan(content)
    if verdict.outcome == scanner.FOUND:
        raise FileRefused("infected", name=checked.name)
    digest = sha256_of(content)
    name = f"{timezone.now():%Y/%m}/{uuid.uuid4().hex}"
    keeper = storage()
    upload.seek(0)
    try:
        saved = keeper.save(name, upload)
    except OSError as error:
        if error.errno in _FULL:
            raise FileStoreFull(name=checked.name) from error
        raise
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                storage_name=saved,
                original_name=checked.name,
                content_type=checked.content_type,
                size=checked.size,
                sha256=digest,
                state=State.SCAN_PENDING if verdict.outcome == scanner.SILENT else State.READY,
            )
    except BaseException:
        keeper.delete(saved)
        raise


def sha256_of(content: BinaryIO) -> str:
    """The hash of everything in the file, which is left at its end."""
    digest = hashlib.sha256()
    content.seek(0)
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def claim(files: Iterable[StoredFile]) -> None:
    """Keep the files for good: something refers to them now. Claiming twice changes nothing.

    Raises FileGone when the sweep was faster. Call it in the transaction that refers to them.
    """
    pks = [file.pk for file in files]
    with transaction.atomic():
        now = timezone.now()
        StoredFile.objects.filter(pk__in=pks).unclaimed().update(claimed_at=now)
        if StoredFile.objects.filter(pk__in=pks, claimed_at__isnull=False).count() != len(set(pks)):
            raise FileGone


def release(files: Iterable[StoredFile]) -> None:
    """Nothing refers to the files any more: the next sweep takes them (an expired draft)."""
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(claimed_at=None)


def is_whole(stored: StoredFile) -> bool:
    """Whether the bytes on the disk are the ones that came. False when they are gone."""
    try:
        with storage().open(stored.storage_name, "rb") as content:
            return sha256_of(content) == stored.sha256
    except OSError:
        return False


def has_room(size: int = 0) -> bool:
    """Whether the folder can take `size` bytes more (default: five of the largest files).

    Always true for a storage that is no folder of this machine.
    """
    wanted = size or settings.MAX_FILE_BYTES * settings.MAX_FILES_PER_MESSAGE
    try:
        return shutil.disk_usage(storage().location).free > wanted
    except (AttributeError, FileNotFoundError):
        return True
