"""Reading the words of attached files, by whatever is registered; search then finds them."""

from __future__ import annotations

from collections.abc import Callable

from files.models import StoredFile
from marketinfo import plain_words

# Of one file; beyond it nobody searches.
LONGEST = 200_000
Reader = Callable[[StoredFile], str]
# The plain kinds; a reader of more kinds takes its place.
_readers: list[Reader] = [plain_words.read]


def register(reader: Reader) -> None:
    """Let `reader` take the words out of files; registering again replaces it.

    It gives "" for a kind that it does not know and for a file that it cannot read.
    """
    _readers[:] = [reader]


def can_read() -> bool:
    """Whether anything reads files here."""
    return bool(_readers)


def words(stored: StoredFile) -> str:
    """The words of a stored file; "" where nothing reads it."""
    return next((reader(stored) for reader in _readers), "")[:LONGEST]
