"""The queue's page: pages by place, filters, numbers beside them, own views and columns."""

import re

import pytest
from django.urls import reverse

from intake import actions
from intake.admin.queue import columns, panel
from intake.models import Case, DeskLayout, QueueCount, SavedView
from intake.tasks import queue
from intake.timeline import body
from tests.intake.test_queue import EVERYTHING, QUEUE, desk, following, numbers, text  # noqa: F401

pytestmark = pytest.mark.django_db
VIEWS = QUEUE + "views/"
COLUMNS = QUEUE + "columns/"
COUNTS = QUEUE + "counts/"


# --- Pages ------------------------------------------------------------------------------------
@pytest.fixture
def sixty(cases):
    """More cases than two pages hold, in the order of the queue."""
    return [cases.new().number for _serial in range(60)]


@pytest.mark.parametrize(("address", "turned"), [(QUEUE, False), (EVERYTHING, True)])
def test_pages_lead_on_and_back_and_to_both_ends(desk, sixty, address, turned):  # noqa: F811
    wanted = sixty[::-1] if turned else sixty
    first = desk.get(address)
    second = desk.get(address + following(first, "next"))
    third = desk.get(address + following(second, "next"))

    assert [numbers(page) for page in (first, second, third)] == [
        wanted[:25],
        wanted[25:50],
        wanted[50:],
    ]
    assert numbers(desk.get(address + following(third, "prev"))) == wanted[25:50]
    assert numbers(desk.get(address + following(second, "prev"))) == wanted[:25]
    assert 'rel="next"' not in third.content.decode()
    assert 'rel="prev"' not in first.content.decode()
    assert numbers(desk.get(address, {"last": "yes"})) == wanted[-25:]


@pytest.mark.parametrize(
    "cursor",
    ["x", "1.2", "1.2.3.4", "-1.2.3", "100.2.3", f"1.{10**17}9.3", "1.2.٣", "9" * 30, "\u0660"],
)
@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize("address", [QUEUE, EVERYTHING])
def test_place_that_is_none_leads_to_the_first_page_with_a_word(
    desk,  # noqa: F811
    cases,
    address,
    name,
    cursor,
):
    case = cases.new()

    page = desk.get(address, {name: cursor})

    assert numbers(page) == [case.number]
    assert "A part of the address was not understood and was left out." in text(page)


def test_place_beyond_the_end_leads_to_the_first_page(desk, cases):  # noqa: F811
    case = cases.new()

    assert numbers(desk.get(QUEUE, {"after": "98.1.1"})) == [case.number]
    assert numbers(desk.get(QUEUE, {"before": "0.1.1"})) == [case.number]


def test_page_says_how_many_there_are_and_counts_no_further_than_a_thousand(
    desk,  # noqa: F811
    sixty,
    monkeypatch,
):
    assert "60 cases" in text(desk.get(QUEUE))

    monkeypatch.setattr("intake.lists.counting.COUNTED_TO", 50)

    assert "50+ cases" in text(desk.get(QUEUE))


# --- Filters ----------------------------------------------------------------------------------
def test_filter_that_is_none_is_left_out_with_a_word(desk, cases):  # noqa: F811
    case = cases.new()

    for params in ({"country": "XX"}, {"who": "²"}, {"from": "yesterday"}, {"state": "x" * 99}):
        page = desk.get(QUEUE, params)
        assert numbers(page) == [case.number]
        assert "A part of the address was not understood" in text(page)


def test_every_filter_has_its_field_in_the_panel(desk, cases):  # noqa: F811
    cases.new()
    page = desk.get(QUEUE).content.decode()

    form = page[page.index("data-filters") : page.index("</form>", page.index("data-filters"))]
    named = set(re.findall(r'name="([a-z]+)"', form)) - {"q"}
    labelled = set(re.findall(r'<label for="filter-([a-z]+)"', form))
    ticks = set(re.findall(r'<label class="tick"><input type="checkbox" name="([a-z]+)"', form))

    assert named == set(panel.choices.FILTERS)
    assert labelled | ticks == named


def test_chosen_filters_stand_chosen_and_can_be_left_out_one_by_one(desk, cases):  # noqa: F811
    cases.new()
    query = "?q=통관&country=VN&border=yes&from=2026-01-01"

    page = desk.get(QUEUE + query).content.decode()

    assert '<option value="VN" selected>' in page
    assert 'name="border" value="yes" checked' in page
    assert 'name="from" value="2026-01-01"' in page
    line = page[page.index("queue-active") :]
    line = line[: line.index("</ul>")]
    said = [re.sub(r"<[^>]+>", " ", one).split(" ✕")[0].strip() for one in line.split("<li>")[1:]]
    assert said == [
        "Search: 통관",
        "Goods at the border",
        "Country: Viet Nam",
        "Received from: 2026-01-01",
    ]
    without = re.findall(r'href="\?([^"]*)"', line)
    assert len(without) == 4
    assert "country=" not in without[2]
    assert "border=yes" in without[2]


