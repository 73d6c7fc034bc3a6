"""The monthly look at the access log: what it counts, and that an auditor reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from privacy import chain, downloads, readings, review, tasks
from privacy.models import Download, Reading, Review
from tests.intake.conftest import *  # noqa: F403 # the fixed cast

pytestmark = pytest.mark.django_db
MONTH = dt.date(2026, 10, 1)


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, 30, tzinfo=timezone.get_current_timezone())


def reads(person, count: int, *, when: dt.datetime, way: str = "desk", place: str = "") -> None:
    Reading.objects.bulk_create(
        Reading(
            subject=f"GT-{person.pk}-{when.day}-{number}",
            day=when.date(),
            at=when,
            reader=person,
            way=way,
            place=place,
        )
        for number in range(count)
    )


@pytest.fixture
def month(cast):
    """One officer reads much, one as usual; somebody at night; an export."""
    reads(cast.secretary, 40, when=at(7, 10))
    reads(cast.second_secretary, 10, when=at(7, 11))
    reads(cast.manager, 2, when=at(7, 23))
    reads(cast.manager, 1, when=at(10, 12))  # a Saturday
    for number in range(6):
        reads(cast.kats_officer, 1, when=at(12 + number, 9), way="body", place=f"10.0.0.{number}")
    # Neighbouring months do not count.
    reads(cast.secretary, 50, when=at(1, 0) - dt.timedelta(hours=1))
    taken = downloads.record(
        by=cast.association_officer,
        organisation="KBIZ",
        what="cases",
        query="",
        kind="xlsx",
        rows=1200,
        reason="이사회 보고",
    )
    Download.objects.filter(pk=taken.pk).update(at=at(20, 14))
    chain.seal()


def test_figures_show_what_stands_out_and_nothing_of_another_month(month, cast):
    told = review.figures(MONTH)

    assert told["ways"] == {"body": 6, "desk": 53}
    assert told["unusual"] == [
        {"person": cast.secretary.pk, "way": "desk", "count": 40, "usual": 6.5}
    ]
    # 17 October 2026 is a Saturday as well: one reading of the body's officer.
    assert told["odd_hours"] == [[cast.manager.pk, 3], [cast.kats_officer.pk, 1]]
    assert told["places"] == [[cast.kats_officer.pk, 6]]
    assert (told["downloads"], told["rows"]) == (1, 1200)
    assert [(one["reason"], one["many"]) for one in told["exports"]] == [("이사회 보고", True)]
    assert told["whole"] is True


def test_month_is_counted_once_and_told_to_the_auditor(month, cast, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2026, 11, 1))
    tasks.look_after()
    tasks.look_after()

    row = Review.objects.get()
    told = Notice.objects.get(kind="access_log_review")
    assert row.month == MONTH
    assert (told.to_address, told.context["unusual"]) == (cast.auditor.email, 1)
    assert told.context["link"] == reverse("admin:privacy_review_change", args=[row.pk])


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (dt.date(2026, 11, 1), dt.date(2026, 10, 1)),
        (dt.date(2026, 11, 30), dt.date(2026, 10, 1)),
        (dt.date(2027, 1, 1), dt.date(2026, 12, 1)),
        (dt.date(2028, 3, 31), dt.date(2028, 2, 1)),
    ],
)
def test_month_before_is_the_one_that_is_over(today, month):
    assert review.month_of(today) == month


@pytest.mark.parametrize("language", ["ko", "en"])
def test_auditor_reads_the_month_with_names_and_says_so(client, cast, month, language):
    row = review.keep(MONTH, review.figures(MONTH))
    address = reverse("admin:privacy_review_change", args=[row.pk])
    client.cookies["django_language"] = language
    client.force_login(cast.auditor)

    page = client.get(address).content.decode()

    for shown in (cast.secretary.name, "이사회 보고", "1200", cast.manager.name):
        assert shown in page
    step = reverse("admin:privacy_review_check", args=[row.pk])
    client.post(step, {"remark": "물어봄: 대량 분류 기간"})
    client.post(step, {"remark": "다시"})
    row.refresh_from_db()
    assert (row.checked_by, row.remark) == (cast.auditor, "물어봄: 대량 분류 기간")
    assert "물어봄: 대량 분류 기간" in client.get(address).content.decode()


def test_nobody_but_an_auditor_reads_or_marks_a_month(cast, month):
    row = review.keep(MONTH, review.figures(MONTH))
    for person in (cast.secretary, cast.platform_admin, cast.association_officer):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("admin:privacy_review_change", args=[row.pk])).status_code != 200
        step = reverse("admin:privacy_review_check", args=[row.pk])
        assert client.post(step, {"remark": "x"}).status_code in {302, 403}
    row.refresh_from_db()
    assert row.checked_at is None


def test_quiet_month_has_a_page_too(client, cast):
    row = review.keep(MONTH, review.figures(MONTH))
    client.force_login(cast.auditor)

    page = client.get(reverse("admin:privacy_review_change", args=[row.pk]))

    assert page.status_code == 200
    assert page.context["exports"] == []


def test_file_that_is_fetched_is_a_line_of_its_own(cast):
    readings.note_reading("GT-1", cast.secretary, readings.DESK)
    readings.note_reading("GT-1", cast.secretary, readings.DESK, what=readings.of_file("ab-cd"))

    assert sorted(Reading.objects.values_list("what", flat=True)) == ["", "file ab-cd"]
