"""A change that moves more dates than a request may: in the background, once, whatever dies."""

import datetime as dt
import os
import threading
from collections import Counter

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from intake import actions, deadline
from intake.actions import calendar, recounting
from intake.models import CalendarDay, Case, CaseEvent, Recount
from intake.tasks import dates
from intake.timeline import COMPANY
from notifications.models import Notice
from tests.intake.factories import filing
from tests.intake.test_calendar import (
    ADD,
    BY,
    desk,
    forced,
    fresh,
    letters_about,
    news,
    next_working_moment,
    working_day_before_due,
)

# RECOUNT_CASES=1000 runs the large test at full size.
MANY = int(os.environ.get("RECOUNT_CASES", "250"))


@pytest.fixture
def few(monkeypatch):
    """More than two dates are many, and two are a batch."""
    monkeypatch.setattr(calendar, "IN_REQUEST", 2)
    monkeypatch.setattr(recounting, "BATCH", 2)


@pytest.fixture
def woken(monkeypatch):
    """How often a worker was woken."""
    calls = []
    monkeypatch.setattr(calendar, "wake", lambda: calls.append(1))
    return calls


def change_of(case):
    return forced(working_day_before_due(case))


def test_few_dates_move_in_the_request(cases, few):
    made = [cases.new() for _ in range(2)]

    applied = calendar.apply(change=change_of(made[0]), by=BY)

    assert (applied.moved, applied.recount) == (2, None)
    assert Recount.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_dates_are_left_to_a_worker_that_is_woken_after_commit(cases, few, woken):
    made = [cases.new() for _ in range(5)]

    applied = calendar.apply(change=change_of(made[0]), by=BY)
    left = [len(news(case)) for case in made]
    moved = dates.move_dates()

    assert (applied.moved, applied.recount.total, left) == (0, 5, [0] * 5)
    assert woken == [1]
    assert CalendarDay.objects.count() == 1
    assert moved == 5
    assert {fresh(case).due_at for case in made} == {next_working_moment(made[0].due_at)}
    assert [(len(news(case)), letters_about(case)) for case in made] == [(1, 1)] * 5
    row = Recount.objects.get()
    assert (row.seen, row.moved, row.done_at is None) == (5, 5, False)


def test_reason_reaches_each_company_in_its_language(cases, few, woken):
    korean, english = cases.new(language="ko"), cases.new(language="en")
    cases.new()
    day = working_day_before_due(korean)
    calendar.apply(change=forced(day), by=BY)
    dates.move_dates()

    assert news(english)[0].text == f"{day.isoformat()} (임시공휴일) is now a day off."
    assert news(korean)[0].text == f"휴무일 지정: {day.isoformat()}(임시공휴일)"


def test_who_made_the_change_is_named_on_each_event(cast, cases, few, woken):
    made = [cases.new() for _ in range(3)]
    by = type(BY)(BY.role, cast.second_secretary)
    calendar.apply(change=change_of(made[0]), by=by)
    dates.move_dates()

    assert {news(case)[0].actor for case in made} == {cast.second_secretary}


def test_killed_worker_is_followed_by_another_from_where_it_stood(cases, few, woken, monkeypatch):
    made = [cases.new() for _ in range(6)]
    calendar.apply(change=change_of(made[0]), by=BY)
    real = calendar._move

    def dies(case, *rest):
        if case.pk == made[3].pk:
            raise SystemExit
        return real(case, *rest)

    monkeypatch.setattr(calendar, "_move", dies)
    with pytest.raises(SystemExit):
        dates.move_dates()
    monkeypatch.setattr(calendar, "_move", real)
    row = Recount.objects.get()
    left = (row.seen, row.moved, [len(news(case)) for case in made])
    at_once = dates.move_dates()
    Recount.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    later = dates.move_dates()

    # The third moved and was not counted yet; nobody else walks before the lease is over.
    assert left == (2, 2, [1, 1, 1, 0, 0, 0])
    assert (at_once, later) == (0, 3)
    assert [(len(news(case)), letters_about(case)) for case in made] == [(1, 1)] * 6
    row.refresh_from_db()
    assert (row.seen, row.done_at is None) == (6, False)