def test_filter_by_one_officer_by_the_body_that_declined_and_by_channel(
    desk,  # noqa: F811
    cases,
    cast,
):
    cases.new()
    hers = cases.at("referred", channel="phone")
    asked = hers.referrals.get()
    actions.decline_referral(
        referral=asked,
        reason="소관이 아닙니다.",
        by=body(cast.customs_officer, asked.organisation),
    )

    for params in ({"who": str(cast.secretary.pk)}, {"why": "declined"}, {"channel": "phone"}):
        assert numbers(desk.get(QUEUE, params)) == [hers.number], params


def test_top_category_holds_what_stands_below_it(desk, cases):  # noqa: F811
    customs = [cases.new(category_id=code).number for code in ("CUS-01", "CUS-02")]
    cases.new(category_id="MKT-01")

    assert numbers(desk.get(QUEUE, {"category": "CUS"})) == customs
    assert numbers(desk.get(QUEUE, {"category": "CUS-02"})) == customs[1:]


# --- Numbers ----------------------------------------------------------------------------------
def test_numbers_come_after_the_page_or_by_a_link(desk, cases, cast):  # noqa: F811
    cases.new(country_id="US")
    cases.at("reviewing")
    page = desk.get(QUEUE).content.decode()
    assert f'data-counts="{COUNTS}"' in page
    assert "(1)" not in page

    queue.count()
    told = desk.get(COUNTS).json()

    assert told["filters"]["country"] == {"US": 1, "VN": 1}
    assert told["filters"]["who"]["mine"] == 1
    assert told["filters"]["who"]["others"] == 0
    assert told["views"] == {"mine": "1", "nobody": "1", "overdue": "0"}
    assert re.fullmatch(r"Filters counted at \d\d:\d\d\.", told["said"])
    asked = desk.get(QUEUE, {"counts": "yes"})
    shown = asked.content.decode()
    assert '<option value="US">United States (1)</option>' in shown or "(1)</option>" in shown
    assert told["said"] in text(asked)


def test_numbers_say_when_nothing_was_counted_yet(desk, cases):  # noqa: F811
    assert QueueCount.objects.count() == 0

    assert desk.get(COUNTS).json()["said"] == "The filters have not been counted yet."


# --- Views ------------------------------------------------------------------------------------
def saved(client, name="Border of Vietnam", query="border=yes&country=VN", **more):
    """Save a view, as the form does."""
    return client.post(VIEWS, {"name": name, "query": query, **more}, follow=True)


def tabs(response) -> list[str]:
    """The views above the list."""
    page = response.content.decode()
    return [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in re.findall(r'<li><a href="\?[^"]*"[^>]*>(.*?)</a></li>', page)
    ]


STANDARD = ["Everything open", "My work now", "Nobody's yet", "Overdue"]


def test_view_is_saved_and_stands_above_the_owners_queue_alone(client, desk, cases, cast):  # noqa: F811
    cases.new(at_border=True)
    cases.new()

    page = saved(desk)

    assert len(numbers(page)) == 1
    assert [tab.replace("&#x27;", "'") for tab in tabs(page)[:5]] == [
        *STANDARD,
        "Border of Vietnam",
    ]
    assert re.search(r'aria-current="page"><bdi>Border of Vietnam', page.content.decode())
    row = SavedView.objects.get()
    assert (row.owner, row.query, row.shared) == (cast.secretary, "border=yes&country=VN", False)
    client.force_login(cast.second_secretary)
    assert "Border of Vietnam" not in client.get(QUEUE).content.decode()


def test_shared_view_stands_above_everybodys_queue(client, desk, cases, cast):  # noqa: F811
    cases.new()
    saved(desk, shared="yes", query="who=mine")
    for other in (cast.second_secretary, cast.auditor):
        client.force_login(other)
        assert "Border of Vietnam" in client.get(QUEUE).content.decode()


