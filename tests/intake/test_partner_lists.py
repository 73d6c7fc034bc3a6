"""The list of cases that an organisation filed: order, filters, search, views, columns."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation
from intake import actions
from intake.models import Case, DeskLayout, SavedView
from intake.timeline import submitter
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
KBIZ = "/partner/KBIZ/cases/"
VIEWS = "/partner/KBIZ/cases/views/"
COLUMNS = "/partner/KBIZ/cases/columns/"


def organisation_of(officer):
    """The one organisation of an officer of the cast."""
    return Organisation.objects.get(memberships__user=officer)


@pytest.fixture
def file_for(cast):
    """Files a case through the organisation of an officer, and walks it to a state."""
    from tests.intake.factories import CaseFactory

    factory = CaseFactory(cast.secretary)

    def make(officer=None, state="received", **changes):
        officer = officer or cast.association_officer
        by = submitter(officer, organisation_of(officer))
        case, _new = actions.submit(filing=filing(**changes), by=by)
        if state != "received":
            actions.claim(case=case, by=factory.by)
            getattr(factory, f"_{state}")(case)
        return case

    return make


@pytest.fixture
def desk(client, cast):
    """A browser in which an association's officer has signed in, reading English."""
    client.force_login(cast.association_officer)
    client.cookies["django_language"] = "en"
    return client


def numbers(page):
    """The receipt numbers of a list, in its order."""
    return re.findall(r'<a class="nowrap" href="[^"]+">(GT-[\d-]+)</a>', page.content.decode())


