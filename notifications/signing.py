"""Signs mails with DKIM where a key is set, so that other servers can tell ours from forged ones.

Only for portals whose mail server does not sign by itself, as most do. Needs the package dkimpy.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.mail import EmailMultiAlternatives

from notifications.folding import PLAIN_HEADERS

try:
    import dkim
except ImportError:
    dkim = None

# What a forger would want to change. `List-Unsubscribe` only counts as one click when it is signed.
SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"content-language",
    b"auto-submitted",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
_NAME = "DKIM-Signature"


class SignedMail(EmailMultiAlternatives):
    """A mail whose signature, where one is wanted, stands over exactly the bytes that leave."""

    def message(self, **facts: Any) -> Any:
        """The mail with its signature as one more header."""
        mail: Any = super().message(**facts)
        for part in mail.walk():
            part.policy = PLAIN_HEADERS
        if mail.is_multipart():
            # Left alone, email compiles a pattern to search each mail for a boundary of its own.
            mail.set_boundary(f"=_{uuid.uuid4().hex}")
        if settings.DKIM_KEY_FILE:
            # From here on the bytes stay: inner boundaries are drawn when first written.
            mail[_NAME] = signature(mail.as_bytes(linesep="\r\n"))
        return mail


def signature(mail: bytes) -> str:
    """The value of the signature's header. Spaces where it was folded are allowed in it."""
    if dkim is None:
        raise RuntimeError("DKIM_KEY_FILE is set and the package dkimpy is not installed")
    header: bytes = dkim.sign(
        mail,
        settings.DKIM_SELECTOR.encode(),
        settings.DKIM_DOMAIN.encode(),
        _key(settings.DKIM_KEY_FILE),
        # Relaxed: a server on the way may fold a header anew.
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in SIGNED if _has(mail, name)],
    )
    return " ".join(header.decode("ascii").partition(":")[2].split())


def _has(mail: bytes, name: bytes) -> bool:
    head = b"\r\n" + mail.partition(b"\r\n\r\n")[0].lower()
    return b"\r\n" + name + b":" in head


@lru_cache(maxsize=2)
def _key(path: str) -> bytes:
    return Path(path).read_bytes()


@register()
def check(**_facts: Any) -> list[CheckMessage]:
    """Whether mails can be signed as the settings ask."""
    found = {name: getattr(settings, name) for name in ("DKIM_SELECTOR", "DKIM_DOMAIN")}
    if not settings.DKIM_KEY_FILE:
        return (
            [
                Error(
                    f"{', '.join(name for name in found if found[name])} without DKIM_KEY_FILE: "
                    "no mail is signed.",
                    id="notifications.E001",
                )
            ]
            if any(found.values())
            else []
        )
    errors: list[CheckMessage] = [
        Error(f"DKIM_KEY_FILE is set and {name} is not.", id="notifications.E002")
        for name in found
        if not found[name]
    ]
    if dkim is None:
        errors.append(
            Error(
                "DKIM_KEY_FILE is set and the package dkimpy is not installed.",
                hint="Install dkimpy (docs/operations.md, Mail), or unset DKIM_KEY_FILE.",
                id="notifications.E003",
            )
        )
    try:
        _key(settings.DKIM_KEY_FILE)
    except OSError as error:
        errors.append(
            Error(f"DKIM_KEY_FILE cannot be read: {error.strerror}.", id="notifications.E004")
        )
    return errors
