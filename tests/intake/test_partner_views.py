"""Saved views of every list of a desk: kept, said in words, shared inside one organisation."""

import datetime as dt
import re

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from intake.lists.arranging import Shelf
from intake.models import SavedView
from marketinfo.models import Requirement
from search import index
from tests.intake.test_partner_export import as_csv, asks  # noqa: F401
from tests.intake.test_partner_lists import numbers, text

pytestmark = pytest.mark.django_db
# By the list's name: filters, with what is left out of them; as they are kept; in words.
LISTS = {
    "cases": ("x=1&state=received&sort=due", "state=received", "State: Received"),
    "asked": ("sort=due&country=VN&show=open", "show=open&country=VN", "State: Open"),
    "records": ("sort=title&q= 통관  서류&show=overdue", "", "Search: 통관 서류"),
    "local": (
        "sort=company&state=open&page=9&grade=x",
        "state=open",
        "State: The mission is working on it",
    ),
    "members": ("sort=number&mail=none&province=nowhere", "mail=none", "E-mail: Without e-mail"),
}
KEPT = {name: row[1] for name, row in LISTS.items()} | {
    "records": "q=%ED%86%B5%EA%B4%80+%EC%84%9C%EB%A5%98&show=overdue"
}
MINE, OURS = "가 혼자 보는 것", "나 함께 보는 것"
DESK = {name: name for name in LISTS} | {"cases": "filed"}


def at(name, *more, code="MIS-HAN"):
    return reverse(f"partner:{name}", args=[code, *more])


def chips(page):
    """The names of the views above a list."""
    above = re.search(r'<nav class="list-views".*?</nav>', page.content.decode(), re.DOTALL)
    return re.findall(r"<bdi>(.*?)</bdi>", above[0]) if above else []


