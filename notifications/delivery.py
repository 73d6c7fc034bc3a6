"""Deliver what is due: claim, send outside any transaction, record each answer at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import random
import threading
import time
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import lease, texts
from notifications.lease import Lease
from notifications.models import FAILED, PARKED, QUEUED, SENDING, SENT, Notice
from notifications.transport import Answer, Line, Outcome

log = logging.getLogger(__name__)

BATCH = 50
# Seconds before the next attempt: 30 s, 2 min, 8 min, 32 min, then every hour …
FIRST_WAIT = 30.0
# … or 5 s, 20 s, … when the line broke under a mail, which says little about the mail.
FIRST_WAIT_DROPPED = 5.0
LONGEST_WAIT = 3600.0
# About five days, as mail servers do; then somebody has to look.
MOST_ATTEMPTS = 120
UNWRITABLE = gettext_noop("The text of this message could not be made.")
_STATE_FREED: dict[str, Any] = {"lease_token": "", "lease_until": None}

# Set when the worker is told to stop: rows not yet sent are handed back at once.
stopping = threading.Event()


class Rest:
    """Remembers in this process that the server is away, so that nobody waits for it in vain."""

    longest = 15.0

    def __init__(self) -> None:
        self._until = 0.0
        self._step = 0.0

    def over(self) -> bool:
        """Whether it is time to try the server."""
        return time.monotonic() >= self._until

    def begin(self) -> None:
        """The server is away: wait longer each time, a little unevenly."""
        self._step = min(max(1.0, self._step * 2), self.longest)
        self._until = time.monotonic() + self._step * random.uniform(0.8, 1.0)  # noqa: S311

    def end(self) -> None:
        """The server is back."""
        self._until = self._step = 0.0


rest = Rest()


def deliver_due(limit: int = BATCH) -> bool:
    """Send one batch, then the rows that a worker died with, singly; True when more is due."""
    if not rest.over():
        return False
    line = Line()
    try:
        batch = lease.claim(limit)
        reached = _deliver(batch, line)
        for _turn in range(limit):
            if not reached or stopping.is_set():
                return False
            alone = lease.claim(1, interrupted=True)
            if not alone.rows:
                return len(batch.rows) == limit
            reached = _deliver(alone, line)
        return True
    finally:
        line.close()


def _deliver(held: Lease, line: Line) -> bool:
    """Send the rows of a lease; False when the server is away."""
    if not held.rows:
        return True
    drops = 0
    away = ""
    try:
        with held.kept():
            for row in held.rows:
                if stopping.is_set() or not held.holds(row):
                    continue
                answer = _send(row, held, line)
                if answer is None:
                    continue
                drops = drops + 1 if answer.outcome is Outcome.DROPPED else 0
                if answer.outcome is Outcome.AWAY or drops == 2:
                    away = answer.text
                    log.warning("mail server away: %s", away)
                    rest.begin()
                    break
                if not drops:
                    rest.end()
    finally:
        # Also on SystemExit: what was not dealt with goes back for the next worker.
        held.give_back(away)
    return not away


def _send(row: Notice, held: Lease, line: Line) -> Answer | None:
    """Send one row and record the answer; a row that cannot be written is parked."""
    try:
        answer = line.send(message(row))
    except Exception:
        # Whatever is wrong with this one row, the others flow (F35).
        log.exception("notice %s was parked: it cannot be written", row.pk)
        _record(row, held, state=PARKED, answer=UNWRITABLE)
        return None
    if answer.outcome is Outcome.SENT:
        _mark_sent(row, answer)
    elif answer.outcome is Outcome.NEVER:
        log.warning("notice %s was refused for good: %s", row.pk, answer.text[:3])
        _record(
            row, held, state=FAILED, permanent=True, answer=answer.text, attempts=row.attempts + 1
        )
    elif answer.outcome is not Outcome.AWAY:
        _postpone(row, held, answer)
    return answer


def _postpone(row: Notice, held: Lease, answer: Answer) -> None:
    attempts = row.attempts + 1
    dropped = answer.outcome is Outcome.DROPPED
    wait = wait_after(attempts, FIRST_WAIT_DROPPED if dropped else FIRST_WAIT)
    _record(
        row,
        held,
        state=QUEUED if attempts < MOST_ATTEMPTS else FAILED,
        attempts=attempts,
        next_try_at=timezone.now() + wait,
        answer=answer.text,
    )


def wait_after(attempts: int, first: float = FIRST_WAIT) -> dt.timedelta:
    """How long to wait after so many attempts: fourfold each time, uneven, an hour at most."""
    seconds = min(first * 4 ** min(attempts - 1, 8), LONGEST_WAIT)
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.0))  # noqa: S311


def _record(row: Notice, held: Lease, **facts: Any) -> None:
    """Write what became of a row that is still ours."""
    Notice.objects.filter(pk=row.pk, lease_token=held.token, state=SENDING).update(
        **_STATE_FREED, **facts
    )


def _mark_sent(row: Notice, answer: Answer) -> None:
    """Write down what the server accepted, whoever holds the row by now, and never give up.

    A mail that is accepted and not marked goes out twice, so this outlasts a database restart.
    """
    pause = 0.1
    while True:
        try:
            Notice.objects.filter(pk=row.pk).exclude(state=SENT).update(
                **_STATE_FREED,
                state=SENT,
                sent_at=timezone.now(),
                attempts=row.attempts + 1,
                permanent=False,
                answer=answer.text,
            )
        except (OperationalError, InterfaceError):
            log.warning("notice %s was sent and is not yet marked: the database is away", row.pk)
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        else:
            return


def message(row: Notice) -> EmailMultiAlternatives:
    """The mail for a row: the same bytes of meaning every time, under the same Message-ID."""
    text = texts.render(row.kind, row.language, row.context)
    headers = {
        "Message-ID": row.message_id,
        "Date": format_datetime(timezone.localtime(row.created_at)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": row.language,
    }
    if row.thread:
        # An ancestor that was never sent holds the conversation together: no mail has to be
        # the first, and none has to know the others.
        digest = hashlib.sha256(row.thread.encode()).hexdigest()[:32]
        root = f"<thread.{digest}@{settings.MESSAGE_ID_DOMAIN}>"
        headers |= {"References": root, "In-Reply-To": root}
    mail = EmailMultiAlternatives(
        subject=text.subject, body=text.text, to=[row.to_address], headers=headers
    )
    mail.attach_alternative(text.html, "text/html")
    return mail
