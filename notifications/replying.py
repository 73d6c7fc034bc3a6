"""The signed address to which an answer to a notice goes, and what an address of ours says.

`reply+<token>@REPLY_DOMAIN`: the token names the notice and is signed over its subject, the side
that it was written to and its recipient, so it opens one conversation for one reader. Letters are
small and the token is base32: mail servers on the way may fold case as they like.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from notifications import catalog
from notifications.models import MAIL, Notice

PREFIX = "reply"
_SALT = "notifications.replying"
_KEY_BYTES = 6
_MAC_BYTES = 14


def is_on() -> bool:
    """Whether mail can come in at all."""
    return bool(settings.REPLY_DOMAIN)


def invites(kind: str) -> bool:
    """Whether the reader of such a notice may simply answer it."""
    if not is_on():
        return False
    try:
        return catalog.of(kind).replies
    except catalog.UnknownKindError:
        return False


def headers(row: Notice) -> dict[str, str]:
    """The Reply-To header of a notice whose answer becomes a message; none otherwise.

    X-Loop lets us recognise our own mail when a forwarding rule sends it back.
    """
    if row.channel != MAIL or not invites(row.kind):
        return {}
    return {"Reply-To": address_of(row), "X-Loop": settings.REPLY_DOMAIN}


def address_of(row: Notice) -> str:
    """The reply address of a notice."""
    return address(PREFIX, token(row.pk, *_bound(row)))


def address(prefix: str, code: str) -> str:
    """An address of ours."""
    return f"{prefix}+{code}@{settings.REPLY_DOMAIN}"


def token(key: int, *bound: str) -> str:
    """A signed code of 32 letters for a row and what it is bound to."""
    head = key.to_bytes(_KEY_BYTES, "big")
    code = head + _mac(head, bound, settings.SECRET_KEY)
    return base64.b32encode(code).decode().lower()


def key_of(code: str) -> int | None:
    """The row that a code names; whether it is signed for it, `is_signed` says."""
    raw = _raw(code)
    return None if raw is None else int.from_bytes(raw[:_KEY_BYTES], "big")


def is_signed(code: str, *bound: str) -> bool:
    """Whether we signed this code for just this; keys that were rotated out still count."""
    raw = _raw(code)
    if raw is None:
        return False
    head, mac = raw[:_KEY_BYTES], raw[_KEY_BYTES:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    # Every key is tried, so that the time does not tell which one fits.
    found = [hmac.compare_digest(mac, _mac(head, bound, key)) for key in keys]
    return any(found)


def answered(code: str) -> Notice | None:
    """The notice whose answer goes to the code; None when we did not sign it for that notice."""
    key = key_of(code)
    row = Notice.objects.filter(pk=key).first() if key is not None else None
    return row if row is not None and is_signed(code, *_bound(row)) else None


def parsed(mail_address: str) -> tuple[str, str] | None:
    """Prefix and code of an address at our domain; None for any other address."""
    local, _at, domain = mail_address.strip().lower().rpartition("@")
    prefix, plus, code = local.partition("+")
    if not is_on() or domain != settings.REPLY_DOMAIN.lower() or not plus:
        return None
    return prefix, code


def _bound(row: Notice) -> tuple[str, str, str]:
    side = catalog.of(row.kind).audience
    return row.subject_key, side, row.to_address.lower()


def _mac(head: bytes, bound: tuple[str, ...], key: str) -> bytes:
    # Lengths before the parts: no two lists of parts read the same.
    said = head.hex() + "".join(f"|{len(part)}:{part}" for part in bound)
    digest = salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()
    return digest[:_MAC_BYTES]


def _raw(code: str) -> bytes | None:
    try:
        raw = base64.b32decode(code.upper().encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == _KEY_BYTES + _MAC_BYTES else None


def fingerprint(*parts: str) -> str:
    """A short hash for keys of notices that must not carry an address."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
