"""Bytes first, then the row; nothing left over when either fails."""

import errno
import hashlib
import os
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from files import folder, storing, sweeping, tasks
from files.models import State, StoredFile
from files.refusal import FileGone, FileStoreFull
from tests.files import corpus

pytestmark = pytest.mark.django_db

A_DAY_ON = timedelta(hours=25)


def test_store_keeps_bytes_hash_and_name(upload, on_disk, settings):
    content = corpus.pdf(b"x" * 100_000)

    stored = storing.store(upload(unicodedata.normalize("NFD", "견적서.pdf"), content))

    path = Path(settings.FILE_STORE) / stored.storage_name
    assert (stored.original_name, stored.size, stored.sha256, stored.state, stored.claimed_at) == (
        "견적서.pdf",
        len(content),
        hashlib.sha256(content).hexdigest(),
        State.READY,
        None,
    )
    assert (path.read_bytes() == content, path.stat().st_mode & 0o777, on_disk()) == (
        True,
        0o600,
        [path.name],
    )


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("syllables", [30, 84, 200])
def test_store_takes_long_hangul_names(upload, syllables, form):
    name = "가각" * (syllables // 2) + ".pdf"

    stored = storing.store(upload(unicodedata.normalize(form, name)))

    stored.refresh_from_db()
    assert stored.original_name == name


def fail_after(count, number):
    """A file whose disk is full after some bytes."""
    real = os.fdopen

    class Full:
        def __init__(self, handle):
            self.file = real(handle, "wb")
            self.written = 0

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def write(self, data):
            self.written += len(data)
            if self.written > count:
                raise OSError(number, os.strerror(number))
            return self.file.write(data)

        def flush(self):
            self.file.flush()

        def fileno(self):
            return self.file.fileno()

    return lambda handle, mode: Full(handle)


@pytest.mark.parametrize("count", [0, 70_000, 150_000])
def test_store_on_a_full_disk_says_so_and_leaves_nothing(upload, on_disk, monkeypatch, count):
    monkeypatch.setattr(folder, "open", fail_after(count, errno.ENOSPC), raising=False)

    with pytest.raises(FileStoreFull) as refusal:
        storing.store(upload("a.pdf", corpus.pdf(b"x" * 200_000)))

    assert (refusal.value.code, StoredFile.objects.count(), on_disk()) == ("store_full", 0, [])


def test_store_into_a_folder_that_cannot_be_made_is_not_called_full(upload, settings, tmp_path):
    (tmp_path / "plain").write_text("a file")
    settings.FILE_STORE = str(tmp_path / "plain")

    with pytest.raises(OSError, match="plain"):
        storing.store(upload())


def test_store_leaves_no_bytes_when_the_row_fails(upload, on_disk, monkeypatch):
    def refuse(**facts):
        raise DatabaseError("away")

    monkeypatch.setattr(StoredFile.objects, "create", refuse)

    with pytest.raises(DatabaseError):
        storing.store(upload())

    assert on_disk() == []


def test_bytes_of_an_undone_transaction_are_swept(upload, on_disk):
    with transaction.atomic():
        storing.store(upload())
        transaction.set_rollback(True)
    left = len(on_disk())

    early = sweeping.remove_strays()
    late = sweeping.remove_strays(now=timezone.now() + A_DAY_ON)

    assert (left, early, late, on_disk()) == (1, 0, 1, [])


def test_half_written_bytes_are_swept(settings, on_disk):
    place = Path(settings.FILE_STORE) / "2026" / "11"
    place.mkdir(parents=True)
    (place / ("a" + folder.PART)).write_bytes(b"half")

    removed = sweeping.remove_strays(now=timezone.now() + A_DAY_ON)

    assert (removed, on_disk()) == (1, [])


def test_unfinished_uploads_of_killed_processes_are_swept(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    for name in ("tmpa.upload", "other.txt"):
        (tmp_path / name).write_bytes(b"half")

    removed = sweeping.remove_unfinished(now=timezone.now() + A_DAY_ON)

    left = sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    assert (removed, left) == (1, ["other.txt"])


def test_sweep_takes_what_nobody_claimed_and_leaves_the_rest(upload, on_disk):
    old, kept, young = (storing.store(upload()) for _ in range(3))
    storing.claim([kept])
    StoredFile.objects.filter(pk__in=[old.pk, kept.pk]).update(
        uploaded_at=timezone.now() - A_DAY_ON
    )

    tasks.sweep()

    rows = sorted(StoredFile.objects.values_list("pk", flat=True))
    names = sorted(Path(one.storage_name).name for one in (kept, young))
    assert (rows, on_disk()) == ([kept.pk, young.pk], names)


def test_sweep_of_a_file_claimed_meanwhile_leaves_it(upload):
    stored = storing.store(upload())
    seen = StoredFile.objects.get(pk=stored.pk)
    storing.claim([stored])

    deleted = sweeping._delete_unclaimed(seen)

    stored.refresh_from_db()
    assert (deleted, stored.state) == (False, State.READY)


def test_claim_of_a_swept_file_says_that_it_is_gone(upload):
    first, second = storing.store(upload()), storing.store(upload())
    StoredFile.objects.filter(pk=second.pk).delete()

    with pytest.raises(FileGone):
        storing.claim([first, second])

    first.refresh_from_db()
    assert first.claimed_at is None


def test_claim_twice_keeps_the_first_moment_and_release_gives_it_up(upload):
    stored = storing.store(upload())
    storing.claim([stored])
    first = StoredFile.objects.get().claimed_at
    storing.claim([stored])
    second = StoredFile.objects.get().claimed_at

    storing.release([stored])

    assert (first == second is not None, StoredFile.objects.get().claimed_at) == (True, None)


def test_sweep_marks_rows_whose_bytes_are_gone(upload, settings):
    stored, whole = storing.store(upload()), storing.store(upload())
    (Path(settings.FILE_STORE) / stored.storage_name).unlink()

    tasks.sweep()

    states = dict(StoredFile.objects.values_list("pk", "state"))
    assert states == {stored.pk: State.MISSING, whole.pk: State.READY}


def test_verify_marks_a_flipped_byte(upload, settings):
    stored, whole = storing.store(upload()), storing.store(upload())
    path = Path(settings.FILE_STORE) / stored.storage_name
    content = bytearray(path.read_bytes())
    content[12] ^= 1
    path.write_bytes(content)

    tasks.verify()

    states = dict(StoredFile.objects.values_list("pk", "state"))
    assert states == {stored.pk: State.MISSING, whole.pk: State.READY}


def test_has_room_knows_a_full_disk(settings, tmp_path):
    settings.FILE_STORE = str(tmp_path)

    assert (storing.has_room(1), storing.has_room(1 << 60)) == (True, False)


def test_has_room_before_the_folder_exists():
    assert storing.has_room() is True
