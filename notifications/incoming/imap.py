"""Fetch the mail of a mailbox (IMAP_URL): marked as seen only when it is kept in the database."""

from __future__ import annotations

import logging
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.message import MailMessage

from notifications.incoming.keeping import take

log = logging.getLogger(__name__)

AT_ONCE = 50
SECONDS = 20.0


class _Raw(MailMessage):
    """A message that is handed over as it came; imap-tools' own reading of it is not wanted."""

    @property
    def raw(self) -> bytes:
        """The bytes between the wire and any parser."""
        return self._get_message_data_parts_bytes(self._fetch_data)

    @staticmethod
    def _get_message_data_parts_bytes(parts: list[object]) -> bytes:
        for item in parts:
            if isinstance(item, tuple) and len(item) > 1 and isinstance(item[1], bytes):
                return item[1]
        return b""

    def __init__(self, fetch_data: list[object]) -> None:
        self._fetch_data = fetch_data
        super().__init__(fetch_data)


def open_box() -> BaseMailBox:
    """The mailbox of IMAP_URL: imaps://user:password@host/INBOX, or imap:// at home."""
    url = urlsplit(settings.IMAP_URL)
    host, secure = url.hostname or "", url.scheme == "imaps"
    if url.scheme not in ("imap", "imaps") or not host:
        raise ImproperlyConfigured("IMAP_URL is imaps://user:password@host/FOLDER")
    box: BaseMailBox
    if secure:
        box = MailBox(host, port=url.port or 993, timeout=SECONDS)
    else:
        box = MailBoxUnencrypted(host, port=url.port or 143, timeout=SECONDS)
    folder = unquote(url.path.strip("/")) or "INBOX"
    box.login(unquote(url.username or ""), unquote(url.password or ""), initial_folder=folder)
    return box


def poll() -> int:
    """Keep the unseen mails, oldest first; gives how many.

    A mail is marked (and moved, with `?done=Folder`) after it is kept: killed in between, it is
    fetched again and recognised. A mail that cannot be kept stops the turn, and waits unseen.
    """
    if not settings.IMAP_URL:
        return 0
    done = parse_qs(urlsplit(settings.IMAP_URL).query).get("done", [""])[0]
    count = 0
    box = open_box()
    try:
        box.email_message_class = _Raw
        for uid in box.uids("UNSEEN")[:AT_ONCE]:
            found = list(box.fetch(f"UID {uid}", mark_seen=False, bulk=False))
            raw = found[0].raw if found and isinstance(found[0], _Raw) else b""
            if raw:
                take(raw, source="imap")
                count += 1
            box.flag(uid, "\\Seen", True)
            if done:
                box.move(uid, done)
    finally:
        # A line that broke cannot be taken leave of; its socket is closed all the same.
        with suppress(Exception):
            box.logout()
        with suppress(OSError):
            box.client.shutdown()
    return count
