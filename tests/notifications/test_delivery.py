"""Each answer of a real mail server leaves its row where it belongs, and the others flow."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.utils import timezone

from notifications import delivery, lease, tasks, transport, waking
from notifications.models import FAILED, PARKED, QUEUED, SENT, Notice


def seconds_until_next_try(row: Notice) -> float:
    """How long the row rests."""
    return (row.next_try_at - timezone.now()).total_seconds()


def test_delivery_keeps_the_servers_answer(enqueue, smtp):
    row = enqueue(recipient=None)

    more = delivery.deliver_due()

    row.refresh_from_db()
    facts = (more, row.state, row.answer, row.attempts, row.lease_token)
    assert facts == (False, SENT, "250 2.0.0 queued as 1", 1, "")
    assert row.sent_at is not None


def test_mail_says_who_sent_it_and_where_it_belongs(enqueue, smtp):
    first = enqueue(thread="GT-1", subject_key="")
    enqueue(thread="GT-1", subject_key="", language="en")
    enqueue(thread="GT-2", subject_key="")

    delivery.deliver_due()

    one, two, three = (mail.parsed for mail in smtp.mails)
    assert one["Message-ID"] == first.message_id
    assert one["Auto-Submitted"] == "auto-generated"
    assert (one["Content-Language"], two["Content-Language"]) == ("ko", "en")
    assert one["Date"].datetime == first.created_at.replace(microsecond=0)
    assert one["References"] == one["In-Reply-To"] == two["References"]
    assert one["References"] != three["References"]
    assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]


def test_batch_goes_over_one_connection(enqueue, smtp):
    for number in range(20):
        enqueue(subject_key=str(number))

    delivery.deliver_due()

    assert (len(smtp.mails), smtp.connections) == (20, 1)


def test_full_batch_says_that_more_is_due(enqueue, smtp, monkeypatch):
    asked = []
    monkeypatch.setattr(waking, "publish", lambda: asked.append(1))
    for number in range(delivery.BATCH + 1):
        enqueue(subject_key=str(number))

    tasks.deliver_batch()
    tasks.deliver_batch()

    assert (len(smtp.mails), asked) == (delivery.BATCH + 1, [1])


def test_notices_of_a_case_arrive_in_order(enqueue, smtp):
    rows = [enqueue(subject_key="GT-1") for _number in range(3)]

    for _turn in rows:
        delivery.deliver_due()

    assert [mail.message_id for mail in smtp.mails] == [row.message_id for row in rows]


def test_refusal_for_good_is_recorded_and_the_others_flow(enqueue, smtp):
    smtp.refuse = {"gone@example.kr": "550 5.1.1 no such user"}
    gone, fine = enqueue("gone@example.kr"), enqueue()

    delivery.deliver_due()

    gone.refresh_from_db()
    fine.refresh_from_db()
    facts = (gone.state, gone.permanent, gone.answer, gone.attempts)
    assert facts == (FAILED, True, "550 5.1.1 no such user", 1)
    assert fine.state == SENT


def test_greylisting_waits_and_then_delivers(enqueue, smtp):
    smtp.refuse = {"grey@example.kr": "451 4.7.1 greylisted, come back later"}
    row = enqueue("grey@example.kr")

    delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.answer) == (
        QUEUED,
        1,
        "451 4.7.1 greylisted, come back later",
    )
    assert 20 < seconds_until_next_try(row) <= 30
    smtp.refuse = {}
    Notice.objects.update(next_try_at=timezone.now())
    delivery.deliver_due()
    assert smtp.addresses == {"grey@example.kr": 1}


def test_last_attempt_ends_in_failure_that_is_not_permanent(enqueue, smtp):
    smtp.data_answer = "451 4.3.0 not today"
    row = enqueue()
    Notice.objects.update(attempts=delivery.MOST_ATTEMPTS - 1)

    delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.permanent) == (FAILED, False)


@pytest.mark.parametrize(
    ("attempts", "most"), [(1, 30), (2, 120), (3, 480), (4, 1920), (5, 3600), (100, 3600)]
)
def test_wait_grows_fourfold_to_an_hour(attempts, most):
    waits = {delivery.wait_after(attempts) for _turn in range(50)}

    assert max(waits) <= dt.timedelta(seconds=most)
    assert min(waits) >= dt.timedelta(seconds=most * 0.8)
    assert len(waits) > 1


def test_server_away_costs_no_row_an_attempt(enqueue, smtp):
    rows = [enqueue(subject_key=str(number)) for number in range(3)]
    smtp.stop()

    delivery.deliver_due()

    found = set(Notice.objects.values_list("state", "attempts", "losses"))
    assert found == {(QUEUED, 0, 0)}
    rows[0].refresh_from_db()
    assert rows[0].answer.startswith("ConnectionRefusedError")


def test_server_away_is_not_asked_again_at_once(enqueue, smtp):
    enqueue()
    smtp.stop()
    delivery.deliver_due()
    smtp.start()

    delivery.deliver_due()
    assert len(smtp.mails) == 0

    delivery.rest._until = 0.0
    delivery.deliver_due()
    assert len(smtp.mails) == 1


def test_rest_grows_and_stays_short_enough_to_drain():
    rest = delivery.Rest()

    for _turn in range(20):
        rest.begin()

    assert rest.over() is False
    assert rest._step == 15.0


def test_line_cut_after_acceptance_is_tried_again_soon(enqueue, smtp):
    smtp.cut_after_accepting = 1
    cut, other = enqueue(subject_key="a"), enqueue(subject_key="b")

    delivery.deliver_due()

    cut.refresh_from_db()
    other.refresh_from_db()
    assert (cut.state, cut.attempts, other.state) == (QUEUED, 1, SENT)
    assert seconds_until_next_try(cut) <= 5
    Notice.objects.update(next_try_at=timezone.now())
    delivery.deliver_due()
    assert smtp.ids == {cut.message_id: 2, other.message_id: 1}


def test_server_that_cuts_every_line_counts_as_away(enqueue, smtp):
    smtp.cut_after_accepting = 100
    for number in range(10):
        enqueue(subject_key=str(number))

    delivery.deliver_due()

    assert len(smtp.mails) == 2
    assert delivery.rest.over() is False


def test_hanging_server_counts_as_away(enqueue, smtp, settings):
    settings.EMAIL_TIMEOUT = 0.2
    smtp.hold_after = 0
    for number in range(5):
        enqueue(subject_key=str(number))

    delivery.deliver_due()

    assert sorted(Notice.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1, 1]
    assert Notice.objects.filter(state=QUEUED).count() == 5


def test_refused_sender_blames_no_reader(enqueue, smtp):
    smtp.refuse_sender = "550 5.7.1 not allowed to send"
    row = enqueue()

    delivery.deliver_due()

    row.refresh_from_db()
    facts = (row.state, row.attempts, row.answer)
    assert facts == (QUEUED, 0, "550 5.7.1 not allowed to send")


def test_poison_notice_is_parked_and_the_others_flow(enqueue, smtp, caplog):
    poison = enqueue(context={"path": "javascript:alert(1)"})
    fine = enqueue()

    delivery.deliver_due()

    poison.refresh_from_db()
    assert (poison.state, poison.answer) == (PARKED, delivery.UNWRITABLE)
    delivery.deliver_due()
    fine.refresh_from_db()
    assert fine.state == SENT
    assert f"notice {poison.pk} was parked" in caplog.text


def test_rows_of_a_dead_worker_are_delivered(enqueue, smtp):
    rows = [enqueue(subject_key=str(number)) for number in range(3)]
    lease.claim(3)
    Notice.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    tasks.sweep()

    assert smtp.ids == {row.message_id: 1 for row in rows}


def test_stopping_worker_hands_its_rows_back(enqueue, smtp):
    enqueue()
    delivery.stopping.set()

    delivery.deliver_due()

    assert list(Notice.objects.values_list("state", "losses")) == [(QUEUED, 0)]
    assert len(smtp.mails) == 0


def test_accepted_mail_is_marked_though_the_lease_was_lost(enqueue, smtp, monkeypatch):
    row = enqueue()
    send = transport.Line.send

    def send_and_lose(line, message):
        Notice.objects.update(lease_token="somebody-else")
        return send(line, message)

    monkeypatch.setattr(transport.Line, "send", send_and_lose)

    delivery.deliver_due()

    row.refresh_from_db()
    assert row.state == SENT


def test_accepted_mail_is_marked_once_the_database_is_back(enqueue, smtp, monkeypatch):
    row = enqueue()
    closed = []

    def flaky(execute, sql, params, many, context):
        if sql == delivery._MARK_SENT and len(closed) < 3:
            raise OperationalError("the database is restarting")
        return execute(sql, params, many, context)

    monkeypatch.setattr(delivery.connection, "close", lambda: closed.append(1))
    monkeypatch.setattr(delivery.time, "sleep", lambda seconds: None)

    with delivery.connection.execute_wrapper(flaky):
        delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, len(closed), len(smtp.mails)) == (SENT, 3, 1)
