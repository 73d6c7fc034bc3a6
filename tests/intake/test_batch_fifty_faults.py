"""Two thousand rows with fifty planted faults of fifteen kinds: each is named by its cell."""

from __future__ import annotations

import io
import random
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile

from files import storing
from files.sheets.table import letters
from intake.actions import batches
from intake.bulk import running, words
from intake.bulk.columns import COLUMNS
from intake.models import Batch
from intake.models.batch import BAD, CHECKED, GOOD
from tests.intake.conftest import Cast

KEYS = [column.key for column in COLUMNS]
# What is typed into a right cell, and the code by which it must be named.
PLANTED: list[tuple[str, Any, str]] = [
    ("business_number", "123-45-67890", "form"),
    ("business_number", 123456789, "short_number"),
    ("business_number", "1.23457E+09", "rounded"),
    ("contact_phone", "전화 없음", "form"),
    ("contact_email", "hana@", "form"),
    ("country", "베트낭", "country"),
    ("province", "강남", "choice"),
    ("hs_code", 304, "odd_hs"),
    ("needed_by", "2026-02-30", "date"),
    ("since", "2031-01-01", "future"),
    ("value", "많음", "form"),
    ("agreed", "아니오", "not_agreed"),
    ("company_name", None, "required"),
    ("situation", "가" * 5001, "long"),
    ("title", ("=A1", "x"), "formula"),
]


def number_for(serial: int) -> str:
    """A business number with the right check digit."""
    nine = [int(one) for one in f"{200_000_000 + serial:09d}"]
    total = sum(d * w for d, w in zip(nine, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    return "".join(map(str, nine)) + str((10 - (total + nine[-1] * 5 // 10) % 10) % 10)


def right_row(serial: int) -> dict[str, Any]:
    """A row that is right and like no other."""
    return {
        "company_name": f"시험수출 {serial}호",
        "business_number": number_for(serial),
        "province": "서울특별시",
        "contact_name": "김하나",
        "contact_phone": f"010-2345-{serial % 10000:04d}",
        "contact_email": f"firm{serial}@firm.example",
        "country": "베트남",
        "title": f"통관 지연 {serial}",
        "situation": f"{serial}번 선적이 항구에서 서류 때문에 보류되었습니다.",
        "hs_code": "3304.99",
        "value": "50,000",
        "currency": "USD",
        "agreed": "예",
    }


def workbook(rows: list[dict[str, Any]], header: list[str] | None = None) -> bytes:
    """Rows as a file; a tuple is a formula with its stored value."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("작성")
    keys = header or KEYS
    labels = {column.key: column.label_in("ko") for column in COLUMNS}
    sheet.write_row(0, 0, [labels.get(key, key) for key in keys])
    for line, row in enumerate(rows, 1):
        for place, key in enumerate(keys):
            value = row.get(key)
            if isinstance(value, tuple):
                sheet.write_formula(line, place, value[0], None, value[1])
            elif isinstance(value, int):
                sheet.write_number(line, place, value)
            elif value is not None:
                sheet.write_string(line, place, value)
    book.close()
    return out.getvalue()


def checked(content: bytes, cast: Cast, name: str = "rows.xlsx") -> Batch:
    """The file as a batch that a worker has looked at."""
    user = cast.association_officer
    file = storing.store(ContentFile(content, name=name))
    organisation = user.memberships.get().organisation
    batch = batches.receive(organisation=organisation, file=file, name=name, by=user)
    running.run_unfinished()
    batch.refresh_from_db()
    return batch


def planted(count: int, faults: int) -> tuple[bytes, dict[str, str]]:
    """A file of so many rows, and the cell and code of each planted fault."""
    chance = random.Random(7)  # noqa: S311 - the same faults in every run
    rows = [right_row(serial) for serial in range(count)]
    expected = {}
    for turn, line in enumerate(chance.sample(range(count), faults)):
        key, value, code = PLANTED[turn % len(PLANTED)]
        rows[line] = rows[line] | {key: value}
        expected[f"{letters(KEYS.index(key) + 1)}{line + 2}"] = code
    return workbook(rows), expected


def test_two_thousand_rows_name_all_fifty_faults_and_lose_no_good_row(cast: Cast) -> None:
    content, expected = planted(2000, 50)

    batch = checked(content, cast)

    assert batch.state == CHECKED, batch.refusal
    found = {
        said["cell"]: said["code"] for row in batch.rows.filter(state=BAD) for said in row.errors
    }
    assert found == expected
    assert len(expected) == 50
    assert len({(key, code) for key, _value, code in PLANTED}) == 15
    assert batch.rows.filter(state=GOOD).count() == 1950
    assert (batch.total, batch.done) == (2000, 2000)
    for row in batch.rows.filter(state=BAD):
        for said in row.errors:
            assert len(words.fault(said, row.cells)) > 8
