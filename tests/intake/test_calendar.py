"""A changed policy or calendar day: which dates move, who is told, what stays as it is."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from intake import actions, clock, deadline, workflow
from intake.actions import calendar
from intake.models import CalendarDay, Case, CaseEvent, ClockPolicy
from intake.timeline import COMPANY, Actor
from notifications.models import Notice
from tests.intake.conftest import Cast
from tests.intake.factories import CaseFactory

BY = Actor(workflow.SYSTEM)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def working_day_before_due(case: Case) -> dt.date:
    """A day that counts for the case and is not its last."""
    day = timezone.localdate(case.due_at) - dt.timedelta(days=1)
    while not deadline.korea().works_on(day):
        day -= dt.timedelta(days=1)
    return day


def day_off(day: dt.date) -> CalendarDay:
    return CalendarDay(day=day, is_working=False, reason="임시공휴일")


def next_working_moment(moment: dt.datetime) -> dt.datetime:
    day = timezone.localdate(moment) + dt.timedelta(days=1)
    day = deadline.korea().next_working_day(day)
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES))


def news(case: Case) -> list[CaseEvent]:
    return list(case.events.filter(verb="new_deadline"))


def letters_about(case: Case) -> int:
    return Notice.objects.filter(kind="new_date", subject_key=case.number).count()


def forced(day: dt.date) -> calendar.Change:
    return calendar.Change.of(day_off(day))


def apply(change: calendar.Change) -> int:
    return calendar.apply(change=change, by=BY).moved


def test_a_day_off_moves_the_date_writes_the_timeline_and_tells_the_company(
    cases: CaseFactory,
) -> None:
    case = cases.at("reviewing")
    old, day = case.due_at, working_day_before_due(case)

    moved = apply(forced(day))

    new = next_working_moment(old)
    (event,) = news(case)
    assert (moved, fresh(case).due_at, fresh(case).version) == (1, new, case.version + 1)
    assert (event.role, event.audience, event.from_state, event.to_state) == (
        "system",
        "submitter",
        "reviewing",
        "reviewing",
    )
    was = timezone.localtime(old).isoformat()
    assert event.facts == {"old": was, "new": new.isoformat(), "reason": event.text}
    assert event.text == f"휴무일 지정: {day.isoformat()}(임시공휴일)"
    assert letters_about(case) == 1


def test_the_date_is_what_the_events_give_under_the_new_rules(cases: CaseFactory) -> None:
    case = cases.at("referred")

    apply(forced(working_day_before_due(case)))

    assert deadline.due_at(case.policy, case.events.all()) == fresh(case).due_at


def test_preview_names_each_date_and_writes_nothing(cases: CaseFactory) -> None:
    first, second = cases.new(), cases.at("reviewing")
    day = working_day_before_due(first)
    before = (list(Case.objects.values()), CaseEvent.objects.count(), Notice.objects.count())

    found = calendar.preview(forced(day))

    assert (found.count, found.more) == (2, 0)
    assert {(row.number, row.old, row.new) for row in found.rows} == {
        (case.number, case.due_at, next_working_moment(case.due_at)) for case in (first, second)
    }
    after = (list(Case.objects.values()), CaseEvent.objects.count(), Notice.objects.count())
    assert (after, CalendarDay.objects.count()) == (before, 0)


def test_preview_caps_its_list_and_counts_all(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "NAMED_AT_MOST", 1)
    monkeypatch.setattr(calendar, "_BATCH", 2)
    numbers = sorted(cases.new().number for _ in range(5))

    found = calendar.preview(forced(working_day_before_due(Case.objects.latest("pk"))))

    assert (found.count, found.more, [row.number for row in found.rows]) == (5, 4, numbers[:1])


@pytest.mark.parametrize(
    "state", ["supplement", "answered", "closed", "withdrawn", "rejected", "transferred"]
)
def test_paused_answered_and_ended_cases_are_left_alone(cases: CaseFactory, state: str) -> None:
    case = cases.at(state)
    running = cases.new()

    moved = apply(forced(working_day_before_due(running)))

    # The running one is the control: the same change moves it.
    assert (moved, len(news(running))) == (1, 1)
    assert (fresh(case).due_at, fresh(case).version, news(case)) == (
        case.due_at,
        case.version,
        [],
    )


def test_a_paused_case_gets_its_date_by_the_new_rules_when_the_supplement_arrives(
    cases: CaseFactory,
) -> None:
    day = working_day_before_due(cases.new())
    case = cases.at("supplement")
    apply(forced(day))

    actions.supplement(case=case, text="통지서 사본입니다.", by=COMPANY)

    due = timezone.localdate(fresh(case).due_at)
    counted = [
        timezone.localdate() + dt.timedelta(days=offset)
        for offset in range(1, (due - timezone.localdate()).days + 1)
    ]
    assert sum(deadline.korea().works_on(each) for each in counted) == 7
    assert deadline.korea().works_on(day) is False


def test_twice_is_once(cases: CaseFactory) -> None:
    case = cases.new()
    change = forced(working_day_before_due(case))
    apply(change)

    again = apply(calendar.Change.of(CalendarDay.objects.get()))

    assert (again, len(news(case)), letters_about(case)) == (0, 1, 1)


def test_taking_the_day_back_moves_the_date_back(cases: CaseFactory) -> None:
    case = cases.new()
    old = case.due_at
    apply(forced(working_day_before_due(case)))

    moved = apply(calendar.Change.of(CalendarDay.objects.get(), gone=True))

    assert (moved, fresh(case).due_at, CalendarDay.objects.count()) == (1, old, 0)
    assert len(news(case)) == 2


def test_moving_the_exception_to_another_day_frees_the_first(cases: CaseFactory) -> None:
    case = cases.new()
    day = working_day_before_due(case)
    apply(forced(day))
    row = CalendarDay.objects.get()
    row.day = day + dt.timedelta(days=200)

    moved = apply(calendar.Change.of(row, fields=["day"]))

    assert (moved, fresh(case).due_at) == (1, case.due_at)


def test_a_worked_holiday_brings_the_date_forward(cases: CaseFactory) -> None:
    case = cases.new()
    saturday = timezone.localdate()
    while saturday.weekday() != 5:
        saturday += dt.timedelta(days=1)
    apply(forced(working_day_before_due(case)))
    later = fresh(case).due_at
    row = CalendarDay.objects.get()
    row.is_working = True

    apply(calendar.Change.of(row, fields=["is_working"]))

    assert case.due_at == fresh(case).due_at < later


def test_a_day_after_every_date_moves_none(cases: CaseFactory) -> None:
    case = cases.new()
    after = timezone.localdate(case.due_at) + dt.timedelta(days=1)

    assert calendar.preview(forced(deadline.korea().next_working_day(after))).count == 0


def test_a_longer_policy_moves_its_own_cases_only(cases: CaseFactory) -> None:
    plain, border = cases.new(), cases.new(at_border=True)
    row = ClockPolicy.objects.get(code="default")
    row.length = 8

    moved = apply(calendar.Change.of(row, fields=["length"]))

    assert (moved, fresh(plain).due_at) == (1, next_working_moment(plain.due_at))
    assert fresh(border).due_at == border.due_at
    assert ClockPolicy.objects.get(code="default").length == 8


def test_only_the_fields_that_were_edited_are_written(cases: CaseFactory) -> None:
    row = ClockPolicy.objects.get(code="default")
    row.length, row.name_en = 8, "Something else"

    apply(calendar.Change.of(row, fields=["length"]))

    stored = ClockPolicy.objects.get(code="default")
    assert (stored.length, stored.name_en) == (8, "Export difficulty (default)")


def test_a_case_that_moved_on_in_between_is_computed_from_its_own_events(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.at("reviewing")
    change, real = forced(working_day_before_due(case)), calendar._move
    seen: list[int] = []

    def overtaken(stale: Case, *rest: object) -> bool:
        seen.append(stale.version)
        if len(seen) == 1:
            actions.extend(case=fresh(stale), reason="확인이 더 필요합니다.", by=cases.by)
        return real(stale, *rest)

    monkeypatch.setattr(calendar, "_move", overtaken)

    apply(change)

    # The first try lost; the second found that the extension was computed on the new calendar.
    assert seen == [case.version, case.version + 1]
    assert deadline.due_at(case.policy, case.events.all()) == fresh(case).due_at
    assert [event.verb for event in case.events.all()] == ["submit", "claim", "extend"]


def test_a_case_that_is_paused_in_between_is_left_paused(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.at("reviewing")
    change, real = forced(working_day_before_due(case)), calendar._move
    tries: list[int] = []

    def overtaken(stale: Case, *rest: object) -> bool:
        tries.append(stale.version)
        cases._supplement(fresh(stale))
        return real(stale, *rest)

    monkeypatch.setattr(calendar, "_move", overtaken)

    moved = apply(change)

    assert (moved, len(tries), fresh(case).due_at, news(case)) == (0, 1, None, [])


def test_words_of_the_reason_follow_the_language_of_the_case(cases: CaseFactory) -> None:
    korean, english = cases.new(language="ko"), cases.new(language="en")
    day = working_day_before_due(korean)

    apply(forced(day))

    assert news(english)[0].text == f"{day.isoformat()} (임시공휴일) is now a day off."
    with translation.override("ko"):
        assert news(korean)[0].text == forced(day).reason()


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_at_once_tell_each_company_once(cases: CaseFactory) -> None:
    made = [cases.new() for _ in range(6)]
    row = day_off(working_day_before_due(made[0]))
    row.save()
    change = calendar.Change.of(row)
    start = threading.Barrier(2)
    moved: list[int] = []

    def run() -> None:
        start.wait()
        try:
            moved.append(apply(change))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(moved) == 6
    assert [(len(news(case)), letters_about(case)) for case in made] == [(1, 1)] * 6


def test_what_was_cut_short_is_caught_up_with_once(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [cases.new() for _ in range(3)]
    paused = cases.at("supplement")
    real = calendar._move

    def dies(case: Case, *rest: object) -> bool:
        if case.pk == made[1].pk:
            raise SystemExit
        return real(case, *rest)

    monkeypatch.setattr(calendar, "_move", dies)
    with pytest.raises(SystemExit):
        apply(forced(working_day_before_due(made[0])))
    monkeypatch.setattr(calendar, "_move", real)
    left = [len(news(case)) for case in made]

    moved = [calendar.catch_up(), calendar.catch_up()]

    assert (left, moved) == ([1, 0, 0], [2, 0])
    assert [(len(news(case)), letters_about(case)) for case in made] == [(1, 1)] * 3
    assert {fresh(case).due_at for case in made} == {next_working_moment(made[0].due_at)}
    assert news(paused) == []


# --- In the admin -------------------------------------------------------------------------
ADD = "/admin/intake/calendarday/add/"


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def page_of(row: CalendarDay | ClockPolicy, action: str = "change") -> str:
    return reverse(f"admin:intake_{row._meta.model_name}_{action}", args=[row.pk])


def policy_data(row: ClockPolicy, **changes: object) -> dict[str, object]:
    names = ("name_ko", "name_en", "length", "unit", "extension", "basis", "sort")
    return {name: getattr(row, name) for name in names} | changes


def test_adding_a_day_shows_first_what_moves_and_writes_nothing(
    cast: Cast, cases: CaseFactory
) -> None:
    case = cases.new()
    day = working_day_before_due(case).isoformat()

    page = desk(cast.secretary).post(ADD, {"day": day, "reason": "임시공휴일"})

    assert page.status_code == 200
    assert [row.number for row in page.context["preview"].rows] == [case.number]
    words = page.content.decode()
    new = timezone.localtime(next_working_moment(case.due_at))
    assert "1 date would move" in words
    assert (case.number in words, f"{new:%Y-%m-%d}" in words) == (True, True)
    assert (CalendarDay.objects.count(), news(case)) == (0, [])


def test_confirming_writes_the_day_and_moves_the_dates(cast: Cast, cases: CaseFactory) -> None:
    case = cases.new()
    client = desk(cast.secretary)
    typed = {"day": working_day_before_due(case).isoformat(), "reason": "임시공휴일"}
    page = client.post(ADD, typed)

    answer = client.post(ADD, dict(page.context["posted"]) | {"seen": page.context["seen"]})

    assert (answer.status_code, CalendarDay.objects.count()) == (302, 1)
    (event,) = news(case)
    assert (event.role, event.actor) == ("system", cast.secretary)
    assert fresh(case).due_at == next_working_moment(case.due_at)


def test_a_day_that_moves_nothing_is_written_at_once(cast: Cast, cases: CaseFactory) -> None:
    answer = desk(cast.secretary).post(ADD, {"day": "2031-10-02", "reason": "임시공휴일"})

    assert (answer.status_code, CalendarDay.objects.count()) == (302, 1)


def test_changing_a_policy_shows_the_edit_and_the_dates(cast: Cast, cases: CaseFactory) -> None:
    cases.new()
    row = ClockPolicy.objects.get(code="default")
    client = desk(cast.secretary)

    page = client.post(page_of(row), policy_data(row, length=9))
    untouched = ClockPolicy.objects.get(code="default").length
    client.post(page_of(row), dict(page.context["posted"]) | {"seen": page.context["seen"]})

    assert page.context["edits"] == [("Length", "7", "9")]
    assert (page.context["preview"].count, untouched) == (1, 7)
    assert ClockPolicy.objects.get(code="default").length == 9


def test_the_second_editor_is_told_and_nothing_is_overwritten(
    cast: Cast, cases: CaseFactory
) -> None:
    cases.new()
    row = ClockPolicy.objects.get(code="default")
    first, second = desk(cast.secretary), desk(cast.second_secretary)
    seen = first.post(page_of(row), policy_data(row, length=9)).context["seen"]
    late = second.post(page_of(row), policy_data(row, length=10)).context["seen"]
    first.post(page_of(row), policy_data(row, length=9) | {"seen": seen})

    answer = second.post(page_of(row), policy_data(row, length=10) | {"seen": late})

    assert answer.status_code == 409
    assert "Somebody else has changed this row meanwhile." in answer.content.decode()
    assert answer.context["edits"] == [("Length", "9", "10")]
    assert ClockPolicy.objects.get(code="default").length == 9


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("extension", 8, "An extension is at most as long as the period itself: 7."),
        ("length", 0, "A period has at least one day or hour."),
    ],
)
def test_a_policy_that_the_law_forbids_is_refused(
    cast: Cast, field: str, value: int, words: str
) -> None:
    row = ClockPolicy.objects.get(code="default")

    page = desk(cast.secretary).post(page_of(row), policy_data(row, **{field: value}))

    assert (page.status_code, words in page.content.decode()) == (200, True)
    stored = ClockPolicy.objects.get(code="default")
    assert (stored.length, stored.extension) == (7, 7)


def test_deleting_a_day_shows_what_moves_back_and_then_moves_it(
    cast: Cast, cases: CaseFactory
) -> None:
    case = cases.new()
    apply(forced(working_day_before_due(case)))
    row = CalendarDay.objects.get()
    client = desk(cast.secretary)

    page = client.get(page_of(row, "delete"))
    kept = CalendarDay.objects.count()
    answer = client.post(page_of(row, "delete"), {"seen": page.context["seen"]})

    assert (page.context["preview"].count, kept) == (1, 1)
    assert (answer.status_code, CalendarDay.objects.count()) == (302, 0)
    assert fresh(case).due_at == case.due_at


def test_who_may_not_change_the_calendar_sees_no_preview(cast: Cast, cases: CaseFactory) -> None:
    day = working_day_before_due(cases.new()).isoformat()
    row = ClockPolicy.objects.get(code="default")

    auditor = desk(cast.auditor)
    statuses = [
        auditor.post(ADD, {"day": day, "reason": "임시공휴일"}).status_code,
        auditor.post(page_of(row), policy_data(row, length=9)).status_code,
    ]

    assert statuses == [403, 403]
    # The control: whoever may change it gets the page.
    answer = desk(cast.platform_admin).post(ADD, {"day": day, "reason": "임시공휴일"})
    assert (answer.status_code, "/admin/intake/case/" in answer.content.decode()) == (200, False)


def test_a_preview_costs_the_same_for_one_date_and_for_many(
    cases: CaseFactory, django_assert_num_queries: object
) -> None:
    day = working_day_before_due(cases.new())

    for count in (1, 4):
        with django_assert_num_queries(5):
            found = calendar.preview(forced(day))
        assert found.count == count
        for _more in range(3):
            cases.new()
