"""The council's bodies: all there, linked, and safe from a second load."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import loading
from accounts.admin_taxonomy import unknown_bodies
from accounts.models import Organisation
from reference.models import Category, Country, Province

TAXONOMY = Path(loading.__file__).parent.parent / "reference" / "data" / "taxonomy.json"


def test_load_brings_all_partners_in(loaded):
    counts = {
        kind: Organisation.objects.partners().current().filter(kind=kind).count()
        for kind in ("council-assoc", "centre", "mission")
    }

    assert counts == {"council-assoc": 11, "centre": 15, "mission": 25}


def test_load_brings_every_body_in(loaded):
    others = Organisation.objects.exclude(kind__in=["centre", "mission"])

    assert (Organisation.objects.count(), others.count()) == (109, 69)


def test_former_ministries_name_their_successors(loaded):
    links = dict(
        Organisation.objects.filter(successor__isnull=False).values_list("code", "successor__code")
    )

    assert links == {"MOTIE": "MOTIR", "KIPO": "MOIP", "ME": "MCEE", "MOEF": "MOFE"}


def test_former_ministries_are_not_current(loaded):
    codes = {"MOTIE", "MOTIR", "KIPO", "MOIP"}

    current = Organisation.objects.current().filter(code__in=codes)

    assert set(current.values_list("code", flat=True)) == {"MOTIR", "MOIP"}


def test_secretariat_says_which_body_runs_it(loaded):
    assert Organisation.objects.get(code="SECR").note == "KOSME와(과) 같은 기관입니다."


def test_gyeonggi_is_split_between_its_two_centres(loaded):
    south = Organisation.objects.get(code="EXP-GGI")
    north = Organisation.objects.get(code="EXP-GGN")

    assert south.municipalities == {"except": north.municipalities}
    assert len(north.municipalities) == 10


def test_centres_cover_every_province(loaded):
    covered = {
        code
        for provinces in Organisation.objects.filter(kind="centre").values_list(
            "provinces", flat=True
        )
        for code in provinces
    }

    assert covered == set(Province.objects.values_list("code", flat=True))


def test_missions_keep_their_clock_and_their_rest(loaded):
    riyadh = Organisation.objects.get(code="MIS-RUH")

    assert (riyadh.time_zone, riyadh.weekend, riyadh.holiday_country, riyadh.languages) == (
        "Asia/Riyadh",
        ["Fri", "Sat"],
        "SA",
        ["ar"],
    )


def test_missions_cover_known_countries(loaded):
    countries = {
        code
        for codes in Organisation.objects.filter(kind="mission").values_list(
            "jurisdiction", flat=True
        )
        for code in codes
    }

    known = Country.objects.filter(pk__in=countries).values_list("pk", flat=True)
    assert (len(countries), set(known)) == (17, countries)


def test_second_load_changes_nothing(loaded):
    result = loading.load()[0]

    assert (result.changed, result.unchanged) == (0, 109)


def test_load_leaves_an_edited_body_alone(loaded):
    Organisation.objects.filter(code="MOTIE").update(
        email="desk@motie.example", successor=None, name_ko="산업부", edited_at=timezone.now()
    )

    result = loading.load()[0]
    row = Organisation.objects.get(code="MOTIE")

    assert (result.updated, result.kept) == (0, 1)
    assert (row.name_ko, row.successor, row.email) == ("산업부", None, "desk@motie.example")


def test_every_category_names_bodies_that_exist(loaded):
    codes = set()
    for lead, support in Category.objects.subs().values_list("primary_body", "support_bodies"):
        codes |= {lead, *support}

    assert unknown_bodies(sorted(codes)) == []


def test_a_body_that_does_not_exist_is_noticed(loaded):
    assert unknown_bodies(["KOTRA", "MISSION", "NOBODY"]) == ["NOBODY"]


def test_pseudo_codes_have_members_that_exist(loaded):
    pseudo = json.loads(TAXONOMY.read_text(encoding="utf-8"))["pseudo_codes"]
    members = {code for rule in pseudo.values() for code in rule.get("members", [])}

    known = Organisation.objects.filter(code__in=members).values_list("code", flat=True)
    assert (len(members), set(known)) == (18, members)


@pytest.mark.django_db
def test_command_loads_everything_and_says_so(capsys):
    call_command("load_reference")
    first = capsys.readouterr().out.splitlines()
    call_command("load_reference")
    second = capsys.readouterr().out.splitlines()

    assert [line.split(": ")[1] for line in first] == [
        *(f"{count} added, 0 updated" for count in (249, 17, 97, 46, 73, 109)),
        "7 added",
        "43 added or renewed",
    ]
    assert [line.split(": ")[1] for line in second] == [
        *["0 added, 0 updated"] * 6,
        "0 added",
        "0 added or renewed",
    ]
