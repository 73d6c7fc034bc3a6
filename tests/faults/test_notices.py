"""Notices survive what kills workers, brokers and mail servers (FAULTS F21-F23, F35-F37)."""

import json
import signal
import time
from collections import Counter

import pytest

from tests.faults.conftest import Site, free_port, wait_until
from tests.faults.sink import Sink

pytestmark = pytest.mark.faults

ENQUEUE = """
import time
from django.db import transaction
from notifications import outbox, texts
facts = texts.sample("sample")
started = time.perf_counter()
for number in range({start}, {start} + {count}):
    with transaction.atomic():
        outbox.enqueue("sample", to=f"reader-{{number}}@example.kr", context=facts,
                       subject_key=f"case-{{number}}")
print(time.perf_counter() - started)
time.sleep(0.3)  # the waker's thread is a daemon: let it speak before the process ends
"""
ENQUEUE_NAIVELY = """
from tests.faults import naive
naive.enqueue([f"reader-{{number}}@example.kr" for number in range({start}, {start} + {count})])
"""
STATES = """
import json, collections
from notifications.models import Notice
print(json.dumps(collections.Counter(Notice.objects.values_list("state", flat=True))))
"""


def enqueue(site: Site, count: int, *, start: int = 0, **env: str) -> float:
    """Write notices as a verb would, each in its own transaction; the seconds that it took."""
    return float(site.python(ENQUEUE.format(start=start, count=count), **env))


def states(site: Site) -> dict[str, int]:
    """How many notices stand where."""
    return json.loads(site.python(STATES))


def readers(count: int) -> Counter[str]:
    """Everybody exactly once."""
    return Counter(f"reader-{number}@example.kr" for number in range(count))


def everybody_was_told(sink: Sink, count: int) -> bool:
    """The promise: nobody is left out, and a second mail is recognisable as the same."""
    told = set(sink.addresses) == set(readers(count))
    doubled = sum(sink.addresses.values()) - len(sink.addresses)
    recognisable = sum(sink.ids.values()) - len(sink.ids)
    return told and doubled == recognisable


def kill_in_the_middle(site: Site, sink: Sink, *, app: str, beat: bool) -> None:
    """Kill the worker while the server holds a mail, unaccepted; let a new one go on."""
    sink.hold_after = 30
    worker = site.start_worker(app=app, beat=beat)
    assert sink.held.wait(30), site.log()
    site.kill(worker)
    sink.release()
    site.start_worker(app=app, beat=beat)


def test_killed_worker_loses_none_of_100_notices(site: Site, smtp_sink: Sink):
    enqueue(site, 100)

    kill_in_the_middle(site, smtp_sink, app="portal", beat=True)

    # 20 s until the dead worker's lease lapses, 5 s to the next sweep, and the start of Python.
    wait_until(lambda: len(smtp_sink.addresses) == 100, 40, f"100 readers told\n{site.log()}")
    assert everybody_was_told(smtp_sink, 100)
    wait_until(lambda: states(site) == {"sent": 100}, 5, "every row is marked as sent")


def test_killed_worker_of_the_naive_twin_loses_notices(trial: Site, smtp_sink: Sink):
    trial.python(ENQUEUE_NAIVELY.format(start=0, count=60))

    kill_in_the_middle(trial, smtp_sink, app="tests.faults.naive", beat=False)

    wait_until(lambda: sum(smtp_sink.addresses.values()) >= 50, 30, "the rest arrives")
    time.sleep(2)
    assert everybody_was_told(smtp_sink, 60) is False


def test_broker_away_neither_slows_nor_loses_notices(work: Site, smtp_sink: Sink):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    seconds = enqueue(work, 40, BROKER_URL=nowhere)

    assert seconds / 40 < 0.05
    assert states(work) == {"queued": 40}
    work.start_worker()
    wait_until(lambda: len(smtp_sink.addresses) == 40, 30, f"40 readers told\n{work.log()}")
    assert smtp_sink.addresses == readers(40)


def test_broker_away_stops_the_naive_twin(work: Site, smtp_sink: Sink):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    with pytest.raises(AssertionError, match="OperationalError"):
        work.python(ENQUEUE_NAIVELY.format(start=0, count=5), BROKER_URL=nowhere)

    work.start_worker(app="tests.faults.naive", beat=False)
    time.sleep(4)
    assert everybody_was_told(smtp_sink, 5) is False


def test_mail_server_down_and_back_delivers_within_30_seconds(trial: Site, smtp_sink: Sink):
    smtp_sink.stop()
    enqueue(trial, 30)
    trial.start_worker()
    wait_until(lambda: "mail server away" in trial.log(), 30, f"it was tried\n{trial.log()}")
    assert states(trial) == {"queued": 30}

    smtp_sink.start()

    wait_until(lambda: len(smtp_sink.addresses) == 30, 30, f"30 readers told\n{trial.log()}")
    assert smtp_sink.addresses == readers(30)


def test_line_cut_after_acceptance_doubles_only_under_the_same_message_id(
    trial: Site, smtp_sink: Sink
):
    smtp_sink.cut_after_accepting = 1
    enqueue(trial, 10)

    trial.start_worker()

    wait_until(lambda: sum(smtp_sink.addresses.values()) == 11, 30, f"a second mail\n{trial.log()}")
    wait_until(lambda: states(trial) == {"sent": 10}, 10, "every row is marked as sent")
    assert sorted(smtp_sink.addresses.values()) == [1] * 9 + [2]
    assert sorted(smtp_sink.ids.values()) == [1] * 9 + [2]


def test_terminated_worker_hands_its_rows_back_at_once(trial: Site, smtp_sink: Sink):
    smtp_sink.slow = 0.2
    enqueue(trial, 40)
    worker = trial.start_worker()
    wait_until(lambda: len(smtp_sink.mails) >= 3, 30, "delivery has begun")

    worker.send_signal(signal.SIGTERM)
    worker.wait(10)

    assert "sending" not in states(trial)
    smtp_sink.slow = 0
    trial.start_worker()
    wait_until(lambda: len(smtp_sink.addresses) == 40, 20, f"40 readers told\n{trial.log()}")
    assert smtp_sink.addresses == readers(40)
