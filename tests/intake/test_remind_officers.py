"""Officers are told of their dates in one mail, by day; of goods at the border at any hour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import MANAGER, SECRETARIAT, Membership, User
from intake import actions, deadline
from intake.actions import claiming
from intake.models import CalendarDay, Case, Reminder
from intake.reminding import Occasion
from intake.tasks import remind_officers
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.intake.waiting import at_once, november, told

pytestmark = pytest.mark.django_db

LISTS = ("cases_due", "cases_untaken", "cases_late")


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the time that everything reads."""

    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))

    return set_to


@pytest.fixture
def head(cast):
    """A manager of the secretariat."""
    person = User.objects.create_user("head@desk.example", name="최시연", phone="02-0000-0100")
    office = cast.secretary.memberships.get(organisation__kind=SECRETARIAT).organisation
    Membership.objects.create(user=person, organisation=office, role=MANAGER)
    return person


@pytest.fixture
def own(cases, clock_at):
    """A case of the secretary, received on Monday 9th and due on Tuesday 17th at 18:00."""
    clock_at(november(9))
    case = cases.at("reviewing")
    assert timezone.localtime(case.due_at) == november(17, 18)
    return case


def life(clock_at, days: range, hours=(7, 9, 12, 18, 20)) -> dict[str, list[str]]:
    """What goes out when the beat runs at these hours: day and hour → kinds."""
    found: dict[str, list[str]] = {}
    for day in days:
        for hour in hours:
            clock_at(november(day, hour))
            before = len(told(*LISTS, "border_waiting"))
            remind_officers()
            if new := told(*LISTS, "border_waiting")[before:]:
                found[f"{day} {hour}h"] = sorted(kind for kind, _to in new)
    return found


# --- Own cases ----------------------------------------------------------------------------
def test_fortnight_of_a_case_that_its_officer_forgets(own, head, clock_at, cast):
    assert life(clock_at, range(9, 27)) == {
        "16 9h": ["cases_due"],
        "18 9h": ["cases_due"],
        "20 9h": ["cases_late"],
        "23 9h": ["cases_due"],
        "26 9h": ["cases_due"],
    }
    assert {to for _kind, to in told("cases_due")} == {cast.secretary.email}
    assert told("cases_late") == [("cases_late", head.email)]


def test_twin_that_keeps_nothing_tells_at_every_run(own, clock_at, monkeypatch):
    """The broken twin: whoever forgets what was told tells it again."""
    monkeypatch.setattr("intake.actions.chasing.write", lambda _claims: None)

    assert life(clock_at, range(16, 17)) == {f"16 {hour}h": ["cases_due"] for hour in (9, 12, 18)}


def test_one_mail_names_every_case_whatever_their_number(cases, clock_at, cast):
    clock_at(november(9))
    made = [cases.at("reviewing") for _round in range(3)]
    clock_at(november(16))

    assert remind_officers() == 1
    notice = Notice.objects.get(kind="cases_due")
    assert [row["number"] for row in notice.context["soon"]] == [case.number for case in made]
    assert (notice.context["count"], notice.context["over"]) == (3, [])
    texts.render("cases_due", notice.language, notice.context, strict=True)


def test_cost_does_not_grow_with_the_cases(cases, clock_at, django_assert_max_num_queries):
    clock_at(november(9))
    for _round in range(6):
        cases.at("reviewing")
    clock_at(november(18))

    with django_assert_max_num_queries(14):
        assert remind_officers() == 1


def test_beat_that_was_down_for_days_tells_only_the_latest(own, clock_at):
    clock_at(november(24))

    assert [remind_officers(), remind_officers()] == [1, 0]
    assert [row.key for row in Reminder.objects.filter(kind="due")] == ["2026-11-17:2-after"]


def test_clock_that_jumps_back_tells_nothing_older(own, clock_at):
    clock_at(november(23))
    remind_officers()
    before = len(told(*LISTS))

    for day, hour in ((16, 10), (18, 9), (20, 18), (23, 9)):
        clock_at(november(day, hour))
        assert remind_officers() == 0
    assert len(told(*LISTS)) == before


def test_answered_and_paused_cases_are_left_alone(own, cases, clock_at):
    actions.answer(case=own, text="답변", by=cases.by)
    paused = cases.at("supplement")

    assert (paused.due_at, life(clock_at, range(16, 19))) == (None, {})


def test_chuseok_is_nobodys_working_day(cases, clock_at):
    # 2026: Thursday 24 to Saturday 26 September are the days of Chuseok.
    seoul = november(1).tzinfo
    clock_at(dt.datetime(2026, 9, 17, 10, tzinfo=seoul))
    case = cases.at("reviewing")
    assert timezone.localdate(case.due_at) == dt.date(2026, 9, 29)
    found = []
    for hours in range(13 * 24):
        clock_at(dt.datetime(2026, 9, 18, 0, 30, tzinfo=seoul) + dt.timedelta(hours=hours))
        if remind_officers():
            found.append(timezone.localtime().strftime("%m-%d %H"))

    assert found == ["09-28 08", "09-30 08"]


def test_last_day_of_the_year_and_a_day_off_by_hand(cases, clock_at):
    seoul = november(1).tzinfo
    clock_at(dt.datetime(2026, 12, 23, 10, tzinfo=seoul))
    case = cases.at("reviewing")
    assert timezone.localdate(case.due_at) == dt.date(2027, 1, 4)
    CalendarDay.objects.create(day=dt.date(2026, 12, 31), is_working=False, reason="종무")
    deadline.forget()
    found = []
    for day in range(14):
        clock_at(dt.datetime(2026, 12, 25, 9, tzinfo=seoul) + dt.timedelta(days=day))
        if remind_officers():
            found.append(f"{timezone.localdate()}")
    deadline.forget()

    # The 31st is taken off, the 1st is a holiday, then comes a weekend: Wednesday the 30th.
    assert found == ["2026-12-30", "2027-01-05"]


