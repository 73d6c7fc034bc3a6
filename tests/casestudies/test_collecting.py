"""Collections: looked at first, drafts then, nothing twice and nothing published."""

import io

import pytest
import xlsxwriter

from casestudies import actions, collecting
from casestudies.models import CaseStudy, Collection
from tests.casestudies import scene
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401

pytestmark = pytest.mark.django_db

HEAD = "사례명,국가,유형,HS코드,애로사항,추진경과,결과,협조기관,해결여부,동의"
GOOD = "통관 지연 사례,베트남,CUS-01,3304.99,{words},물었습니다.,통관되었습니다.,관세청,해결,C-1"
WORDS = "(주)한빛무역의 화물이 2026년 3월 12일 보류되었습니다. 연락처 010-1234-5678."


def sheet(*rows):
    return io.BytesIO("\n".join((HEAD, *rows)).encode())


def read(by, *rows):
    return collecting.read(sheet(*rows), "사례집.csv", by=by)


def test_dry_run_writes_no_study_and_says_what_is_wrong(cast):  # noqa: F811
    bad = "둘째 사례,없는나라,CUS-01,9,내용,,결과,없는기관,해결,"
    kept = read(cast.secretary, GOOD.format(words="내용"), bad, ",베트남,,,내용,,결과,,,")

    rows = collecting.shown(kept)

    assert CaseStudy.objects.count() == 0
    assert [row.is_good for row in rows] == [True, False, False]
    assert {fault.column for fault in rows[1].faults} == {"country", "hs", "bodies"}
    assert [(fault.column, row.line) for row in rows[2:] for fault in row.faults] == [("title", 4)]


def test_drafts_are_swept_and_never_published(cast):  # noqa: F811
    kept = read(cast.secretary, GOOD.format(words=WORDS))

    made = collecting.take(kept, by=cast.secretary)

    study = CaseStudy.objects.get()
    assert (made, study.state, study.drafted_by, study.hs_list) == (
        1,
        "draft",
        cast.secretary,
        ["3304"],
    )
    assert [word in study.difficulty for word in ("한빛", "3월", "1234")] == [False] * 3
    assert study.findings.open().count() == 3
    assert [body.code for body in study.bodies.all()] == ["KCS"]
    assert Collection.objects.get().rows == []


def test_same_case_is_recognised_in_the_file_and_in_the_archive(cast):  # noqa: F811
    row = GOOD.format(words="내용입니다.")
    collecting.take(read(cast.secretary, row), by=cast.secretary)

    again = collecting.shown(
        read(cast.secretary, row, "새 사례,베트남,,,가,,나,,,", "새 사례,베트남,,,가,,나,,,")
    )

    assert [bool(one.twin) for one in again] == [True, False, True]


def test_taking_twice_makes_no_second_draft(cast):  # noqa: F811
    kept = read(cast.secretary, GOOD.format(words="내용"))
    collecting.take(kept, by=cast.secretary)

    with pytest.raises(actions.RefusedError):
        collecting.take(kept, by=cast.secretary)

    assert CaseStudy.objects.count() == 1


def test_workbook_is_read_and_a_file_without_columns_is_refused(cast):  # noqa: F811
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["제목", "애로사항", "결과"])
        page.write_row(1, 0, ["사례", "내용", "결과"])
    kept = collecting.read(io.BytesIO(made.getvalue()), "사례.xlsx", by=cast.secretary)

    assert [row.is_good for row in collecting.shown(kept)] == [True]
    with pytest.raises(actions.RefusedError):
        collecting.read(io.BytesIO("가,나\n1,2".encode()), "다른.csv", by=cast.secretary)


def test_imported_draft_needs_its_consent_and_a_second_person(cast):  # noqa: F811
    collecting.take(read(cast.secretary, GOOD.format(words=WORDS)), by=cast.secretary)
    study = CaseStudy.objects.get()
    with pytest.raises(actions.RefusedError):
        actions.submit(study, by=cast.secretary)
    actions.settle_as_proposed(study, by=cast.secretary)
    study = CaseStudy.objects.get()
    study.last_verified = study.created_at.date()
    actions.save(study, by=cast.secretary, fields=["last_verified"])
    actions.submit(study, by=cast.second_secretary)

    with pytest.raises(actions.RefusedError):
        actions.publish(study, by=cast.secretary)

    assert scene.secrets_in(study.running_text()) == []


def test_pages_of_a_collection(cast, client):  # noqa: F811
    client.force_login(cast.secretary)
    file = sheet(GOOD.format(words="내용"))
    file.name = "사례집.csv"

    came = client.post("/admin/casestudies/casestudy/collections/", {"file": file}, follow=True)
    kept = Collection.objects.get()
    taken = client.post(f"/admin/casestudies/casestudy/collections/{kept.pk}/take/", follow=True)

    assert (came.status_code, taken.status_code, CaseStudy.objects.count()) == (200, 200, 1)
