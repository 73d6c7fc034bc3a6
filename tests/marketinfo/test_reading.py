"""Pages that are read: contents, citation, PDF, countries."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Organisation
from marketinfo import actions, blocks, reading
from marketinfo.models import Article, Requirement
from portal import entry_paper, hooks, missions, wiring
from portal.hooks import CountryFigures

LONG = "## 하나\n\n글\n\n## 둘\n\n글\n\n### 둘의 하나\n\n글\n\n## 셋\n\n글"


def test_long_text_has_contents_that_lead_to_its_headings(write, client, markup_errors):
    entry = write(body=LONG)

    response = client.get(entry.get_absolute_url())
    page = response.content.decode()

    assert [f'href="#part-{n}"' in page for n in (1, 2, 3, 4)] == [True, True, False, True]
    assert [f'id="part-{n}"' in page for n in (1, 2, 3, 4)] == [True] * 4
    assert markup_errors(response) == []


def test_short_text_has_none(write, client):
    entry = write(body="## 하나\n\n글\n\n## 둘\n\n글")

    assert "entry-contents" not in client.get(entry.get_absolute_url()).content.decode()


def test_requirement_page_gives_each_heading_one_id(write, client, markup_errors):
    entry = write(Requirement, demand=LONG, procedure=LONG)

    response = client.get(entry.get_absolute_url())
    page = response.content.decode()

    assert page.count('id="demand-1"') == page.count('id="procedure-1"') == 1
    assert markup_errors(response) == []


def test_citation_names_who_what_and_when(write):
    entry = write(title="통관 안내", reference="customs")

    said = reading.citation(entry)

    assert "「통관 안내」" in said
    assert said.endswith("/library/customs/")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pdf_holds_the_text(write, client, language):
    entry = write(title="통관 안내", body=f"{LONG}\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n> 알림")
    client.cookies["django_language"] = language

    response = client.get(f"{entry.get_absolute_url()}pdf/")
    again = client.get(f"{entry.get_absolute_url()}pdf/")

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert again.content == response.content


def test_pdf_of_what_is_not_out_is_not_made(write, client, people):
    draft, out = write(out=False), write()
    actions.withdraw(out, reason="오류", by=people.secretary)

    answers = [client.get(f"{one.get_absolute_url()}pdf/").status_code for one in (draft, out)]

    assert answers == [404, 410]


def test_pdfs_are_counted_for_one_visitor(write, client, monkeypatch):
    monkeypatch.setattr(entry_paper, "PAPERS_AN_HOUR", 1)
    first, second = write(), write()

    codes = [
        client.get(f"{one.get_absolute_url()}pdf/").status_code for one in (first, first, second)
    ]

    assert codes == [200, 200, 429]


def test_blocks_follow_lists_quotes_and_tables():
    text = "글 **굵게**\n\n1. 하나\n   - 속\n2. 둘\n\n> 알림\n\n| 가 |\n|---|\n| 나 |\n\n"
    text += "![x](picture:a)"

    found = blocks.read(text)

    assert [(one.kind, one.mark, one.level) for one in found] == [
        ("words", "", 0),
        ("item", "1.", 1),
        ("item", "•", 2),
        ("item", "2.", 1),
        ("quote", "", 0),
        ("table", "", 0),
        ("picture", "", 0),
    ]
    assert found[5].rows == (("가",), ("나",))
    assert [run.bold for run in found[0].runs] == [False, True]


# --- Countries -----------------------------------------------------------------------------------
@pytest.fixture
def mission(places):
    """The mission in Hanoi."""
    return Organisation.objects.create(
        code="MIS-HAN",
        name_ko="주베트남대사관",
        name_en="Embassy in Viet Nam",
        kind="mission",
        time_zone="Asia/Ho_Chi_Minh",
        country="VN",
        jurisdiction=["VN"],
        city="하노이",
    )


def test_country_page_gathers_what_is_published(write, mission, client, markup_errors):
    write(Requirement, title="표시 요건", country_id="VN")
    write(title="베트남 안내", country_id="VN")
    write(title="비밀 초안", country_id="VN", out=False)
    write(title="미국 안내", country_id="US")

    response = client.get("/library/countries/VN/")
    page = response.content.decode()

    shown = ["표시 요건", "베트남 안내", "주베트남대사관", "비밀 초안", "미국 안내"]
    assert [one in page for one in shown] == [True, True, True, False, False]
    assert markup_errors(response) == []
    # Nobody has read the mission's hours, so none are told.
    said = [words in page for words in ("2시간 느림", "확인되지 않았습니다", "11:00–20:00")]
    assert said == [True, True, False]
    assert f'href="{missions.SITES}"' in page


def test_country_pages_answer_for_what_exists(write, mission, client):
    write(country_id="VN")

    codes = [
        client.get(f"/library/countries/{tail}").status_code for tail in ("", "VN/", "vn/", "ZZ/")
    ]

    assert codes == [200, 200, 301, 404]
    assert "베트남" in client.get("/library/countries/").content.decode()


def test_country_page_asks_as_many_questions_for_three_as_for_one(
    write, mission, client, django_assert_max_num_queries
):
    write(title="하나", country_id="VN")
    client.get("/library/countries/VN/")
    with django_assert_max_num_queries(12):
        client.get("/library/countries/VN/")
    for number in range(3):
        write(title=f"{number}", country_id="VN")
        write(Requirement, title=f"{number}", country_id="VN", category_id="CUS-01")

    with django_assert_max_num_queries(12):
        client.get("/library/countries/VN/")


HOURS = {"MIS-HAN": missions.Hours(dt.time(9), dt.time(18), dt.date(2026, 11, 20))}


@pytest.mark.parametrize(
    ("now", "is_open", "here"),
    [
        (dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC), True, "11:00–20:00"),
        (dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC), False, "11:00–20:00"),
    ],
)
def test_known_hours_stand_on_both_clocks(mission, now, is_open, here):
    office = missions.office(mission, now, HOURS)

    assert (office.there, office.here, office.is_open) == ("09:00–18:00", here, is_open)


@pytest.mark.parametrize(
    ("day", "here", "apart", "later"),
    [
        # Clocks go forward on 14 March and back on 7 November 2027.
        ((2026, 11, 23), "다음 날 02:00–11:00", "17시간 느림", "2027년 3월 14일"),
        ((2027, 3, 12), "다음 날 02:00–11:00", "17시간 느림", "2027년 3월 14일"),
        ((2027, 3, 15), "다음 날 01:00–10:00", "16시간 느림", ""),
        ((2027, 11, 5), "다음 날 01:00–10:00", "16시간 느림", "2027년 11월 7일"),
        ((2027, 11, 8), "다음 날 02:00–11:00", "17시간 느림", "2028년 3월 12일"),
    ],
)
def test_both_clocks_are_right_when_clocks_are_changed(mission, day, here, apart, later):
    mission.time_zone = "America/Los_Angeles"
    now = dt.datetime(*day, 9, 0, tzinfo=ZoneInfo("America/Los_Angeles"))

    office = missions.office(mission, now, HOURS)

    assert (office.here, apart in office.apart) == (here, True)
    assert (later in office.later, bool(office.later)) == (True, bool(later))


def test_hours_after_the_weekend_are_those_of_that_monday(mission):
    """Asked on the Friday before clocks go forward, the next opening is told by the new time."""
    mission.time_zone = "America/Los_Angeles"
    friday = dt.datetime(2027, 3, 12, 20, 0, tzinfo=ZoneInfo("America/Los_Angeles"))

    assert missions.office(mission, friday, HOURS).here == "다음 날 01:00–10:00"


@pytest.mark.parametrize(
    ("zone", "apart"),
    [
        ("Asia/Tokyo", "서울과 같은 시각"),
        ("Asia/Kolkata", "서울보다 3시간 30분 느림"),
        ("Australia/Sydney", "서울보다 2시간 빠름"),
        ("No/Such", "서울과 같은 시각"),
    ],
)
def test_difference_to_seoul_is_told(mission, zone, apart):
    mission.time_zone = zone

    office = missions.office(mission, dt.datetime(2026, 12, 1, tzinfo=dt.UTC), {})

    assert (office.apart, office.hours, office.is_open) == (apart, None, False)


def test_hours_are_read_from_the_data_where_somebody_wrote_them(monkeypatch):
    rows = [
        {"code": "A", "hours": {"opens": "08:30", "closes": "17:00", "checked": "2026-11-20"}},
        {"code": "B", "hours": None},
    ]
    monkeypatch.setattr(missions, "read", lambda path: rows)

    assert missions.known.__wrapped__() == {
        "A": missions.Hours(dt.time(8, 30), dt.time(17), dt.date(2026, 11, 20))
    }


@pytest.mark.parametrize(
    ("filed", "solved", "told"),
    [
        (2, 0, None),
        (3, 0, CountryFigures(3, 0)),
        (5, 4, CountryFigures(5, None)),
        (5, 2, CountryFigures(5, None)),
        (6, 3, CountryFigures(6, 3)),
    ],
)
def test_small_counts_of_cases_are_not_told(monkeypatch, filed, solved, told):
    class Rows:
        def filter(self, **_facts):
            return self

        def exclude(self, **_facts):
            return self

        def aggregate(self, **_sums):
            return {"filed": filed, "solved": solved}

    monkeypatch.setattr(wiring.Case, "objects", Rows())

    assert wiring.country_figures("VN") == told


def test_country_page_shows_figures_of_the_hook(places, client, monkeypatch):
    monkeypatch.setattr(hooks, "country_counters", [lambda code: CountryFigures(12, 7)])

    page = client.get("/library/countries/VN/").content.decode()

    assert "<dd>12</dd>" in page
    assert "<dd>7</dd>" in page


def test_expired_and_withdrawn_leave_the_country_page(write, people, client):
    gone = write(title="내려간 글", country_id="VN")
    actions.withdraw(gone, reason="오류", by=people.secretary)
    Article.objects.filter(pk=write(title="지난 글", country_id="VN").pk).update(state="expired")

    page = client.get("/library/countries/VN/").content.decode()

    assert ("내려간 글" in page, "지난 글" in page) == (False, False)
