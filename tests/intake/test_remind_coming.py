"""The desk says what the portal will say by itself, as the beat then says it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone, translation

from intake import actions, links
from intake.admin.coming import coming
from intake.models import Case
from intake.tasks import remind_officers
from intake.timeline import COMPANY
from tests.intake.waiting import november

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the time that everything reads."""

    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))

    return set_to


def lines(case: Case) -> list[str]:
    with translation.override("en"):
        return [f"{one.day:%m-%d} {one.words}" for one in coming(Case.objects.get(pk=case.pk))]


def test_desk_names_the_days_on_which_the_beat_speaks(cases, cast, clock_at):
    clock_at(november(9))
    case = cases.at("reviewing")

    said = lines(case)

    assert said == [
        "11-16 The officer in charge is reminded of the date",
        "11-18 The officer in charge is reminded of the date",
        "11-20 The managers of the secretariat are told that it is late",
    ]
    found = []
    for day in range(10, 19):
        clock_at(november(day))
        found += [f"11-{day}"] * remind_officers()
    assert found == [line[:5] for line in said[:2]]


def test_desk_says_what_the_company_will_read(cases, clock_at):
    clock_at(november(2))
    case = cases.at("answered")
    assert lines(case) == ["11-25 The company is told that the case will be closed"]

    actions.close(case=case, by=cases.by)
    assert lines(case) == [
        "12-02 The company is asked how it ended",
        "02-01 The company is asked how it ended",
    ]

    actions.tell_outcome(case=case, outcome="solved", settled=True, by=COMPANY)
    assert lines(case) == []


def test_page_of_the_case_shows_it(cases, cast):
    case = cases.at("reviewing")
    desk = Client()
    desk.force_login(cast.secretary)

    page = desk.get(links.desk_path(case)).content.decode()

    assert str(coming(case)[0].day) in page
