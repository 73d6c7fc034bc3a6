"""Lists that are taken away: the rows that the list shows, for a reason that is kept."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import Organisation
from accounts.sign_in import session as proof
from files import tables
from intake import actions
from intake.timeline import body
from marketinfo.models import Requirement
from privacy.models import Download
from tests.intake.test_partner_lists import (  # noqa: F401
    KBIZ,
    desk,
    file_for,
    numbers,
    organisation_of,
    set_due,
    text,
)

pytestmark = pytest.mark.django_db
EXPORT = "/partner/KBIZ/export/cases/"
ASKED = "/partner/KBIZ/asked/"
REASON = "이사회 보고 자료"


def content(response):
    return b"".join(response.streaming_content)


def as_csv(response):
    return list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"), newline="")))


def as_sheet(response):
    sheet = openpyxl.load_workbook(io.BytesIO(content(response))).active
    return [[cell for cell in row] for row in sheet.iter_rows()]  # noqa: C416


# --- Cases ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_file_holds_the_rows_of_the_list_in_its_order_and_is_kept(
    desk,  # noqa: F811
    cast,
    file_for,  # noqa: F811
    kind,
):
    for name in ("나", "가", "다"):
        file_for(company_name=f"{name}무역", country_id="US")
    file_for(company_name="라무역")
    file_for(cast.other_association_officer, company_name="남의무역", country_id="US")
    query = "country=US&sort=-company"

    listed = numbers(desk.get(f"{KBIZ}?{query}"))
    answer = desk.post(f"{EXPORT}?{query}", {"format": kind, "reason": REASON})
    rows = as_csv(answer) if kind == "csv" else [[c.value for c in r] for r in as_sheet(answer)]

    assert [row[0] for row in rows[1:]] == listed
    assert [row[2] for row in rows[1:]] == ["다무역", "나무역", "가무역"]
    kept = Download.objects.get()
    assert (kept.user, kept.organisation, kept.what, kept.query, kept.format, kept.rows) == (
        cast.association_officer,
        "KBIZ",
        "cases",
        query,
        kind,
        3,
    )
    assert kept.reason == REASON
    day = timezone.localdate()
    assert f'filename="KBIZ-cases-{day:%Y%m%d}.{kind}"' in answer["Content-Disposition"]


def test_reader_of_a_file_gets_nothing_computed_and_everything_back(desk, file_for):  # noqa: F811
    hostile = ["=1+1", "+82-2-123", "@x", "-1", "'=a", '=HYPERLINK("http://x")', "<r>=1</r>"]
    for name in hostile:
        file_for(company_name=name, title=name)

    data = {"format": "xlsx", "reason": REASON}
    cells = as_sheet(desk.post(f"{EXPORT}?sort=received", data))
    rows = as_csv(desk.post(f"{EXPORT}?sort=received", data | {"format": "csv"}))

    assert [c.coordinate for row in cells for c in row if c.data_type == "f"] == []
    assert [tables.unguarded(row[2].value) for row in cells[1:]] == hostile
    assert [tables.unguarded(row[2]) for row in rows[1:]] == hostile


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"format": "xlsx"}, "Say what you need the file for."),
        ({"format": "xlsx", "reason": "1234"}, "at least 5 characters"),
        ({"format": "xlsx", "reason": "        "}, "Say what you need the file for."),
        ({"format": "exe", "reason": REASON}, "Select a valid choice"),
    ],
)
def test_nothing_is_taken_without_a_reason_and_what_was_typed_stays(
    desk,  # noqa: F811
    file_for,  # noqa: F811
    data,
    said,
):
    file_for()

    page = desk.post(EXPORT, data)

    assert (page.status_code, said in text(page), Download.objects.count()) == (422, True, 0)
    assert data.get("reason", "").strip() in page.content.decode()


def test_looking_at_the_page_writes_nothing_and_says_what_is_kept(desk, file_for):  # noqa: F811
    file_for()

    page = text(desk.get(f"{EXPORT}?state=received"))

    assert "State: Received" in page
    assert "Your name, the organisation, this list with its filters" in page
    assert not Download.objects.exists()


def test_empty_list_and_unknown_list_cannot_be_taken(desk):  # noqa: F811
    assert "There are no rows to take away." in text(desk.get(EXPORT))
    assert desk.post(EXPORT, {"format": "csv", "reason": REASON}).status_code == 200
    assert desk.get("/partner/KBIZ/export/people/").status_code == 404
    assert not Download.objects.exists()


def test_neighbour_takes_nothing(client, cast, file_for):  # noqa: F811
    file_for()
    client.force_login(cast.other_association_officer)

    assert client.post(EXPORT, {"format": "csv", "reason": REASON}).status_code == 404
    assert not Download.objects.exists()


def test_old_sign_in_must_be_shown_again_before_a_file_leaves(
    desk,  # noqa: F811
    file_for,  # noqa: F811
    monkeypatch,
):
    file_for()
    monkeypatch.setattr(proof, "was_recent", lambda *_args: False)

    answer = desk.post(EXPORT, {"format": "csv", "reason": REASON})

    assert (answer.status_code, Download.objects.count()) == (302, 0)


# --- What we are asked ----------------------------------------------------------------------
@pytest.fixture
def asks(cases, cast):
    """Asks a body about a new case."""

    def make(code="KBIZ", **changes):
        case = cases.at("reviewing", **changes)
        cases.refer(case, code)
        return case.referrals.get()

    return make


def test_asked_list_shows_own_questions_and_leads_to_their_pages(desk, asks):  # noqa: F811
    first, second, foreign = asks(), asks(), asks("KCS")
    for row, days in ((first, 3), (second, -1)):
        type(row).objects.filter(pk=row.pk).update(due_at=timezone.now() + dt.timedelta(days=days))

    page = desk.get(ASKED)

    assert numbers(page) == [second.case.number, first.case.number]
    assert f"/body/{first.case.number}/{first.pk}/" in page.content.decode()
    assert foreign.case.number not in page.content.decode()
    assert numbers(desk.get(f"{ASKED}?show=overdue")) == [second.case.number]
    assert numbers(desk.get(f"{ASKED}?sort=-due")) == [first.case.number, second.case.number]
    assert numbers(desk.get(f"{ASKED}?q={first.case.number}")) == [first.case.number]
    assert numbers(desk.get(f"{ASKED}?q={foreign.case.number}")) == []


def test_question_names_no_company_that_hides_on_the_page_and_in_the_file(desk, cast, asks):  # noqa: F811
    row = asks(visibility="secretariat_only", company_name="숨은무역")
    type(row).objects.filter(pk=row.pk).update(question="숨은무역의 서류를 확인해 주십시오.")

    page = desk.get(ASKED)
    taken = as_csv(desk.post("/partner/KBIZ/export/asked/", {"format": "csv", "reason": REASON}))

    assert ("숨은무역" in page.content.decode(), "○○○" in page.content.decode()) == (False, True)
    assert [("숨은무역" in cell, cell[:3]) for cell in taken[1][1:2]] == [(False, "○○○")]
    # Nor can it be guessed: words are not searched here.
    assert numbers(desk.get(f"{ASKED}?q=숨은무역")) == numbers(page)


def test_question_is_due_on_the_clock_of_the_mission_and_of_seoul(client, cast, asks):
    mission = organisation_of(cast.mission_officer)
    row = asks(mission.code)
    moment = dt.datetime(2027, 3, 4, 10, 30, tzinfo=timezone.get_default_timezone())
    type(row).objects.filter(pk=row.pk).update(due_at=moment)
    client.force_login(cast.mission_officer)
    client.cookies["django_language"] = "en"

    page = text(client.get(f"/partner/{mission.code}/asked/"))

    assert "March 4, 2027 (Thu) 08:30 March 4, 2027 (Thu) 10:30 in Seoul" in page


def test_asked_list_costs_the_same_with_one_and_with_three_rows(
    desk,  # noqa: F811
    asks,
    django_assert_num_queries,
):
    asks()
    desk.get(ASKED)
    with django_assert_num_queries(8):
        desk.get(ASKED)
    for _serial in range(2):
        asks()
    with django_assert_num_queries(8):
        assert len(numbers(desk.get(ASKED))) == 3


def test_what_was_answered_is_among_the_ended(desk, cast, asks):  # noqa: F811
    row = asks()
    actions.answer_referral(
        referral=row, text="답변입니다.", by=body(cast.association_officer, row.organisation)
    )

    assert numbers(desk.get(f"{ASKED}?show=open")) == []
    assert numbers(desk.get(f"{ASKED}?show=ended")) == [row.case.number]


# --- Requirement records --------------------------------------------------------------------
@pytest.fixture
def record(cast):
    """Makes a published record that an organisation keeps."""

    def make(owner, reference, *, due=30):
        today = timezone.localdate()
        return Requirement.objects.create(
            reference=reference,
            title=f"기록 {reference}",
            summary="요약",
            country_id="VN",
            type="certification",
            authority="MOIT",
            demand="요건",
            owner=owner,
            last_verified=today - dt.timedelta(days=100),
            next_check=None if due is None else today + dt.timedelta(days=due),
            state="published",
            published_at=timezone.now(),
        )

    return make


def test_records_put_overdue_ones_first_and_show_own_ones_alone(client, cast, record):
    mine = organisation_of(cast.mission_officer)
    other = Organisation.objects.get(code="KBIZ")
    record(mine, "later", due=30)
    record(mine, "never", due=None)
    record(mine, "late", due=-5)
    record(other, "foreign", due=-50)
    client.force_login(cast.mission_officer)
    page = client.get(f"/partner/{mine.code}/records/").content.decode()

    places = [page.index(f"기록 {name}") for name in ("late", "later", "never")]
    assert (places, "foreign" in page) == (sorted(places), False)
    only = client.get(f"/partner/{mine.code}/records/?show=overdue").content.decode()
    assert ("기록 late" in only, "기록 later" in only) == (True, False)


def test_checked_again_moves_the_next_check_by_as_long_as_before(client, cast, record):
    mine = organisation_of(cast.mission_officer)
    row = record(mine, "late", due=-5)
    client.force_login(cast.mission_officer)
    address = f"/partner/{mine.code}/records/late/checked/"

    assert client.get(address).status_code == 405
    client.post(address)
    client.post(address)  # twice says so and changes nothing

    row.refresh_from_db()
    today = timezone.localdate()
    assert (row.last_verified, row.next_check, row.verified_by) == (
        today,
        today + dt.timedelta(days=95),
        cast.mission_officer,
    )


def test_record_of_another_organisation_is_not_there(client, cast, record):
    other = Organisation.objects.get(code="KBIZ")
    row = record(other, "foreign")
    mine = organisation_of(cast.mission_officer)
    client.force_login(cast.mission_officer)

    assert client.post(f"/partner/{mine.code}/records/foreign/checked/").status_code == 404
    row.refresh_from_db()
    assert row.last_verified < timezone.localdate()
