"""The library's lists and pages: filters, search, pages, both languages, and no writing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketinfo import paging
from marketinfo.models import Article, Requirement
from marketinfo.words import ARTICLE_KINDS
from reference import cached

LIST_QUERIES = 4


def titles(response):
    return [entry.title for entry in response.context["page"].rows]


@pytest.mark.parametrize("path", ["/library/", "/library/requirements/"])
@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_for_three(
    client, write, django_assert_num_queries, path, rows
):
    for number in range(rows):
        write(title=f"안내 {number}", country_id="VN", category_id="CUS-01", hs_codes=" 33 ")
        write(Requirement, title=f"요건 {number}", category_id="CUS-01", hs_codes=" 33 ")
    client.get(path)

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get(path)

    assert len(titles(response)) == rows


@pytest.mark.parametrize("typed", ["통관", "수출통관이", "통관을", "VN 통관", "베트남 통관"])
def test_search_finds_the_noun_in_the_text(client, write, typed):
    write(title="안내", body="수출통관이 지연될 때 할 일", country_id="VN")
    write(title="다른 글", body="대금 회수")

    assert titles(client.get("/library/", {"q": typed})) == ["안내"]


def test_search_marks_what_it_found_and_escapes_the_rest(client, write):
    write(title="통관 <b>안내</b>", body="글")

    page = client.get("/library/", {"q": "통관"}).content.decode()

    assert "<mark>통관</mark> &lt;b&gt;안내&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"country": "VN"}, ["어디나", "베트남"]),
        ({"country": "US"}, ["어디나"]),
        ({"kind": "notice"}, ["어디나"]),
        ({"category": "CUS-01"}, ["베트남"]),
        ({"category": "PAY-01"}, []),
        ({"hs": "33"}, ["베트남"]),
        ({"hs": "3304.99"}, ["베트남"]),
        ({"hs": "3305"}, []),
        ({"hs": "38"}, []),
        ({"country": "VN", "hs": "3304", "q": "통관"}, ["베트남"]),
        ({"country": "QQ"}, ["어디나", "베트남"]),
        ({"kind": "<x>"}, ["어디나", "베트남"]),
        ({"page": "99"}, ["어디나", "베트남"]),
        ({"page": "²"}, ["어디나", "베트남"]),
        ({"hs": "33x"}, ["어디나", "베트남"]),
    ],
)
def test_filter_narrows_by_what_is_valid(client, write, asked, found):
    write(
        title="베트남",
        country_id="VN",
        category_id="CUS-01",
        hs_codes=" 3304 ",
        body="통관",
    )
    write(title="어디나", kind="notice")

    assert titles(client.get("/library/", asked)) == found


def test_filter_says_what_is_wrong_beside_the_field(client, write, markup_errors):
    write()

    response = client.get("/library/", {"hs": "33x"})

    assert list(response.context["form"].errors) == ["hs"]
    assert 'id="filter-hs_error"' in response.content.decode()
    assert markup_errors(response) == []


@pytest.mark.parametrize("path", ["/library/", "/library/requirements/"])
def test_empty_list_leads_on(client, places, path):
    nothing = client.get(path).content.decode()
    unfit = client.get(path, {"q": "없는말"}).content.decode()

    assert [page.count('class="empty"') for page in (nothing, unfit)] == [1, 1]
    assert f'<a href="{path}">' in unfit.split('class="empty"')[1]


def test_long_list_is_cut_into_pages_that_keep_the_filter(client, write, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    for number in range(5):
        write(title=f"안내 {number}", country_id="VN")

    first = client.get("/library/", {"country": "VN"})
    last = client.get("/library/", {"country": "VN", "page": "3"})

    assert titles(first) == ["안내 4", "안내 3"]
    assert titles(last) == ["안내 0"]
    assert 'href="?country=VN&amp;page=2"' in first.content.decode()


def test_count_stops_where_nobody_leafs_on(client, write, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 2)
    for number in range(4):
        write(title=f"안내 {number}")

    page = client.get("/library/").context["page"]

    assert (page.count, page.capped, page.shown_count) == (3, True, 2)


def test_overdue_entry_wears_a_badge(client, write):
    today = timezone.localdate()
    write(title="오늘까지", next_check=today)
    late = write(title="지남", next_check=today - dt.timedelta(days=1))

    listing = client.get("/library/").content.decode()
    page = client.get(late.get_absolute_url()).content.decode()

    assert [text.count('class="badge stale"') for text in (listing, page)] == [1, 1]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("model", ["article", "requirement"])
def test_pages_are_well_formed_in_both_languages(client, write, markup_errors, language, model):
    body = "## 제목\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n> 인용\n"
    facts = {"country_id": "VN", "category_id": "CUS-01", "hs_codes": " 33 3304 "}
    if model == "article":
        entry = write(body=body, **facts)
        listing = "/library/"
    else:
        entry = write(Requirement, demand=body, procedure="1. 하나", cost="무료", **facts)
        listing = "/library/requirements/"
    write(title="이웃", **facts)
    client.cookies["django_language"] = language

    responses = [client.get(listing), client.get(entry.get_absolute_url())]

    assert [markup_errors(response) for response in responses] == [[], []]
    assert [response["Content-Language"] for response in responses] == [language, language]
    assert ("베트남" if language == "ko" else "Viet Nam") in responses[1].content.decode()


def test_foreign_text_says_its_language(client, write):
    entry = write(title="Checklist", language="en")

    page = client.get(entry.get_absolute_url()).content.decode()

    assert page.count('lang="en"') == 4  # head, text, and the two language buttons


def test_reading_writes_nothing(client, write):
    entry = write(country_id="VN")
    paths = ["/library/", "/library/?q=안내", "/library/requirements/", entry.get_absolute_url()]

    with CaptureQueriesContext(connection) as asked:
        for path in paths:
            client.get(path)

    verbs = {query["sql"].split()[0].upper() for query in asked}
    assert verbs == {"SELECT"}


def test_kinds_are_offered_in_the_reader_s_language(client, write):
    write()
    cached.clear()

    form = client.get("/library/").context["form"]

    assert [code for code, _label in form.fields["kind"].choices] == ["", *ARTICLE_KINDS]


def test_category_reaches_what_stands_under_it_and_above_it(write):
    write(title="위", category_id="CUS")
    write(title="아래", category_id="CUS-01")
    write(title="딴 데", category_id="PAY-01")

    found = [
        sorted(Article.objects.for_category(code).values_list("title", flat=True))
        for code in ("CUS", "CUS-01", "CUS-02")
    ]

    assert found == [["아래", "위"], ["아래", "위"], ["위"]]


def test_related_entries_share_country_and_category_first(write):
    entry = write(title="이것", country_id="VN", category_id="CUS-01")
    write(title="둘 다", country_id="VN", category_id="CUS-01")
    write(title="분류만", country_id="US", category_id="CUS-01")
    write(title="국가만", country_id="VN", category_id="PAY-01")
    write(title="남남", country_id="US", category_id="PAY-01")

    titles = [near.title for near in Article.objects.related_to(entry)]

    assert titles == ["둘 다", "국가만", "분류만"]
