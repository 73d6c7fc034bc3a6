"""Companies are reminded of what waits for their word: by day, once, and while it still waits."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from intake import actions
from intake.actions import waiting
from intake.models import Case, Reminder
from intake.models.gate import ACTING
from intake.tasks import ask_outcomes, close_silent, lapse_supplements, remind_waiting
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.intake.waiting import SEOUL, at_once, november, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the time that everything reads."""

    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))

    return set_to


def days(clock_at, job, first: dt.datetime, count: int, hours=(7, 9, 18, 20)) -> list[str]:
    """When the job tells something, run at these hours on so many days."""
    found = []
    for day in range(count):
        for hour in hours:
            moment = (first + dt.timedelta(days=day)).replace(hour=hour)
            clock_at(moment)
            if job():
                found.append(f"{moment:%m-%d %H}")
    return found


# --- Supplements --------------------------------------------------------------------------
@pytest.fixture
def awaited(cases, clock_at):
    """A supplement asked for on Monday 9th and due on Friday 20th."""
    clock_at(november(9))
    case = cases.at("reviewing")
    wanted = [actions.Wanted("보류 통지서 사본"), actions.Wanted("선적일", kind="fact")]
    actions.request_supplement(
        case=case, text="", items=wanted, due=dt.date(2026, 11, 20), by=cases.by
    )
    return case


def test_supplement_is_told_half_way_and_two_working_days_before_its_end(awaited, clock_at):
    assert days(clock_at, remind_waiting, november(9), 12) == ["11-13 09", "11-18 09"]
    assert told("supplement_soon") == [("supplement_soon", awaited.contact_email)] * 2
    keys = Reminder.objects.order_by("pk").values_list("subject", "key")
    assert list(keys) == [
        ("supplement:1", "2026-11-20:0-half"),
        ("supplement:1", "2026-11-20:1-near"),
    ]


def test_words_name_what_is_missing_and_the_last_day(awaited, clock_at, cast):
    clock_at(november(18))
    remind_waiting()

    notice = Notice.objects.get(kind="supplement_soon")
    text = texts.render(notice.kind, "ko", notice.context, strict=True).text
    assert "2026년 11월 20일(금)까지" in text
    assert [item in text for item in ("보류 통지서 사본", "선적일")] == [True, True]
    assert cast.secretary.name in text
    event = awaited.events.get(verb="remind_company")
    assert (event.role, event.audience, event.facts["about"]) == (
        "system",
        "submitter",
        "supplement_soon",
    )


def test_supplement_that_came_is_not_asked_for(awaited, clock_at, cases):
    actions.supplement(case=awaited, by=COMPANY, text="여기 있습니다.")

    assert days(clock_at, remind_waiting, november(10), 12) == []


def test_nobody_is_made_stale_by_a_reminder(awaited, clock_at, cases):
    seen = Case.objects.get(pk=awaited.pk)
    clock_at(november(13))
    remind_waiting()

    actions.assign(case=seen, officer=cases.officer, by=cases.by)

    assert Case.objects.get(pk=awaited.pk).version == seen.version


def test_short_supplement_is_told_once_and_not_on_its_first_day(cases, clock_at):
    clock_at(november(9))
    case = cases.at("reviewing")
    actions.request_supplement(
        case=case,
        text="",
        items=[actions.Wanted("사본")],
        due=dt.date(2026, 11, 10),
        by=cases.by,
    )

    assert days(clock_at, remind_waiting, november(9), 3) == ["11-10 09"]


def test_supplement_lapses_by_day_and_not_on_a_day_off(awaited, clock_at):
    # Its last day is a Friday: the company has the weekend too.
    assert days(clock_at, lapse_supplements, november(20), 5, hours=(0, 7, 8, 20)) == ["11-23 08"]


def test_beat_that_was_down_tells_the_last_word_only(awaited, clock_at):
    clock_at(november(19))

    assert [remind_waiting(), remind_waiting()] == [1, 0]
    assert Reminder.objects.get().key == "2026-11-20:1-near"
    clock_at(november(13))
    assert remind_waiting() == 0


def test_bad_address_keeps_nobody_else_waiting(awaited, cases, clock_at):
    clock_at(november(9))
    other = cases.at("supplement", contact_email="other@company.example")
    Case.objects.filter(pk=awaited.pk).update(contact_email="gone wrong")
    Case.objects.filter(pk=other.pk).update(supplement_due=dt.date(2026, 11, 20))
    clock_at(november(18))

    assert [remind_waiting(), remind_waiting()] == [1, 0]
    assert told("supplement_soon") == [("supplement_soon", "other@company.example")]
    assert awaited.events.filter(verb="remind_company").exists() is False


