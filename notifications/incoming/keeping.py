"""Keep a mail as it came, once, before anything is made of it: whoever brought it may forget it."""

from __future__ import annotations

import hashlib
import logging
import re
import uuid
from collections.abc import Iterable
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from files.folder import storage
from files.models import StoredFile
from notifications import replying, waking
from notifications.incoming import headers, hooks
from notifications.models import IncomingMail

log = logging.getLogger(__name__)

HANDLE = "notifications.incoming.tasks.handle"
# Of a mail that is too large, its head alone is kept.
_HEAD_BYTES = 64 * 1024
_CANDIDATES = 10
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_waker = waking.Waker(HANDLE)


def take(raw: bytes, *, source: str, to: Iterable[str] = ()) -> IncomingMail:
    """Keep a mail; the same mail again gives the same row. What it means is found out later.

    `to` are the addresses of the envelope where they are known. When this returns, the mail is
    on the disk and in the database; when it raises, it was not taken and must be brought again.
    """
    too_big = len(raw) > settings.REPLY_MAX_BYTES
    kept = raw[:_HEAD_BYTES] if too_big else raw
    head = headers.read(kept)
    address = _ours([*to] or head.recipients)
    mark = fingerprint(raw, head.message_id, address)
    known = IncomingMail.objects.filter(fingerprint=mark).first()
    if known is not None:
        return known
    file = _stored(kept or b"\n")
    try:
        with transaction.atomic():
            file.save(force_insert=True)
            mail = IncomingMail.objects.create(
                fingerprint=mark,
                source=source,
                message_id=head.message_id,
                sender=head.sender[:254],
                to_address=address[:254],
                subject=head.text("Subject")[:255],
                raw=file,
                reason="too_big" if too_big else "",
            )
            transaction.on_commit(_waker.call, robust=True)
    except IntegrityError:
        # The same mail came twice at once; the other one has it.
        storage().delete(file.storage_name)
        return cast(IncomingMail, IncomingMail.objects.get(fingerprint=mark))
    except BaseException:
        storage().delete(file.storage_name)
        raise
    log.info("mail %s came in by %s", mail.pk, source)
    return cast(IncomingMail, mail)


def fingerprint(raw: bytes, message_id: str, address: str) -> str:
    """What makes a mail the same: its name, its body and where it went, not its way here."""
    found = _EMPTY_LINE.search(raw)
    body = raw[found.end() :] if found else raw
    digest = hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest()
    if not message_id:
        # Two short answers without a name are two answers: their heads tell them apart.
        digest += hashlib.sha256(raw[: found.start()] if found else b"").hexdigest()
    return hashlib.sha256(f"{message_id}\n{digest}\n{address}".encode()).hexdigest()


def _ours(addresses: Iterable[str]) -> str:
    """The address of ours that a mail was sent to; one that we gave out before any other."""
    candidates = [
        one.strip().lower() for one in addresses if (found := replying.parsed(one)) and found
    ][:_CANDIDATES]
    for address in candidates:
        prefix, code = replying.parsed(address) or ("", "")
        taker = hooks.takers.get(prefix)
        if taker is not None and taker.knows(code):
            return address
    return candidates[0] if candidates else ""


def _stored(raw: bytes) -> StoredFile:
    """The bytes in the private store, and a row that is not written yet.

    They are never served: no view leads to a mail as it came.
    """
    name = f"{timezone.now():%Y/%m}/{uuid.uuid4().hex}"
    saved = storage().save(name, ContentFile(raw))
    return StoredFile(
        storage_name=saved,
        original_name="mail.eml",
        content_type="message/rfc822",
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        claimed_at=timezone.now(),
    )


def raw_of(mail: IncomingMail) -> bytes:
    """The mail as it came; nothing where it is not kept any more."""
    if mail.raw is None:
        return b""
    with storage().open(mail.raw.storage_name, "rb") as content:
        return cast(BinaryIO, content).read()
