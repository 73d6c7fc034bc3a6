"""Reading the words of attached files, so that search finds their entries by them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from files import names, reading
from files.folder import storage
from files.models import StoredFile
from files.reading import LIMITS, Read

Reader = Callable[[StoredFile], Read]
_CHUNK = 1 << 20
# What an editor reads beside a file of which nothing was found, and of which only a part was.
NOTHING_READ = {
    reading.KIND: _(
        "The words of this kind of file are not searched. Save it as PDF, HWP, HWPX, Word or Excel "
        "(.docx, .xlsx) and attach it again, if readers should find it by its words."
    ),
    reading.PROTECTED: _(
        "The text could not be read: the file asks for a password. Take the password off and "
        "attach it again."
    ),
    reading.DAMAGED: _(
        "The text could not be read: the file is damaged. Open it, save it anew and attach it "
        "again."
    ),
    reading.SLOW: _(
        "The text could not be read: reading it took too long. Attach the file in several parts."
    ),
    reading.BOMB: _(
        "The text could not be read: the file unfolds to more than can be read. Attach it in "
        "several parts."
    ),
    reading.TOO_BIG: _("The text could not be read: the file is too large. Attach it in parts."),
    reading.WORDLESS: _(
        "No text was found in the file. Perhaps its pages are pictures (scanned): attach the "
        "file that they were printed from, or write the most important words into the text."
    ),
}
PARTLY_READ = _("Only a part of its text could be read; the rest is not found by search.")


def from_the_store(stored: StoredFile) -> Read:
    """What stands in a stored file: copied to where a process of its own reads it."""
    kind = names.ending(stored.original_name)
    if kind not in reading.KINDS:
        return Read("", reading.KIND)
    with tempfile.NamedTemporaryFile(prefix="words-", suffix=".part") as copy:
        try:
            with storage().open(stored.storage_name, "rb") as content:
                while copy.tell() <= LIMITS.bytes and (piece := content.read(_CHUNK)):
                    copy.write(piece)
        except FileNotFoundError:
            return Read("", reading.DAMAGED)
        copy.flush()
        return reading.words(copy.name, kind)


_readers: list[Reader] = [from_the_store]


def register(reader: Reader) -> None:
    """Let `reader` take the words out of files; it takes the place of the one before it."""
    _readers[:] = [reader]


def can_read() -> bool:
    """Whether anything reads files here."""
    return bool(_readers)


def words(stored: StoredFile) -> Read:
    """The words of a stored file, and why they are not all there are."""
    return next((reader(stored) for reader in _readers), Read("", reading.KIND))


def remark(problem: str, text: str) -> str:
    """What an editor reads beside a file that was read with this problem; "" where all is well."""
    if not problem:
        return ""
    return str(PARTLY_READ if text else NOTHING_READ.get(problem, NOTHING_READ[reading.DAMAGED]))
