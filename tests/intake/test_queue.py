"""The secretariat's queue: what it shows, in which order, to whom."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import Case, TriageCase
from notifications.models import Notice

pytestmark = pytest.mark.django_db
QUEUE = "/admin/intake/triagecase/"
EVERYTHING = "/admin/intake/case/"


def numbers(response) -> list[str]:
    """The receipt numbers of a list, in its order."""
    return re.findall(r'class="number" href="[^"]+">([^<]+)<', response.content.decode())


def text(response) -> str:
    """A page's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def desk(client, cast):
    """A browser in which a secretary has signed in, reading English."""
    client.force_login(cast.secretary)
    client.cookies["django_language"] = "en"
    return client


def set_due(case: Case, days: float) -> None:
    """Move the due moment, as time does."""
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + dt.timedelta(days=days))


def test_queue_puts_what_to_do_next_first(desk, cases):
    answered = cases.at("answered")
    later, overdue, border, paused = (
        cases.at("received"),
        cases.at("reviewing"),
        cases.at("received", at_border=True),
        cases.at("supplement", at_border=True),
    )
    for case, days in ((answered, -9), (later, 5), (overdue, -1), (border, 3)):
        set_due(case, days)

    page = desk.get(QUEUE)

    expected = [border, overdue, later, answered, paused]
    assert numbers(page) == [case.number for case in expected]


def test_queue_names_the_column_in_each_cell_for_narrow_screens(desk, cases):
    cases.at("received")

    page = desk.get(QUEUE).content.decode()

    labels = re.findall(r'<span class="cell-label">([^<]+)</span>', page)
    assert labels == [
        "Whose turn",
        "Waiting",
        "Due",
        "Country",
        "Category",
        "Filed through",
        "Officer in charge",
    ]


def test_queue_leaves_ended_cases_to_the_list_of_all(desk, cases):
    open_case = cases.at("received")
    ended = [cases.at(state) for state in ("closed", "withdrawn", "rejected", "transferred")]

    assert numbers(desk.get(QUEUE)) == [open_case.number]
    assert set(numbers(desk.get(EVERYTHING))) == {case.number for case in (open_case, *ended)}


def test_queue_says_what_is_overdue_due_today_stopped_and_at_the_border(desk, cases):
    set_due(cases.at("reviewing"), -8)
    today = cases.at("received", at_border=True)
    end_of_day = timezone.localtime().replace(hour=23, minute=59)
    Case.objects.filter(pk=today.pk).update(due_at=end_of_day)
    cases.at("supplement")

    words = text(desk.get(QUEUE))

    for mark in ("Overdue by", "Due today", "Clock stopped", "Held at the border"):
        assert words.count(mark) == 1, mark


def test_queue_without_cases_says_so_and_differs_from_a_search_without_hits(desk, cases):
    assert "There is nothing to do here." in text(desk.get(QUEUE))

    cases.at("received")

    assert "No case matches." in text(desk.get(QUEUE, {"q": "존재하지않는말"}))
    assert "No case matches." in text(desk.get(QUEUE, {"overdue": "yes"}))


def test_queue_costs_the_same_with_one_and_with_three_rows(desk, cases, django_assert_num_queries):
    cases.at("received")
    desk.get(QUEUE)

    with django_assert_num_queries(QUERIES):
        assert len(numbers(desk.get(QUEUE))) == 1
    cases.at("reviewing", country_id="US")
    cases.at("referred", category_id="MKT-01")
    with django_assert_num_queries(QUERIES):
        assert len(numbers(desk.get(QUEUE))) == 3


# Session, person, roles, Django's own permissions (2), four filters that name what occurs,
# count, rows.
QUERIES = 11


@pytest.mark.parametrize(
    "typed", ["{number}", "{bare}", " {lower} ", "{spaced}"], ids=["as is", "bare", "lower", "wide"]
)
def test_search_finds_a_receipt_number_however_it_is_typed(desk, cases, typed):
    case, _other = cases.at("received"), cases.at("received")
    forms = {
        "number": case.number,
        "bare": case.number.replace("-", "").removeprefix("GT"),
        "lower": case.number.lower(),
        "spaced": case.number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    }

    found = numbers(desk.get(QUEUE, {"q": typed.format(**forms)}))

    assert found == [case.number]


def test_search_finds_korean_words_inside_the_queue_only(desk, cases):
    wanted = cases.at("received", title="원산지증명서 발급 지연")
    cases.at("closed", title="원산지증명서 발급 지연")
    cases.at("received", title="대금 미회수")

    assert numbers(desk.get(QUEUE, {"q": "원산지증명서"})) == [wanted.number]
    assert len(numbers(desk.get(EVERYTHING, {"q": "원산지증명서"}))) == 2