@pytest.fixture
def mission(client, cast, rows):
    """A browser of a mission's officer, reading English."""
    client.force_login(cast.mission_officer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def rows(cast):
    """The directory is not empty: an empty one offers no views."""
    from accounts import members

    for code, by in (("MIS-HAN", cast.mission_officer), ("MIS-SIN", cast.mission_officer)):
        body = Organisation.objects.get(code=code)
        members.add(
            organisation=body, reach=[body.pk], business_number="", facts={"name": "가"}, by=by
        )


@pytest.fixture
def colleague(cast):
    """A second officer of the same mission, who stands nowhere else."""
    officer = cast.centre_officer
    Membership.objects.filter(user=officer).delete()
    body = Organisation.objects.get(code="MIS-HAN")
    Membership.objects.create(user=officer, organisation=body)
    return officer


@pytest.fixture
def neighbour(cast):
    """An officer of the mission next door."""
    officer = cast.association_officer
    Membership.objects.filter(user=officer).delete()
    Membership.objects.create(user=officer, organisation=Organisation.objects.get(code="MIS-SIN"))
    return officer


# --- Keeping ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", LISTS)
def test_filters_are_kept_in_one_form_and_stand_above_their_list(mission, name):
    sent, _kept, _said = LISTS[name]

    answer = mission.post(at("views", name), {"query": sent, "name": "나의 것", "shared": ""})
    view = SavedView.objects.get()

    assert (view.desk, view.query, view.organisation.code) == (DESK[name], KEPT[name], "MIS-HAN")
    assert answer["Location"] == f"{at(name)}?{KEPT[name]}"
    page = mission.get(answer["Location"])
    assert re.findall(r'aria-current="page"><bdi>(.*?)</bdi>', page.content.decode()) == ["나의 것"]
    # A view says by its name what it filters by: there is nothing to keep once more.
    assert "Keep these filters as a view" not in text(page)
    for other in set(LISTS) - {name}:
        assert "나의 것" not in chips(mission.get(at(other)))


@pytest.mark.parametrize("name", LISTS)
def test_page_of_views_says_them_in_words_and_changes_them(mission, name):
    sent, _kept, said = LISTS[name]
    mission.post(at("views", name), {"query": sent, "name": "나의 것"})
    pk = SavedView.objects.get().pk

    page = text(mission.get(at("views", name), {"in": sent}))
    mission.post(at("view", name, pk), {"do": "rename", "name": "새 이름"})
    renamed = SavedView.objects.get().name
    elsewhere = mission.post(
        at("view", "cases" if name != "cases" else "asked", pk), {"do": "delete"}
    )
    there = mission.post(at("view", name, pk), {"do": "delete"})

    assert page.count(said) == 2
    assert renamed == "새 이름"
    assert (elsewhere.status_code, there["Location"]) == (404, at("views", name))
    assert not SavedView.objects.exists()


def test_views_of_two_lists_may_have_one_name(mission):
    for name in LISTS:
        mission.post(at("views", name), {"query": LISTS[name][0], "name": "매일"})

    assert sorted(SavedView.objects.values_list("desk", "name")) == sorted(
        (desk, "매일") for desk in DESK.values()
    )


@pytest.mark.parametrize("name", LISTS)
def test_filters_of_a_list_do_not_stand_in_the_search_of_the_whole_portal(mission, name):
    for page in (f"{at(name)}?{LISTS[name][0]}", f"{at('views', name)}?in={KEPT[name]}"):
        box = re.search(
            r'<input[^>]*name="q" maxlength="200"[^>]*>', mission.get(page).content.decode()
        )
        assert "value=" not in box[0]


@pytest.mark.parametrize("name", LISTS)
def test_hostile_name_and_address_stay_text(mission, name):
    hostile = '"><script>alert(1)</script>'
    sent = LISTS[name][0] + "&q=%00%22%3E%3Cscript%3Ealert(1)%3C/script%3E"

    mission.post(at("views", name), {"query": sent, "name": hostile})

    for page in (at(name), at("views", name) + f"?in={'q=' + hostile}", at(name) + "?" + sent):
        assert "<script>alert" not in mission.get(page).content.decode()


# --- Whose they are ---------------------------------------------------------------------------
def check_apart(client, cast, colleague, neighbour, name):
    """A view is its owner's; shared, the organisation's; never another organisation's."""
    mission = Organisation.objects.get(code="MIS-HAN")
    facts = {"owner": cast.mission_officer, "organisation": mission, "desk": DESK[name]}
    own = SavedView.objects.create(**facts, name=MINE, query=KEPT[name])
    shared = SavedView.objects.create(**facts, name=OURS, query=KEPT[name], shared=True)

    def seen(user, code):
        client.force_login(user)
        views = text(client.get(at("views", name, code=code)))
        above = chips(client.get(at(name, code=code)))
        both = [one for one in above if one in (MINE, OURS)]
        assert [one for one in (MINE, OURS) if one in views] == both
        return both

    assert seen(cast.mission_officer, "MIS-HAN") == [MINE, OURS]
    assert seen(colleague, "MIS-HAN") == [OURS]
    for view in (own, shared):
        for what in ("rename", "share", "keep", "delete"):
            answer = client.post(at("view", name, view.pk), {"do": what, "name": "x"})
            assert answer.status_code == 404
    assert seen(neighbour, "MIS-SIN") == []
    assert client.get(at("views", name)).status_code == 404
    # Nor at another desk of the owner's own.
    Membership.objects.create(
        user=cast.mission_officer, organisation=Organisation.objects.get(code="MIS-SIN")
    )
    assert seen(cast.mission_officer, "MIS-SIN") == []


@pytest.mark.parametrize("name", LISTS)
def test_shared_view_is_the_colleagues_and_nobody_elses(
    client, cast, rows, colleague, neighbour, name
):
    check_apart(client, cast, colleague, neighbour, name)


@pytest.mark.parametrize(
    "twin",
    [
        lambda shelf: SavedView.objects.filter(desk=shelf.desk),
        # One's own go along to another desk.
        lambda shelf: SavedView.objects.filter(
            Q(owner=shelf.user.pk) | Q(organisation=shelf.organisation), desk=shelf.desk
        ),
    ],
)
def test_shelf_that_forgets_the_organisation_fails_the_same_assertions(
    client, cast, rows, colleague, neighbour, monkeypatch, twin
):
    monkeypatch.setattr(Shelf, "views", twin)

    with pytest.raises(AssertionError):
        check_apart(client, cast, colleague, neighbour, "records")


def test_list_of_missions_is_nobody_elses_and_unknown_lists_are_none(client, cast, mission):
    names = {"local": 200, "queue": 404, "filed": 404, "people": 404}
    assert {name: mission.get(at("views", name)).status_code for name in names} == names

    client.force_login(cast.association_officer)
    for name in ("local", "queue", "filed"):
        there = at("views", name, code="KBIZ")
        assert client.get(there).status_code == 404
        assert client.post(there, {"query": "state=open", "name": "x"}).status_code == 404
        assert client.post(at("view", name, 1, code="KBIZ"), {"do": "delete"}).status_code == 404
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", LISTS)
def test_page_of_views_costs_the_same_with_one_and_with_three(
    mission, cast, name, django_assert_num_queries
):
    def more(count):
        for serial in range(count):
            SavedView.objects.create(
                owner=cast.mission_officer,
                organisation=Organisation.objects.get(code="MIS-HAN"),
                desk=DESK[name],
                name=f"보기 {SavedView.objects.count()} {serial}",
                query=KEPT[name],
            )

    more(1)
    mission.get(at("views", name))
    # A mission's list reads its keepers too.
    with django_assert_num_queries(8 if name == "local" else 7):
        mission.get(at("views", name))
    more(2)
    with django_assert_num_queries(8 if name == "local" else 7):
        mission.get(at("views", name))


# --- Requirement records: searched, narrowed, sorted, taken away ------------------------------
@pytest.fixture
def record(cast):
    """Makes a published record that the mission keeps."""

    def make(reference, title, *, country="VN", due=30, words="", code="MIS-HAN"):
        today = timezone.localdate()
        row = Requirement.objects.create(
            reference=reference,
            title=title,
            summary="요약",
            country_id=country,
            type="certification",
            authority="MOIT",
            demand=words or "요건",
            owner=Organisation.objects.get(code=code),
            last_verified=today - dt.timedelta(days=100),
            next_check=None if due is None else today + dt.timedelta(days=due),
            state="published",
            published_at=timezone.now(),
        )
        index.put(Requirement, row.pk, title=title, body=words)
        return row

    return make


def titles(page):
    """The titles of the records of a list, in its order."""
    return re.findall(r'<th scope="row"[^>]*><div><a[^>]*><bdi>(.*?)</bdi>', page.content.decode())


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["다 화장품 등록", "가 식품 표시", "나 전기 인증"]),
        ("sort=title", ["가 식품 표시", "나 전기 인증", "다 화장품 등록"]),
        ("sort=-title", ["다 화장품 등록", "나 전기 인증", "가 식품 표시"]),
        ("sort=country", ["나 전기 인증", "다 화장품 등록", "가 식품 표시"]),
        ("country=VN", ["다 화장품 등록", "가 식품 표시"]),
        ("show=overdue", ["다 화장품 등록"]),
        ("q=화장품", ["다 화장품 등록"]),
        ("q=시험성적서", ["나 전기 인증"]),
        ("q=품", ["다 화장품 등록", "가 식품 표시"]),
        ("q=품&country=US", []),
        ("q=%25", []),
        ("country=XX&sort=secret", ["다 화장품 등록", "가 식품 표시", "나 전기 인증"]),
    ],
)
def test_records_are_searched_narrowed_and_sorted(mission, record, query, wanted):
    record("a", "가 식품 표시", due=40)
    record("b", "나 전기 인증", country="US", due=None, words="시험성적서를 냅니다.")
    record("c", "다 화장품 등록", due=-3)
    record("d", "라 화장품 남의 것", code="MIS-SIN")
    Requirement.objects.filter(reference="d").update(state="published")

    assert titles(mission.get(f"{at('records')}?{query}")) == wanted


