"""The member directory of an organisation, and nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts import members
from accounts.models import Company, Member, Organisation
from intake import actions
from intake.timeline import submitter
from tests.intake.factories import filing, valid_business_number

pytestmark = pytest.mark.django_db
NUMBER = "1018100015"
FACTS = {
    "name": "(주)시연상사",
    "language": "ko",
    "contact_name": "홍시연",
    "contact_email": "hong@company.example",
    "note": "전시회에서 만남",
}


@pytest.fixture
def kbiz(cast):
    return Organisation.objects.get(code="KBIZ")


@pytest.fixture
def innobiz(cast):
    return Organisation.objects.get(code="INNOBIZ")


def add(organisation, by, number="", **facts):
    return members.add(
        organisation=organisation,
        reach=[organisation.pk],
        business_number=number,
        facts=FACTS | facts,
        by=by,
    )


def url(name, *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, *more])


def posted(**changes):
    return {"name": "한빛무역", "business_number": "", "language": "ko"} | changes


def number(serial):
    return valid_business_number(900_000 + serial)


def test_add_makes_one_shared_company_and_never_renames_it(cast, kbiz, innobiz):
    mine = add(kbiz, cast.association_officer, number(1))
    theirs = add(innobiz, cast.other_association_officer, number(1), name="다른 이름")

    assert mine.company == theirs.company
    assert Company.objects.get(business_number=number(1)).name == "(주)시연상사"
    assert (mine.name, theirs.name) == ("(주)시연상사", "다른 이름")


def test_add_without_number_is_once_per_name_in_one_directory(cast, kbiz, innobiz):
    first = add(kbiz, cast.association_officer, name="주식회사 시연 상사")

    with pytest.raises(members.AlreadyMemberError) as known:
        add(kbiz, cast.association_officer, name="㈜시연상사")
    other = add(innobiz, cast.other_association_officer, name="시연상사")

    assert known.value.member == first
    assert other.company != first.company


def test_page_of_member_is_the_organisations_own(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, number(2))

    client.force_login(cast.association_officer)
    own = client.get(url("member", row.pk))
    client.force_login(cast.other_association_officer)
    neighbour = client.get(url("member", row.pk))
    through_own_desk = client.get(url("member", row.pk, code="INNOBIZ"))

    assert "전시회에서 만남" in own.content.decode()
    assert (neighbour.status_code, through_own_desk.status_code) == (404, 404)


def test_member_shows_only_cases_that_were_filed_here(client, cast, kbiz, innobiz):
    row = add(kbiz, cast.association_officer, number(3))
    add(innobiz, cast.other_association_officer, number(3))
    same = {"business_number": number(3)}
    ours, _new = actions.submit(
        filing=filing(title="우리 협회가 접수한 건", **same),
        by=submitter(cast.association_officer, kbiz),
    )
    actions.submit(
        filing=filing(title="이웃 협회가 접수한 건", **same),
        by=submitter(cast.other_association_officer, innobiz),
    )
    actions.submit(filing=filing(title="기업이 직접 접수한 건", **same), by=submitter())

    client.force_login(cast.association_officer)
    page = client.get(url("member", row.pk))
    listed = client.get(url("members"), {"cases": "open"})

    assert [case.number for case, _url in page.context["cases"]] == [ours.number]
    assert [(one.pk, still) for one, still in listed.context["rows"]] == [(row.pk, 1)]


@pytest.mark.parametrize("known_next_door", [True, False])
def test_neighbours_number_gives_nothing_but_an_empty_form(client, cast, innobiz, known_next_door):
    if known_next_door:
        add(innobiz, cast.other_association_officer, number(4), name="이웃만 아는 기업")
        actions.submit(
            filing=filing(business_number=number(4), company_name="이웃만 아는 기업"),
            by=submitter(cast.other_association_officer, innobiz),
        )
    client.force_login(cast.association_officer)

    looked_up = client.get(url("member-lookup"), {"q": number(4)})
    by_name = client.get(url("member-lookup"), {"q": "이웃만"})
    listed = client.get(url("members"), {"q": number(4)})
    added = client.post(url("member-add"), posted(business_number=number(4)), follow=True)

    assert (looked_up.json(), by_name.json()) == ([], [])
    assert listed.context["rows"] == []
    assert added.context["member"].name == "한빛무역"
    assert "이웃만 아는" not in added.content.decode()


def test_two_officers_at_once_see_both_versions(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, number(5))
    client.force_login(cast.manager)
    mine = posted(
        name=row.name,
        business_number=number(5),
        contact_email="kim@company.example",
        version=row.version,
    )
    members.change(
        member=Member.objects.get(pk=row.pk),
        seen=1,
        business_number=number(5),
        facts=FACTS | {"contact_email": "lee@company.example"},
        by=cast.association_officer,
    )

    refused = client.post(url("member-edit", row.pk), mine)
    differences = {one.label: (one.theirs, one.yours) for one in refused.context["differences"]}
    kept = Member.objects.get(pk=row.pk).contact_email
    again = client.post(url("member-edit", row.pk), mine | {"version": refused.context["seen"]})

    assert refused.status_code == 409
    assert differences["이메일"] == ("lee@company.example", "kim@company.example")
    assert kept == "lee@company.example"
    assert again.status_code == 302
    assert Member.objects.get(pk=row.pk).contact_email == "kim@company.example"


def test_number_found_later_joins_the_shared_company(cast, kbiz):
    row = add(kbiz, cast.association_officer)
    shared = Company.objects.create(business_number=number(6), name="등기된 이름")

    members.change(
        member=row, seen=1, business_number=number(6), facts=FACTS, by=cast.association_officer
    )

    row.refresh_from_db()
    assert (row.company, row.by_name, row.name) == (shared, False, "(주)시연상사")
    assert Company.objects.get(pk=shared.pk).name == "등기된 이름"


def test_change_to_number_of_another_row_is_said_not_lost(client, cast, kbiz):
    first = add(kbiz, cast.association_officer, number(7))
    second = add(kbiz, cast.association_officer, number(8), name="한빛무역")
    client.force_login(cast.association_officer)

    refused = client.post(
        url("member-edit", second.pk), posted(business_number=number(7), version=1)
    )

    assert refused.status_code == 409
    assert refused.context["known"] == first
    assert Member.objects.get(pk=second.pk).company.business_number == number(8)


def test_leave_and_rejoin_keep_everything(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, number(9))
    client.force_login(cast.association_officer)

    client.post(url("member-leave", row.pk), {"version": 1, "left_on": "2026-11-01"})
    gone = client.get(url("members")).context["rows"]
    left = client.get(url("members"), {"state": "left"}).context["rows"]
    stale = client.post(url("member-rejoin", row.pk), {"version": 1})
    client.post(url("member-rejoin", row.pk), {"version": 2})

    assert gone == []
    assert [one.left_on for one, _still in left] == [dt.date(2026, 11, 1)]
    assert stale.status_code == 409
    assert Member.objects.get(pk=row.pk).left_on is None


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_with_one_row_and_three(
    client, cast, kbiz, rows, django_assert_num_queries
):
    for serial in range(rows):
        add(kbiz, cast.association_officer, number(20 + serial), name=f"기업 {serial}")
    client.force_login(cast.association_officer)
    client.get(url("members"))

    with django_assert_num_queries(8):
        page = client.get(url("members"))

    assert len(page.context["rows"]) == rows


def test_thousand_rows_are_walked_page_by_page(client, cast, kbiz):
    companies = Company.objects.bulk_create(Company(name=f"기업 {n % 7}") for n in range(1000))
    Member.objects.bulk_create(
        Member(organisation=kbiz, company=one, name=one.name, name_key=str(n), by_name=True)
        for n, one in enumerate(companies)
    )
    client.force_login(cast.association_officer)
    seen, query = [], "?"
    while query:
        page = client.get(url("members") + query)
        seen += [row.pk for row, _still in page.context["rows"]]
        query = page.context["next"]
    back = client.get(url("members") + page.context["previous"])

    assert len(seen) == len(set(seen)) == 1000
    assert [row.pk for row, _still in back.context["rows"]] == seen[-50:-25]


def test_list_of_nobody_says_how_to_begin(client, cast):
    client.force_login(cast.association_officer)

    page = client.get(url("members"))

    assert page.context["is_empty"] is True


@pytest.mark.parametrize("typed", ["12345", "१२३", "9" * 30, "-1", "x", "0"])
def test_strange_place_gives_the_first_page(client, cast, kbiz, typed):
    row = add(kbiz, cast.association_officer, number(10))
    client.force_login(cast.association_officer)

    page = client.get(url("members"), {"after": typed})

    assert [one.pk for one, _still in page.context["rows"]] == [row.pk]


def test_look_up_by_number_with_hyphens_and_by_part_of_name(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, number(11))
    client.force_login(cast.association_officer)
    pretty = f"{number(11)[:3]}-{number(11)[3:5]}-{number(11)[5:]}"

    answers = [
        client.get(url("member-lookup"), {"q": words}).json()
        for words in (number(11), pretty, "시연상", "시연 상사", "시", "")
    ]

    assert [[one["id"] for one in answer] for answer in answers] == [[row.pk]] * 4 + [[], []]
    assert answers[0][0] == {
        "id": row.pk,
        "name": "(주)시연상사",
        "business_number": number(11),
        "province": "",
        "municipality": "",
        "sector": "",
        "size_class": "",
        "export_band": "",
        "product": "",
        "contact_name": "홍시연",
        "contact_position": "",
        "contact_phone": "",
        "contact_email": "hong@company.example",
        "language": "ko",
        "open_cases": 0,
    }


def test_look_up_finds_what_was_filed_here_before(client, cast, kbiz):
    actions.submit(
        filing=filing(business_number=number(12), company_name="방문기업"),
        by=submitter(cast.association_officer, kbiz),
    )
    client.force_login(cast.association_officer)

    [found] = client.get(url("member-lookup"), {"q": "방문"}).json()

    assert (found["id"], found["business_number"], found["open_cases"]) == (None, number(12), 1)


def test_look_up_gives_ten_at_most_and_is_bounded(client, cast, kbiz):
    for serial in range(12):
        add(kbiz, cast.association_officer, number(40 + serial), name=f"한빛 {serial:02d}")
    client.force_login(cast.association_officer)

    many = client.get(url("member-lookup"), {"q": "한빛"}).json()
    statuses = {client.get(url("member-lookup"), {"q": "한"}).status_code for _ in range(125)}

    assert len(many) == 10
    assert statuses == {200, 429}


def test_nobody_else_reaches_the_directory(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, number(13))
    names = [
        ("members",),
        ("member-add",),
        ("member-lookup",),
        ("export", "members"),
        ("views", "members"),
        ("member-sheets",),
        ("member-template",),
        ("member", row.pk),
        ("member-edit", row.pk),
    ]
    people = [
        cast.other_association_officer,
        cast.secretary,
        cast.auditor,
        cast.customs_officer,
        cast.centre_officer,
        cast.platform_admin,
    ]
    statuses = set()
    for person in people:
        client.force_login(person)
        statuses |= {client.get(url(*name)).status_code for name in names}
        for name in ("member-leave", "member-rejoin", "member-edit"):
            statuses.add(client.post(url(name, row.pk), posted(version=1)).status_code)

    assert statuses == {404}
    assert Member.objects.get(pk=row.pk).version == 1


def test_hostile_text_stays_text(client, cast, kbiz):
    row = add(kbiz, cast.association_officer, name='<script>alert(1)</script>&"')
    client.force_login(cast.association_officer)

    pages = [client.get(url(*name)) for name in (("members",), ("member", row.pk))]

    assert all("<script>alert(1)" not in page.content.decode() for page in pages)