def text(page):
    """A page's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def following(page, rel):
    """Where a link to another page leads."""
    return re.search(rf'rel="{rel}" href="([^"]+)"', page.content.decode())[1].replace("&amp;", "&")


def set_due(case, days):
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + dt.timedelta(days=days))


def confirm(case):
    Case.objects.filter(pk=case.pk).update(confirmed_at=timezone.now())


# --- Order and rows ---------------------------------------------------------------------------
def test_list_puts_first_what_the_organisation_owes_then_what_the_company_owes(desk, file_for):
    closed, late, soon, unconfirmed, answered, asked = (
        file_for(state="closed"),
        file_for(),
        file_for(state="reviewing"),
        file_for(),
        file_for(state="answered"),
        file_for(state="supplement"),
    )
    for case, days in ((late, -3), (soon, 2)):
        confirm(case)
        set_due(case, days)

    page = desk.get(KBIZ)

    assert numbers(page) == [
        case.number for case in (asked, answered, unconfirmed, late, soon, closed)
    ]
    assert text(page).count("Overdue 1") == 1


def test_row_says_company_turn_date_confirmation_and_keeper(desk, cast, file_for):
    case = file_for(visibility="anonymous")
    set_due(case, -2)

    row = re.search(r"<tbody>(.*?)</tbody>", desk.get(KBIZ).content.decode(), re.DOTALL)[1]
    cells = dict(re.findall(r'class="field-(\w+)"[^>]*><div>(.*?)</div>', row))

    assert cells["company"] == "<bdi>시연상사</bdi>"
    assert cells["turn"] == "the secretariat"
    assert 'class="badge overdue"' in cells["due"]
    assert cells["confirmation"] == '<span class="badge warning">Not confirmed</span>'
    assert cells["keeper"] == f"<bdi>{cast.association_officer.name}</bdi>"


def test_words_of_a_company_cannot_become_markup(desk, file_for):
    file_for(title="<script>alert(1)</script>", company_name="<b>가나</b>")

    page = desk.get(KBIZ).content.decode()

    assert "<script>alert(1)" not in page
    assert "<b>가나" not in page


def test_neighbour_sees_nothing_and_learns_nothing(client, cast, file_for):
    case = file_for()
    client.force_login(cast.other_association_officer)
    other = f"/partner/{organisation_of(cast.other_association_officer).code}/cases/"

    assert numbers(client.get(other)) == []
    assert case.number not in client.get(other, {"q": case.number}).headers.get("Location", "")
    assert numbers(client.get(other, {"q": "화장품"})) == []
    for page in (KBIZ, VIEWS, COLUMNS, "/partner/KBIZ/export/cases/"):
        assert client.get(page).status_code == 404
    for person in (cast.secretary, cast.auditor, cast.customs_officer, cast.platform_admin):
        client.force_login(person)
        assert client.get(KBIZ).status_code == 404


def test_dismissed_proxy_takes_the_case_out_of_list_search_and_counts(desk, file_for):
    case = file_for()
    assert numbers(desk.get(KBIZ)) == [case.number]

    Case.objects.filter(pk=case.pk).update(proxy="dismissed")

    page = desk.get(KBIZ)
    assert (numbers(page), "It is our turn 0" in text(page)) == ([], True)
    assert numbers(desk.get(KBIZ, {"q": case.number})) == []


QUERIES = 8
ASKED = [
    "",
    "?turn=ours&state=supplement",
    "?sort=-company",
    "?last=yes",
    "?q=%ED%99%94%EC%9E%A5%ED%92%88",
]


@pytest.mark.parametrize("address", ASKED)
def test_list_costs_the_same_with_one_and_with_three_rows(
    desk, file_for, django_assert_max_num_queries, address
):
    file_for(state="supplement")
    desk.get(KBIZ + address)
    with django_assert_max_num_queries(QUERIES) as one:
        desk.get(KBIZ + address)
    for _serial in range(2):
        file_for(state="supplement")
    desk.get(KBIZ + address)
    with django_assert_max_num_queries(QUERIES) as three:
        assert len(numbers(desk.get(KBIZ + address))) == 3

    assert len(three) == len(one)


# --- Pages --------------------------------------------------------------------------------------
@pytest.fixture
def sixty(file_for):
    """More cases than two pages hold, the same companies and countries among them."""
    made = []
    for serial in range(60):
        made.append(
            file_for(company_name=f"회사 {serial % 7}", country_id=["VN", "US", "CN"][serial % 3])
        )
    for serial, case in enumerate(made):
        set_due(case, serial % 5)
    return Case.objects.order_by("pk")


SORTS = {
    "": ("due_at",),
    "due": ("due_at",),
    "received": ("received_at",),
    "company": ("company_name",),
    "country": ("country__name_en",),
    "state": ("pk",),
}


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_leads_on_and_back_through_every_row_once(desk, sixty, sort, down):
    if down and not sort:
        pytest.skip("the usual order is not turned around")
    keys = [*SORTS[sort], "pk"]
    wanted = list(
        sixty.order_by(*(f"-{key}" if down else key for key in keys)).values_list(
            "number", flat=True
        )
    )
    query = f"?sort={'-' * down}{sort}" if sort else ""

    first = desk.get(KBIZ + query)
    second = desk.get(KBIZ + following(first, "next"))
    third = desk.get(KBIZ + following(second, "next"))

    assert numbers(first) + numbers(second) + numbers(third) == wanted
    assert numbers(desk.get(KBIZ + following(third, "prev"))) == wanted[25:50]
    assert numbers(desk.get(KBIZ + following(second, "prev"))) == wanted[:25]
    assert numbers(desk.get(f"{KBIZ}{query}{'&' if query else '?'}last=yes")) == wanted[-25:]


def test_place_of_somebody_elses_case_is_no_place(desk, cast, file_for):
    mine = [file_for().number for _serial in range(3)]
    foreign = file_for(cast.other_association_officer, company_name="가나다")

    page = desk.get(KBIZ, {"sort": "company", "after": foreign.pk})

    assert sorted(numbers(page)) == sorted(mine)


# --- Filters, search, counts --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("turn=ours", {"supplement", "answered"}),
        ("turn=secretary", {"received"}),
        ("turn=body", {"referred"}),
        ("turn=submitter", set()),
        ("state=referred", {"referred"}),
        ("ended=yes", {"closed"}),
        ("ended=no", {"received", "supplement", "answered", "referred"}),
        ("country=US", {"received"}),
        ("category=CUS-01&country=VN", {"supplement", "answered", "referred", "closed"}),
        ("channel=phone", set()),
        ("unconfirmed=yes", {"supplement", "answered", "referred"}),
        ("overdue=yes", {"received"}),
        ("due=week", {"received"}),
        ("keeper=mine", {"supplement", "answered", "referred", "closed", "received"}),
        ("keeper=none", set()),
        ("keeper=others", set()),
        ("from=2999-01-01", set()),
        ("to=2999-01-01&state=closed", {"closed"}),
    ],
)
def test_filter_leaves_what_it_says(desk, file_for, query, wanted):
    made = {
        state: file_for(state=state) for state in ("supplement", "answered", "referred", "closed")
    }
    made["received"] = file_for(country_id="US")
    confirm(made["received"])
    set_due(made["received"], -1)
    set_due(made["referred"], 30)

    assert set(numbers(desk.get(f"{KBIZ}?{query}"))) == {made[name].number for name in wanted}


def test_counts_beside_choices_say_what_a_choice_leaves(desk, file_for):
    file_for(state="supplement")
    file_for(state="answered")
    file_for()

    page = text(desk.get(KBIZ))

    assert "It is our turn (2)" in page
    assert "It is our turn 2" in page
    assert "Not confirmed by the company 3" in page
    assert "Answered (1)" in page


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "turn=x",
        "from=2026-99-01",
        "sort=secret",
        "after=abc",
        "before=9" * 30,
        "due=x",
    ],
)
def test_strange_address_is_left_out_with_a_word(desk, file_for, query):
    case = file_for()

    page = desk.get(f"{KBIZ}?{query}")

    assert (page.status_code, numbers(page)) == (200, [case.number])
    assert "was not understood" in text(page)


def test_receipt_number_leads_straight_to_the_case(desk, file_for):
    case = file_for()

    found = desk.get(KBIZ, {"q": f" {case.number.replace('-', ' ').lower()} "})

    assert (found.status_code, found.headers["Location"]) == (302, f"{KBIZ}{case.number}/")


def test_search_finds_words_and_company_and_marks_them(desk, file_for):
    file_for(title="인증 지연", company_name="다라무역", problem="인증서가 나오지 않습니다.")
    file_for()

    by_word, by_company = desk.get(KBIZ, {"q": "인증서"}), desk.get(KBIZ, {"q": "다라무역"})

    assert len(numbers(by_word)) == len(numbers(by_company)) == 1
    assert "<mark>" in by_word.content.decode()
    assert numbers(desk.get(KBIZ, {"q": "존재하지않는말"})) == []


# --- Views and columns ----------------------------------------------------------------------------
def test_view_is_kept_renamed_shared_and_deleted_by_its_owner_alone(desk, client, cast, file_for):
    kept = desk.post(VIEWS, {"query": "state=received&x=1", "name": " 접수  건 "})
    view = SavedView.objects.get()

    assert (kept.status_code, kept.headers["Location"]) == (302, f"{KBIZ}?state=received")
    assert (view.name, view.query, view.desk, view.organisation.code) == (
        "접수 건",
        "state=received",
        "filed",
        "KBIZ",
    )
    assert "접수 건" in text(desk.get(KBIZ))

    client.force_login(cast.manager)  # a colleague at the same association
    assert "접수 건" not in text(client.get(KBIZ))
    for what in ("rename", "share", "keep", "delete"):
        answer = client.post(f"{VIEWS}{view.pk}/", {"do": what, "name": "다른 이름"})
        assert (answer.status_code, what) == (404, what)

    client.force_login(cast.association_officer)
    desk.post(f"{VIEWS}{view.pk}/", {"do": "share"})
    client.force_login(cast.manager)
    assert "접수 건" in text(client.get(KBIZ))

    client.force_login(cast.association_officer)
    desk.post(f"{VIEWS}{view.pk}/", {"do": "rename", "name": "새 이름"})
    assert SavedView.objects.get().name == "새 이름"
    desk.post(f"{VIEWS}{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.exists()


def test_shared_view_stays_inside_its_organisation(client, cast):
    SavedView.objects.create(
        owner=cast.association_officer,
        organisation=organisation_of(cast.association_officer),
        desk="filed",
        name="우리만",
        query="state=received",
        shared=True,
    )
    other = organisation_of(cast.other_association_officer)
    # The owner has an office at the neighbour's too: the view stays where it was made.
    Membership.objects.create(user=cast.association_officer, organisation=other)
    for user in (cast.other_association_officer, cast.association_officer):
        client.force_login(user)
        for page in ("cases/", "cases/views/"):
            found = client.get(f"/partner/{other.code}/{page}")
            assert (found.status_code, "우리만" in text(found)) == (200, False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"query": "state=received", "name": ""}, "Give the view a name."),
        ({"query": "state=received", "name": "가" * 61}, "The name is too long."),
        ({"query": "", "name": "빈"}, "Choose filters first"),
    ],
)
def test_view_that_cannot_be_kept_says_why_and_keeps_what_was_typed(desk, data, said):
    page = desk.post(VIEWS, data)

    assert (page.status_code, said in text(page), SavedView.objects.count()) == (422, True, 0)
    if data["query"]:
        assert f'value="{data["name"]}"' in page.content.decode()


def test_columns_are_the_officers_own(desk, client, cast, file_for):
    file_for()
    desk.post(
        COLUMNS, {"show": ["received", "company"], "place-received": "1", "place-company": "2"}
    )

    def heads(page):
        return re.findall(r'data-label="([^"]+)"', page.content.decode())

    assert DeskLayout.objects.get().desk == "filed"
    assert heads(desk.get(KBIZ)) == ["Received", "Company", "Receipt number", "Title"]
    client.force_login(cast.manager)
    assert "Whose turn" in heads(client.get(KBIZ))
    client.force_login(cast.association_officer)
    desk.post(COLUMNS, {"do": "reset"})
    assert "Whose turn" in heads(desk.get(KBIZ))


def test_unconfirmed_rows_can_be_chosen_and_others_cannot(desk, file_for):
    first, second = file_for(), file_for()
    confirm(second)

    page = desk.get(KBIZ).content.decode()

    assert re.findall(r'name="case" value="(\d+)"', page) == [str(first.pk)]
