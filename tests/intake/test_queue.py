"""The secretariat's queue: what it shows, in which order, to whom."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import actions
from intake.models import Case, TriageCase
from intake.tasks.queue import advance
from intake.timeline import COMPANY, body
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
    """Move the due moment, as time does, and let the beat look at it."""
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + dt.timedelta(days=days))
    advance()


def test_queue_puts_what_to_do_next_first(desk, cases, cast):
    answered = cases.at("answered")
    new, overdue, border, paused, declined, wrote = (
        cases.at("received"),
        cases.at("reviewing"),
        cases.at("received", at_border=True),
        cases.at("supplement", at_border=True),
        cases.at("referred"),
        cases.at("reviewing"),
    )
    asked = declined.referrals.get()
    actions.decline_referral(
        referral=asked,
        reason="소관이 아닙니다.",
        by=body(cast.customs_officer, asked.organisation),
    )
    actions.send_message(case=wrote, text="언제 답을 받을 수 있습니까?", by=COMPANY)
    for case, days in ((answered, -9), (new, 5), (overdue, -1), (border, 3)):
        set_due(case, days)

    page = desk.get(QUEUE)

    expected = [border, overdue, declined, wrote, new, paused, answered]
    assert numbers(page) == [case.number for case in expected]
    assert reasons(page) == [
        "Goods at the border",
        "Overdue by 1 day",
        "A body declined: Korea Customs Service",
        "The company wrote",
        "New",
        "Waiting for the company",
        "Answered, outcome awaited",
    ]


def reasons(response) -> list[str]:
    """The reason of each row of a list, without its markup."""
    cells = re.findall(r'<td class="field-reason">(.*?)</td>', response.content.decode())
    return [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split())[len("Why it is next ") :] for cell in cells
    ]


def test_queue_names_the_column_in_each_cell_for_narrow_screens(desk, cases):
    cases.at("received")

    page = desk.get(QUEUE).content.decode()

    labels = re.findall(r'<span class="cell-label">([^<]+)</span>', page)
    assert labels == [
        "Why it is next",
        "Title",
        "State",
        "Due",
        "Waiting",
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
    cases.at("supplement", at_border=True)

    page = desk.get(QUEUE)

    assert reasons(page)[0] == "Goods at the border Due today"
    assert reasons(page)[1].startswith("Overdue by ")
    assert reasons(page)[2] == "Waiting for the company"
    rows = text(page)[text(page).index("3 cases") :]
    for mark in ("Clock stopped", "Held at the border"):
        assert rows.count(mark) == 1, mark


def test_queue_without_cases_says_so_and_differs_from_a_search_without_hits(desk, cases):
    assert "There is nothing to do here." in text(desk.get(QUEUE))

    cases.at("received")

    assert "No case matches." in text(desk.get(QUEUE, {"q": "존재하지않는말"}))
    assert "No case matches." in text(desk.get(QUEUE, {"overdue": "yes"}))


# Session, person, roles, rows, count, own views and columns.
QUERIES = 6
ASKED = ["", "?who=mine", "?state=received&country=VN", "?overdue=yes", "?last=yes"]


@pytest.mark.parametrize("address", [QUEUE, EVERYTHING])
@pytest.mark.parametrize("who", ["secretary", "auditor"])
def test_list_costs_the_same_with_one_and_with_thirty_rows(
    client, cast, cases, django_assert_num_queries, who, address
):
    cases.at("referred", category_id="MKT-01")
    client.force_login(getattr(cast, who))
    client.get(address)
    with django_assert_num_queries(QUERIES - 1):
        # All on one page: nothing is left to count.
        assert len(numbers(client.get(address))) == 1
    for _serial in range(29):
        cases.new(country_id="US")

    with django_assert_num_queries(QUERIES):
        assert len(numbers(client.get(address))) == 25


@pytest.mark.parametrize("asked", ASKED)
def test_queue_asks_at_most_eight_statements_whatever_is_filtered(
    desk, cases, django_assert_max_num_queries, asked
):
    for _serial in range(27):
        cases.new()
    desk.get(QUEUE)

    for more in ("", "&counts=yes"):
        with django_assert_max_num_queries(8):
            assert desk.get(f"{QUEUE}{asked or '?'}{more}").status_code == 200


def test_search_asks_at_most_eight_statements(desk, cases, django_assert_max_num_queries):
    for _serial in range(27):
        cases.new()
    desk.get(QUEUE)

    with django_assert_max_num_queries(8):
        page = desk.get(QUEUE, {"q": "하이퐁 통관", "country": "VN"})

    assert len(numbers(page)) == 25


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

    for address in (QUEUE, EVERYTHING):
        page = desk.get(address, {"q": typed.format(**forms)})

        assert page.status_code == 302
        assert page["Location"] == reverse("admin:intake_case_change", args=[case.pk])


def test_search_for_a_number_that_is_nobodys_says_so(desk, cases):
    case = cases.at("received")
    Case.objects.filter(pk=case.pk).update(number="GT-2020-000001-1")

    page = desk.get(QUEUE, {"q": case.number})

    assert f"There is no case with the number {case.number}." in text(page)


def test_search_marks_what_it_found_in_the_title_and_in_the_text(desk, cases):
    cases.new(
        title="원산지증명서 <b>발급</b> 지연",
        situation="현지 세관이 서류를 돌려보냈습니다. " * 20 + "원산지증명서 원본을 요구합니다.",
    )

    page = desk.get(QUEUE, {"q": "원산지증명서"}).content.decode()

    assert "<bdi><mark>원산지증명서</mark> &lt;b&gt;발급&lt;/b&gt; 지연</bdi>" in page
    assert re.search(r'class="found"><bdi>… .*<mark>원산지증명서</mark> 원본을', page)


def test_search_pages_through_its_hits_the_best_first(desk, cases):
    best = cases.new(title="원산지증명서 원산지증명서")
    for _serial in range(30):
        cases.new(situation="원산지증명서가 필요합니다.")

    first = desk.get(QUEUE, {"q": "원산지증명서"})
    second = desk.get(QUEUE + following(first, "next"))

    assert numbers(first)[0] == best.number
    assert len(numbers(first)) == 25
    assert len(numbers(second)) == 6
    assert not set(numbers(first)) & set(numbers(second))
    assert numbers(desk.get(QUEUE + following(second, "prev"))) == numbers(first)


def following(response, rel: str) -> str:
    """The query of the link to the page before or after."""
    found = re.search(rf'<a href="([^"]*)" rel="{rel}"', response.content.decode())
    assert found, f"no link to the {rel} page"
    return found[1].replace("&amp;", "&")


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

    assert numbers(page) == [case.number]
    shown = page.content.decode()
    assert 'name="case"' not in shown
    assert shown.count('method="post"') == 3  # the language, staying, the way out
    for name in ("views", "columns"):
        assert client.get(reverse(f"admin:intake_triagecase_{name}")).status_code == 403


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
@pytest.mark.parametrize("address", [QUEUE, EVERYTHING, QUEUE + "counts/", QUEUE + "views/"])
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

    assert [case.pk for case in TriageCase.objects.queued().next_first()] == [second.pk, first.pk]
