"""The headers of a mail as text, however badly they were written. Never raises for any bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from notifications.incoming import charsets

# A head beyond this is no letter's.
_HEAD_BYTES = 256 * 1024
_LONGEST = 2000
_WHERE_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,190}")


@dataclass(frozen=True)
class Head:
    """What the head of a mail says."""

    message: Message

    def text(self, name: str) -> str:
        """A header as one line of readable text; empty where there is none."""
        return decoded(self.message.get(name))

    def texts(self, name: str) -> list[str]:
        """Every header of that name."""
        return [decoded(value) for value in self.message.get_all(name, [])]

    @property
    def message_id(self) -> str:
        """The Message-ID with its brackets, or nothing."""
        return self.text("Message-ID")[:255]

    @property
    def sender(self) -> str:
        """The one address in From, in small letters; nothing where there is none or more."""
        found = _addresses(self.texts("From"))
        return found[0] if len(set(found)) == 1 else ""

    @property
    def sender_name(self) -> str:
        """How the sender calls themselves."""
        # Not by `getaddresses`: comments within comments take it to its depth of recursion.
        return self.text("From").partition("<")[0].strip(" \"'")[:80]

    @property
    def recipients(self) -> list[str]:
        """Where the mail was sent, by every header that may tell."""
        return _addresses(value for name in _WHERE_TO for value in self.texts(name))


def read(raw: bytes) -> Head:
    """The head of a mail."""
    return Head(BytesParser(policy=compat32).parsebytes(raw[:_HEAD_BYTES], headersonly=True))


def decoded(value: object) -> str:
    """A header's value on one line: encoded words decoded, raw Korean bytes understood."""
    if value is None:
        return ""
    source = str(value) if isinstance(value, str) else _raw(value)
    source = source[: _LONGEST * 4]
    try:
        pieces = decode_header(source)
    except (HeaderParseError, ValueError, AssertionError):
        pieces = [(source, None)]
    words: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, bytes):
            words.append(charsets.decode(piece, charset or ""))
        else:
            words.append(charsets.decode(piece.encode("utf-8", "surrogateescape"), ""))
    return " ".join(charsets.tidy("".join(words)).split())[:_LONGEST]


def _raw(value: object) -> str:
    """Bytes above 127 in a head come as a `Header` of unknown letters."""
    chunks = getattr(value, "_chunks", [])
    return "".join(chunk for chunk, _charset in chunks)


def _addresses(values: Iterable[str]) -> list[str]:
    return [found.lower() for value in values for found in _ADDRESS.findall(value)]
