"""How far a case is, every thirty days: once, by day, whatever runs twice or was down."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone, translation

from intake import actions, deadline, explain
from intake.actions import progress
from intake.models import Case, Reminder
from intake.tasks import progress as task
from intake.timeline import COMPANY, SYSTEM
from notifications import texts
from notifications.models import Notice

# A Wednesday on which the offices work.
SEOUL = ZoneInfo("Asia/Seoul")
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=SEOUL)


def at(monkeypatch, moment):
    """Let it be a moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def days_ago(cases, days, state="reviewing", **changes):
    """A case that was received some days before NOON."""
    return cases.at(state, received_at=NOON - dt.timedelta(days=days), **changes)


def told(case):
    return Notice.objects.filter(kind="progress", subject_key=case.number)


@pytest.fixture
def noon(monkeypatch):
    at(monkeypatch, NOON)


def test_thirty_days_are_told_once(cases, noon):
    old, young = days_ago(cases, 30), days_ago(cases, 29)

    counts = [task.say_progress(), task.say_progress()]

    assert counts == [1, 0]
    assert (told(old).count(), told(young).count()) == (1, 0)
    event = old.events.get(verb="say_progress")
    assert (event.role, event.audience) == ("system", "submitter")
    assert Reminder.objects.get().key == f"{timezone.localdate(old.received_at)}/1"


def test_each_further_thirty_days_are_told(cases, monkeypatch):
    case = days_ago(cases, 30)
    counts = []

    for days in (0, 1, 29, 30, 35, 60):
        moment = NOON + dt.timedelta(days=days)
        while not deadline.korea().works_on(moment.date()):
            moment += dt.timedelta(days=1)
        at(monkeypatch, moment)
        counts.append(task.say_progress())

    assert counts == [1, 0, 0, 1, 0, 1]
    assert told(case).count() == 3


def test_after_days_of_silence_only_the_last_thirty_are_told(cases, noon):
    case = days_ago(cases, 95)

    assert task.say_progress() == 1
    assert told(case).count() == 1
    assert Reminder.objects.get().key.endswith("/3")


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 11, 25, 3, 0, tzinfo=SEOUL),
        dt.datetime(2026, 11, 25, 7, 59, tzinfo=SEOUL),
        dt.datetime(2026, 11, 25, 19, 0, tzinfo=SEOUL),
        dt.datetime(2026, 11, 28, 12, 0, tzinfo=SEOUL),
        dt.datetime(2026, 12, 25, 12, 0, tzinfo=SEOUL),
    ],
)
def test_nobody_is_written_to_at_night_or_on_a_day_off(cases, monkeypatch, moment):
    at(monkeypatch, NOON)
    case = days_ago(cases, 40)
    at(monkeypatch, moment)

    assert task.say_progress() == 0
    assert told(case).count() == 0
    at(monkeypatch, NOON)
    assert task.say_progress() == 1


@pytest.mark.parametrize("state", ["supplement", "answered", "closed", "rejected", "withdrawn"])
def test_who_waits_for_nothing_of_ours_is_told_nothing(cases, noon, state):
    case = days_ago(cases, 45, state)
    running = days_ago(cases, 45)

    assert task.say_progress() == 1
    assert (told(case).count(), told(running).count()) == (0, 1)


def test_officer_says_it_in_own_words_and_the_portal_need_not(cases, noon):
    case = days_ago(cases, 31)

    said = actions.say_progress(case=case, text="다음 주에 회신이 옵니다.", by=cases.by)

    assert (said, task.say_progress()) == (True, 0)
    context = told(case).get().context
    assert context["text"] == "다음 주에 회신이 옵니다."


def test_officer_may_say_it_early_and_the_thirty_days_are_told_all_the_same(cases, monkeypatch):
    at(monkeypatch, NOON)
    case = days_ago(cases, 10)
    actions.say_progress(case=case, text="시작하였습니다.", by=cases.by)
    at(monkeypatch, NOON + dt.timedelta(days=20))

    assert task.say_progress() == 1
    assert told(case).count() == 2


def test_nobody_is_made_stale_by_it(cases, noon):
    case = days_ago(cases, 31)
    seen = Case.objects.get(pk=case.pk)
    task.say_progress()

    actions.answer(case=seen, text="답변드립니다.", by=cases.by)

    assert Case.objects.get(pk=case.pk).state == "answered"


def test_new_period_counts_anew(cases, noon, monkeypatch):
    case = days_ago(cases, 70)
    actions.answer(case=case, text="답변", by=cases.by)
    actions.dispute(case=case, text="아닙니다", by=COMPANY)

    assert task.say_progress() == 0
    at(monkeypatch, NOON + dt.timedelta(days=33))
    assert task.say_progress() == 1


def test_words_say_who_was_asked_and_what_came_back(cases, noon):
    case = days_ago(cases, 31)
    cases.refer(case, "KCS", "KATS", "KOTRA")
    referral = case.referrals.get(organisation__code="KCS")
    actions.answer_referral(referral=referral, text="답", by=cases.by)
    case = Case.objects.get(pk=case.pk)
    task.say_progress()

    with translation.override("en"):
        words = explain.progress(case)

    assert "3 bodies were asked for their opinion." in words
    assert "1 answer is in; we wait for the rest." in words
    assert "We are sorry" in words
    notice = told(case).get()
    text = texts.render(notice.kind, "ko", notice.context, strict=True).text
    assert "3개 기관" in text
    officer = case.assignee
    assert all(fact in text for fact in (officer.name, notice.context["officer"]["phone"]))


def test_case_that_moves_on_meanwhile_is_told_nothing(cases, noon, monkeypatch):
    case = days_ago(cases, 31)
    real = progress.hold

    def overtaken(held):
        monkeypatch.setattr(progress, "hold", real)
        actions.answer(case=Case.objects.get(pk=case.pk), text="답변", by=cases.by)
        return real(held)

    monkeypatch.setattr(progress, "hold", overtaken)

    assert task.say_progress() == 0
    assert (told(case).count(), Reminder.objects.count()) == (0, 0)


def test_killed_half_way_says_it_the_next_time_and_once(cases, noon, monkeypatch):
    case = days_ago(cases, 31)

    def dies(*_args, **_facts):
        raise SystemExit

    monkeypatch.setattr("intake.letters.progress", dies)
    with pytest.raises(SystemExit):
        task.say_progress()
    left = (Reminder.objects.count(), case.events.filter(verb="say_progress").count())
    monkeypatch.undo()
    at(monkeypatch, NOON)

    assert left == (0, 0)
    assert [task.say_progress(), task.say_progress()] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_say_it_once(cases, monkeypatch):
    at(monkeypatch, NOON)
    made = [days_ago(cases, 31) for _ in range(4)]
    start, counts = threading.Barrier(2), []

    def run():
        start.wait()
        try:
            counts.append(task.say_progress())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 4
    assert [told(case).count() for case in made] == [1] * 4


def test_many_cases_cost_the_same_queries_to_find(cases, noon, django_assert_num_queries):
    for count in (1, 3):
        while Case.objects.count() < count:
            days_ago(cases, 31)
        with django_assert_num_queries(4):
            assert len(list(task._waiting(NOON))) == count
    assert actions.say_progress(case=Case.objects.first(), by=SYSTEM) is True
