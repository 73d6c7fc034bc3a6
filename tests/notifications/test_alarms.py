"""Administrators hear of stuck notices once an hour, without a word about anybody."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from accounts.models import User
from notifications import alarms, delivery, lease, outbox, tasks
from notifications.models import PARKED, QUEUED, SWEEP, Heartbeat, Notice

POISON = {"path": "javascript:alert(1)"}


@pytest.fixture(autouse=True)
def nobody_looked_yet(monkeypatch) -> None:
    """Each test is a new process."""
    monkeypatch.setattr(alarms, "_looked", [-alarms.LOOK])


@pytest.fixture
def administrators(db) -> list[User]:
    """Two who look after the portal, one who left."""
    left = User.objects.create_superuser("left@example.kr", name="퇴직")
    User.objects.filter(pk=left.pk).update(is_active=False)
    return [
        User.objects.create_superuser("one@example.kr", name="하나"),
        User.objects.create_superuser("two@example.kr", name="둘", language="en"),
    ]


def told(kind: str = alarms.PARKED_KIND) -> list[tuple[str, str]]:
    """Who was written to, in which language."""
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("to_address", "language"))


def test_parked_notice_is_told_to_the_administrators(administrators, enqueue, smtp):
    enqueue("secret@company.example", context=POISON, subject_key="GT-2026-000777-1")

    delivery.deliver_due()

    assert told() == [("one@example.kr", "ko"), ("two@example.kr", "en")]
    facts = json.dumps(list(Notice.objects.filter(kind="notice_parked").values("context")))
    assert [word for word in ("secret", "777", "javascript") if word in facts] == []


def test_parked_notices_are_told_once_an_hour(administrators, enqueue, smtp):
    for number in range(3):
        enqueue(context=POISON, subject_key=str(number))
    delivery.deliver_due()
    delivery.deliver_due()
    enqueue(context=POISON, subject_key="later")
    delivery.deliver_due()

    assert len(told()) == 2
    assert Notice.objects.filter(state=PARKED).count() == 4


def test_next_hour_tells_again(administrators, enqueue, smtp, monkeypatch):
    enqueue(context=POISON)
    delivery.deliver_due()
    delivery.deliver_due()
    later = timezone.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    enqueue(context=POISON, subject_key="later")
    delivery.deliver_due()

    assert len(told()) == 4


def test_alarm_that_is_parked_itself_raises_no_other(administrators, enqueue, smtp):
    enqueue(kind="notice_parked", context={"count": 1, "link": "javascript:x"})

    delivery.deliver_due()

    assert (Notice.objects.filter(state=PARKED).count(), len(told())) == (1, 1)


def test_notice_that_kills_workers_is_told(administrators, enqueue):
    row = enqueue()
    for turn in range(lease.LOSSES):
        lease.claim(1, interrupted=turn > 0)
        Notice.objects.filter(pk=row.pk).update(
            lease_until=timezone.now() - dt.timedelta(seconds=1)
        )
        lease.reclaim()

    assert len(told()) == 2


def test_alarm_reads_well_and_leads_to_the_page(administrators, enqueue, smtp):
    enqueue(context=POISON)
    delivery.deliver_due()

    delivery.deliver_due()

    mail = smtp.mails[-1].parsed
    assert mail.get_body(("plain",)).get_content().count("/admin/notifications/notice/") == 1


# --- Late, silent --------------------------------------------------------------------------------
def late(row: Notice, minutes: int = 5) -> None:
    """Let a notice have been due for long."""
    Notice.objects.filter(pk=row.pk).update(
        next_try_at=timezone.now() - dt.timedelta(minutes=minutes)
    )


def test_late_notice_is_an_alarm(administrators, enqueue):
    alarms.beat()
    late(enqueue())

    assert alarms.look() == "late"
    assert len(told("notices_late")) == 2
    assert Notice.objects.filter(kind="notices_late").first().context["minutes"] == 5


def test_notice_that_waits_for_another_of_its_case_is_not_late(administrators, enqueue):
    alarms.beat()
    first, second = enqueue(), enqueue()
    late(second)
    Notice.objects.filter(pk=first.pk).update(next_try_at=timezone.now() + dt.timedelta(hours=1))

    assert (alarms.look(), outbox.behind()) == ("", dt.timedelta())


def test_sweep_that_is_silent_is_heard_by_a_woken_worker(administrators, enqueue, smtp):
    alarms.beat()
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(minutes=4))

    tasks.deliver_batch()

    rows = Notice.objects.filter(kind="notices_late")
    assert (len(rows), rows[0].context["what"], rows[0].context["pause"]) == (2, "silent", 4)


def test_sweep_leaves_a_sign_of_life(db):
    tasks.sweep()
    first = Heartbeat.objects.get(name=SWEEP).at
    tasks.sweep()

    assert Heartbeat.objects.get(name=SWEEP).at > first
    assert alarms.silent_for() < dt.timedelta(seconds=60)


def test_alarm_that_cannot_leave_is_not_written_again(administrators, enqueue, monkeypatch):
    alarms.beat()
    late(enqueue())
    alarms.look()
    later = timezone.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)

    alarms.look(now_and_then=False)

    assert Notice.objects.filter(kind="notices_late", state=QUEUED).count() == 2


def test_look_costs_nothing_within_a_minute(db, django_assert_num_queries):
    alarms.look()

    with django_assert_num_queries(0):
        alarms.look()


def test_portal_without_administrators_goes_on(enqueue, smtp):
    enqueue(context=POISON)
    fine = enqueue(subject_key="fine")

    delivery.deliver_due()

    fine.refresh_from_db()
    assert (fine.state, told()) == ("sent", [])
