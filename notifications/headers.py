"""The headers of a notice: its name, its conversation, where an answer and a farewell go."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from notifications import leaving, replying, webhooks
from notifications.models import Notice


def of(row: Notice) -> dict[str, str]:
    """Every header that the mail of a row carries beside From, To and Subject."""
    headers = {
        "Message-ID": row.message_id,
        "Date": format_datetime(timezone.localtime(row.created_at)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": row.language,
    }
    if row.thread:
        root = thread_root(row.thread)
        headers |= {"References": root, "In-Reply-To": root}
    return headers | leaving.headers(row) | replying.headers(row) | webhooks.headers(row)


def thread_root(thread: str) -> str:
    """The Message-ID of an ancestor that was never sent and holds the conversation together.

    No mail has to be the first, and none has to know the others.
    """
    digest = hashlib.sha256(thread.encode()).hexdigest()[:32]
    return f"<thread.{digest}@{settings.MESSAGE_ID_DOMAIN}>"
