"""Who keeps records reads once a week which want a check: by day in the keeper's own place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from intake.tasks import remind_record_owners
from marketinfo import checking
from marketinfo.models import Requirement
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


def record(owner: str | None, due: dt.date, title: str = "화장품 등록") -> Requirement:
    """A published record that its owner should check again by a day."""
    return Requirement.objects.create(
        title=title,
        summary="요약",
        country_id="VN",
        type="registration",
        authority="DAV",
        demand="등록",
        owner=Organisation.objects.get(code=owner) if owner else None,
        last_verified=dt.date(2026, 5, 1),
        next_check=due,
        state="published",
        published_at=timezone.now(),
    )


def test_keeper_reads_one_list_on_the_day_and_then_weekly(cast, clock_at):
    for day in (10, 10, 12):
        record("MIS-HAN", dt.date(2026, 11, day), f"기록 {day}")
    found = {}
    for hours in range(17 * 24):
        clock_at(dt.datetime(2026, 11, 9, 0, 30, tzinfo=SEOUL) + dt.timedelta(hours=hours))
        if remind_record_owners():
            notice = Notice.objects.filter(kind="records_due").last()
            found[f"{timezone.localtime():%m-%d %H}"] = notice.context["count"]

    # Ten in Seoul is eight in Hanoi; the third record waits for the next list; the 24th is a day
    # off in Vietnam.
    assert found == {"11-10 10": 2, "11-17 10": 3, "11-25 10": 3}
    assert {to for _kind, to in told("records_due")} == {cast.mission_officer.email}
    text = texts.render("records_due", "ko", notice.context, strict=True).text
    assert "/partner/MIS-HAN/records/" in text


def test_what_nobody_keeps_is_the_secretariats(cast, clock_at):
    clock_at(november(10))
    record(None, dt.date(2026, 11, 1))
    record("MIS-LAX", dt.date(2026, 11, 1), "담당관 없는 공관")
    Membership.objects.filter(organisation__code="MIS-LAX").delete()

    assert [remind_record_owners(), remind_record_owners()] == [2, 0]
    assert [to for _kind, to in told("records_due")] == [
        cast.secretary.email,
        cast.second_secretary.email,
    ]
    assert Notice.objects.first() is not None
    assert {row.context["count"] for row in Notice.objects.filter(kind="records_due")} == {2}


def test_checked_drafted_and_young_records_are_not_listed(cast, clock_at):
    clock_at(november(10))
    record("MIS-HAN", dt.date(2026, 11, 11))
    draft = record("MIS-HAN", dt.date(2026, 11, 1))
    Requirement.objects.filter(pk=draft.pk).update(state="draft", published_at=None)

    assert remind_record_owners() == 0


def test_beat_that_was_down_for_weeks_writes_one_list(cast, clock_at):
    record("MIS-HAN", dt.date(2026, 10, 1))
    clock_at(november(25))

    assert [remind_record_owners() for _round in range(3)] == [1, 0, 0]


def test_cost_does_not_grow_with_the_records(cast, clock_at, django_assert_max_num_queries):
    clock_at(november(10))
    for number in range(8):
        record("MIS-HAN", dt.date(2026, 11, 1), f"기록 {number}")

    with django_assert_max_num_queries(12):
        assert remind_record_owners() == 1


def test_bad_address_keeps_nobody_else_waiting(cast, clock_at):
    other = User.objects.create_user("other@mission.example", name="다른 담당관")
    hanoi = Organisation.objects.get(code="MIS-HAN")
    Membership.objects.create(user=other, organisation=hanoi)
    User.objects.filter(pk=cast.mission_officer.pk).update(email="gone wrong")
    record("MIS-HAN", dt.date(2026, 11, 1))
    clock_at(november(10, 12))

    assert remind_record_owners() == 1
    assert told("records_due") == [("records_due", "other@mission.example")]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_one_list(cast, clock_at):
    record("MIS-HAN", dt.date(2026, 11, 1))
    clock_at(november(10, 12))

    results = at_once(remind_record_owners, 4)

    assert [one for one in results if isinstance(one, Exception)] == []
    assert len(told("records_due")) == 1


@pytest.mark.django_db(transaction=True)
def test_twin_without_a_key_writes_four(cast, clock_at, monkeypatch):
    """The broken twin: without the key of the list each of the four writes its own."""
    record("MIS-HAN", dt.date(2026, 11, 1))
    clock_at(november(10, 12))
    monkeypatch.setattr(checking, "_told", lambda _today: set())
    monkeypatch.setattr(checking, "_not_written", list)
    real = checking._notice

    def careless(_key, *about):
        return real("", *about)

    monkeypatch.setattr(checking, "_notice", careless)

    at_once(remind_record_owners, 4)

    assert len(told("records_due")) == 4
