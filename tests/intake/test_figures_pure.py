"""How figures are counted: working time against the clock, percentiles against a sorted list."""

# ruff: noqa: DTZ001 - the clock takes naive moments of its office

import datetime as dt
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import clock, deadline
from intake.clock import Calendar, Pause
from intake.figures import percentiles, periods, tables
from intake.figures.charts import Bar, Range, Series, bars, lines, ranges, scale, shortened
from intake.figures.heat import shade
from intake.figures.lives import Clockwork, Facts, Step, live
from intake.figures.tables import Table
from intake.figures.tally import Days
from intake.figures.working_time import WorkingTime

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
HOLIDAYS = frozenset({dt.date(2026, 9, 24), dt.date(2026, 9, 25), dt.date(2026, 10, 5)})
CALENDAR = Calendar(HOLIDAYS.__contains__)
TIME = WorkingTime(CALENDAR, FIRST, LAST)
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31))


# --- Working time -------------------------------------------------------------------------------
@given(MOMENTS, st.integers(1, 400))
def test_working_time_is_what_the_clock_counts(start, hours):
    due = clock.due_moment(start, hours, CALENDAR)

    assert TIME.hours(start, due) == pytest.approx(hours)


@given(MOMENTS, st.integers(1, 80), st.integers(0, 20), st.integers(0, 20))
def test_working_time_leaves_out_the_days_that_the_clock_leaves_out(start, hours, after, length):
    since = start.date() + dt.timedelta(days=after)
    pauses = [Pause(since, since + dt.timedelta(days=length))]
    due = clock.due_moment(start, hours, CALENDAR, pauses)

    assert TIME.hours(start, due, pauses) == pytest.approx(hours)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(one, two, three):
    first, second, third = sorted((one, two, three))

    together = TIME.hours(first, second) + TIME.hours(second, third)

    assert together == pytest.approx(TIME.hours(first, third))
    assert TIME.hours(third, first) == (0 if third > first else TIME.hours(first, third))


def test_working_time_knows_the_agreed_due_moments(reference_data):
    """The vectors of the clock, read backwards: the hours to a due moment are the period."""
    calendar = deadline.stored_rules().calendar
    time = WorkingTime(calendar, dt.date(2026, 1, 1), dt.date(2027, 6, 30))
    start, due = dt.datetime(2026, 10, 2, 16, 30), dt.datetime(2026, 10, 6, 10, 30)

    # 3.1: Friday 16:30 over a substitute holiday; eight hours end a day later at the same time.
    assert time.hours(start, due) == 3
    assert time.hours(start, dt.datetime(2026, 10, 6, 16, 30)) == 8
    assert time.hours(dt.datetime(2026, 9, 21, 9), dt.datetime(2026, 10, 1, 18)) == 7 * 8


def test_working_time_refuses_what_its_table_does_not_hold():
    with pytest.raises(ValueError, match="outside"):
        TIME.hours(dt.datetime(2025, 12, 31), dt.datetime(2026, 1, 2))


# --- Percentiles --------------------------------------------------------------------------------
@given(st.lists(st.integers(0, 5000), min_size=2, max_size=200))
def test_percentiles_are_those_of_the_sorted_list(tenths):
    histogram: percentiles.Histogram = {}
    for value in tenths:
        percentiles.add(histogram, value / 10)

    median, p90 = percentiles.percentiles(histogram, 0.5, 0.9)

    assert median == pytest.approx(statistics.median(tenths) / 10)
    naive = statistics.quantiles(tenths, n=10, method="inclusive")[8]
    assert p90 == pytest.approx(naive / 10)


def test_percentiles_of_nothing_and_of_one():
    assert percentiles.percentiles({}, 0.5, 0.9) == (None, None)
    assert percentiles.percentiles({73: 1}, 0.5, 0.9) == (7.3, 7.3)


# --- Periods ------------------------------------------------------------------------------------
@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_periods_touch_and_are_read_back(day):
    for make in (periods.quarter, periods.year):
        period = make(day)
        assert period.holds(day)
        assert periods.read(period.code, day) == period
        assert make(period.end).start == period.end
        assert make(period.last_day) == period


