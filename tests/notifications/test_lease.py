"""A row is delivered by one worker at a time, in order, and never lost with its worker."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from notifications import lease
from notifications.models import PARKED, QUEUED, SENDING, Notice


def at(row: Notice, **facts) -> Notice:
    """Put a row into a condition that only a crash or the clock brings about."""
    Notice.objects.filter(pk=row.pk).update(**facts)
    return row


def lapse(row: Notice) -> None:
    """Let the worker that holds the row be dead for long enough."""
    at(row, lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_claim_takes_each_row_once(enqueue):
    rows = {enqueue(subject_key=str(number)).pk for number in range(5)}

    first, second, third = lease.claim(3), lease.claim(3), lease.claim(3)

    assert len(first.rows) == 3
    assert {row.pk for held in (first, second) for row in held.rows} == rows
    assert third.rows == []


def test_claim_keeps_the_order_of_a_case_for_each_reader(enqueue):
    older, younger = enqueue(subject_key="GT-1"), enqueue(subject_key="GT-1")
    elsewhere = enqueue("other@example.kr", subject_key="GT-1")

    held = lease.claim(10)
    while_it_is_sent = lease.claim(10)

    assert held.rows == [older, elsewhere]
    assert while_it_is_sent.rows == []
    at(older, state=PARKED, lease_token="", lease_until=None)
    assert lease.claim(10).rows == [younger]


def test_claim_does_not_order_notices_about_nothing(enqueue):
    rows = [enqueue(subject_key=""), enqueue(subject_key="")]

    assert lease.claim(10).rows == rows


def test_claim_waits_for_the_next_attempt(enqueue):
    row = at(enqueue(), next_try_at=timezone.now() + dt.timedelta(minutes=5))

    assert lease.claim(10).rows == []
    at(row, next_try_at=timezone.now())
    assert lease.claim(10).rows == [row]


def test_reclaim_brings_back_rows_that_a_clock_left_in_the_future(enqueue):
    row = at(enqueue(), next_try_at=timezone.now() + dt.timedelta(hours=5))

    lease.reclaim()

    assert lease.claim(10).rows == [row]


def test_claim_takes_first_what_may_not_wait(enqueue):
    rows = [enqueue(subject_key=str(number)) for number in range(3)]
    code = enqueue(subject_key="code", urgent=True)

    assert lease.claim(2).rows == [rows[0], code]


def test_claim_leaves_other_channels_alone(enqueue):
    mail, text = enqueue(subject_key="a"), at(enqueue(subject_key="b"), channel="text")

    assert lease.claim(10, channel="text").rows == [text]
    assert lease.claim(10).rows == [mail]


def test_claim_sends_rows_of_a_dead_worker_alone(enqueue):
    interrupted = [at(enqueue(subject_key=str(n)), losses=1) for n in range(2)]
    fresh = enqueue(subject_key="fresh")

    assert lease.claim(10).rows == [fresh]
    assert lease.claim(1, interrupted=True).rows == interrupted[:1]


def test_reclaim_leaves_a_living_worker_alone(enqueue):
    row = enqueue()
    lease.claim(1)

    assert lease.reclaim() == 0
    row.refresh_from_db()
    assert row.state == SENDING


def test_reclaim_frees_the_rows_of_a_dead_worker_once(enqueue):
    row = enqueue()
    lease.claim(1)
    lapse(row)

    assert [lease.reclaim(), lease.reclaim()] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.losses, row.lease_token, row.lease_until) == (QUEUED, 1, "", None)


def test_reclaim_frees_rows_held_into_a_false_future(enqueue):
    row = enqueue()
    lease.claim(1)
    at(row, lease_until=timezone.now() + dt.timedelta(hours=1))

    assert lease.reclaim() == 1


def test_reclaim_parks_a_row_that_three_workers_did_not_survive(enqueue, caplog):
    row = enqueue()

    for turn in range(3):
        assert lease.claim(1, interrupted=turn > 0).rows == [row]
        lapse(row)
        lease.reclaim()

    row.refresh_from_db()
    assert (row.state, row.losses, row.answer) == (PARKED, 3, lease.INTERRUPTED)
    assert "parked" in caplog.text


def test_give_back_returns_only_what_is_still_held(enqueue):
    kept, taken = enqueue(subject_key="a"), enqueue(subject_key="b")
    held = lease.claim(2)
    at(taken, lease_token="somebody-else")

    held.give_back("no line")

    kept.refresh_from_db()
    taken.refresh_from_db()
    assert (kept.state, kept.losses, kept.answer) == (QUEUED, 0, "no line")
    assert (taken.state, taken.lease_token) == (SENDING, "somebody-else")


def test_holds_notices_after_a_pause_that_the_row_was_taken(enqueue):
    row = enqueue()
    held = lease.claim(1)
    at(row, lease_token="somebody-else")

    held.renewed -= lease.LEASE.total_seconds()

    assert held.holds(row) is False


def test_holds_renews_after_a_pause(enqueue):
    row = enqueue()
    held = lease.claim(1)
    lapse(row)

    held.renewed -= lease.LEASE.total_seconds()

    assert held.holds(row) is True
    row.refresh_from_db()
    assert row.lease_until > timezone.now() + dt.timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_heartbeat_keeps_the_rows_of_a_slow_delivery(enqueue, monkeypatch):
    monkeypatch.setattr(lease, "HEARTBEAT", 0.05)
    row = enqueue()
    held = lease.claim(1)
    lapse(row)

    with held.kept():
        time.sleep(0.5)

    assert lease.reclaim() == 0


@pytest.mark.django_db(transaction=True)
def test_heartbeat_lets_go_of_a_worker_that_hangs(enqueue, monkeypatch):
    monkeypatch.setattr(lease, "HEARTBEAT", 0.05)
    row = enqueue()
    held = lease.claim(1)
    held.working_since -= lease.HANG + 1
    lapse(row)

    with held.kept():
        time.sleep(0.5)

    assert lease.reclaim() == 1