def test_only_the_owner_changes_a_view(client, desk, cases, cast):  # noqa: F811
    cases.new()
    saved(desk, shared="yes")
    row = SavedView.objects.get()
    address = f"{VIEWS}{row.pk}/"
    for other in (cast.second_secretary, cast.auditor, cast.platform_admin):
        client.force_login(other)
        for do in ("rename", "keep", "delete"):
            assert client.post(address, {"do": do, "name": "x"}).status_code in {403, 404}
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Border of Vietnam", True)

    client.force_login(cast.secretary)
    client.post(address, {"do": "rename", "name": "  Mine   now "})
    client.post(address, {"do": "keep"})
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Mine now", False)
    assert client.get(address).status_code == 405
    client.post(address, {"do": "delete"})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        ("", "who=mine", "Give the view a name."),
        ("x" * 61, "who=mine", "The name is too long."),
        ("Border of Vietnam", "who=mine", "You have a view of this name already."),
        ("Other", "nonsense=1&country=XX", "Choose filters first"),
    ],
)
def test_view_that_cannot_be_says_why(desk, cases, name, query, why):  # noqa: F811
    saved(desk)

    page = saved(desk, name=name, query=query)

    assert why in text(page)
    assert SavedView.objects.count() == 1


def test_view_keeps_filters_and_nothing_else(desk, cases):  # noqa: F811
    saved(desk, query="after=1.2.3&country=VN&evil=<script>&last=yes&q=통관")

    assert SavedView.objects.get().query == "q=%ED%86%B5%EA%B4%80&country=VN"


def test_name_of_a_view_cannot_run_or_turn_the_page(desk, cases):  # noqa: F811
    page = saved(desk, name="<script>alert(1)</script>").content.decode()

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page
    assert "<script>alert(1)" not in page


# --- Columns ----------------------------------------------------------------------------------
def heads(response) -> list[str]:
    """The columns of a list by their names."""
    return re.findall(r'<th scope="col" class="column-(\w+)"', response.content.decode())


def test_columns_are_the_officers_own(client, desk, cases, cast):  # noqa: F811
    cases.new(needed_by="2026-12-24")
    assert heads(desk.get(QUEUE)) == ["tick", *columns.QUEUE]
    places = {f"place-{name}": str(99) for name in columns.COLUMNS}

    wanted = {"place-title": "1", "place-needed": "2", "place-number": "3"}
    desk.post(COLUMNS, {"show": ["needed", "made up"], **places, **wanted})

    page = desk.get(QUEUE)
    assert heads(page) == ["tick", "title", "needed", "number"]
    assert "2026-12-24" in page.content.decode()
    assert heads(desk.get(EVERYTHING)) == ["title", "needed", "number"]
    client.force_login(cast.second_secretary)
    assert heads(client.get(QUEUE)) == ["tick", *columns.QUEUE]

    client.force_login(cast.secretary)
    desk.post(COLUMNS, {"do": "reset"})
    assert heads(desk.get(QUEUE)) == ["tick", *columns.QUEUE]


def test_broken_layout_shows_the_usual_columns(desk, cases, cast):  # noqa: F811
    cases.new()
    for broken in ({}, {"a": 1}, ["gone"], [None, 3]):
        DeskLayout.objects.update_or_create(user=cast.secretary, defaults={"columns": broken})
        assert heads(desk.get(QUEUE)) == ["tick", *columns.QUEUE]


def test_every_column_fills_its_cell_for_open_and_ended_cases(desk, cases, cast):  # noqa: F811
    for state in ("received", "supplement", "referred", "answered", "closed", "rejected"):
        cases.at(state, category_id=None)
    layout = list(columns.COLUMNS)
    DeskLayout.objects.create(user=cast.secretary, columns=layout)

    page = desk.get(EVERYTHING)

    assert heads(page) == layout
    cells = re.findall(r'<td class="field-(\w+)">(.*?)</td>', page.content.decode())
    assert len(cells) == 6 * len(layout)
    assert all(re.sub(r"<[^>]+>", "", cell).strip() for _name, cell in cells)


@pytest.mark.parametrize("address", [VIEWS, COLUMNS, COUNTS])
def test_looking_at_the_officers_pages_writes_nothing(desk, cases, address):  # noqa: F811
    cases.new()

    assert desk.get(address).status_code == 200

    assert not SavedView.objects.exists()
    assert not DeskLayout.objects.exists()
    assert not QueueCount.objects.exists()


def test_list_is_read_only(desk, cases):  # noqa: F811
    case = cases.new()

    assert desk.post(QUEUE, {"action": "claim", "_selected_action": [case.pk]}).status_code == 405
    assert Case.objects.get(pk=case.pk).state == "received"
    assert reverse("admin:intake_triagecase_changelist") == QUEUE
