"""The way through the filtered queue: neighbours, position, and going on after a step."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from intake import actions
from intake.admin import walk
from intake.models import Case
from intake.timeline import secretary

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cases) -> list[Case]:
    """Five received cases of one lane: two share their due moment, one has none."""
    made = [cases.new() for _ in range(5)]
    soon = timezone.now() + dt.timedelta(days=5)
    days = (0, 1, 1, 2, None)
    for case, day in zip(made, days, strict=True):
        due = None if day is None else soon + dt.timedelta(days=day)
        Case.objects.filter(pk=case.pk).update(due_at=due)
    return [Case.objects.get(pk=case.pk) for case in made]


def way(user, case: Case, query: str = "", at: str = "") -> walk.Way | None:
    """The way around a case, as its page would ask."""
    asked = {"in": query} | ({"at": at} if at else {})
    request = RequestFactory().get("/", asked)
    request.user = user
    return walk.of(request, case)


def test_way_leads_through_every_case_once_and_back(cast, queue):
    found, at = [queue[0].pk], way(cast.secretary, queue[0])
    while at and at.after and len(found) < 9:
        found.append(at.after)
        at = way(cast.secretary, Case.objects.get(pk=at.after))
    back = [found[-1]]
    while at and at.before and len(back) < 9:
        back.append(at.before)
        at = way(cast.secretary, Case.objects.get(pk=at.before))

    assert found == [case.pk for case in queue]
    assert back == found[::-1]


def test_way_tells_the_position(cast, queue):
    middle = way(cast.secretary, queue[2])

    assert (middle.position, middle.total) == (3, 5)


def test_way_counts_no_further_than_its_limit(cast, queue, monkeypatch):
    monkeypatch.setattr(walk, "COUNTED", 2)

    first, last = way(cast.secretary, queue[0]), way(cast.secretary, queue[4])

    assert (first.position, first.total) == (1, None)
    assert (last.position, last.total) == (None, None)
    assert last.before == queue[3].pk


def test_way_keeps_to_its_filter(cast, queue, cases):
    cases.new(country_id="US")

    found = way(cast.secretary, queue[4], "country=VN")

    assert (found.before, found.after, found.total) == (queue[3].pk, None, 5)


def test_way_goes_on_where_it_was_after_the_case_has_left_the_filter(cast, queue):
    case = queue[1]
    place = walk.written(walk.place_of(case))
    actions.claim(case=case, by=secretary(cast.secretary))
    case.refresh_from_db()

    gone_on = way(cast.secretary, case, "state=received", place)
    without = way(cast.secretary, case, "state=received")

    assert (gone_on.before, gone_on.after) == (queue[0].pk, queue[2].pk)
    assert without.after is None  # control: by its new place it stands behind all of them


def test_way_through_a_search_follows_the_order_of_the_search(cast, queue, cases):
    other = cases.new(title="원산지증명서 발급 지연")
    last = cases.new(title="원산지증명서 원본 분실")
    first, second = sorted([other, last], key=lambda case: _found().index(case.pk))

    found = way(cast.secretary, first, urlencode({"q": "원산지증명서"}))

    assert (found.before, found.after, found.position, found.total) == (None, second.pk, 1, 2)


def _found() -> list[int]:
    return list(Case.objects.open().search("원산지증명서").values_list("pk", flat=True))


def test_way_costs_two_statements_however_long_the_queue(
    cast, queue, cases, django_assert_num_queries
):
    way(cast.secretary, queue[0])
    for _ in range(10):
        cases.new()
    with django_assert_num_queries(2):
        way(cast.secretary, queue[2], "state=received&who=none")


@pytest.mark.parametrize(
    "at", ["", "x", "1.2", "1.2.3.4", "-1.5.1", "99999.1.1", "9" * 40, "٣.1.1"]
)
def test_strange_place_falls_back_to_the_place_of_the_case(cast, queue, at):
    assert way(cast.secretary, queue[1], at=at).after == queue[2].pk


@pytest.mark.parametrize("query", ["%00", "who=%ff", "country=ZZZZ", "a=1&" * 900, "q=%F0"])
def test_strange_filter_breaks_nothing(cast, queue, query):
    assert way(cast.secretary, queue[1], query) is not None


def test_place_survives_its_writing(queue):
    for case in queue:
        assert walk.read_place(walk.written(walk.place_of(case)), case) == walk.place_of(case)


def test_page_without_a_filter_in_its_address_walks_nowhere(client, cast, queue):
    client.force_login(cast.secretary)

    page = client.get(reverse("admin:intake_case_change", args=[queue[0].pk])).content.decode()

    assert 'class="desk-walk"' not in page


def test_step_leads_back_with_the_way_and_offers_the_next_case(client, cast, queue):
    client.force_login(cast.secretary)
    client.cookies["django_language"] = "en"
    address = reverse("admin:intake_case_change", args=[queue[0].pk])
    page = client.get(address, {"in": "state=received"}).content.decode()
    (claim,) = re.findall(r'action="([^"]*/step/claim/[^"]*)"', page)

    after = client.post(claim.replace("&amp;", "&"), {"version": queue[0].version}, follow=True)

    shown = after.content.decode()
    onward = reverse("admin:intake_case_change", args=[queue[1].pk])
    assert after.redirect_chain[0][0].startswith(f"{address}?in=state%3Dreceived&at=")
    (message,) = re.findall(r'<ul class="messagelist">(.*?)</ul>', shown, re.DOTALL)
    assert f'<a href="{onward}?in=state%3Dreceived">Next case</a>' in message
    assert f'rel="next" href="{onward}?in=state%3Dreceived"' in shown