@pytest.mark.parametrize("query", ["", "?sort=country", "?q=기록&country=VN"])
def test_records_cost_the_same_with_one_and_with_three(
    mission, record, query, django_assert_num_queries
):
    count = 10 if "q=" in query else 9
    record("a", "기록 가")
    mission.get(at("records") + query)
    with django_assert_num_queries(count):
        mission.get(at("records") + query)
    record("b", "기록 나")
    record("c", "기록 다")

    with django_assert_num_queries(count):
        assert len(titles(mission.get(at("records") + query))) == 3


def test_sixty_records_are_walked_on_and_back_in_every_order(mission, record):
    for serial in range(60):
        record(f"r{serial}", f"기록 {serial % 7}", due=None if serial % 5 == 0 else serial % 4)
    for sort in ("", "title", "country", "-country"):
        seen, query = [], f"?sort={sort}"
        while query:
            page = mission.get(at("records") + query)
            seen += [row.pk for row in page.context["page"].rows]
            query = page.context["links"]["next"]
        back = mission.get(at("records") + page.context["links"]["previous"])

        assert (len(seen), len(set(seen))) == (60, 60)
        assert [row.pk for row in back.context["page"].rows] == seen[25:50]


def test_records_are_taken_away_as_they_are_narrowed(mission, record):
    record("a", "=가 식품 표시")
    record("b", "나 전기 인증", country="US")

    answer = mission.post(
        at("export", "records") + "?country=VN", {"format": "csv", "reason": "본부 보고 자료"}
    )

    assert [row[0] for row in as_csv(answer)[1:]] == ["'=가 식품 표시"]


# --- What we are asked: narrowed by country and kind ------------------------------------------
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("country=US", {"first"}),
        ("category=CUS", {"first", "second"}),
        ("category=CUS-01&country=VN", {"second"}),
        ("category=none", set()),
        ("show=ended&country=US", set()),
    ],
)
def test_questions_are_narrowed_by_country_and_kind(mission, asks, query, wanted):  # noqa: F811
    made = {"first": asks("MIS-HAN", country_id="US"), "second": asks("MIS-HAN")}
    asks("KBIZ", country_id="US")

    page = mission.get(f"{at('asked')}?{query}")

    assert set(numbers(page)) == {made[name].case.number for name in wanted}


def test_part_of_an_address_that_no_list_understands_is_said(mission):
    for name, query in (("members", "province=x"), ("local", "grade=x"), ("records", "show=x")):
        assert "was not understood" in text(mission.get(f"{at(name)}?{query}"))
