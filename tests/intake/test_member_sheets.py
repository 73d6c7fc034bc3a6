"""A directory by spreadsheet: what a file would do, doing it once, taking it away again."""

from __future__ import annotations

import csv
import io
import time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import member_imports, member_sheets, members
from accounts.desk import stand
from accounts.models import Company, Member, MemberSheet, Organisation
from privacy.models import Download
from tests.intake.factories import valid_business_number

pytestmark = pytest.mark.django_db
HEAD = ["기업명", "사업자등록번호", "시도", "담당자", "이메일", "가입일", "비고"]


def number(serial):
    return valid_business_number(920_000 + serial)


def book(*rows, head=HEAD):
    file = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.append(head)
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


@pytest.fixture
def officer(cast, client):
    client.force_login(cast.association_officer)
    return cast.association_officer


@pytest.fixture
def kbiz(cast):
    return Organisation.objects.get(code="KBIZ")


def url(name, *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, *more])


def upload(client, content, name="회원사.xlsx"):
    return client.post(url("member-sheets"), {"file": SimpleUploadedFile(name, content)})


def previewed(client, content, name="회원사.xlsx"):
    answer = upload(client, content, name)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer.url)


def applied(client, page):
    sheet = page.context["sheet"]
    return client.post(url("member-apply", sheet.pk), {"seen": page.context["seen"]})


def test_rows_are_new_changed_same_or_wrong(client, officer, kbiz):
    facts = {"name": "시연상사", "language": "ko", "contact_name": "홍시연", "note": "오래된 메모"}
    for serial in (1, 2):
        members.add(
            organisation=kbiz,
            reach=[kbiz.pk],
            business_number=number(serial),
            facts=facts,
            by=officer,
        )
    pretty = f"{number(1)[:3]}-{number(1)[3:5]}-{number(1)[5:]}"

    page = previewed(
        client,
        book(
            ["시연상사", pretty, "서울", "김시연", "", "", ""],
            ["시연상사", number(2), "", "", "", "", ""],
            ["새 기업", number(3), "경기도", "", "new@company.example", "2024.3.5", "첫 상담"],
            ["틀린 기업", "1234567890", "화성", "", "no-mail", "2024-13-45", ""],
            ["", "", "", "누구", "", "", ""],
            ["새 기업", number(3), "", "", "", "", ""],
        ),
    )
    wrong = client.get(url("member-sheet", page.context["sheet"].pk) + "?show=wrong")
    changed = client.get(url("member-sheet", page.context["sheet"].pk) + "?show=changed")

    assert page.context["counts"] == {"new": 1, "changed": 1, "same": 1, "wrong": 3}
    assert [[fault.cell for fault in row.faults] for row, _told in wrong.context["rows"]] == [
        ["B5", "C5", "E5", "F5"],
        ["A6"],
        ["B7"],
    ]
    assert [told for _row, told in changed.context["rows"]] == [
        [("시·도", "–", "서울특별시"), ("담당자 성명", "홍시연", "김시연")]
    ]
    assert Member.objects.count() == 2


def test_apply_writes_good_rows_once_and_empties_what_was_read(client, officer, kbiz):
    shared = Company.objects.create(business_number=number(5), name="이웃이 부르는 이름")
    page = previewed(
        client,
        book(
            ["한빛무역", number(5), "부산", "박시연", "park@company.example", "", ""],
            ["번호 모름", "", "", "", "", "", ""],
            ["틀림", "1", "", "", "", "", ""],
        ),
    )

    done = applied(client, page)
    again = applied(client, page)

    rows = Member.objects.order_by("name")
    assert (done.status_code, again.status_code) == (302, 404)
    assert [(row.name, row.company.business_number, row.by_name) for row in rows] == [
        ("번호 모름", None, True),
        ("한빛무역", number(5), False),
    ]
    assert Company.objects.get(pk=shared.pk).name == "이웃이 부르는 이름"
    sheet = MemberSheet.objects.get()
    assert (sheet.rows, sheet.added, sheet.wrong) == ([], 2, 1)


def test_changed_rows_keep_what_the_sheet_does_not_say(client, officer, kbiz):
    row = members.add(
        organisation=kbiz,
        reach=[kbiz.pk],
        business_number=number(6),
        facts={"name": "시연상사", "language": "en", "note": "메모", "contact_name": "홍시연"},
        by=officer,
    )

    applied(client, previewed(client, book(["시연상사 본점", number(6), "", "-", "", "", ""])))

    row.refresh_from_db()
    assert (row.name, row.note, row.contact_name, row.language) == (
        "시연상사 본점",
        "메모",
        "",
        "en",
    )
    assert (row.version, row.name_key) == (2, "시연상사본점")


def test_row_without_number_gets_it_from_the_sheet(client, officer, kbiz):
    row = members.add(
        organisation=kbiz,
        reach=[kbiz.pk],
        business_number="",
        facts={"name": "(주)시연상사", "language": "ko"},
        by=officer,
    )

    applied(client, previewed(client, book(["시연상사", number(7), "", "", "", "", ""])))

    assert list(Member.objects.values_list("pk", "company__business_number", "by_name")) == [
        (row.pk, number(7), False)
    ]