def test_running_period_is_compared_with_as_many_days():
    today = dt.date(2026, 11, 22)
    running = periods.before(periods.quarter(today), today)
    ended = periods.before(periods.quarter(dt.date(2026, 8, 1)), today)
    last = periods.before(periods.last_days(today), today)

    assert (running.code, running.start, running.last_day) == (
        "2026-Q4:was",
        dt.date(2026, 7, 1),
        dt.date(2026, 8, 22),
    )
    assert (ended.code, ended.end) == ("2026-Q2", dt.date(2026, 7, 1))
    assert (last.end, (last.end - last.start).days) == (dt.date(2026, 8, 25), 90)


@pytest.mark.parametrize("code", ["", "2026-Q5", "2026-Q0", "0000", "9999-Q4", "x", "2026-Q4:was"])
def test_period_that_is_none_is_refused(code):
    assert periods.read(code, dt.date(2026, 1, 1)) is None


def test_counted_periods_reach_back_to_the_first_day():
    found = [p.code for p in periods.to_choose(dt.date(2026, 2, 1), dt.date(2026, 11, 22))]

    assert found == ["2026-Q4", "90d", "2026", "2026-Q3", "2026-Q2", "2026-Q1"]


# --- Lives --------------------------------------------------------------------------------------
SEOUL = dt.timezone(dt.timedelta(hours=9))


def at(day: int, hour: int = 10, month: int = 6) -> dt.datetime:
    """A moment of June 2026 in Seoul."""
    return dt.datetime(2026, month, day, hour, tzinfo=SEOUL)


def ordinal(day: int, month: int = 6) -> int:
    """A day of June 2026."""
    return dt.date(2026, month, day).toordinal()


def live_of(state: str, *steps: Step, due: dt.datetime | None = None, policy: str = "default"):
    rules = deadline.Rules(
        {"default": clock.Policy(7), "question": clock.Policy(14)}, Calendar(lambda _day: False)
    )
    naive = None if due is None else due.replace(tzinfo=None)
    facts = Facts(state, policy, dt.datetime(2026, 6, 1, 10), naive, None, None)
    return live(facts, steps, Clockwork(rules), dt.datetime(2026, 6, 30, 12))


SUBMIT = Step("submit", at(1), "", "received", {"received_at": at(1).isoformat()})


def test_life_of_a_case_that_waits_and_is_overdue_now():
    # Seven working days from 1 June end on the 9th.
    life = live_of("received", SUBMIT, due=at(9, 18))

    assert life.open == life.waiting == [(ordinal(1), None)]
    assert life.overdue == [(ordinal(9), None)]


def test_life_stops_being_overdue_with_the_answer_and_begins_anew_with_a_dispute():
    life = live_of(
        "reviewing",
        SUBMIT,
        Step("claim", at(2), "received", "reviewing", {}),
        Step("answer", at(12), "reviewing", "answered", {}),
        Step("dispute", at(16), "answered", "reviewing", {}),
        due=at(24, 18),
    )

    assert life.waiting == [(ordinal(1), ordinal(12)), (ordinal(16), None)]
    assert life.open == [(ordinal(1), None)]
    assert life.overdue == [(ordinal(9), ordinal(12)), (ordinal(24), None)]
    assert life.first_answer_at == dt.datetime(2026, 6, 12, 10)


def test_life_is_not_overdue_while_the_clock_stands_still():
    life = live_of(
        "supplement",
        SUBMIT,
        Step("request_supplement", at(3), "received", "supplement", {}),
    )

    assert life.overdue == []
    assert life.waiting == [(ordinal(1), None)]
    assert life.pauses == [Pause(dt.date(2026, 6, 3))]