FILTERS = {
    "state": "reviewing",
    "who": "mine",
    "overdue": "yes",
    "border": "yes",
    "country": "US",
    "category": "none",
    "body": "KCS",
}


@pytest.mark.parametrize("name", FILTERS)
def test_filter_leaves_only_its_cases(desk, cases, name):
    plain = cases.at("received")
    wanted = {
        "state": lambda: cases.at("reviewing"),
        "who": lambda: cases.at("reviewing"),
        "overdue": lambda: cases.at("received"),
        "border": lambda: cases.at("received", at_border=True),
        "country": lambda: cases.at("received", country_id="US"),
        "category": lambda: cases.at("received", category_id=None),
        "body": lambda: cases.at("referred"),
    }[name]()
    if name == "overdue":
        set_due(wanted, -2)

    assert numbers(desk.get(QUEUE, {name: FILTERS[name]})) == [wanted.number]
    assert len(numbers(desk.get(QUEUE))) == 2
    assert plain.number in numbers(desk.get(QUEUE))


def test_bulk_claim_takes_what_is_free_and_says_who_was_first_on_the_rest(desk, cases, cast):
    free, taken = cases.new(), cases.new()
    cases.officer = cast.second_secretary
    other = type(cases)(cast.second_secretary).at("reviewing")

    page = desk.post(
        QUEUE,
        {"action": "claim", "_selected_action": [free.pk, taken.pk, other.pk]},
        follow=True,
    )

    free.refresh_from_db()
    other.refresh_from_db()
    assert (free.state, free.assignee) == ("reviewing", cast.secretary)
    assert other.assignee == cast.second_secretary
    words = text(page)
    assert "You took up 2 cases." in words
    assert f"{other.number}: Somebody was first: {cast.second_secretary.name}" in words


def test_bulk_actions_offer_no_delete(desk, cases):
    case = cases.at("received")

    page = desk.get(QUEUE)
    desk.post(QUEUE, {"action": "delete_selected", "_selected_action": [case.pk], "post": "yes"})

    assert re.findall(r'<option value="(\w+)"', page.content.decode()) == ["claim"]
    assert Case.objects.filter(pk=case.pk).exists()


def test_title_of_a_company_cannot_run_or_turn_the_page(desk, cases):
    cases.at("received", title="<script>alert(1)</script>\u202etxt")

    page = desk.get(QUEUE).content.decode()

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_reading_the_queue_writes_nothing(desk, cases):
    cases.at("received")
    before = list(Case.objects.values()), Notice.objects.count()

    for address in (QUEUE, EVERYTHING, QUEUE + "?who=mine&q=통관"):
        assert desk.get(address).status_code == 200

    assert (list(Case.objects.values()), Notice.objects.count()) == before


def test_auditor_reads_the_queue_and_cannot_act(client, cast, cases):
    case = cases.at("received")
    client.force_login(cast.auditor)

    page = client.get(QUEUE)
    client.post(QUEUE, {"action": "claim", "_selected_action": [case.pk]})

    assert numbers(page) == [case.number]
    assert 'name="action"' not in page.content.decode()
    case.refresh_from_db()
    assert case.state == "received"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("platform_admin", 403),
        ("association_officer", 302),
        ("customs_officer", 302),
        ("manager", 302),
        (None, 302),
    ],
)
@pytest.mark.parametrize("address", [QUEUE, EVERYTHING])
def test_queue_is_closed_to_everybody_else(client, cast, cases, who, status, address):
    case = cases.at("referred")
    if who:
        client.force_login(getattr(cast, who))

    page = client.get(address)

    assert page.status_code == status
    assert case.number not in page.content.decode()


def test_staff_of_a_body_still_get_no_queue(client, cast, cases):
    """The gate is the role, not Django's staff mark."""
    case = cases.at("referred")
    cast.customs_officer.is_staff = True
    cast.customs_officer.save(update_fields=["is_staff"])
    client.force_login(cast.customs_officer)

    assert client.get(QUEUE).status_code == 403
    assert client.get(reverse("admin:intake_case_change", args=[case.pk])).status_code == 404


def test_superuser_mark_opens_no_case(client, cast, cases):
    """Nobody gets it by our means; should somebody set it, the queryset still holds."""
    case = cases.at("received")
    cast.platform_admin.is_superuser = True
    cast.platform_admin.save(update_fields=["is_superuser"])
    client.force_login(cast.platform_admin)

    assert client.get(QUEUE).status_code == 403
    assert client.get(reverse("admin:intake_case_change", args=[case.pk])).status_code == 404


def test_queue_orders_like_the_model(cases):
    """The list page shows the queryset's order and no other."""
    first, second = cases.at("received"), cases.at("received", at_border=True)

    assert [case.pk for case in TriageCase.objects.open().next_first()] == [second.pk, first.pk]
