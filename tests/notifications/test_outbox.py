"""Notices are written with what they tell about, once, and wake a worker at most once."""

import datetime as dt
import time

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from notifications import outbox, texts, waking
from notifications.models import FAILED, PARKED, QUEUED, SENT, Notice


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="in the transaction"):
        outbox.enqueue("sample", to="a@example.kr", context={}, subject_key="")

    assert Notice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_enqueue_vanishes_with_its_transaction():
    with transaction.atomic():
        outbox.enqueue("sample", to="a@example.kr", context={}, subject_key="")
        transaction.set_rollback(True)

    assert Notice.objects.count() == 0


def test_enqueue_refuses_a_message_without_text(db):
    with pytest.raises(outbox.UnknownKindError):
        outbox.enqueue("no-such-kind", to="a@example.kr", context={}, subject_key="")


@given(st.sampled_from("\r\n\v\f\x1c\x85\u2028\u2029\x00"), st.integers(0, 12))
def test_address_with_a_line_break_is_refused(char, place):
    address = "a@example.kr"[:place] + char + "a@example.kr"[place:]

    with pytest.raises(outbox.BadAddressError):
        outbox.notice("sample", to=address, context={}, subject_key="")


def test_enqueue_many_writes_one_insert(db, django_assert_num_queries):
    rows = [
        outbox.notice("sample", to=f"{n}@example.kr", context={}, subject_key="") for n in range(9)
    ]

    # Whether mail to one of them comes back is asked once for all.
    with django_assert_num_queries(2):
        outbox.enqueue_many(rows)

    assert Notice.objects.count() == 9
    assert len({row.message_id for row in rows}) == 9


def test_enqueue_with_a_known_key_returns_the_first(enqueue):
    first = enqueue(dedupe="reminder-1")

    again = enqueue("other@example.kr", dedupe="reminder-1")

    assert again.pk == first.pk
    assert Notice.objects.count() == 1


def test_enqueue_keeps_what_postgresql_cannot_store_out_of_the_facts(enqueue):
    row = enqueue(context={"text": "a\x00b\ud800c", "list": ["\x00"]})

    row.refresh_from_db()
    assert row.context == {"text": "abc", "list": [""]}


def test_enqueue_in_an_unknown_language_writes_korean(enqueue):
    assert enqueue(language="fr").language == "ko"


def test_wake_happens_once_per_transaction(db, monkeypatch, django_capture_on_commit_callbacks):
    calls = []
    monkeypatch.setattr(waking, "wake", lambda: calls.append(1))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for number in range(5):
            outbox.enqueue("sample", to="a@example.kr", context={}, subject_key=str(number))

    assert calls == [1]


def test_wake_survives_a_savepoint_that_is_undone(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    calls = []
    monkeypatch.setattr(waking, "wake", lambda: calls.append(1))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            outbox.enqueue("sample", to="a@example.kr", context={}, subject_key="undone")
            transaction.set_rollback(True)
        outbox.enqueue("sample", to="a@example.kr", context={}, subject_key="kept")

    assert calls == [1]
    assert list(Notice.objects.values_list("subject_key", flat=True)) == ["kept"]


def test_wake_with_a_broker_that_hangs_returns_at_once(monkeypatch, caplog):
    def hang(*args, **kwargs):
        time.sleep(0.5)
        raise ConnectionError

    monkeypatch.setattr(waking.current_app, "send_task", hang)
    waker = waking.Waker()
    started = time.monotonic()

    for _call in range(100):
        waker.call()

    assert time.monotonic() - started < 0.3
    assert waking.publish() is False
    assert "broker away" in caplog.text


def test_retry_starts_over_and_remembers_who(enqueue):
    officer = User.objects.create_user("officer@example.kr", name="담당자")
    row = enqueue()
    Notice.objects.filter(pk=row.pk).update(state=FAILED, permanent=True, attempts=3, losses=2)

    outbox.retry(row, by=officer)

    row.refresh_from_db()
    facts = (row.state, row.permanent, row.attempts, row.losses, row.retried_by)
    assert facts == (QUEUED, False, 0, 0, officer)


@pytest.mark.parametrize("state", [QUEUED, SENT])
def test_retry_of_a_notice_that_is_not_stuck_is_refused(enqueue, state):
    officer = User.objects.create_user("officer@example.kr", name="담당자")
    row = enqueue()
    sent = timezone.now() if state == SENT else None
    Notice.objects.filter(pk=row.pk).update(state=state, sent_at=sent)

    with pytest.raises(outbox.NotStuckError):
        outbox.retry(row, by=officer)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": SENT},
        {"sent_at": timezone.now()},
        {"state": "sending"},
        {"lease_token": "x"},
        {"permanent": True},
        {"state": "lost"},
        {"retried_at": timezone.now()},
    ],
    ids="-".join,
)
def test_table_refuses_a_state_without_its_facts(enqueue, facts):
    row = enqueue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=row.pk).update(**facts)


def test_for_subject_tells_the_story_in_order(enqueue):
    first, second = enqueue(subject_key="GT-7"), enqueue(subject_key="GT-7")
    enqueue(subject_key="GT-8")

    assert list(outbox.for_subject("GT-7")) == [first, second]


def test_behind_is_the_age_of_the_oldest_due_notice(enqueue):
    assert outbox.behind().total_seconds() == 0

    row = enqueue()
    then = timezone.now() - dt.timedelta(minutes=3)
    Notice.objects.filter(pk=row.pk).update(next_try_at=then)

    assert round(outbox.behind().total_seconds()) == 180


def test_stuck_and_unsent_share_no_row(enqueue):
    waiting, parked = enqueue(), enqueue()
    Notice.objects.filter(pk=parked.pk).update(state=PARKED)

    assert list(Notice.objects.unsent()) == [waiting]
    assert list(Notice.objects.stuck()) == [parked]


def test_kinds_are_known_by_their_korean_text():
    assert "sample" in texts.kinds()
    assert not any(kind.startswith("_") for kind in texts.kinds())
