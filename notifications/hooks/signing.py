"""Signatures after Standard Webhooks (standardwebhooks.com, v1), and where secrets come from.

A hook's secret is HMAC-SHA256 of its salt under `HOOK_KEY`: the table alone forges nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

from django.conf import settings

from notifications.models import Hook

PREFIX = "whsec_"
# A renewed secret and the one before it both sign for so long.
OVERLAP = dt.timedelta(hours=24)


def key_of(salt: str) -> bytes:
    """The 32 bytes that sign."""
    return hmac.digest(settings.HOOK_KEY.encode(), b"hook:" + salt.encode(), hashlib.sha256)


def secret(hook: Hook) -> str:
    """The secret as the partner keeps it."""
    return PREFIX + base64.b64encode(key_of(hook.salt)).decode()


def signature(key: bytes, event_id: str, timestamp: int, body: bytes) -> str:
    """One signature: `v1,` and base64 of HMAC-SHA256 over id, seconds and body."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(hook: Hook, event_id: str, body: bytes, now: dt.datetime) -> dict[str, str]:
    """The three headers of a request; two signatures while two secrets are good."""
    seconds = int(now.timestamp())
    salts = [hook.salt]
    if hook.old_salt and hook.old_until is not None and now < hook.old_until:
        salts.append(hook.old_salt)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(
            signature(key_of(salt), event_id, seconds, body) for salt in salts
        ),
    }
