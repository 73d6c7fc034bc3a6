"""Rows of a spreadsheet: the same case as by the form, judged at a glance as one by one, flat."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from files import storing
from files.sheets import Row
from intake.actions import batches
from intake.bulk import running
from intake.bulk.checking import Checker
from intake.bulk.columns import COLUMNS
from intake.bulk.pieces import Piece
from intake.models import Batch, Case
from tests.intake.conftest import Cast
from tests.intake.test_batch_fifty_faults import checked, right_row, workbook
from tests.intake.test_concurrency import at_once

# Its own name, its own moments, and what only a row has.
OWN = {
    *("id", "number", "idempotency_key", "fingerprint", "search", "confirm_asked_at"),
    *("received_at", "created_at", "updated_at", "state_since", "first_response_due_at"),
}
KEYS = [column.key for column in COLUMNS]
SAID = right_row(7) | {
    "channel": "전화",
    "contact_position": "수출팀",
    "more_countries": "인도, 미국",
    "problem": "보관료가 쌓입니다.\n매일 늘어납니다.",
    "request": "확인을 부탁드립니다.",
    "product": "기초화장품",
    "since": "2026-11-02",
    "tried": "관세사에게 물었습니다.",
}


def facts(case: Case) -> dict[str, object]:
    """Every field but those that are each case's own."""
    said = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    moments = {name for name, value in said.items() if hasattr(value, "tzinfo")}
    return {name: value for name, value in said.items() if name not in OWN | moments}


def test_row_is_the_same_case_as_the_form_makes(client: Client, cast: Cast) -> None:
    client.force_login(cast.association_officer)
    batch = checked(workbook([SAID]), cast)
    batches.start_filing(batch=batch, by=cast.association_officer)
    running.run_unfinished()
    by_row = Case.objects.get()
    posted = {key: text for key, text in SAID.items() if text and key != "more_countries"} | {
        "key": "1a2b3c4d-0000-4000-8000-000000000001",
        "action": "file",
        "channel": "phone",
        "country": "VN",
        "province": "KR-11",
        "more_countries_1": "IN",
        "more_countries_2": "US",
        "agreed": "on",
        "agreed_how": "phone",
    }

    # The form says first that the row is the same matter.
    told = client.post(reverse("partner:file", args=["KBIZ"]), posted)
    posted["seen"] = told.context["seen"]
    answer = client.post(reverse("partner:file", args=["KBIZ"]), posted)

    assert answer.status_code == 302, answer.context["form"].errors
    by_form = Case.objects.exclude(pk=by_row.pk).get()
    assert facts(by_row) == facts(by_form)
    said = [
        list(one.consents.order_by("id").values_list("kind", "given", "by_officer"))
        for one in (by_row, by_form)
    ]
    assert said[0] == said[1]


class Trusted:
    """Every cell is what a person typed."""

    def at(self, line: int) -> None:
        """None."""


TEXTS = st.sampled_from(
    [
        *("", "", "", "예", "아니오", "VN", "베트남", "베트낭", "330", "3304.99", "50,000", "0"),
        *("USD", "없음", "200-00-00007", "2000000071", "010-2345-6789", "a@b.kr", "2026-11-02"),
        *(
            "2099-01-01",
            "한 줄",
            "두\n줄",
            "서울특별시",
            "가" * 160,
            "가" * 5001,
            "\u200b",
            "a\x07b",
            '"\\',
        ),
    ]
)


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), TEXTS, max_size=6), min_size=1, max_size=8))
def test_rows_at_a_glance_are_judged_as_one_by_one(changes: list[dict[str, str]]) -> None:
    checker = Checker({key: place for place, key in enumerate(KEYS)})
    rows = [
        Row(line, [str((right_row(line) | change).get(key) or "") for key in KEYS])
        for line, change in enumerate(changes, 2)
    ]

    looked = list(Piece(checker, rows).looked_at(Trusted()))

    assert [one.line for one in looked] == [row.line for row in rows]
    for one, row in zip(looked, rows, strict=True):
        cells = checker.cells_of(row)
        alone = checker.check(cells, row.line)
        assert list(one.faults) == alone.faults
        assert json.loads(one.cells) == cells
        assert one.cells == json.dumps(cells, ensure_ascii=False)
        assert alone.faults or one.digest == alone.digest


def peak(cast: Cast, count: int) -> int:
    """Bytes that looking at so many rows needs at its highest, in this process."""
    content = workbook([right_row(serial) for serial in range(count)])
    tracemalloc.start()
    try:
        assert checked(content, cast).total == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.bulk.reading.PIECE", 100)
    peak(cast, 100)

    few, many = peak(cast, 200), peak(cast, 2000)

    assert many < 2 * few


@pytest.mark.django_db(transaction=True)
def test_two_officers_with_the_same_file_at_once_are_one_batch(cast: Cast) -> None:
    content = workbook([right_row(1)])
    organisation = Organisation.objects.get(code="KBIZ")

    def upload() -> Batch:
        file = storing.store(ContentFile(content, name="rows.xlsx"))
        return batches.receive(
            organisation=organisation, file=file, name="rows.xlsx", by=cast.association_officer
        )

    told = at_once([upload] * 6, threads=6)

    batch = Batch.objects.get()
    assert [one for one in told if isinstance(one, Batch)] == [batch]
    same = [one for one in told if isinstance(one, batches.SameFileError)]
    assert [one.batch for one in same] == [batch] * 5