def test_officer_who_left_leaves_it_to_the_managers(own, head, cast, clock_at):
    User.objects.filter(pk=cast.secretary.pk).update(is_active=False)
    clock_at(november(16))

    remind_officers()

    assert told(*LISTS) == [("cases_due", head.email)]


def test_bad_address_keeps_nobody_else_waiting(own, cases, cast, clock_at):
    clock_at(november(9))
    other = cases.at("reviewing")
    Case.objects.filter(pk=other.pk).update(assignee=cast.second_secretary)
    User.objects.filter(pk=cast.secretary.pk).update(email="not an address")
    clock_at(november(16))

    assert [remind_officers(), remind_officers()] == [1, 0]
    assert told(*LISTS) == [("cases_due", cast.second_secretary.email)]


# --- Nobody's cases -----------------------------------------------------------------------
def test_case_that_nobody_takes_up_is_told_to_everybody(cases, clock_at, cast, head):
    clock_at(november(9))
    case = cases.new()

    assert life(clock_at, range(9, 17)) == {
        "10 9h": ["cases_untaken"] * 3,
        "13 9h": ["cases_untaken"] * 3,
    }
    actions.claim(case=Case.objects.get(pk=case.pk), by=cases.by)
    # From now on it is an officer's own, and due that day.
    assert life(clock_at, range(17, 18)) == {"17 9h": ["cases_due"]}


# --- The border ---------------------------------------------------------------------------
@pytest.fixture
def border(cases, clock_at):
    """Goods at the border, reported on Friday 13th at 20:00: due on Monday 16th at 18:00."""
    clock_at(november(13, 20))
    case = cases.new(at_border=True)
    assert timezone.localtime(case.due_at) == november(16, 18)
    return case


def test_border_waits_for_no_morning(border, cases, clock_at, cast, head):
    everybody = [cast.secretary.email, cast.second_secretary.email, head.email]
    moments = [(13, 20, 10), (13, 20, 31), (14, 3, 0), (16, 15, 59), (16, 16, 0)]
    found = []
    for moment in moments:
        clock_at(november(*moment))
        found.append(remind_officers())

    assert found == [0, 3, 0, 0, 3]
    assert [to for _kind, to in told("border_waiting")[:3]] == everybody
    assert set(Notice.objects.filter(kind="border_waiting").values_list("urgent", flat=True)) == {
        True
    }


def test_border_case_in_hand_is_told_before_its_end_at_it_and_each_morning(
    border, cases, clock_at, cast, head
):
    actions.claim(case=border, by=cases.by)
    moments = [(16, 15), (16, 16), (16, 17), (16, 18), (16, 23), (17, 3), (17, 9), (17, 12)]
    found = {}
    for moment in moments:
        clock_at(november(*moment))
        before = len(told("border_waiting"))
        remind_officers()
        found[moment] = [to for _kind, to in told("border_waiting")[before:]]

    officer = cast.secretary.email
    assert found == {
        (16, 15): [],
        (16, 16): [officer],
        (16, 17): [],
        (16, 18): [officer, head.email],
        (16, 23): [],
        (17, 3): [],
        (17, 9): [officer],
        (17, 12): [],
    }


def test_beat_that_comes_back_at_night_tells_the_border_only(border, own, cases, clock_at):
    actions.claim(case=border, by=cases.by)
    clock_at(november(18, 2))

    assert remind_officers() == 1
    assert [kind for kind, _to in told(*LISTS, "border_waiting")] == ["border_waiting"]


def test_withdrawn_goods_are_nobodys_matter_any_more(border, clock_at):
    actions.withdraw(case=border, by=COMPANY)
    clock_at(november(16, 17))

    assert remind_officers() == 0


# --- At once ------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once(cases, clock_at):
    clock_at(november(9))
    for _round in range(3):
        cases.at("reviewing")
    clock_at(november(16))

    results = at_once(remind_officers, 4)

    assert sorted(results) == [0, 0, 0, 1]
    assert (len(told(*LISTS)), Reminder.objects.filter(kind="due").count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_twin_that_keeps_nothing_tells_four_times_at_once(cases, clock_at, monkeypatch):
    """The broken twin: with nothing kept of what was told, the same race tells it four times."""
    monkeypatch.setattr("intake.actions.chasing.write", lambda _claims: None)
    clock_at(november(9))
    cases.at("reviewing")
    clock_at(november(16))

    assert at_once(remind_officers, 4) == [1, 1, 1, 1]


def test_killed_half_way_tells_it_the_next_time(own, clock_at, monkeypatch):
    clock_at(november(16))
    monkeypatch.setattr(
        "intake.letters.chasing.cases_due", lambda *_a: (_ for _ in ()).throw(SystemExit)
    )
    with pytest.raises(SystemExit):
        remind_officers()
    monkeypatch.undo()
    assert (Reminder.objects.count(), told(*LISTS)) == (0, [])

    monkeypatch.setattr(timezone, "now", lambda: november(16, 11).astimezone(dt.UTC))
    assert [remind_officers(), remind_officers()] == [1, 0]


def test_claim_is_refused_by_the_database_too(own):
    """Below the looking stands the unique key."""
    claim = claiming.Claim(own, "due", Occasion("2026-11-17", 0, "before"))
    claiming.write([claim])

    with pytest.raises(Exception, match=r"(?i)unique"):
        claiming.write([claim])
