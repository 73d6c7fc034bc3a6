"""Deliver what is due: claim, send outside any transaction, record each answer at once."""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import alarms, bounces, channels, lease, pace
from notifications.channels import Channel, Rest, Sender
from notifications.journal import Journal
from notifications.lease import Lease
from notifications.mailing import message
from notifications.models import FAILED, MAIL, OPEN, PARKED, QUEUED, SENDING, SENT, Notice
from notifications.pace import Place
from notifications.transport import Answer, Outcome

__all__ = ["Rest", "deliver_due", "message", "rest", "stopping", "wait_after"]

log = logging.getLogger(__name__)

BATCH = 100
# A turn ends after so many seconds, and what is left goes back: the other channels want theirs.
TURN = 10.0
# Seconds before the next attempt: 30 s, 2 min, 8 min, 32 min, then every hour …
FIRST_WAIT = 30.0
# … or 5 s, 20 s, … when the line broke under a mail, which says little about the mail.
FIRST_WAIT_DROPPED = 5.0
LONGEST_WAIT = 3600.0
# About five days, as mail servers do; then somebody has to look.
MOST_ATTEMPTS = 120
NOTED = gettext_noop("Accepted by the server; its words were lost with the worker.")
UNWRITABLE = gettext_noop("The text of this message could not be made.")
_STATE_FREED: dict[str, Any] = {"lease_token": "", "lease_until": None}

# Set when the worker is told to stop: rows not yet sent are handed back at once.
stopping = threading.Event()

# That of the mail server, for whoever looks.
rest = channels.of(MAIL).rest


def deliver_due(limit: int = BATCH) -> bool:
    """Send one batch of each channel; True when more is due."""
    more = False
    for channel in channels.every():
        if stopping.is_set() or not channel.rest.over():
            continue
        if channel.turn is None:
            more = _serve(channel, limit) or more
        elif channel.turn.acquire(blocking=False):
            try:
                more = _serve(channel, limit) or more
            finally:
                channel.turn.release()
    return more


def _serve(channel: Channel, limit: int) -> bool:
    """Send a batch, then the rows that a worker died with, singly; True when more is due."""
    sender = channel.open()
    end = time.monotonic() + TURN
    try:
        with Journal() as journal:
            return _batch_and_singles(_Run(channel, sender, end, journal), limit)
    finally:
        sender.close()


def _batch_and_singles(run: _Run, limit: int) -> bool:
    channel = run.channel
    wanted = pace.most_at_once(limit) if channel.name == MAIL else limit
    batch = lease.claim(wanted, channel=channel.name)
    run.deliver(batch)
    for _turn in range(limit):
        if run.away or stopping.is_set():
            return False
        if run.late():
            return True
        alone = lease.claim(1, channel=channel.name, interrupted=True)
        if not alone.rows:
            return len(batch.rows) == wanted
        run.deliver(alone)
    return True


class _Run:
    """One turn of a channel: what it has heard so far decides how it goes on."""

    def __init__(self, channel: Channel, sender: Sender, end: float, journal: Journal) -> None:
        self.channel, self.sender, self.end, self.journal = channel, sender, end, journal
        self.away = False
        # In a row: lines that broke, and different domains that called us too fast.
        self._drops = 0
        self._slowed: set[str] = set()
        self._resting: dict[str, dt.datetime] = {}

    def late(self) -> bool:
        """Whether it is another channel's turn."""
        return time.monotonic() > self.end

    def deliver(self, held: Lease) -> None:
        """Send the rows of a lease as far as they may go now, and record each answer at once."""
        if not held.rows:
            return
        told = ""
        try:
            with held.kept():
                told = self._go_through(held)
        finally:
            # Also on SystemExit: what was not dealt with goes back for the next worker.
            held.give_back(told)

    def _go_through(self, held: Lease) -> str:
        """Send row by row; the words of a server that is away."""
        admission = pace.admit(held.rows)
        held.put_off(admission.later)
        turns = pace.turns(len(admission.now)) if self.channel.name == MAIL else None
        put_off: dict[int, Place] = {}
        try:
            for number, row in enumerate(admission.now):
                if row.domain in self._resting:
                    put_off[row.pk] = Place(self._resting[row.domain])
                    continue
                if turns is not None:
                    stopping.wait(turns.wait())
                if stopping.is_set() or not held.holds(row):
                    continue
                if number and self.late():
                    break
                answer = _send(row, held, self.sender, self.journal)
                if answer is None:
                    continue
                if self._heard(row, answer, held, admission.struck):
                    log.warning("%s server away: %s", self.channel.name, answer.text)
                    self.away = True
                    self.channel.rest.begin(answer.wait)
                    return answer.text
        finally:
            held.put_off(put_off)
        return ""

    def _heard(self, row: Notice, answer: Answer, held: Lease, struck: set[str]) -> bool:
        """Draw the conclusions from an answer; True when the whole channel has to rest."""
        self._drops = self._drops + 1 if answer.outcome is Outcome.DROPPED else 0
        if answer.outcome is Outcome.SLOWER:
            if not row.domain:
                return True
            until = pace.rest(row.domain, answer.text, answer.wait)
            self._resting[row.domain] = until
            _postpone(row, held, answer, until)
            self._slowed.add(row.domain)
            # Strangers to each other say the same: it is our own server that speaks.
            return len(self._slowed) == 3
        if answer.outcome is Outcome.AWAY or self._drops == 2:
            return True
        if answer.outcome is Outcome.SENT:
            self._slowed.clear()
            if row.domain in struck:
                pace.recovered(row.domain)
                struck.discard(row.domain)
        if not self._drops:
            self.channel.rest.end()
        return False