def _filed_by_mission(case: Case, mission: Organisation, person) -> None:
    Case.objects.filter(pk=case.pk).update(
        filer_organisation=mission, filed_by=person, keeper=person, proxy=ACTING
    )


def test_who_filed_is_told_in_the_morning_of_their_own_place(awaited, clock_at, cast):
    mission = Organisation.objects.get(code="MIS-LAX")
    cast.mission_officer.memberships.update(organisation=mission)
    _filed_by_mission(awaited, mission, cast.mission_officer)
    los_angeles = ZoneInfo(mission.time_zone)
    found: dict[str, list[str]] = {}
    for hours in range(9 * 24):
        moment = dt.datetime(2026, 11, 12, 0, 30, tzinfo=SEOUL) + dt.timedelta(hours=hours)
        clock_at(moment)
        before = len(told("supplement_soon", "filer_update"))
        remind_waiting()
        for kind, _to in told("supplement_soon", "filer_update")[before:]:
            place = SEOUL if kind == "supplement_soon" else los_angeles
            found.setdefault(kind, []).append(f"{moment.astimezone(place):%m-%d %H}")

    assert found == {
        "supplement_soon": ["11-13 08", "11-18 08"],
        "filer_update": ["11-12 08", "11-17 08"],
    }


def test_company_that_no_mail_reaches_is_told_through_who_filed(awaited, clock_at, cast):
    organisation = Organisation.objects.get(code="KBIZ")
    _filed_by_mission(awaited, organisation, cast.association_officer)
    Case.objects.filter(pk=awaited.pk).update(contact_email="")
    clock_at(november(18))

    assert [remind_waiting(), remind_waiting()] == [1, 0]
    assert told("supplement_soon", "filer_update") == [
        ("filer_update", cast.association_officer.email)
    ]
    happened = Notice.objects.get(kind="filer_update").context["happened"]
    assert "2026년 11월 20일" in happened
    assert awaited.events.filter(verb="remind_company").count() == 1


# --- Answers ------------------------------------------------------------------------------
@pytest.fixture
def answered(cases, clock_at):
    """A case that was answered on Monday 2nd: closed by itself on Wednesday 2 December."""
    clock_at(november(2))
    return cases.at("answered")


def test_answer_is_told_of_a_week_before_it_closes(answered, clock_at):
    assert days(clock_at, remind_waiting, november(16), 18) == ["11-25 09"]
    notice = Notice.objects.get(kind="answer_waiting")
    text = texts.render(notice.kind, "ko", notice.context, strict=True).text
    assert text.splitlines()[0] == "2026년 12월 2일(수)에 이 건이 자동으로 종결됩니다."
    assert days(clock_at, close_silent, dt.datetime(2026, 12, 1, tzinfo=SEOUL), 3) == ["12-02 18"]


def test_long_rest_before_the_end_moves_the_word_to_the_working_day_before(cases, clock_at):
    # Answered on 31 August, closed on 30 September: a week before is 23 September, then Chuseok.
    clock_at(dt.datetime(2026, 9, 1, 10, tzinfo=SEOUL))
    cases.at("answered")
    # Closes on 1 October; a week before is 24 September, a day off.
    start = dt.datetime(2026, 9, 15, tzinfo=SEOUL)

    assert days(clock_at, remind_waiting, start, 16) == ["09-23 09"]


@pytest.mark.parametrize("step", ["close", "dispute", "withdraw"])
def test_company_that_said_its_word_is_not_reminded(answered, clock_at, step):
    {
        "close": lambda: actions.close(case=answered, by=COMPANY, outcome="solved"),
        "dispute": lambda: actions.dispute(case=answered, text="아닙니다", by=COMPANY),
        "withdraw": lambda: actions.withdraw(case=answered, by=COMPANY),
    }[step]()

    assert days(clock_at, remind_waiting, november(16), 18) == []


# --- How it ended -------------------------------------------------------------------------
@pytest.fixture
def closed(cases, clock_at):
    """A case that was closed by silence on Monday 2 November."""
    clock_at(november(2))
    case = cases.at("answered")
    actions.close(case=case, by=cases.by)
    return Case.objects.get(pk=case.pk)


def test_outcome_is_asked_after_thirty_and_after_ninety_days(closed, clock_at):
    start = dt.datetime(2026, 11, 3, tzinfo=SEOUL)

    # 2 December is the 30th day; 31 January 2027 is a Sunday.
    assert days(clock_at, ask_outcomes, start, 150, hours=(7, 9, 20)) == ["12-02 09", "02-01 09"]
    assert closed.events.filter(verb="ask_outcome").count() == 2


