"""The line to the mail server: one connection for many mails, and what the server answered."""

from __future__ import annotations

import enum
import re
import smtplib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# Refusals that may mean our pace …
_PACE_CODES = (421, 450, 451, 452)
# … when they say so: RFC 3463's 4.7.x (policy), or in words as Gmail, Microsoft, Naver and Postfix.
_PACE = re.compile(
    r"\b4\.7\.\d+|throttl|\brate\b|rate.?limit|too (many|much|fast|quickly)|slow down|"
    r"exceed\w*\b.{0,40}\b(limit|quota|rate)|temporarily deferred|server busy",
    re.IGNORECASE,
)
# Greylisting uses the same codes and means this one mail: it is let in when it comes again. A
# full mailbox is its reader's matter, too.
_NOT_PACE = re.compile(
    r"gr[ae]y-?list|come back|\b4\.2\.2\b|mailbox (is )?full|over quota", re.IGNORECASE
)


class Outcome(enum.Enum):
    """What became of one mail."""

    SENT = "the server took responsibility"
    LATER = "refused for now"
    NEVER = "refused for good"
    DROPPED = "the line broke during this mail; it may or may not have arrived"
    AWAY = "no line to the server; this mail has no part in it"
    SLOWER = "too many at once; this mail has no part in it"


@dataclass(frozen=True)
class Answer:
    """An outcome, the server's own words, and the seconds that it asked us to wait, if it did."""

    outcome: Outcome
    text: str
    wait: float = 0.0


class AwayError(Exception):
    """The mail server cannot be reached or does not serve us."""


class _Remembers:
    """Keeps what smtplib throws away: the reply to DATA, and whether DATA had begun."""

    in_data = False
    last_reply = ""

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        self.in_data = False
        return super().mail(*args, **kwargs)  # type: ignore[misc]

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.in_data = True
        code, reply = super().data(msg)  # type: ignore[misc]
        self.last_reply = words(code, reply)
        return code, reply


class _Smtp(_Remembers, smtplib.SMTP):
    """Plain or STARTTLS."""


class _SmtpSsl(_Remembers, smtplib.SMTP_SSL):
    """TLS from the first byte."""


class AnsweringBackend(EmailBackend):
    """Django's SMTP backend on a connection that remembers the answers."""

    connection: Any
    _partial_connection: Any

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The remembering twin of Django's choice."""
        return _SmtpSsl if self.use_ssl else _Smtp

    def _send(self, email_message: EmailMessage) -> bool:
        """As Django's, but what is plainly an address is not parsed for every mail again."""
        readers = [_address(one) for one in email_message.recipients()]
        sender = _address(email_message.from_email)
        message: Any = email_message.message()
        self.connection.sendmail(sender, readers, message.as_bytes(linesep="\r\n"))
        return True

    def hang_up(self) -> None:
        """Drop a line that is of no more use without waiting for a polite goodbye."""
        for line in (self.connection, self._partial_connection):
            if line is not None:
                line.close()
        self.connection = self._partial_connection = None


# Nothing in it that RFC 5321 would have quoted or that is not ASCII.
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII
)


def _address(text: str) -> str:
    """An address as it goes over the line. Raises ValueError for what is none."""
    if _PLAIN_ADDRESS.fullmatch(text):
        return text
    return sanitize_address(text, settings.DEFAULT_CHARSET)


def words(code: int, reply: bytes | str) -> str:
    """A server's reply as one short line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"[:500]


def means_pace(answer: str) -> bool:
    """Whether a refusal says that too much came at once, and not that this mail is unwelcome."""
    code = answer[:3]
    if not code.isdigit() or int(code) not in _PACE_CODES or _NOT_PACE.search(answer):
        return False
    return _PACE.search(answer) is not None


class Line:
    """Sends mails one after the other; opens when first needed, mends itself once per mail."""

    def __init__(self) -> None:
        own = settings.EMAIL_BACKEND == SMTP_BACKEND
        self._backend: Any = AnsweringBackend() if own else get_connection()
        self._opened = False

    def open(self) -> None:
        """Reach the server, or raise AwayError."""
        if self._opened:
            return
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise AwayError(_reason(error)) from error
        self._opened = True

    def send(self, message: EmailMessage) -> Answer:
        """Hand over one mail. What is wrong with the mail itself raises; the rest is answered."""
        for again in (True, False):
            reused = self._opened
            try:
                self.open()
            except AwayError as error:
                return Answer(Outcome.AWAY, str(error))
            try:
                self._backend.send_messages([message])
            except smtplib.SMTPNotSupportedError:
                raise
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                answer = self._refusal(error)
                if answer is not None:
                    return answer
                in_data = self._in_data()
                self._hang_up()
                if reused and again and not in_data:
                    # The server closed an idle line: no fault of this mail.
                    continue
                return Answer(Outcome.DROPPED, _reason(error))
            return Answer(Outcome.SENT, self._reply())
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Say goodbye; never an error, the mails are gone."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        self._opened = False

    def _refusal(self, error: OSError) -> Answer | None:
        """The server's own "no", or None when the line broke (every SMTP error is an OSError)."""
        reply: bytes | str
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, reply = next(iter(error.recipients.values()))
        elif isinstance(error, smtplib.SMTPResponseException):
            code, reply = error.smtp_code, error.smtp_error
        else:
            return None
        if code == 421:
            self._hang_up()
        if isinstance(error, smtplib.SMTPSenderRefused) and code != 552:
            # Our own address or quota is refused, not this reader's: no row is to blame.
            self._hang_up()
            return Answer(Outcome.AWAY, words(code, reply))
        told = words(code, reply)
        if means_pace(told):
            return Answer(Outcome.SLOWER, told)
        if code == 421:
            return Answer(Outcome.DROPPED, told)
        return Answer(Outcome.NEVER if code >= 500 else Outcome.LATER, told)

    def _in_data(self) -> bool:
        return bool(getattr(getattr(self._backend, "connection", None), "in_data", True))

    def _reply(self) -> str:
        line = getattr(self._backend, "connection", None)
        return str(getattr(line, "last_reply", "") or getattr(self._backend, "last_reply", ""))

    def _hang_up(self) -> None:
        self._opened = False
        if isinstance(self._backend, AnsweringBackend):
            self._backend.hang_up()


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return words(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:500]
