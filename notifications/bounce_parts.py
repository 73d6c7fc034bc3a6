"""The parts of a returned mail: what its server wrote, and the mail of ours that it returns."""

from __future__ import annotations

import email
import email.errors
import email.header
import re
from collections.abc import Iterator
from email.message import Message

from django.conf import settings

from notifications import bounce_words

WORDS_AT_MOST = 32 * 1024


# --- The mail that came back ----------------------------------------------------------------
def quoted(mail: Message) -> Message | None:
    """The returned mail, or its headers."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            return first if isinstance(first, Message) else None
        if kind == "text/rfc822-headers":
            return email.message_from_bytes(_bytes(part))
    return None


def is_returned_itself(quoted: Message) -> bool:
    """Whether the mail that came back was a report or an automatic answer itself."""
    return quoted.get_content_type() == "multipart/report" or (
        str(quoted.get("Auto-Submitted", "")).strip().lower() == "auto-replied"
    )


def message_id(mail: Message, quoted: Message | None, text: str) -> str:
    """Our own Message-ID: in the returned mail, in its quotation, or as what is answered."""
    places: list[str] = []
    if quoted is not None:
        places.append(str(quoted.get("Message-ID", "")))
    places += [str(mail.get("X-Failed-Message-ID", "")), str(mail.get("In-Reply-To", ""))]
    places += [text, str(mail.get("References", ""))]
    pattern = re.compile(rf"<[0-9a-f]{{32}}@{re.escape(settings.MESSAGE_ID_DOMAIN)}>")
    bare = re.compile(rf"(?<![\w.])[0-9a-f]{{32}}@{re.escape(settings.MESSAGE_ID_DOMAIN)}")
    for place in places:
        if found := pattern.search(place):
            return found[0]
        if found := bare.search(place):
            return f"<{found[0]}>"
    return ""


# --- Words ----------------------------------------------------------------------------------
def subject(mail: Message) -> str:
    """The subject in words."""
    return str(email.header.make_header(_parts(str(mail.get("Subject", "")))))


def _parts(value: str) -> list[tuple[bytes | str, str | None]]:
    """An encoded header in pieces; a charset that nobody knows is read as UTF-8."""
    found: list[tuple[bytes | str, str | None]] = []
    try:
        pieces = email.header.decode_header(value)
    except email.errors.HeaderParseError:
        return [(value, None)]
    for piece, charset in pieces:
        if isinstance(piece, bytes):
            found.append((_decoded(piece, charset), None))
        else:
            found.append((piece, None))
    return found


def said(mail: Message) -> str:
    """What the server wrote: every text before the returned mail."""
    return "\n".join(_texts(mail))


def _texts(mail: Message) -> Iterator[str]:
    parts = [mail] if not mail.is_multipart() else mail.get_payload()
    for part in parts:
        if not isinstance(part, Message):
            continue
        kind = part.get_content_type()
        if part is not mail and kind.startswith("multipart/"):
            yield from _texts(part)
        elif kind in {"text/plain", "text/html"}:
            words = _decoded(_bytes(part), part.get_content_charset())[:WORDS_AT_MOST]
            yield words if kind == "text/plain" else bounce_words.without_tags(words)


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(content: bytes, charset: str | None) -> str:
    # Old Korean servers say ks_c_5601-1987 and send its larger sister.
    known = {"ks_c_5601-1987": "cp949", "euc-kr": "cp949", "us-ascii": "utf-8", None: "utf-8"}
    try:
        return content.decode(known.get((charset or "").lower() or None, charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp949" if charset else "utf-8", "replace")
