"""What the project's own reference data holds, and that loading it respects edits."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from reference import choices, loading
from reference.models import Category, Country, HSChapter, Province, Sector


def test_load_brings_every_table_in(loaded):
    counts = {
        "countries": Country.objects.count(),
        "provinces": Province.objects.count(),
        "chapters in use": HSChapter.objects.in_use().count(),
        "chapters reserved": list(
            HSChapter.objects.filter(reserved=True).values_list("code", flat=True)
        ),
        "top categories": Category.objects.tops().count(),
        "sub-categories": Category.objects.subs().count(),
        "sections": Sector.objects.filter(parent=None).count(),
        "divisions": Sector.objects.filter(parent="C").count(),
    }

    assert counts == {
        "countries": 249,
        "provinces": 17,
        "chapters in use": 96,
        "chapters reserved": ["77"],
        "top categories": 13,
        "sub-categories": 60,
        "sections": 21,
        "divisions": 25,
    }


@pytest.mark.parametrize("column", ["iso2", "iso3", "numeric", "name_ko", "name_en"])
def test_countries_differ_in_every_name(loaded, column):
    values = Country.objects.values_list(column, flat=True)

    assert len(set(values)) == 249


@pytest.mark.parametrize(
    ("iso2", "name_ko", "name_en"),
    [
        ("US", "미국", "United States"),
        ("CN", "중국", "China"),
        ("VN", "베트남", "Viet Nam"),
        ("AE", "아랍에미리트", "United Arab Emirates"),
        ("TR", "튀르키예", "Türkiye"),
        ("AU", "호주", "Australia"),
        ("ZA", "남아프리카공화국", "South Africa"),
    ],
)
def test_countries_bear_the_names_in_use(loaded, iso2, name_ko, name_en):
    country = Country.objects.get(pk=iso2)

    assert (country.name_ko, country.name_en) == (name_ko, name_en)


def test_countries_lie_in_a_known_region(loaded):
    regions = set(Country.objects.values_list("region", flat=True))

    assert regions == set(choices.REGIONS)


def test_no_name_means_two_countries(loaded):
    owners: dict[str, set[str]] = {}
    for row in Country.objects.all():
        for name in (row.iso2, row.iso3, row.name_ko, row.name_en, *row.synonyms):
            owners.setdefault(name.casefold().replace(" ", ""), set()).add(row.iso2)

    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_provinces_bear_their_iso_codes(loaded):
    codes = set(Province.objects.values_list("code", flat=True))

    assert codes == {f"KR-{n}" for n in (11, *range(26, 32), *range(41, 51))}


def test_chapters_run_from_01_to_97(loaded):
    codes = list(HSChapter.objects.filter(hs_version=2022).values_list("code", flat=True))

    assert codes == [f"{number:02}" for number in range(1, 98)]


def test_second_load_changes_nothing(loaded):
    again = loading.load()

    assert [result.changed for result in again] == [0, 0, 0, 0, 0]
    assert [result.unchanged for result in again] == [249, 17, 97, 46, 73]


def test_load_corrects_an_untouched_row(loaded):
    Country.objects.filter(pk="VN").update(name_ko="월남")

    result = loading.load()[0]

    assert (result.added, result.updated, result.kept) == (0, 1, 0)
    assert Country.objects.get(pk="VN").name_ko == "베트남"


def test_load_leaves_an_edited_row_alone(loaded):
    Country.objects.filter(pk="VN").update(name_ko="베트남사회주의공화국", edited_at=timezone.now())

    result = loading.load()[0]

    assert (result.added, result.updated, result.kept) == (0, 0, 1)
    assert Country.objects.get(pk="VN").name_ko == "베트남사회주의공화국"


def test_load_leaves_rows_of_the_secretariat_alone(loaded):
    Category.objects.create(
        code="MKT-99", parent_id="MKT", name_ko="새 유형", name_en="New", primary_body="KOTRA"
    )

    loading.load()

    assert Category.objects.filter(code="MKT-99").count() == 1


def test_current_leaves_out_what_has_ended(loaded):
    Category.objects.filter(code="MKT-01").update(valid_to=dt.date(2026, 6, 30))

    on_last_day = Category.objects.current(dt.date(2026, 6, 30)).filter(code="MKT-01").count()
    day_after = Category.objects.current(dt.date(2026, 7, 1)).filter(code="MKT-01").count()

    assert (on_last_day, day_after) == (1, 0)


def test_dates_must_be_in_order(loaded):
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(code="MKT-01").update(
            valid_from=dt.date(2026, 7, 1), valid_to=dt.date(2026, 6, 30)
        )


def test_name_follows_the_reader(loaded):
    country = Country.objects.get(pk="DE")

    with translation.override("ko"):
        korean = country.name
    with translation.override("en"):
        english = country.name

    assert (korean, english) == ("독일", "Germany")