def test_directory_that_changed_meanwhile_is_shown_anew(client, officer, kbiz, cast):
    row = members.add(
        organisation=kbiz,
        reach=[kbiz.pk],
        business_number=number(8),
        facts={"name": "시연상사", "language": "ko"},
        by=officer,
    )
    page = previewed(client, book(["시연상사", number(8), "", "김시연", "", "", ""]))
    members.change(
        member=Member.objects.get(pk=row.pk),
        seen=1,
        business_number=number(8),
        facts={"name": "시연상사", "language": "ko", "contact_name": "이시연"},
        by=cast.manager,
    )

    refused = applied(client, page)
    now = applied(client, refused)

    row.refresh_from_db()
    assert (refused.status_code, now.status_code, row.contact_name) == (409, 302, "김시연")


def test_neighbours_rows_play_no_part(client, officer, cast):
    innobiz = Organisation.objects.get(code="INNOBIZ")
    theirs = members.add(
        organisation=innobiz,
        reach=[innobiz.pk],
        business_number=number(9),
        facts={"name": "이웃만 아는 이름", "language": "ko", "note": "비밀"},
        by=cast.other_association_officer,
    )

    page = previewed(client, book(["", number(9), "", "누구", "", "", ""]))
    client.force_login(cast.other_association_officer)
    foreign = [
        client.get(url("member-sheet", page.context["sheet"].pk)).status_code,
        client.get(url("member-sheet", page.context["sheet"].pk, code="INNOBIZ")).status_code,
        applied(client, page).status_code,
    ]
    client.force_login(cast.manager)
    colleague = client.get(url("member-sheet", page.context["sheet"].pk)).status_code

    assert page.context["counts"]["wrong"] == 1
    assert "이웃만 아는" not in page.content.decode()
    assert (foreign, colleague) == ([404, 404, 404], 404)
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_csv_in_cp949_with_other_headings_is_read(client, officer, kbiz):
    text = f"회사명,사업자번호,연락처\r\n한빛무역,{number(10)},02-123-4567\r\n"

    applied(client, previewed(client, text.encode("cp949"), "회원.csv"))

    assert list(Member.objects.values_list("name", "contact_phone")) == [
        ("한빛무역", "02-123-4567")
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "leer.xlsx"),
        (b"PK\x03\x04 nonsense", "kaputt.xlsx"),
        ("가,나\n1,2\n".encode(), "ohne.csv"),
        (b"<html></html>", "seite.xlsx"),
    ],
)
def test_file_that_cannot_be_read_is_said_beside_its_field(client, officer, content, name):
    page = upload(client, content, name)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["file"]
    assert MemberSheet.objects.count() == 0


def test_formula_is_named_by_its_cell(client, officer):
    page = previewed(client, book(["한빛무역", number(11), "", "=1+1", "", "", ""]))

    [(row, _told)] = page.context["rows"]

    assert [fault.cell for fault in row.faults] == ["D2"]


def test_template_and_export_can_be_imported_again(client, officer, kbiz):
    template = b"".join(client.get(url("member-template")).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(template)).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    members.add(
        organisation=kbiz,
        reach=[kbiz.pk],
        business_number=number(12),
        facts={"name": "=cmd|'/c calc'!A1", "language": "en", "province": "KR-26", "note": "-메모"},
        by=officer,
    )
    exported = {
        kind: b"".join(
            client.post(
                url("export", "members"), {"reason": "연간 점검", "format": kind}
            ).streaming_content
        )
        for kind in ("xlsx", "csv")
    }
    rows = list(csv.reader(io.StringIO(exported["csv"].decode("utf-8-sig"))))

    pages = [previewed(client, exported[kind], f"회원.{kind}") for kind in exported]

    assert head == rows[0]
    assert rows[1][0].startswith("'=")
    assert [page.context["counts"] for page in pages] == [
        {"new": 0, "changed": 0, "same": 1, "wrong": 0}
    ] * 2


def test_export_is_limited_to_the_filter_and_logged_with_its_reason(client, officer, kbiz, cast):
    for serial, name in ((13, "가나무역"), (14, "다라무역")):
        members.add(
            organisation=kbiz,
            reach=[kbiz.pk],
            business_number=number(serial),
            facts={"name": name, "language": "ko"},
            by=officer,
        )
    where = url("export", "members") + "?q=가나"

    without = client.post(where, {"reason": " ", "format": "csv"})
    taken = client.post(where, {"reason": "행사 초청", "format": "csv"})
    text = b"".join(taken.streaming_content).decode("utf-8-sig")

    assert without.status_code == 422
    assert ("가나무역" in text, "다라무역" in text) == (True, False)
    assert list(Download.objects.values_list("user", "organisation", "what", "rows", "reason")) == [
        (officer.pk, "KBIZ", "members", 1, "행사 초청")
    ]


def test_five_thousand_rows_are_compared_and_applied_within_a_request(
    cast, kbiz, django_assert_max_num_queries
):
    desk = stand(cast.association_officer, "KBIZ")
    text = "기업명,사업자등록번호,담당자,연락처,이메일\n" + "".join(
        f"기업 {n},{number(100 + n)},담당 {n},02-123-4567,p{n}@company.example\n"
        for n in range(5000)
    )
    began = time.monotonic()
    rows = member_sheets.read(io.BytesIO(text.encode()), "회원.csv")
    sheet = member_imports.keep(organisation=kbiz, file_name="회원.csv", rows=rows, by=desk.user)
    read = time.monotonic()
    with django_assert_max_num_queries(200):
        counts = member_imports.apply(
            sheet=sheet, desk=desk, seen=member_imports.compare(sheet, desk).seen
        )
    wrote = time.monotonic()
    print(f"read {read - began:.2f} s, applied {wrote - read:.2f} s")  # noqa: T201

    assert counts == {"new": 5000, "changed": 0, "same": 0, "wrong": 0}
    assert Member.objects.count() == 5000
