"""A spreadsheet of difficulties: uploaded, mended, filed as one batch, taken back."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from intake import actions, timeline
from intake.actions import batches
from intake.actions.batches import filing
from intake.bulk import running
from intake.models import Batch, BatchRow, Case
from intake.models.batch import (
    BAD,
    CHECKED,
    FILED,
    GOOD,
    KEPT,
    LEFT_OUT,
    LIKELY_DUPLICATE,
    REFUSED,
    ROW_FILED,
    ROW_UNDONE,
    UNDONE,
)
from intake.models.case import ACTING, SPREADSHEET
from tests.intake.conftest import Cast
from tests.intake.test_batch_fifty_faults import checked, right_row, workbook


def at(name: str, *more: Any, code: str = "KBIZ") -> str:
    return reverse(f"partner:{name}", args=[code, *more])


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.association_officer)
    return client


def filed(batch: Batch, cast: Cast) -> Batch:
    """Every right row of the batch filed, by a worker."""
    batches.start_filing(batch=batch, by=cast.association_officer)
    running.run_unfinished()
    batch.refresh_from_db()
    return batch


def upload(client: Client, content: bytes, name: str = "rows.xlsx") -> Any:
    return client.post(at("batch-upload"), {"file": SimpleUploadedFile(name, content)})


def test_upload_check_file_and_undo_through_the_pages(officer: Client, cast: Cast) -> None:
    rows = [right_row(1), right_row(2), right_row(3) | {"country": "베트낭"}]

    answer = upload(officer, workbook(rows))
    batch = Batch.objects.get()
    waiting = officer.get(answer.url).content.decode()
    running.run_unfinished()
    page = officer.get(answer.url).content.decode()
    officer.post(at("batch-file", batch.key))
    running.run_unfinished()
    filed_page = officer.get(answer.url).content.decode()
    officer.post(at("batch-undo", batch.key), {"reason": "잘못된 파일"})
    running.run_unfinished()
    batch.refresh_from_db()

    assert answer.url == at("batch", batch.key)
    assert "data-progress" in waiting
    assert "L4" in page
    assert "베트낭" in page
    numbers = set(re.findall(r"GT-\d{4}-\d{6}-\d", filed_page))
    assert numbers == set(Case.objects.values_list("number", flat=True))
    assert batch.state == UNDONE
    assert list(Case.objects.values_list("state", flat=True)) == ["withdrawn"] * 2


def test_filed_rows_are_what_the_single_verb_files(cast: Cast) -> None:
    batch = filed(checked(workbook([right_row(5)]), cast), cast)

    case = Case.objects.get()
    row = batch.rows.get()
    assert (row.state, row.case_id, row.key) == (ROW_FILED, case.pk, case.idempotency_key)
    assert (case.channel, case.proxy, case.company_name) == (SPREADSHEET, ACTING, "시험수출 5호")
    assert case.keeper == cast.association_officer
    assert case.filer_organisation == batch.organisation
    assert case.confirm_asked_at is not None
    assert {consent.kind for consent in case.consents.all() if consent.given} == {
        "collection",
        "bodies",
    }
    assert [event.verb for event in case.events.all()] == ["submit"]


def test_killed_half_way_and_run_again_loses_and_doubles_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = checked(workbook([right_row(serial) for serial in range(50)]), cast)
    batches.start_filing(batch=batch, by=cast.association_officer)
    real, calls = filing.submit, []

    def dying(**what: Any) -> Any:
        calls.append(1)
        if len(calls) == 33:
            raise KeyboardInterrupt
        return real(**what)

    monkeypatch.setattr(filing, "submit", dying)
    with pytest.raises(KeyboardInterrupt):
        running.run_unfinished()
    left = Case.objects.count()
    Batch.objects.update(leased_until=None)  # the lease of the killed one has run out
    running.run_unfinished()
    batch.refresh_from_db()

    assert left == 20
    assert batch.state == FILED
    assert Case.objects.count() == 50
    assert batch.rows.filter(state=ROW_FILED).count() == 50
    assert batch.done == 50


def test_undo_leaves_what_the_secretariat_has_begun(cast: Cast) -> None:
    batch = filed(checked(workbook([right_row(1), right_row(2)]), cast), cast)
    begun = Case.objects.order_by("pk")[0]
    actions.claim(case=begun, by=timeline.secretary(cast.secretary))

    batches.start_undoing(batch=batch, reason="두 번 올림", by=cast.association_officer)
    running.run_unfinished()

    assert list(batch.rows.values_list("state", flat=True)) == [KEPT, ROW_UNDONE]
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == [
        "reviewing",
        "withdrawn",
    ]
    with pytest.raises(batches.NotNowError):
        batches.start_undoing(batch=batch, reason="또", by=cast.association_officer)


def test_the_same_file_twice_is_one_batch(officer: Client, cast: Cast) -> None:
    content = workbook([right_row(1)])

    first = upload(officer, content)
    second = upload(officer, content)

    assert Batch.objects.count() == 1
    assert second.url == first.url


def test_a_row_is_mended_in_the_browser(officer: Client, cast: Cast) -> None:
    batch = checked(workbook([right_row(1) | {"country": "베트낭", "hs_code": "330"}]), cast)
    path = at("batch-row", batch.key, 2)

    shown = officer.get(path)
    cells = batch.rows.get().cells
    half = officer.post(path, cells | {"country": "베트남"})
    still = batch.rows.get()
    done = officer.post(path, cells | {"country": "베트남", "hs_code": "3304"})

    assert shown.status_code == 200
    assert (half.status_code, still.state) == (422, BAD)
    assert [one["column"] for one in still.errors] == ["hs_code"]
    assert done.url == at("batch", batch.key)
    assert batch.rows.get().state == GOOD


def test_wrong_rows_go_out_and_come_back(officer: Client, cast: Cast) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    rows = [right_row(1), right_row(2) | {"country": "베트낭"}, right_row(3) | {"agreed": "아니오"}]
    batch = checked(workbook(rows), cast)

    file = b"".join(officer.get(at("batch-wrong", batch.key)).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(file))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    country = next(at for at, head in enumerate(heads, 1) if head.startswith("대상국"))
    faults = [sheet.cell(line, 1).value for line in (2, 3)]
    sheet.cell(2, country).value = "베트남"
    out = io.BytesIO()
    book.save(out)
    answer = officer.post(
        at("batch-mend", batch.key), {"mend-file": SimpleUploadedFile("back.xlsx", out.getvalue())}
    )

    assert answer.status_code == 302
    assert "L3" in faults[0]
    states = dict(batch.rows.values_list("line", "state"))
    assert states == {2: GOOD, 3: GOOD, 4: BAD}


def test_likely_duplicates_are_named_and_filed_only_when_ticked(
    officer: Client, cast: Cast
) -> None:
    filed(checked(workbook([right_row(1)]), cast), cast)
    other = right_row(2)
    batch = checked(workbook([right_row(1) | {"value": "60000"}, other, other]), cast, "b.xlsx")

    twin, _fresh, again = batch.rows.order_by("line")
    officer.post(at("batch-mark", batch.key), {"line": ["2"], "what": "file_it"})
    officer.post(at("batch-mark", batch.key), {"line": ["4"], "what": "leave_out"})

    assert (twin.state, twin.twin) == (LIKELY_DUPLICATE, Case.objects.get())
    assert (again.state, again.twin_line) == (LIKELY_DUPLICATE, 3)
    assert list(batch.rows.values_list("state", flat=True)) == [GOOD, GOOD, LEFT_OUT]


@pytest.mark.parametrize("name", ["batch", "batch-progress", "batch-wrong"])
def test_a_neighbour_finds_nothing(name: str, cast: Cast, client: Client) -> None:
    batch = checked(workbook([right_row(1)]), cast)
    client.force_login(cast.other_association_officer)
    theirs = cast.other_association_officer.memberships.get().organisation.code

    answers = [client.get(at(name, batch.key, code=code)) for code in ("KBIZ", theirs)]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("name", ["batch-file", "batch-undo", "batch-mark", "batch-mend"])
def test_a_neighbour_changes_nothing(name: str, cast: Cast, client: Client) -> None:
    batch = checked(workbook([right_row(1)]), cast)
    client.force_login(cast.other_association_officer)

    answer = client.post(at(name, batch.key), {"reason": "x", "what": "leave_out", "line": "2"})

    batch.refresh_from_db()
    assert (answer.status_code, batch.state) == (404, CHECKED)
    assert batch.rows.get().state == GOOD


def test_missing_columns_are_named(officer: Client, cast: Cast) -> None:
    batch = checked(workbook([right_row(1)], header=["company_name", "country", "title"]), cast)

    page = officer.get(at("batch", batch.key)).content.decode()

    assert batch.state == REFUSED
    assert set(batch.refusal["facts"]["columns"]) == {
        "business_number",
        "contact_name",
        "contact_phone",
        "situation",
        "agreed",
    }
    assert "사업자등록번호" in page
    assert batch.file is None


def test_a_refused_file_says_how_to_mend_it(officer: Client) -> None:
    answer = upload(officer, b"PK\x03\x04 broken", "rows.xlsx")

    assert answer.status_code == 422
    assert Batch.objects.count() == 0


def test_the_template_is_read_back_without_its_examples(officer: Client, cast: Cast) -> None:
    file = b"".join(officer.get(at("batch-template", "xlsx")).streaming_content)

    batch = checked(file, cast, "template.xlsx")

    assert (batch.state, batch.refusal["code"]) == (REFUSED, "no_rows")


def test_the_page_of_a_file_takes_as_many_statements_for_one_row_as_for_three(
    officer: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    for count, name in ((1, "one.xlsx"), (3, "three.xlsx")):
        batch = checked(workbook([right_row(n) for n in range(count)]), cast, name)
        officer.get(at("batch", batch.key))
        with django_assert_num_queries(8):
            officer.get(at("batch", batch.key))


def test_old_files_are_forgotten_and_their_cases_stay(cast: Cast) -> None:
    batch = filed(checked(workbook([right_row(1), right_row(2) | {"agreed": "x"}]), cast), cast)
    Batch.objects.update(updated_at="2026-01-01T00:00Z")

    batches.forget_old()

    row = BatchRow.objects.get(batch=batch)
    assert (row.cells, row.state) == ({}, ROW_FILED)
    assert Case.objects.count() == 1


def test_unknown_keys_and_a_foreign_organisation_are_nothing(officer: Client) -> None:
    assert officer.get(at("batch", uuid.uuid4())).status_code == 404
    assert officer.get(at("batches", code="INNOBIZ")).status_code == 404
    assert Organisation.objects.filter(code="KBIZ").exists()