def test_worker_stops_after_its_turn_and_asks_for_another(cases, few, woken):
    made = [cases.new() for _ in range(5)]
    calendar.apply(change=change_of(made[0]), by=BY)
    woken.clear()

    nothing = recounting.run_unfinished(seconds=0)
    rest = recounting.run_unfinished()

    assert (nothing, woken, rest) == (0, [1], 5)


def test_hourly_catching_up_leaves_the_dates_to_the_worker_with_their_reason(cases, few, woken):
    made = [cases.new() for _ in range(3)]
    calendar.apply(change=change_of(made[0]), by=BY)

    assert calendar.catch_up() == 0
    assert dates.move_dates() == 3
    assert calendar.catch_up() == 0


def test_two_changes_in_a_row_end_where_the_last_one_says(cases, few, woken):
    made = [cases.new() for _ in range(3)]
    old = made[0].due_at
    calendar.apply(change=change_of(made[0]), by=BY)
    row = CalendarDay.objects.get()
    calendar.apply(change=calendar.Change.of(row, gone=True), by=BY)

    dates.move_dates()

    assert {fresh(case).due_at for case in made} == {old}
    assert Recount.objects.unfinished().count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_move_each_date_once(cases, few, woken):
    made = [cases.new() for _ in range(6)]
    calendar.apply(change=change_of(made[0]), by=BY)
    start, counts = threading.Barrier(2), []

    def run():
        start.wait()
        try:
            counts.append(dates.move_dates())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 6
    assert [(len(news(case)), letters_about(case)) for case in made] == [(1, 1)] * 6


def test_a_name_that_changes_moves_no_date_and_starts_nothing(cases, few, woken):
    from intake.models import ClockPolicy

    for _ in range(4):
        cases.new()
    row = ClockPolicy.objects.get(code="default")
    row.name_en = "Something else"

    applied = calendar.apply(change=calendar.Change.of(row, fields=["name_en"]), by=BY)

    assert (applied.moved, applied.recount, woken) == (0, None, [])


# --- In the admin -------------------------------------------------------------------------


def test_preview_counts_per_day_and_the_list_shows_how_far_it_is(cast, cases, few, woken):
    made = [cases.new() for _ in range(4)]
    client = desk(cast.secretary)
    typed = {"day": working_day_before_due(made[0]).isoformat(), "reason": "임시공휴일"}

    page = client.post(ADD, typed)
    answer = client.post(ADD, dict(page.context["posted"]) | {"seen": page.context["seen"]})
    listed = client.get(answer["Location"])
    Recount.objects.update(seen=3, moved=2)
    half = client.get(answer["Location"]).content.decode()
    dates.move_dates()
    done = client.get(answer["Location"]).content.decode()

    new = timezone.localdate(next_working_moment(made[0].due_at))
    assert page.context["preview"].days == [(new, 4)]
    assert "background" in page.content.decode()
    assert answer["Location"] == reverse("admin:intake_calendarday_changelist")
    assert "0 of 4 looked at, 0 moved." in listed.content.decode()
    assert "3 of 4 looked at, 2 moved." in half
    assert "4 of 4 looked at" not in done
    assert "Done" in done


def test_preview_that_would_take_too_long_says_more_than(cast, cases, few, monkeypatch):
    monkeypatch.setattr(calendar, "EXAMINED_AT_MOST", 2)
    monkeypatch.setattr(calendar, "_BATCH", 2)
    made = [cases.new() for _ in range(5)]

    found = calendar.preview(change_of(made[0]))

    assert (found.count, found.complete) == (2, False)


def test_many_dates_cost_the_request_no_event_and_all_move(cases, woken):
    first = cases.new()
    for _ in range(MANY - 1):
        actions.submit(filing=filing(), by=COMPANY)
    before = CaseEvent.objects.count()

    applied = calendar.apply(change=change_of(first), by=BY)
    written = CaseEvent.objects.count() - before
    moved = 0
    while Recount.objects.unfinished().exists():
        moved += recounting.run_unfinished(seconds=2)

    assert (applied.recount.total, written, moved) == (MANY, 0, MANY)
    assert Counter(Case.objects.values_list("due_at", flat=True)) == {
        next_working_moment(first.due_at): MANY
    }
    assert CaseEvent.objects.filter(verb="new_deadline").count() == MANY
    assert Notice.objects.filter(kind="new_date").count() == MANY
    assert deadline.due_at(first.policy, first.events.all()) == fresh(first).due_at
