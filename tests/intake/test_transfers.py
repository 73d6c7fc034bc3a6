"""The matrix of transfers: who gave a question back, and who got it next."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from intake import actions
from intake.models import Referral
from intake.timeline import body
from intake.transfers import NOBODY, Asked, Decline, Quarter, Row, matrix, sums, tabulate

T = dt.datetime(2026, 11, 9, 10, tzinfo=dt.UTC)


def later(hours: float) -> dt.datetime:
    """So many hours after T."""
    return T + dt.timedelta(hours=hours)


# --- Quarters -----------------------------------------------------------------------------
def test_quarters_follow_each_other_without_gap():
    quarter = Quarter(2025, 1)
    for _round in range(8):
        assert quarter.end == quarter.next.start
        assert quarter.next.previous == quarter
        quarter = quarter.next

    assert quarter == Quarter(2027, 1)


def test_quarter_turns_at_midnight_in_seoul():
    turn = dt.datetime(2026, 9, 30, 15, tzinfo=dt.UTC)

    assert [str(Quarter.of(turn + dt.timedelta(seconds=s))) for s in (-1, 0)] == [
        "2026-Q3",
        "2026-Q4",
    ]
    assert Quarter(2026, 4).start == turn


@pytest.mark.parametrize("text", ["", "2026", "2026-Q0", "2026-Q5", "x-Q1", "0-Q1"])
def test_what_is_no_quarter_is_refused(text):
    assert Quarter.parse("2026-Q2") == Quarter(2026, 2)
    with pytest.raises(ValueError):  # noqa: PT011
        Quarter.parse(text)


# --- Rows: pure ---------------------------------------------------------------------------
def test_decline_leads_to_who_was_asked_next_and_says_whether_it_was_suggested():
    rows = tabulate(
        [
            Decline(1, "KCS", later(1), "KATS"),
            Decline(2, "KCS", later(1), "KATS"),
            Decline(3, "KCS", later(1)),
            Decline(4, "KATS", later(1), "KCS"),
        ],
        [
            Asked(1, "KCS", T),
            Asked(1, "KATS", later(2)),
            Asked(1, "KSURE", later(9)),
            Asked(2, "KOTRA", later(2)),
            Asked(3, "KATS", later(2), True),
            Asked(4, "KATS", T),
        ],
    )

    assert rows == [
        Row("KCS", "KATS", 2, 1, 1),
        Row("KATS", NOBODY, 1, 0, 0),
        Row("KCS", "KOTRA", 1, 0, 0),
    ]
    assert sums(rows) == ({"KCS": 3, "KATS": 1}, {"KATS": 2, NOBODY: 1, "KOTRA": 1})


def test_bodies_asked_in_one_step_each_count():
    rows = tabulate(
        [Decline(1, "KCS", later(1))],
        [Asked(1, "KATS", later(2)), Asked(1, "KOTRA", later(2)), Asked(1, "KSURE", later(3))],
    )

    assert {row.asked for row in rows} == {"KATS", "KOTRA"}


def test_nothing_gives_nothing():
    assert (tabulate([], []), sums([])) == ([], ({}, {}))


# --- From real declines -------------------------------------------------------------------
def _decline(case, code: str, suggested: str = "") -> None:
    referral = case.referrals.get(organisation__code=code)
    actions.decline_referral(
        referral=referral,
        reason="소관이 아닙니다.",
        suggested=Organisation.objects.filter(code=suggested).first(),
        by=body(None, referral.organisation),
    )
    case.refresh_from_db()


@pytest.mark.django_db
def test_matrix_of_real_declines_in_their_quarter(cases):
    case = cases.at("referred")
    _decline(case, "KCS", "KATS")
    cases.refer(case, "KATS")
    _decline(case, "KATS", "KOTRA")
    cases.refer(case, "KSURE")
    quarter = Quarter.of(timezone.now())

    with CaptureQueriesContext(connection) as counted:
        rows = matrix(quarter)

    assert rows == [Row("KATS", "KSURE", 1, 0, 0), Row("KCS", "KATS", 1, 1, 0)]
    assert len(counted) == 2
    assert (matrix(quarter.previous), matrix(quarter.next)) == ([], [])


@pytest.mark.django_db
def test_decline_whose_sequel_falls_into_the_next_quarter_keeps_it(cases):
    case = cases.at("referred")
    _decline(case, "KCS")
    cases.refer(case, "KATS")
    quarter = Quarter(2026, 2)
    Referral.objects.filter(organisation__code="KCS").update(
        asked_at=quarter.start, ended_at=quarter.end - dt.timedelta(minutes=1)
    )
    Referral.objects.filter(organisation__code="KATS").update(asked_at=quarter.next.start)

    assert matrix(quarter) == [Row("KCS", "KATS", 1, 0, 0)]
    assert matrix(quarter.next) == []
