"""A notice leaves at once, at eight, or with the digest at nine: on its reader's own clock."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation
from notifications import arranging, catalog, outbox, texts
from notifications.models import HELD, QUEUED, TEXT
from notifications.models.preference import DAILY, WEEKLY
from notifications.readers import SEOUL, Reader
from tests.intake.conftest import reference_data  # noqa: F401 (a fixture)
from tests.notifications.readers import a_clock, person, seoul, tell, wants  # noqa: F401

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NEW_YEAR = dt.date(2027, 1, 1)
A_MONDAY_OFF = dt.date(2026, 12, 7)


def office(*off: dt.date) -> Reader:
    """Somebody in Seoul whose office is closed on these days, too."""
    return Reader(works_on=lambda day: day.weekday() < 5 and day not in off)


@pytest.mark.parametrize(
    ("now", "rhythm", "expected"),
    [
        ("2026-12-02 08:59", DAILY, "2026-12-02 09:00"),
        ("2026-12-02 09:00", DAILY, "2026-12-03 09:00"),
        ("2026-12-02 23:30", DAILY, "2026-12-03 09:00"),
        ("2026-12-04 10:00", DAILY, "2026-12-08 09:00"),
        ("2026-12-31 10:00", DAILY, "2027-01-04 09:00"),
        ("2026-12-02 10:00", WEEKLY, "2026-12-08 09:00"),
        ("2026-12-07 08:00", WEEKLY, "2026-12-08 09:00"),
        ("2026-12-07 10:00", WEEKLY, "2026-12-08 09:00"),
        ("2026-12-08 09:00", WEEKLY, "2026-12-14 09:00"),
        ("2026-12-13 10:00", WEEKLY, "2026-12-14 09:00"),
    ],
)
def test_digest_leaves_at_nine_of_a_working_day(now, rhythm, expected):
    reader = office(NEW_YEAR, A_MONDAY_OFF)

    assert arranging.digest_hour(rhythm, seoul(now), reader) == seoul(expected)


def test_digest_hour_is_nine_on_the_clock_that_winter_moved():
    reader = Reader(zone=LOS_ANGELES)
    friday = dt.datetime(2026, 10, 30, 12, tzinfo=LOS_ANGELES)

    monday = arranging.digest_hour(DAILY, friday, reader)

    assert monday.astimezone(LOS_ANGELES).isoformat() == "2026-11-02T09:00:00-08:00"


def test_office_that_never_opens_does_not_hold_a_digest_for_ever():
    closed = Reader(works_on=lambda _day: False)

    hour = arranging.digest_hour(DAILY, seoul("2026-12-02 10:00"), closed)

    assert hour < seoul("2027-03-01 00:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-02 07:59", "2026-12-02 08:00"),
        ("2026-12-02 08:00", ""),
        ("2026-12-02 18:59", ""),
        ("2026-12-02 19:00", "2026-12-03 08:00"),
        ("2026-12-05 12:00", ""),
        ("2026-12-31 23:59", "2027-01-01 08:00"),
    ],
)
def test_what_goes_by_day_waits_for_eight(now, expected):
    found = arranging.morning(seoul(now), Reader())

    assert found == (seoul(expected) if expected else None)


@pytest.mark.django_db
def test_notice_waits_as_its_reader_chose(clock):
    daily, weekly, neither = person("daily"), person("weekly"), person("neither")
    wants(daily, DAILY)
    wants(weekly, WEEKLY)

    rows = [tell(reader) for reader in (daily, weekly, neither)]

    assert [(row.state, row.rhythm, row.held_until) for row in rows] == [
        (HELD, DAILY, seoul("2026-12-03 09:00")),
        (HELD, WEEKLY, seoul("2026-12-07 09:00")),
        (QUEUED, "", None),
    ]


@pytest.mark.django_db
def test_urgent_notice_waits_for_nothing(clock):
    reader = person()
    wants(reader, WEEKLY)
    clock.at("2026-12-02 23:00")

    rows = [
        tell(reader, urgent=True),
        tell(reader, "referral_overdue", urgent=True),
        tell(reader, "referral_overdue"),
    ]

    assert [row.state for row in rows] == [QUEUED, QUEUED, HELD]


@pytest.mark.django_db
def test_kind_that_may_not_wait_leaves_whatever_was_chosen(clock):
    reader = person()
    wants(reader, DAILY, *catalog.TOPICS)

    for kind in ("role_changed", "message_to_body", "proxy_ended_filer"):
        assert tell(reader, kind).state == QUEUED


@pytest.mark.django_db
def test_reminder_waits_for_morning_at_night_where_its_reader_sleeps(clock, reference_data):  # noqa: F811
    seoul_reader, hanoi_reader = person("seoul"), person("hanoi")
    Membership.objects.create(
        user=hanoi_reader, organisation=Organisation.objects.get(code="MIS-HAN")
    )
    # Eight in the evening in Seoul is six in Hanoi.
    clock.at("2026-12-02 20:00")

    rows = [tell(reader, "referral_overdue") for reader in (seoul_reader, hanoi_reader)]

    assert [(row.state, row.rhythm, row.held_until) for row in rows] == [
        (HELD, "", seoul("2026-12-03 08:00")),
        (QUEUED, "", None),
    ]


@pytest.mark.django_db
def test_digest_of_a_mission_leaves_at_its_own_nine_on_its_own_days(clock, reference_data):  # noqa: F811
    reader = person()
    riyadh = Organisation.objects.get(code="MIS-RUH")
    assert (riyadh.time_zone, riyadh.weekend) == ("Asia/Riyadh", ["Fri", "Sat"])
    Membership.objects.create(user=reader, organisation=riyadh)
    wants(reader, DAILY)
    clock.at("2026-12-03 20:00")

    row = tell(reader)

    # Thursday afternoon there; the next working day is Sunday.
    assert row.held_until.astimezone(ZoneInfo("Asia/Riyadh")).isoformat() == (
        "2026-12-06T09:00:00+03:00"
    )


@pytest.mark.django_db
def test_nobody_is_looked_up_where_nothing_may_wait(clock):
    reader = person()

    def looks(*kinds: str, **more: Any) -> int:
        """How many statements ask who the readers are."""
        rows = [
            outbox.notice(kind, to=reader.email, context=texts.sample(kind), subject_key="", **more)
            for kind in kinds
        ]
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            outbox.enqueue_many(rows)
        return sum('FROM "accounts_user"' in query["sql"] for query in asked.captured_queries)

    clock.at("2026-12-02 23:00")

    assert [
        looks("receipt", "confirm_reminder", "supplement_arrived"),
        looks("receipt", "role_changed", recipient=reader),
        looks("supplement_arrived", recipient=reader, urgent=True),
        looks("supplement_arrived", "disputed", "referral_overdue", recipient=reader),
    ] == [0, 0, 0, 1]


@pytest.mark.django_db
def test_reminder_to_an_address_waits_for_morning_in_seoul(enqueue, clock):
    clock.at("2026-12-02 23:00")

    row = enqueue(kind="confirm_reminder", context=texts.sample("confirm_reminder"))

    assert (row.state, row.held_until) == (HELD, seoul("2026-12-03 08:00"))


@pytest.mark.django_db
def test_text_message_is_never_gathered(clock):
    reader = person()
    wants(reader, DAILY)
    rows = [
        outbox.notice(
            "supplement_arrived",
            to=reader.email,
            context=texts.sample("supplement_arrived"),
            subject_key="",
            recipient=reader,
        )
        for _turn in range(2)
    ]
    rows[1].channel = TEXT

    arranging.arrange(rows)

    assert [row.state for row in rows] == [HELD, QUEUED]


def test_reader_without_facts_is_in_seoul():
    assert Reader().zone == SEOUL
