"""The first page of each kind of desk: numbers that lead on, and nothing of the neighbours."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, timeline
from intake.actions import promising
from intake.models import Case, Handover, Promise
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
DESKS = {
    "association_officer": "KBIZ",
    "centre_officer": "EXP-SEO",
    "mission_officer": "MIS-HAN",
}
# Session, person, its desks, what these reach (two), one for all numbers, one for the lists,
# the promises; a mission's questions and local difficulties.
QUERIES = {"association_officer": 8, "centre_officer": 8, "mission_officer": 10}


def start(code):
    return reverse("partner:start", args=[code])


def actor(cast, person):
    return timeline.submitter(getattr(cast, person), Organisation.objects.get(code=DESKS[person]))


def filed(cast, person, **changes):
    return actions.submit(filing=filing(**changes), by=actor(cast, person))[0]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("person", DESKS)
def test_empty_desk_leads_on(client, cast, person, language):
    client.force_login(getattr(cast, person))
    client.cookies["django_language"] = language

    page = client.get(start(DESKS[person]))

    assert page.status_code == 200
    assert [tile.count for tile in page.context["tiles"]] == [0] * len(page.context["tiles"])
    assert page.context["actions"]
    assert all(tile.url for tile in page.context["tiles"])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("person", DESKS)
def test_page_costs_the_same_with_one_and_with_three_of_everything(
    client, cast, cases, django_assert_num_queries, person, count
):
    client.force_login(getattr(cast, person))
    by = actor(cast, person)
    for place in range(count):
        case = filed(cast, person, channel="phone")
        promising.promise(case=case, text=f"전화 {place}", by=by)
        other = cases.at("reviewing")
        cases.refer(other, DESKS[person])
    client.get(start(DESKS[person]))

    with django_assert_num_queries(QUERIES[person]):
        page = client.get(start(DESKS[person]))

    assert len(page.context["promises"]) == count
    assert len(page.context["lists"]["unconfirmed"]) == count
    assert len(page.context["lists"].get("today", [])) == count * (person == "centre_officer")
    if person == "mission_officer":
        assert len(page.context["asked"]) == count


def test_numbers_are_those_of_the_lists_behind_them(client, cast, cases):
    client.force_login(cast.association_officer)
    waiting = filed(cast, "association_officer")
    actions.claim(case=waiting, by=cases.by)
    cases._supplement(waiting)
    late = filed(cast, "association_officer")
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    taken_over = filed(cast, "association_officer")
    actions.claim(case=taken_over, by=cases.by)
    cases._answered(taken_over)
    Case.objects.filter(pk=taken_over.pk).update(proxy="following")
    dismissed = filed(cast, "association_officer")
    Case.objects.filter(pk=dismissed.pk).update(proxy="dismissed")
    filed(cast, "centre_officer")
    cases.new()

    page = client.get(start("KBIZ"))

    counts = page.context["counts"]
    assert (counts["ours"], counts["overdue"], counts["filed"]) == (1, 1, 3)
    assert page.context["lists"]["ours"] == [waiting]
    assert late in page.context["lists"]["week"]
    for tile in page.context["tiles"]:
        listed = client.get(tile.url)
        if "cases/" in tile.url:
            assert len(listed.context["page"].rows) == tile.count, tile.url


def test_promises_are_mine_with_the_overdue_marked(client, cast):
    client.force_login(cast.association_officer)
    case = filed(cast, "association_officer")
    by = actor(cast, "association_officer")
    colleague = timeline.submitter(cast.manager, by.organisation)
    late = promising.promise(case=case, text="지난 약속", by=by)
    Promise.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    promising.promise(case=case, text="동료의 약속", by=colleague)

    page = client.get(start("KBIZ"))

    assert [(one.text, one.is_overdue) for one in page.context["promises"]] == [("지난 약속", True)]


def test_unread_handover_is_called(client, cast):
    client.force_login(cast.association_officer)
    Handover.objects.create(
        organisation=Organisation.objects.get(code="KBIZ"),
        leaver=cast.manager,
        successor=cast.association_officer,
        by=cast.manager,
    )

    page = client.get(start("KBIZ"))

    assert page.context["handovers"] == reverse("partner:handover", args=["KBIZ"])


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("other_association_officer", "KBIZ"),
        ("centre_officer", "MIS-HAN"),
        ("customs_officer", "KCS"),
        ("secretary", "SECR"),
        ("auditor", "KBIZ"),
    ],
)
def test_outsiders_get_404(client, cast, person, code):
    client.force_login(getattr(cast, person))

    assert client.get(start(code)).status_code == 404


def test_last_seconds_of_yesterday_are_not_today(client, cast):
    client.force_login(cast.centre_officer)
    case = filed(cast, "centre_officer", channel="visit")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    Case.objects.filter(pk=case.pk).update(created_at=midnight - dt.timedelta(seconds=1))

    assert client.get(start("EXP-SEO")).context["lists"]["today"] == []