def test_life_takes_the_kind_that_the_case_had_then():
    """Seven days until the 9th; on the 11th it became a question with fourteen: the 18th."""
    life = live_of(
        "reviewing",
        SUBMIT,
        Step("claim", at(2), "received", "reviewing", {}),
        Step(
            "classify",
            at(11),
            "reviewing",
            "reviewing",
            {"was": {"policy": "default"}, "is": {"policy": "question"}},
        ),
        due=at(18, 18),
        policy="question",
    )

    assert life.overdue == [(ordinal(9), ordinal(11)), (ordinal(18), None)]


def test_life_takes_the_date_that_was_told_before_a_new_holiday():
    life = live_of(
        "received",
        SUBMIT,
        Step(
            "new_deadline",
            at(5),
            "received",
            "received",
            {"old": at(4, 18).isoformat(), "new": at(26, 18).isoformat()},
        ),
        due=at(26, 18),
    )

    assert life.overdue == [(ordinal(4), ordinal(5)), (ordinal(26), None)]


def test_life_ends_and_days_add_up():
    days = Days()
    for last in (Step("withdraw", at(3), "received", "withdrawn", {}), None):
        steps = [SUBMIT] if last is None else [SUBMIT, last]
        days.count(live_of("withdrawn" if last else "received", *steps, due=at(9, 18)))

    found = dict(days.until(dt.date(2026, 6, 10)))

    def of(day: int) -> tuple[int, ...]:
        row = found[dt.date(2026, 6, day)]
        return tuple(row[n] for n in ("received", "ended", "open", "waiting", "overdue"))

    assert (of(1), of(2), of(3)) == ((2, 0, 2, 2, 0), (0, 0, 2, 2, 0), (0, 1, 1, 1, 0))
    assert (of(8)[-1], of(9)[-1], of(10)[-1]) == (0, 1, 1)


# --- Drawing ------------------------------------------------------------------------------------
NASTY = '<script>alert("1")</script> & "국가기술표준원"'


@pytest.mark.parametrize(
    "svg",
    [
        bars("a", NASTY, NASTY, [Bar(NASTY, 5, 2, NASTY), Bar("b", 0)]),
        ranges("b", NASTY, NASTY, [Range(NASTY, 1, 4, NASTY), Range("b", 0, 0)]),
        lines("c", NASTY, NASTY, [Series(NASTY, [1, 9, 4], "waiting")], ["1", "2", "3"]),
        lines("d", NASTY, NASTY, [Series("x", [0], "waiting")], ["1"]),
        bars("e", NASTY, NASTY, []),
    ],
)
def test_chart_is_well_formed_named_and_without_style(svg):
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)  # noqa: S314 - our own

    names = root.get("aria-labelledby").split()
    assert [root.find(f"*[@id='{name}']").text for name in names] == [NASTY, NASTY]
    assert root.get("role") == "img"
    assert not [part for part in root.iter() if part.get("style") or part.tag.endswith("script")]


def test_bars_are_as_long_as_their_values():
    svg = bars("a", "t", "d", [Bar("one", 40, 10), Bar("two", 20)])

    assert svg.count('width="58.00%"') == 1
    assert svg.count('width="29.00%"') == 1
    assert svg.count('width="14.50%"') == 1
    assert svg.count('fill="url(#a-hatch)"') == 1


@given(st.integers(0, 10**7))
def test_scale_is_round_and_reaches_the_largest(largest):
    marks = scale(largest)

    assert marks[0] == 0
    assert marks[-1] >= largest
    assert 2 <= len(marks) <= 5
    assert str(marks[1]).rstrip("0") in {"1", "2", "5"}


def test_label_is_shortened_by_the_width_of_its_letters():
    assert shortened("Korea Customs Service") == "Korea Customs Service"
    assert shortened("가" * 30, 20) == "가" * 9 + "…"


def test_shades_are_quarters_of_the_largest():
    assert [shade(count, 8) for count in (0, 1, 2, 3, 4, 6, 7, 8)] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert shade(0, 0) == 0


@pytest.mark.parametrize("cell", ["=1+1", "+82", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_download_runs_no_formula(cell):
    assert [list(row) for row in tables.for_download(Table(["h"], [[cell, 5]]))] == [
        ["h"],
        ["'" + cell, 5],
    ]
