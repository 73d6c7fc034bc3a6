"""Bodies are reminded once for each reason, in their own working hours, and then escalated."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import MANAGER, Membership, Organisation, User
from intake import actions, clock, letters, reminding, workflow
from intake.actions import reminders
from intake.models import Referral, Reminder
from intake.tasks import remind_bodies
from intake.timeline import body
from notifications import texts
from notifications.models import Notice

pytestmark = pytest.mark.django_db

SEOUL = ZoneInfo("Asia/Seoul")
# A Monday to Friday without a day off, and the week after.
MONDAY = dt.date(2026, 11, 9)
WEEKDAYS = clock.Calendar()


def at(day: int, hour: int = 10, minute: int = 0, zone: ZoneInfo = SEOUL) -> dt.datetime:
    """A moment in November 2026."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the time that everything reads."""

    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))

    return set_to


@pytest.fixture
def asked(cases, clock_at):
    """A question to the customs service, asked on Monday 9th, due on Monday 16th at 18:00."""
    clock_at(at(9))
    case = cases.at("reviewing")
    return _ask(cases, case, "KCS", at(16, 18))


def _ask(cases, case, code: str, due: dt.datetime) -> Referral:
    found = actions.refer(
        case=case,
        asks=[actions.Ask(Organisation.objects.get(code=code), "무엇이 필요합니까?", due)],
        by=cases.by,
    )
    return found[0]


def sent(*kinds: str) -> list[tuple[str, str]]:
    """Kinds and addresses of the mails about waiting questions."""
    kinds = kinds or ("referral_reminder", "referral_escalated", "referral_overdue")
    rows = Notice.objects.filter(kind__in=kinds).order_by("pk")
    return list(rows.values_list("kind", "to_address"))


# --- When: pure ---------------------------------------------------------------------------
def occasions(due: int, days: range, asked: int = 2) -> dict[int, str]:
    """Day of the month → the reason of that day, without the due date before it."""
    return {
        day: reminding.occasion(
            asked=dt.date(2026, 11, asked),
            due=dt.date(2026, 11, due),
            today=dt.date(2026, 11, day),
            calendar=WEEKDAYS,
        ).partition(":")[2]
        for day in days
    }


def test_reasons_come_before_after_and_each_third_working_day():
    assert occasions(16, range(12, 28)) == {
        12: "",
        13: "before",  # Friday, the working day before Monday
        14: "before",
        15: "before",
        16: "before",
        17: "after-0",
        18: "after-0",
        19: "after-0",
        20: "after-1",
        21: "after-1",
        22: "after-1",
        23: "after-1",
        24: "after-1",
        25: "after-2",
        26: "after-2",
        27: "after-2",
    }


def test_weekend_after_a_friday_is_no_reason_and_asked_today_is_not_reminded_today():
    assert occasions(13, range(14, 17)) == {14: "", 15: "", 16: "after-0"}
    assert occasions(13, range(12, 14), asked=12) == {12: "", 13: "before"}


def test_new_date_makes_new_reasons():
    keys = {
        reminding.occasion(asked=MONDAY, due=due, today=due, calendar=WEEKDAYS)
        for due in (dt.date(2026, 11, 16), dt.date(2026, 11, 20))
    }

    assert keys == {"2026-11-16:before", "2026-11-20:before"}


def test_head_is_told_on_the_third_working_day_after():
    due = dt.date(2026, 11, 12)  # Thursday

    told = [
        day
        for day in range(12, 20)
        if reminding.escalates(due=due, today=dt.date(2026, 11, day), calendar=WEEKDAYS)
    ]

    assert told == [17, 18, 19]


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        (at(9, 7, 59), False),
        (at(9, 8, 0), True),
        (at(9, 18, 59), True),
        (at(9, 19, 0), False),
        (at(14, 10, 0), False),
    ],
)
def test_nobody_is_written_to_at_night_or_on_a_day_off(moment, awake):
    assert reminding.awake(moment, WEEKDAYS) is awake


# --- The beat -----------------------------------------------------------------------------
def life(clock_at, days: range, hours: tuple[int, ...] = (7, 9, 12, 18, 20)) -> dict[str, list]:
    """What goes out when the beat runs on each of the days: day and hour → kinds."""
    found: dict[str, list] = {}
    for day in days:
        for hour in hours:
            clock_at(at(day, hour))
            before = len(sent())
            remind_bodies()
            if new := [kind for kind, _to in sent()[before:]]:
                found[f"{day} {hour}h"] = new
    return found


