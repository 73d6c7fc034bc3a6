"""Hours without a mail server, moody ones, and no broker: nothing lost, in order (F22, F36-F37).

One process with a clock of its own and a real SMTP server: hours pass in seconds.
"""

import contextlib
import datetime as dt
import itertools
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from celery import Celery
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake import actions
from intake.models import Case
from intake.timeline import COMPANY
from notifications import (
    channels,
    delivery,
    lease,
    mailing,
    outbox,
    tasks,
    texts,
    transport,
    waking,
)
from notifications.models import QUEUED, SENT, Notice
from notifications.transport import Answer
from tests.faults.sink import Sink
from tests.intake.conftest import reference_data  # noqa: F401 (a fixture)
from tests.intake.factories import filing
from tests.processes import free_port, wait_until

pytestmark = pytest.mark.faults

SIX_HOURS = 6 * 3600
# `bin/soak outage` lets five times as many wait.
WAITING = int(os.environ.get("OUTAGE_NOTICES", "1000"))


class Clock:
    """The time of the whole process, moved by hand; the monotonic one goes along."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Ahead of the real one, by which rows are stamped as they are written.
        self.now = timezone.now() + dt.timedelta(hours=1)
        self.seconds = 1_000_000.0
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        # Only where delivery reads it: the mail server's own loop must go on as it is.
        ours = SimpleNamespace(monotonic=lambda: self.seconds, sleep=self.wait)
        for module in (channels, delivery, lease):
            monkeypatch.setattr(module, "time", ours)
        monkeypatch.setattr(delivery.stopping, "wait", self.wait)

    def wait(self, seconds: float) -> bool:
        """Time goes by; nobody was told to stop."""
        self.now += dt.timedelta(seconds=seconds)
        self.seconds += seconds
        return False


@pytest.fixture
def clock(monkeypatch) -> Iterator[Clock]:
    """Time is ours, and nobody is woken but by the test."""
    delivery.rest.end()
    monkeypatch.setattr(waking, "publish", lambda *words: True)
    yield Clock(monkeypatch)
    monkeypatch.undo()
    delivery.rest.end()


@pytest.fixture
def smtp(settings, db) -> Iterator[Sink]:
    """A real SMTP server."""
    sink = Sink().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 2
    yield sink
    sink.stop()


@pytest.fixture
def departures(monkeypatch, clock) -> list[dt.datetime]:
    """When each mail left, by the clock of the test."""
    found: list[dt.datetime] = []
    send = mailing.MailSender.send

    def noted(sender: mailing.MailSender, row: Notice) -> Answer:
        answer = send(sender, row)
        if answer.outcome is transport.Outcome.SENT:
            found.append(clock.now)
        return answer

    monkeypatch.setattr(mailing.MailSender, "send", noted)
    return found


def fill(count: int, *, each: int = 1, domains: int = 40) -> list[Notice]:
    """Notices about many cases, so many about each."""
    facts = texts.sample("sample")
    with transaction.atomic():
        return outbox.enqueue_many(
            outbox.notice(
                "sample",
                to=f"r{number // each}@d{number // each % domains}.example",
                context=facts,
                subject_key=f"case-{number // each}",
            )
            for number in range(count)
        )


def sweep_for(clock: Clock, seconds: float, *, step: float = 5.0) -> None:
    """The beat goes on, and so do the turns that a worker asks for."""
    end = clock.seconds + seconds
    while clock.seconds < end and Notice.objects.filter(state=QUEUED).exists():
        tasks.sweep()
        while delivery.deliver_due():
            pass
        clock.wait(step)


def most_in_a_second(departures: list[dt.datetime]) -> int:
    """The thickest second."""
    most, start = 0, 0
    for end, moment in enumerate(departures):
        while departures[start] <= moment - dt.timedelta(seconds=1):
            start += 1
        most = max(most, end - start + 1)
    return most


def in_order(sink: Sink, rows: list[Notice]) -> bool:
    """Whether the notices of each case arrived as they were written, each once."""
    place = {mail.message_id: number for number, mail in enumerate(sink.mails)}
    if len(place) != len(sink.mails) or set(place) != {row.message_id for row in rows}:
        return False
    by_case = itertools.groupby(rows, key=lambda row: row.subject_key)
    return all(
        places == sorted(places)
        for places in ([place[row.message_id] for row in group] for _key, group in by_case)
    )


# --- Six hours without a mail server (F36) --------------------------------------------------------
def away_for_six_hours(clock: Clock, smtp: Sink, count: int) -> list[Notice]:
    """What was written while nobody took mail."""
    smtp.stop()
    rows = fill(count, each=2)
    sweep_for(clock, SIX_HOURS, step=600)
    smtp.start()
    return rows


def test_six_hours_without_a_server_drain_in_order_and_without_a_burst(
    clock, smtp, departures, settings
):
    settings.NOTICE_RATE = 10
    rows = away_for_six_hours(clock, smtp, WAITING)
    back = clock.now
    assert Counter(Notice.objects.values_list("state", "attempts")) == {(QUEUED, 0): WAITING}

    sweep_for(clock, 900)

    assert (len(smtp.mails), in_order(smtp, rows)) == (WAITING, True)
    assert clock.now - back < dt.timedelta(minutes=15)
    assert most_in_a_second(departures) <= 11


def test_without_a_rate_the_same_drains_in_a_burst(clock, smtp, departures):
    away_for_six_hours(clock, smtp, 300)

    sweep_for(clock, 900)

    assert len(smtp.mails) == 300
    assert (most_in_a_second(departures) <= 11) is False


def test_where_an_absent_server_counts_as_attempts_the_queue_is_late(clock, smtp, monkeypatch):
    """The naive twin: each mail waits longer after each refused connection."""
    send = transport.Line.send

    def naive(line: transport.Line, mail: object) -> Answer:
        answer = send(line, mail)  # type: ignore[arg-type]
        away = answer.outcome is transport.Outcome.AWAY
        return Answer(transport.Outcome.LATER, answer.text) if away else answer

    monkeypatch.setattr(transport.Line, "send", naive)
    away_for_six_hours(clock, smtp, 100)

    sweep_for(clock, 900)

    assert (len(smtp.mails) == 100) is False


# --- Moods of a server (F37) ----------------------------------------------------------------------
def test_greylisting_delays_only_who_is_listed(clock, smtp):
    rows = fill(20)
    smtp.refuse = {"r3@d3.example": "451 4.7.1 greylisted, please come back in 5 minutes"}

    sweep_for(clock, 60)
    before = len(smtp.mails)
    smtp.refuse = {}
    sweep_for(clock, 600)

    assert (before, len(smtp.mails), in_order(smtp, rows)) == (19, 20, True)


def test_refused_address_fails_alone(clock, smtp):
    fill(20)
    smtp.refuse = {"r3@d3.example": "550 5.1.1 no such user"}

    sweep_for(clock, 60)

    found = Counter(Notice.objects.values_list("state", "permanent"))
    assert found == {(SENT, False): 19, ("failed", True): 1}


def test_pace_of_one_domain_delays_no_other(clock, smtp):
    rows = fill(200, domains=2)
    smtp.refuse = {
        row.to_address: "421 4.7.28 unusual rate of mail" for row in rows if "d1" in row.domain
    }

    sweep_for(clock, 30)
    others = len(smtp.mails)
    asked = sum(Notice.objects.filter(domain="d1.example").values_list("attempts", flat=True))
    smtp.refuse = {}
    sweep_for(clock, 600)

    assert (others, asked, in_order(smtp, rows)) == (100, 1, True)


def test_time_out_in_the_middle_of_a_mail_loses_nothing(clock, smtp, settings):
    settings.EMAIL_TIMEOUT = 0.3
    rows = fill(10)
    smtp.hold_after = 4

    tasks.sweep()
    held = Counter(Notice.objects.values_list("state", flat=True))
    smtp.release()
    sweep_for(clock, 600)

    assert held == {SENT: 4, QUEUED: 6}
    assert (in_order(smtp, rows), set(Notice.objects.values_list("state"))) == (True, {(SENT,)})


def test_dropped_line_doubles_at_most_what_it_broke_under(clock, smtp):
    rows = fill(30)
    smtp.cut_after_accepting = 1

    sweep_for(clock, 600)

    assert set(smtp.ids) == {row.message_id for row in rows}
    assert sorted(smtp.ids.values()) == [1] * 29 + [2]


def test_server_of_thirty_seconds_a_mail_keeps_its_turn_short(clock, smtp, monkeypatch):
    fill(20)
    send = transport.Line.send

    def slowly(line: transport.Line, mail: object) -> Answer:
        clock.wait(30)
        return send(line, mail)  # type: ignore[arg-type]

    monkeypatch.setattr(transport.Line, "send", slowly)

    more = delivery.deliver_due()

    # One mail, and the turn is over: the others went back and other channels have theirs.
    assert (more, len(smtp.mails)) == (True, 1)
    assert Counter(Notice.objects.values_list("state", "losses")) == {(SENT, 0): 1, (QUEUED, 0): 19}
    sweep_for(clock, 900)
    assert len(smtp.mails) == 20


# --- No broker while 500 cases are filed (F22) ----------------------------------------------------
@pytest.fixture
def no_broker(monkeypatch) -> Celery:
    """The broker's port is closed."""
    app = Celery(broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False)
    monkeypatch.setattr(waking, "current_app", app)
    return app


