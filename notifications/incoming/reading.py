"""What a mail holds: text in any Korean letters, files, Outlook's winmail.dat; within bounds."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from tnefparse import TNEF

from notifications.incoming import charsets, headers, pages

log = logging.getLogger(__name__)

_BOUNDARY = re.compile(rb"boundary\s*=\s*\"?([^\";\r\n]{1,200})", re.IGNORECASE)
BOUNDARIES_AT_MOST = 40
PARTS_AT_MOST = 400
DEPTH_AT_MOST = 20
TEXT_BYTES = 1024 * 1024
# Pictures up to this size that stand in the text are logos and icons of signatures.
_LOGO_BYTES = 64 * 1024
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_HEAD_BYTES = 256 * 1024
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
# Nobody attaches these: programs do.
_TRIMMINGS = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "text/x-amp-html",
    "message/delivery-status",
    "message/disposition-notification",
)


class TooNestedError(Exception):
    """Built of so many parts that no mail program made it."""


@dataclass(frozen=True)
class Part:
    """A file that came along."""

    name: str
    content_type: str
    content: bytes


@dataclass
class _Found:
    """The texts and the pictures in them, on the way."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    pictures: list[tuple[Part, str]] = field(default_factory=list)


@dataclass
class Read:
    """A mail as a person would see it."""

    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    text: str = ""
    files: list[Part] = field(default_factory=list)
    # Mails that were forwarded as files.
    attached: list[Read] = field(default_factory=list)


def read(raw: bytes) -> Read:
    """Read a mail. Raises TooNestedError for what is built to exhaust a reader."""
    _refuse_bombs(raw)
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        return _read(message, 0)
    except RecursionError as error:
        raise TooNestedError from error


def _refuse_bombs(raw: bytes) -> None:
    """Count what a parser would make objects of, before it does."""
    found = set(_BOUNDARY.findall(raw))
    if len(found) > BOUNDARIES_AT_MOST:
        raise TooNestedError
    if sum(raw.count(b"\n--" + one.strip()) for one in found) > PARTS_AT_MOST:
        raise TooNestedError
    if not _EMPTY_LINE.search(raw[:_HEAD_BYTES]) and len(raw) > _HEAD_BYTES:
        raise TooNestedError
    if _depth(raw) > DEPTH_AT_MOST * 2:
        raise TooNestedError


def _depth(raw: bytes) -> int:
    """How deep parts may be nested at most: no boundary, no depth."""
    return len(re.findall(rb"content-type\s*:\s*(?:multipart|message)/", raw, re.IGNORECASE))


def _read(message: Message, depth: int) -> Read:
    head = headers.Head(message)
    result = Read(head.text("Subject"), head.sender, head.sender_name)
    found = _Found()
    for part in _leaves(message, depth):
        _sort(part, depth, result, found)
    markup = "\n".join(found.html)
    for picture, content_id in found.pictures:
        if not _is_logo(picture, content_id, markup):
            result.files.append(picture)
    said = "\n\n".join(text for text in found.plain if text.strip())
    if not said.strip() and markup:
        said = pages.as_text(markup)
    # What winmail.dat brought counts where the mail itself says nothing.
    result.text = said.strip() or result.text
    return result


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """The parts that are no containers; of alternatives all, the reader chooses."""
    if depth > DEPTH_AT_MOST:
        raise TooNestedError
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _sort(part: Message, depth: int, result: Read, found: _Found) -> None:
    """Put one part where it belongs."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            result.attached.append(_read(inner[0], depth + 1))
        return
    if kind in _TRIMMINGS:
        return
    content = _bytes(part)
    name = _name(part)
    disposition = (part.get_content_disposition() or "").lower()
    if kind in _WINMAIL or name.lower() == "winmail.dat":
        _unpack(content, result)
    elif kind in ("text/plain", "text/html") and disposition != "attachment" and not name:
        text = charsets.tidy(charsets.decode(content[:TEXT_BYTES], _charset(part)))
        (found.plain if kind == "text/plain" else found.html).append(text)
    elif content:
        file = Part(name or _nameless(kind), kind, content)
        content_id = (part.get("Content-ID") or "").strip().strip("<>")
        inline = disposition == "inline" or bool(content_id)
        if kind.startswith("image/") and disposition != "attachment" and inline:
            found.pictures.append((file, content_id))
        else:
            result.files.append(file)


def _is_logo(picture: Part, content_id: str, markup: str) -> bool:
    """A small picture that stands in the text; a photo from a telephone is larger."""
    shown = bool(content_id) and f"cid:{content_id}".lower() in markup.lower()
    return len(picture.content) <= _LOGO_BYTES and (shown or not markup or bool(content_id))


def _bytes(part: Message) -> bytes:
    try:
        payload: Any = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    try:
        return str(part.get_param("charset") or "")
    except (ValueError, LookupError, TypeError):
        return ""


def _name(part: Message) -> str:
    """The file name, whichever of the many ways it was written."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AssertionError):
        name = ""
    return headers.decoded(name).replace("/", "_").replace("\\", "_").strip()[:200]


_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf"}


def _nameless(kind: str) -> str:
    return f"file.{_ENDINGS.get(kind, 'bin')}"


def _unpack(content: bytes, result: Read) -> None:
    """What Outlook packed into a winmail.dat: files, and the text where there is no other."""
    try:
        packed = TNEF(content, do_checksum=False)
        for item in packed.attachments[:PARTS_AT_MOST]:
            if item.data:
                name = charsets.tidy(str(item.long_filename() or item.name or "file.bin"))
                result.files.append(Part(name[:200], "application/octet-stream", bytes(item.data)))
        body = packed.body or packed.htmlbody or b""
    except Exception:
        # A damaged packet must not cost the words that stand beside it.
        log.warning("a winmail.dat could not be unpacked")
        result.files.append(Part("winmail.dat", "application/ms-tnef", content))
        return
    text = body if isinstance(body, str) else charsets.decode(bytes(body), "euc-kr")
    if text.strip():
        text = charsets.tidy(text)
        result.text = pages.as_text(text) if packed.htmlbody and not packed.body else text
