"""A door for the mail server beside us: it speaks LMTP, and each answer is true when it is given.

250 after the mail is committed; 550 for an address that we never gave out; 451 while the database
or the disk is away, so that the mail server keeps the mail and comes again.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from notifications import replying
from notifications.incoming import hooks
from notifications.incoming.keeping import take

log = logging.getLogger(__name__)

LATER = "451 4.3.0 not now, please come again"
UNKNOWN = "550 5.1.1 no such address here"
TOO_BIG = "552 5.3.4 too large"
TAKEN = "250 2.0.0 kept"


def known(address: str) -> bool:
    """Whether we gave this address out; mail to any other never enters."""
    found = replying.parsed(address)
    taker = hooks.takers.get(found[0]) if found else None
    return taker is not None and found is not None and taker.knows(found[1])


class Door:
    """What aiosmtpd asks at each command."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only addresses of ours."""
        try:
            if not await sync_to_async(_fresh(known))(address):
                return UNKNOWN
        except Exception:
            log.exception("an address could not be looked up")
            return LATER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail; LMTP answers once for each recipient."""
        answers = []
        for address in envelope.rcpt_tos:
            raw = _with_path(envelope)
            try:
                await sync_to_async(_fresh(_keep))(raw, address)
            except Exception:
                log.exception("a mail could not be kept")
                answers.append(LATER)
            else:
                answers.append(TAKEN)
        return "\r\n".join(answers)


def _keep(raw: bytes, address: str) -> None:
    take(raw, source="lmtp", to=[address])


def _fresh(call: Any) -> Any:
    """The call on a connection that works: a database that was restarted is no reason to stop."""

    def run(*args: Any) -> Any:
        close_old_connections()
        try:
            return call(*args)
        finally:
            close_old_connections()

    return run


def _with_path(envelope: Envelope) -> bytes:
    """The mail with the sender of its envelope on top, as the last server on the way writes it."""
    content = envelope.original_content or b""
    path = (envelope.mail_from or "").strip("<>").encode("ascii", "ignore")
    return b"Return-Path: <" + path.replace(b"\r", b"").replace(b"\n", b"") + b">\r\n" + content


def factory() -> LMTP:
    """One conversation with the mail server."""
    return LMTP(Door(), data_size_limit=settings.REPLY_MAX_BYTES + 4096, ident="portal")


async def serve(listen: str, ready: Any = None) -> None:
    """Listen on host:port or on a socket's path until the task is ended."""
    loop = asyncio.get_running_loop()
    if listen.startswith("/"):
        server: Any = await loop.create_unix_server(factory, path=listen)
    else:
        host, _colon, port = listen.rpartition(":")
        server = await loop.create_server(factory, host=host.strip("[]"), port=int(port))
    if ready is not None:
        ready(server.sockets[0].getsockname())
    async with server:
        await server.serve_forever()
