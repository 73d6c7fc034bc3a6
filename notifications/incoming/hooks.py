"""Who takes mail at which of our addresses; the higher apps register, this one knows none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from files.models import StoredFile
from notifications.models import IncomingMail, Notice

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@dataclass(frozen=True)
class Letter:
    """What somebody wrote, read and checked, ready to be taken.

    `sender` is in small letters. `refused` says file by file why something was left out.
    """

    mail: IncomingMail
    code: str  # of the address that it was sent to
    sender: str
    sender_name: str
    subject: str
    text: str
    rest: str = ""
    attached: str = ""  # a mail that was forwarded as a file, as text
    files: Sequence[StoredFile] = ()
    refused: Sequence[str] = ()
    notice: Notice | None = None
    # The officer who took a mail that had been quarantined.
    by: AbstractBaseUser | None = None


class CannotTakeError(Exception):
    """Not even an officer's word makes a message of this mail; the text says why."""


@dataclass(frozen=True)
class Word:
    """What is to become of a mail: a state of IncomingMail, why, and what it is about."""

    state: str
    reason: str = ""
    subject_key: str = ""
    result: dict[str, Any] | None = None


class Taker(Protocol):
    """Takes mail at addresses with one prefix."""

    def knows(self, code: str) -> bool:
        """Whether the code is one that we gave out."""

    def judge(self, code: str, sender: str) -> Word:
        """Whether this sender may write there; nothing is written."""

    def take(self, letter: Letter) -> Word:
        """Make of the mail what it is meant to be, in the caller's transaction."""

    def held(self, letter: Letter, word: Word) -> None:
        """Tell whoever decides that a mail was quarantined, in the caller's transaction."""


takers: dict[str, Taker] = {}
# Who learns of a returned mail; gives True when it was understood.
Bounced = Callable[[bytes], bool]
_bounced: list[Bounced] = []


def register(prefix: str, taker: Taker) -> None:
    """Let a taker have the mail at `<prefix>+<code>@REPLY_DOMAIN`."""
    takers[prefix] = taker


def register_bounces(reader: Bounced) -> None:
    """Let somebody read the returned mails that arrive among the answers; once."""
    if reader not in _bounced:
        _bounced.append(reader)


def returned(raw: bytes) -> bool:
    """Hand a returned mail on; whether anybody understood it."""
    understood = [reader(raw) for reader in _bounced]
    return any(understood)