def _send(row: Notice, held: Lease, sender: Sender, journal: Journal) -> Answer | None:
    """Send one row and record the answer; a row that cannot be written is parked."""
    try:
        answer = sender.send(row)
    except Exception:
        # Whatever is wrong with this one row, the others flow (F35).
        log.exception("notice %s was parked: it cannot be written", row.pk)
        _record(row, held, state=PARKED, answer=UNWRITABLE)
        alarms.parked(row.kind)
        return None
    if answer.outcome is Outcome.SENT:
        journal.note(row.pk)
        _mark_sent(row, answer)
    elif answer.outcome is Outcome.NEVER:
        log.warning("notice %s was refused for good: %s", row.pk, answer.text[:3])
        _record(
            row, held, state=FAILED, permanent=True, answer=answer.text, attempts=row.attempts + 1
        )
        bounces.refused(row, answer.text)
    elif answer.outcome in (Outcome.LATER, Outcome.DROPPED):
        _postpone(row, held, answer)
    return answer


def _postpone(row: Notice, held: Lease, answer: Answer, until: dt.datetime | None = None) -> None:
    """Count the attempt and wait: until a moment, or longer each time."""
    attempts = row.attempts + 1
    dropped = answer.outcome is Outcome.DROPPED
    if until is None:
        wait = wait_after(attempts, FIRST_WAIT_DROPPED if dropped else FIRST_WAIT)
        until = timezone.now() + max(wait, dt.timedelta(seconds=min(answer.wait, LONGEST_WAIT)))
    _record(
        row,
        held,
        state=QUEUED if attempts < MOST_ATTEMPTS else FAILED,
        attempts=attempts,
        next_try_at=until,
        paced=False,
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


def mark_noted(rows: list[int]) -> None:
    """Mark what a worker handed over and did not live to mark (notifications.journal)."""
    Notice.objects.filter(pk__in=rows, state__in=OPEN).update(
        **_STATE_FREED,
        state=SENT,
        sent_at=timezone.now(),
        attempts=F("attempts") + 1,
        answer=NOTED,
    )


# The one statement that every mail costs: composing it anew each time would cost more than it.
_MARK_SENT = (
    f"UPDATE {Notice._meta.db_table} SET state = '{SENT}', lease_token = '', lease_until = NULL, "  # noqa: S608
    f"sent_at = %s, attempts = %s, permanent = FALSE, answer = %s, wording_id = %s "
    f"WHERE id = %s AND state <> '{SENT}'"
)


def _mark_sent(row: Notice, answer: Answer) -> None:
    """Write down what the server accepted, whoever holds the row by now, and never give up.

    A mail that is accepted and not marked goes out twice, so this outlasts a database restart.
    """
    pause = 0.1
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    _MARK_SENT,
                    [
                        connection.ops.adapt_datetimefield_value(timezone.now()),
                        row.attempts + 1,
                        answer.text,
                        row.wording_id,
                        row.pk,
                    ],
                )
        except (OperationalError, InterfaceError):
            log.warning("notice %s was sent and is not yet marked: the database is away", row.pk)
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        else:
            return