def test_fortnight_of_a_silent_body(asked, clock_at):
    assert life(clock_at, range(9, 28)) == {
        "13 9h": ["referral_reminder"],
        "17 9h": ["referral_reminder"],
        "19 9h": ["referral_escalated", "referral_overdue"],
        "20 9h": ["referral_reminder"],
        "25 9h": ["referral_reminder"],
    }
    verbs = asked.case.events.filter(verb__in=["remind_referral", "escalate_referral"])
    assert list(verbs.values_list("verb", flat=True)) == [
        "remind_referral",
        "remind_referral",
        "escalate_referral",
        "remind_referral",
        "remind_referral",
    ]


def test_without_the_unique_row_the_body_is_told_at_every_run(asked, clock_at, monkeypatch):
    """The broken twin: whoever forgets what was told tells it again."""
    monkeypatch.setattr(reminders, "_first", lambda *_reason: True)

    told = life(clock_at, range(13, 14))

    assert told == {f"13 {hour}h": ["referral_reminder"] for hour in (9, 12, 18)}


def test_beat_that_was_down_for_days_sends_only_what_counts_now(asked, clock_at):
    clock_at(at(18))

    remind_bodies()

    assert [kind for kind, _to in sent()] == ["referral_reminder"]
    assert Reminder.objects.get().key == "2026-11-16:after-0"


def test_beat_that_was_down_past_the_escalation_writes_one_mail_to_the_body(asked, clock_at, cast):
    clock_at(at(24))

    for _round in range(2):
        remind_bodies()

    assert sent() == [
        ("referral_escalated", cast.customs_officer.email),
        ("referral_overdue", cast.secretary.email),
    ]


def test_answered_recalled_or_withdrawn_questions_are_left_alone(asked, clock_at, cases):
    clock_at(at(17))
    actions.answer_referral(referral=asked, text="필요 없습니다.", by=cases.by)

    assert (remind_bodies(), sent()) == (0, [])


def test_extension_silences_until_the_new_date(asked, clock_at, cast):
    clock_at(at(16, 9))
    by = body(cast.customs_officer, asked.organisation)
    actions.extend_referral(referral=asked, due_at=at(20, 18), reason="공관 확인", by=by)

    assert life(clock_at, range(16, 24)) == {
        "19 9h": ["referral_reminder"],
        "23 9h": ["referral_reminder"],
    }


def test_person_who_reminded_spares_the_body_the_beats_mail(asked, clock_at, cases):
    clock_at(at(17, 8))
    actions.remind_referral(referral=asked, by=cases.by, text="서둘러 주십시오.")

    assert life(clock_at, range(17, 20)) == {"19 9h": ["referral_escalated", "referral_overdue"]}


def test_mission_is_reminded_in_its_own_morning_and_not_on_its_holidays(cases, clock_at):
    clock_at(at(2))
    mission = Organisation.objects.get(code="MIS-LAX")
    Organisation.objects.filter(pk=mission.pk).update(email="la@mission.example")
    place = ZoneInfo(mission.time_zone)
    case = cases.at("reviewing")
    # Thanksgiving is Thursday 26 November: the working day after is Friday the 27th.
    _ask(cases, case, mission.code, at(25, 18, zone=place))
    found = []
    for hours in range(6 * 24):
        clock_at(at(24, 0, zone=place) + dt.timedelta(hours=hours))
        if remind_bodies():
            found.append(timezone.localtime(timezone.now(), place).strftime("%d %H"))

    assert found == ["24 08", "27 08"]


# --- Whom ---------------------------------------------------------------------------------
def test_escalation_goes_to_the_bodys_managers_and_the_officer_in_charge(asked, clock_at, cast):
    head = User.objects.create_user("head@demo.example", name="장시연", language="en")
    Membership.objects.create(user=head, organisation=asked.organisation, role=MANAGER)
    clock_at(at(19))

    remind_bodies()

    assert sent("referral_escalated", "referral_overdue") == [
        ("referral_escalated", head.email),
        ("referral_overdue", cast.secretary.email),
    ]
    mail = Notice.objects.get(kind="referral_escalated")
    text = texts.render(mail.kind, mail.language, mail.context, strict=True).text
    assert "3 working days late" in text
    assert cast.secretary.name in text


def test_escalation_finds_somebody_when_the_officer_has_left(asked, clock_at, cast):
    User.objects.filter(pk=cast.secretary.pk).update(is_active=False)
    clock_at(at(19))

    remind_bodies()

    assert sent("referral_overdue") == [("referral_overdue", cast.second_secretary.email)]


def test_body_that_no_mail_reaches_is_escalated_but_never_said_to_be_reminded(
    asked, clock_at, cast
):
    User.objects.filter(pk=cast.customs_officer.pk).update(is_active=False)

    assert life(clock_at, range(17, 20)) == {"19 9h": ["referral_overdue"]}
    assert asked.case.events.filter(verb="remind_referral").exists() is False


