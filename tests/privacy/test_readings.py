"""The access log: once a day, never in the way, nothing of those who are read about."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, links, timeline
from intake.readers import readers_of
from notifications.models import Notice
from privacy import readings
from privacy.models import Reading
from tests.intake.conftest import *  # noqa: F403 # the fixed cast
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


def test_first_look_of_a_day_is_one_statement_and_the_second_is_none(
    cast,
    django_assert_num_queries,
):
    with django_assert_num_queries(1):
        readings.note_reading("GT-1", cast.secretary, readings.DESK)
    with django_assert_num_queries(0):
        readings.note_reading("GT-1", cast.secretary, readings.DESK)

    assert Reading.objects.count() == 1


def test_what_the_cache_forgot_is_still_noted_once(cast):
    for _again in range(3):
        readings.note_reading("GT-1", cast.secretary, readings.DESK)
        readings.note_reading("GT-1", AnonymousUser(), readings.CODE)
        cache.clear()

    assert sorted(Reading.objects.values_list("way", flat=True)) == ["code", "desk"]


def test_every_reader_day_way_and_organisation_is_a_line_of_its_own(cast, monkeypatch):
    readings.note_reading("GT-1", cast.secretary, readings.DESK)
    readings.note_reading("GT-1", cast.second_secretary, readings.DESK)
    readings.note_reading("GT-2", cast.secretary, readings.DESK)
    readings.note_reading("GT-1", cast.centre_officer, readings.PARTNER, "EXP-SEO")
    readings.note_reading("GT-1", cast.centre_officer, readings.PARTNER, "EXP-ICN")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    readings.note_reading("GT-1", cast.secretary, readings.DESK)

    assert Reading.objects.count() == 6
    found = {(one.way, one.organisation): one.days for one in readings.readings_of("GT-1")}
    assert found == {("desk", ""): 2, ("partner", "EXP-SEO"): 1, ("partner", "EXP-ICN"): 1}


def test_page_stands_where_the_log_cannot_be_written(client, cast, cases, monkeypatch, caplog):
    case = cases.new()
    client.force_login(cast.secretary)
    monkeypatch.setattr(
        readings, "_INSERT", readings._INSERT.replace("privacy_reading", "no_such_table")
    )
    if connection.vendor == "postgresql":
        pytest.skip("a refused statement ends the transaction that this test runs in")

    page = client.get(reverse("admin:intake_case_change", args=[case.pk]))

    assert page.status_code == 200
    assert Reading.objects.count() == 0
    assert "access log" in caplog.text
    monkeypatch.undo()
    client.get(reverse("admin:intake_case_change", args=[case.pk]))
    assert Reading.objects.count() == 1


@pytest.fixture
def read_by_all(cast, cases):
    """A case that everybody concerned has opened, and a neighbour has tried to."""
    body = Organisation.objects.get(code="KBIZ")
    case, _new = actions.submit(
        filing=filing(), by=timeline.submitter(cast.association_officer, body)
    )
    actions.claim(case=case, by=cases.by)
    cases.refer(case, "KCS")
    referral = case.referrals.get()
    desk = reverse("admin:intake_case_change", args=[case.pk])
    ways = [
        ("secretary", desk),
        ("auditor", desk),
        ("association_officer", reverse("partner:case", args=["KBIZ", case.number])),
        ("customs_officer", reverse("intake:body-referral", args=[case.number, referral.pk])),
        ("other_association_officer", reverse("partner:case", args=["KBIZ", case.number])),
        ("kats_officer", reverse("intake:body-referral", args=[case.number, referral.pk])),
    ]
    for person, address in ways:
        client = Client()
        client.force_login(getattr(cast, person))
        client.get(address)
    Client().get(links.body_path(referral))
    company = Client()
    company.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    company.get(reverse("intake:case", args=[case.number]))
    by_link = Client()
    by_link.post(links.follow_path(case))
    by_link.get(reverse("intake:case", args=[case.number]))
    return case


def test_everybody_who_opened_a_case_is_noted_and_nobody_who_could_not(read_by_all):
    noted = Reading.objects.filter(subject=read_by_all.number)

    assert set(noted.values_list("way", "organisation", "reader__name")) == {
        ("desk", "", "김하나 「시연」"),
        ("audit", "", "한바름 「시연」"),
        ("partner", "KBIZ", "최나래 「시연」"),
        ("body", "KCS", "윤가람 「시연」"),
        ("link", "KCS", None),
        ("code", "", None),
        ("link", "", None),
    }
    assert noted.count() == 7


def test_company_reads_organisations_and_no_person(read_by_all):
    company = Client()
    company.post(
        reverse("intake:follow"), {"number": read_by_all.number, "code": read_by_all.tracking_code}
    )

    page = company.get(reverse("intake:case", args=[read_by_all.number]))

    shown = page.context["readers"]
    assert {one.organisation for one in shown} == {"", "중소기업중앙회", "관세청"}
    assert {one.person for one in shown} == {""}
    assert "윤가람" not in page.content.decode()


def test_auditor_reads_persons_and_a_stranger_nothing(client, cast, read_by_all):
    address = reverse("admin:intake_case_readers", args=[read_by_all.pk])
    client.force_login(cast.auditor)
    outsider = Client()
    outsider.force_login(cast.association_officer)

    page = client.get(address)

    assert "윤가람 「시연」" in page.content.decode()
    assert outsider.get(address).status_code != 200


def test_log_holds_nothing_of_the_company(read_by_all):
    said = " ".join(str(value) for row in Reading.objects.values() for value in row.values())

    for private in (read_by_all.company_name, read_by_all.contact_email, read_by_all.contact_name):
        assert private not in said


def test_readers_cost_the_same_for_one_and_for_many(cast, django_assert_num_queries):
    readings.note_reading("GT-1", cast.secretary, readings.PARTNER, "KBIZ")
    with django_assert_num_queries(2):
        assert len(readers_of("GT-1")) == 1
    for code in ("INNOBIZ", "KCS", "KATS"):
        readings.note_reading("GT-1", cast.secretary, readings.BODY, code)
    with django_assert_num_queries(2):
        assert len(readers_of("GT-1")) == 4


@pytest.mark.parametrize(
    ("address", "key", "subject"),
    [
        ("admin:accounts_user_change", lambda cast: cast.kats_officer.pk, "person"),
        ("admin:notifications_notice_change", lambda _cast: Notice.objects.first().pk, "notice"),
    ],
)
def test_pages_of_people_and_mails_are_noted_where_they_open(cast, cases, address, key, subject):
    cases.new()
    pk = key(cast)
    page = reverse(address, args=[pk])
    for person in (cast.auditor, cast.association_officer):
        client = Client(REMOTE_ADDR="203.0.113.9")
        client.force_login(person)
        client.get(page)

    noted = Reading.objects.filter(subject=f"{subject}-{pk}")
    assert [(row.reader, row.way, row.place) for row in noted] == [
        (cast.auditor, "audit", "203.0.113.9")
    ]


def test_another_address_of_the_same_day_is_a_line_of_its_own(client, cast, cases):
    case = cases.new()
    client.force_login(cast.secretary)
    for place in ("203.0.113.9", "203.0.113.9", "198.51.100.4"):
        client.get(reverse("admin:intake_case_change", args=[case.pk]), REMOTE_ADDR=place)

    noted = Reading.objects.filter(subject=case.number).order_by("pk")
    assert [row.place for row in noted] == ["203.0.113.9", "198.51.100.4"]
