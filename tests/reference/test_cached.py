"""The choices of the intake form: right, in order, and read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference import cached
from reference.models import Category, Country


def test_countries_start_with_the_frequent_ones(loaded):
    frequent, others = cached.country_choices("ko")

    assert frequent[1][:4] == (("US", "미국"), ("CN", "중국"), ("VN", "베트남"), ("JP", "일본"))
    assert others[1][:2] == (("GH", "가나"), ("GA", "가봉"))


def test_countries_stand_in_one_group_each_and_korea_in_none(loaded):
    frequent, others = cached.country_choices("en")
    codes = [code for code, _name in (*frequent[1], *others[1])]

    assert sorted(codes) == sorted(Country.objects.exclude(pk="KR").values_list("iso2", flat=True))


def test_countries_sort_without_accents(loaded):
    names = [name for _code, name in cached.country_choices("en")[1][1]]

    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]


def test_categories_are_grouped_by_their_top(loaded):
    groups = cached.category_choices("ko")

    assert len(groups) == 13
    assert groups[0][0] == "판로·마케팅"
    assert groups[0][1][0] == ("MKT-01", "바이어 발굴·매칭")
    assert sum(len(subs) for _top, subs in groups) == 60


def test_categories_leave_out_what_has_ended(loaded):
    Category.objects.filter(code="ETC").update(valid_to="2026-01-31")

    groups = cached.category_choices("en")

    assert [top for top, _subs in groups][-1] == "Local establishment, tax, labour and visa"


def test_provinces_start_with_seoul(loaded):
    provinces = cached.province_choices("ko")

    assert (len(provinces), provinces[0]) == (17, ("KR-11", "서울특별시"))


def test_sectors_start_with_manufacturing(loaded):
    manufacturing, others = cached.sector_choices("ko")

    assert manufacturing[0] == "제조업"
    assert manufacturing[1][0] == ("C10", "식료품 제조업")
    assert [code for code, _name in manufacturing[1]][-1] == "C"
    assert [code for code, _name in others[1]] == [*"ABDEFGHIJKLMNOPQRSTU"]


def test_choices_are_read_once(loaded):
    cached.country_choices("ko")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        cached.country_choices("ko")

    assert len(queries) == 0


def test_choices_are_read_again_when_their_time_is_up(loaded, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(cached.time, "monotonic", lambda: now)
    cached.province_choices("ko")
    now += cached.SECONDS

    with CaptureQueriesContext(connection) as queries:
        cached.province_choices("ko")

    assert len(queries) == 1


@pytest.mark.django_db
def test_empty_choices_are_not_kept():
    before = cached.country_choices("ko")
    Country.objects.create(
        iso2="VN", iso3="VNM", numeric="704", region="SEA", name_ko="베트남", name_en="Viet Nam"
    )

    after = cached.country_choices("ko")

    assert (before, after[1][1]) == ((), (("VN", "베트남"),))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("미국", "US"),
        ("usa", "US"),
        ("United  States", "US"),
        (" 터키 ", "TR"),
        ("UAE", "AE"),
        ("남아공", "ZA"),
        ("베 트 남", "VN"),
        ("어딘가", None),
        ("", None),
    ],
)
def test_country_code_understands_what_people_write(loaded, text, code):
    assert cached.country_code(text) == code