def test_colleague_who_has_the_question_is_reminded_besides(asked, clock_at, cast):
    Organisation.objects.filter(pk=asked.organisation_id).update(email="referrals@customs.example")
    Referral.objects.filter(pk=asked.pk).update(handler=cast.customs_officer)
    clock_at(at(17))

    remind_bodies()

    assert sent() == [
        ("referral_reminder", "referrals@customs.example"),
        ("referral_reminder", cast.customs_officer.email),
    ]


# --- A person -----------------------------------------------------------------------------
def test_person_reminds_with_own_words_once_in_a_working_day(asked, clock_at, cases, cast):
    clock_at(at(12))
    actions.remind_referral(referral=asked, by=cases.by, text="기업이 금요일에 선적합니다.")
    clock_at(at(12, 17))

    with pytest.raises(actions.RefusedError, match="2026"):
        actions.remind_referral(referral=asked, by=cases.by)

    clock_at(at(13, 9))
    assert actions.remind_referral(referral=asked, by=cases.by) is True
    assert sent() == [("referral_reminder", cast.customs_officer.email)] * 2
    words = Notice.objects.filter(kind="referral_reminder").order_by("pk")
    assert [row.context["words"] for row in words] == ["기업이 금요일에 선적합니다.", ""]
    event = asked.case.events.filter(verb="remind_referral").first()
    assert (event.role, event.actor, event.facts["body"]) == ("secretary", cases.officer, "KCS")


def test_reminder_of_an_ended_question_is_refused(asked, clock_at, cases):
    actions.recall_referral(referral=asked, reason="해결", by=cases.by)

    with pytest.raises(actions.StaleReferralError):
        actions.remind_referral(referral=asked, by=cases.by)

    assert sent() == []


def test_bodies_do_not_remind_themselves(asked, cast):
    with pytest.raises(workflow.IllegalStepError):
        actions.remind_referral(referral=asked, by=body(cast.customs_officer, asked.organisation))


def test_person_is_told_to_call_where_no_mail_arrives(asked, cases, cast):
    User.objects.filter(pk=cast.customs_officer.pk).update(is_active=False)

    with pytest.raises(actions.RefusedError):
        actions.remind_referral(referral=asked, by=cases.by)

    assert letters.unreachable([asked.organisation]) == [asked.organisation]


def test_words_of_the_reminder_do_not_name_a_company_that_stays_unnamed(cases, clock_at):
    clock_at(at(9))
    case = cases.at("reviewing", visibility="secretariat_only")
    referral = _ask(cases, case, "KCS", at(16, 18))

    actions.remind_referral(referral=referral, by=cases.by, text="시연상사가 기다립니다.")

    mail = Notice.objects.get(kind="referral_reminder")
    assert "시연상사" not in texts.render(mail.kind, "ko", mail.context, strict=True).text


# --- At once ------------------------------------------------------------------------------
def at_once(runs: int) -> list[object]:
    """The beat's task in threads that start together; each gives its count or its exception."""
    ready = threading.Barrier(runs)

    def run() -> object:
        ready.wait()
        try:
            return remind_bodies()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(runs) as pool:
        return [job.result() for job in [pool.submit(run) for _round in range(runs)]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("day", [17, 19])
def test_four_beats_at_once_tell_once(asked, clock_at, day):
    clock_at(at(day))

    told = at_once(4)

    assert (sorted(told), len(sent())) == ([0, 0, 0, 1], 1 if day == 17 else 2)


@pytest.mark.django_db(transaction=True)
def test_four_beats_without_the_unique_row_tell_four_times(asked, clock_at, monkeypatch):
    """The broken twin: with nothing kept of what was told, the same race tells it four times."""
    monkeypatch.setattr(reminders, "_first", lambda *_reason: True)
    clock_at(at(17))

    told = at_once(4)

    assert (told, len(sent())) == ([1, 1, 1, 1], 4)


@pytest.mark.parametrize(("code", "there"), [("MIS-HAN", "2026-11-16 16:00"), ("KCS", "")])
def test_mail_tells_a_body_elsewhere_its_own_time(cases, clock_at, code, there):
    clock_at(at(9))
    referral = _ask(cases, cases.at("reviewing"), code, at(16, 18))

    actions.remind_referral(referral=referral, by=cases.by)

    mails = Notice.objects.filter(kind__in=["referral", "referral_reminder"])
    assert {mail.context["there"] for mail in mails} == {there}
    for mail in mails:
        text = texts.render(mail.kind, "ko", mail.context, strict=True).text
        assert ("현지 시각" in text) == bool(there)