class Calls:
    """Whoever connects to anything, by thread."""

    def __init__(self) -> None:
        self.here: list[object] = []
        self.elsewhere: list[object] = []
        self._thread = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and self._thread:
            here = threading.get_ident() == self._thread
            (self.here if here else self.elsewhere).append(arguments[1])

    def __enter__(self) -> "Calls":
        self._thread = threading.get_ident()
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread = 0


def file_case(number: int) -> int:
    """A company files; how many statements that takes."""
    with CaptureQueriesContext(connection) as seen:
        actions.submit(filing=filing(contact_email=f"r{number}@company.example"), by=COMPANY)
    return len(seen.captured_queries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference_data")
def test_without_a_broker_500_filings_call_nobody_and_lose_nothing(smtp, request):
    # What a process remembers is read by the first, and again once it is half a minute old.
    with_broker = max(file_case(number) for number in range(3))
    request.getfixturevalue("no_broker")

    with Calls() as calls:
        without = max(file_case(number) for number in range(3, 500))
        wait_until(lambda: calls.elsewhere, 5, "the broker is called, on a thread of its own")

    assert (calls.here, without <= with_broker) == ([], True)
    assert Case.objects.count() == Notice.objects.filter(kind="receipt").count() == 500
    while delivery.deliver_due():
        pass
    assert smtp.addresses == {f"r{number}@company.example": 1 for number in range(500)}


def test_naive_twin_calls_the_broker_while_somebody_waits(no_broker):
    with Calls() as calls, contextlib.suppress(Exception):
        no_broker.send_task("naive.send", retry=False)

    assert calls.here != []
