"""A real SMTP server for tests, which can misbehave in the ways that mail servers do."""

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP

# Every line of every dialogue would bury what a failed test has to say.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass
class Mail:
    """What arrived."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def parsed(self):
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"])


class _Hooks:
    """What aiosmtpd may call of a sink.

    It looks at every attribute of its handler for every line: the properties of a sink, which read
    all mails, would keep each greeting waiting.
    """

    def __init__(self, sink: "Sink") -> None:
        self.handle_MAIL = sink.handle_MAIL
        self.handle_RCPT = sink.handle_RCPT
        self.handle_DATA = sink.handle_DATA


@dataclass
class Sink:
    """Accepts mail on a port from the kernel. Set its fields to make it misbehave."""

    mails: list[Mail] = field(default_factory=list)
    # Answers to RCPT by address, for instance {"gone@example.kr": "550 5.1.1 no such user"}.
    refuse: dict[str, str] = field(default_factory=dict)
    # The reply to MAIL FROM instead of 250; "" accepts.
    refuse_sender: str = ""
    # The reply to DATA instead of 250; "" accepts.
    data_answer: str = ""
    # After so many mails: hold the next one at DATA, unaccepted, until `release()`.
    hold_after: int | None = None
    # So many mails are accepted and the line is cut before the reply.
    cut_after_accepting: int = 0
    # Every so many seconds a reply to DATA.
    slow: float = 0.0

    def __post_init__(self) -> None:
        self.held = threading.Event()
        self._released = threading.Event()
        self._lines: list[SMTP] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    # -- Running ---------------------------------------------------------------------------
    def start(self) -> "Sink":
        """Listen on a port from the kernel; after `stop()` on the same one again."""
        listening = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(listening,), daemon=True)
        self._thread.start()
        assert listening.wait(5), "the SMTP sink does not listen"
        return self

    def stop(self) -> None:
        """Cut every line and refuse connections, as a server that is down."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop = self._thread = None

    def _serve(self, listening: threading.Event) -> None:
        loop = self._loop
        assert loop is not None
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(self._line, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        loop.call_soon(listening.set)
        loop.run_forever()
        server.close()
        for line in self._lines:
            if line.transport is not None:
                line.transport.abort()
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.close()

    def _line(self) -> SMTP:
        self._lines.append(SMTP(_Hooks(self), enable_SMTPUTF8=True, ident="sink", loop=self._loop))
        return self._lines[-1]

    def release(self) -> None:
        """Let a held mail go on, and hold none any more."""
        self.hold_after = None
        self._released.set()

    @property
    def connections(self) -> int:
        """How often somebody connected."""
        return len(self._lines)

    # -- What arrived ----------------------------------------------------------------------
    @property
    def addresses(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(mail.to[0] for mail in list(self.mails))

    @property
    def ids(self) -> Counter[str]:
        """How many mails came under each Message-ID."""
        return Counter(mail.message_id for mail in list(self.mails))

    # -- aiosmtpd's hooks ------------------------------------------------------------------
    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.hold_after is not None and len(self.mails) >= self.hold_after:
            self.held.set()
            while not self._released.is_set():
                await asyncio.sleep(0.02)
            return "451 4.3.0 held too long"
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.data_answer:
            return self.data_answer
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if self.cut_after_accepting:
            self.cut_after_accepting -= 1
            server.transport.abort()
            return "250 never read"
        return f"250 2.0.0 queued as {len(self.mails)}"