@pytest.mark.parametrize(
    ("outcome", "settled", "asked_again"),
    [
        ("solved", False, False),
        ("no_longer_needed", False, False),
        ("partly", False, True),
        ("not_solved", False, True),
        ("worked_around", True, False),
    ],
)
def test_what_was_told_for_good_is_not_asked_again(closed, clock_at, outcome, settled, asked_again):
    clock_at(dt.datetime(2026, 12, 3, 10, tzinfo=SEOUL))
    assert ask_outcomes() == 1
    actions.tell_outcome(case=closed, outcome=outcome, settled=settled, by=COMPANY)

    clock_at(dt.datetime(2027, 2, 1, 10, tzinfo=SEOUL))
    assert ask_outcomes() == int(asked_again)


def test_told_before_the_thirtieth_day_is_not_asked_then(closed, clock_at):
    clock_at(november(20))
    actions.tell_outcome(case=closed, outcome="partly", by=COMPANY)
    clock_at(dt.datetime(2026, 12, 3, 10, tzinfo=SEOUL))
    assert ask_outcomes() == 0

    clock_at(dt.datetime(2027, 2, 1, 10, tzinfo=SEOUL))
    assert ask_outcomes() == 1


def test_solved_at_the_closing_is_asked_once_more_for_an_answer_is_not_a_solution(cases, clock_at):
    clock_at(november(2))
    case = cases.at("closed")
    assert case.outcome == "solved"
    start = dt.datetime(2026, 11, 3, tzinfo=SEOUL)

    assert days(clock_at, ask_outcomes, start, 120, hours=(9,)) == ["12-02 09"]


def test_old_cases_are_not_asked_when_the_portal_learns_to_ask(closed, clock_at):
    clock_at(dt.datetime(2027, 6, 1, 10, tzinfo=SEOUL))

    assert ask_outcomes() == 0


@pytest.mark.parametrize("state", ["withdrawn", "rejected", "duplicate", "transferred"])
def test_cases_that_ended_without_an_answer_are_not_asked(cases, clock_at, state):
    clock_at(november(2))
    cases.at(state)
    clock_at(dt.datetime(2026, 12, 3, 10, tzinfo=SEOUL))

    assert ask_outcomes() == 0


def test_reopened_case_is_not_asked_and_its_next_end_is_another_reason(closed, cases, clock_at):
    actions.reopen(case=closed, reason="다시 봅니다", by=cases.by)
    clock_at(dt.datetime(2026, 12, 3, 10, tzinfo=SEOUL))
    assert ask_outcomes() == 0

    actions.answer(case=closed, text="답변", by=cases.by)
    actions.close(case=closed, by=cases.by)
    clock_at(dt.datetime(2027, 1, 4, 10, tzinfo=SEOUL))
    assert ask_outcomes() == 1


# --- Cost, and at once --------------------------------------------------------------------
def test_cost_does_not_grow_with_the_cases(cases, clock_at):
    clock_at(november(9))
    counts = []
    for count in (1, 4):
        while Case.objects.filter(state="supplement").count() < count:
            case = cases.at("supplement")
            Case.objects.filter(pk=case.pk).update(supplement_due=dt.date(2026, 11, 20))
        keys = list(Case.objects.filter(state="supplement").values_list("pk", flat=True))
        Reminder.objects.all().delete()
        clock_at(november(18))
        with CaptureQueriesContext(connection) as queries:
            assert waiting.remind(about=waiting.SUPPLEMENT, side="company", keys=keys) == count
        counts.append(len(queries))
        clock_at(november(9))

    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once(cases, clock_at):
    clock_at(november(9))
    for _round in range(3):
        case = cases.at("supplement")
        Case.objects.filter(pk=case.pk).update(supplement_due=dt.date(2026, 11, 20))
    clock_at(november(18))

    assert sum(at_once(remind_waiting, 4)) == 3
    assert len(told("supplement_soon")) == 3


@pytest.mark.django_db(transaction=True)
def test_twin_that_keeps_nothing_tells_each_time(cases, clock_at, monkeypatch):
    """The broken twin: with nothing kept of what was told, the same race tells it four times."""
    monkeypatch.setattr(waiting, "write", lambda _claims: None)
    clock_at(november(9))
    case = cases.at("supplement")
    Case.objects.filter(pk=case.pk).update(supplement_due=dt.date(2026, 11, 20))
    clock_at(november(18))

    assert at_once(remind_waiting, 4) == [1, 1, 1, 1]
