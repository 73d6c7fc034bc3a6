"""How rows of a batch are kept: their keys, their cells as text, numbers seen at a glance."""

from __future__ import annotations

import gc
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from files.sheets import SheetRefused
from intake.actions import batches
from intake.actions.batches import Kept
from intake.bulk import glances, reading
from intake.bulk.checking import Checked
from intake.bulk.columns import Headings
from intake.bulk.twins import Twins
from intake.bulk.values import Wrong, _number
from intake.models import Batch, BatchRow
from tests.intake.conftest import Cast

ODD = {"title": '탭\t줄\n역\\사선 "따옴표" \\N', "situation": "\u2028 {} [] \x7f 한글"}


def test_keys_are_apart_and_in_order() -> None:
    keys = [uuid.UUID(key) for key in batches.draw_keys(1000)]

    assert len(set(keys)) == 1000
    assert sorted(keys) == keys
    assert {(key.version, key.variant) for key in keys} == {(7, uuid.RFC_4122)}
    # What is not counted is chance.
    assert len({key.bytes[8:] for key in keys}) == 1000


@pytest.fixture
def batch(cast: Cast) -> Batch:
    user = cast.association_officer
    batch = Batch.objects.create(
        organisation=user.memberships.get().organisation,
        uploaded_by=user,
        name="rows.xlsx",
        sha256="0" * 64,
    )
    assert batches.lease(batch)
    return batch


def test_rows_come_back_as_they_were_kept(batch: Batch) -> None:
    key, other = batches.draw_keys(2)
    faults = [{"column": "title", "code": "long", "name": "\\N\t\n"}]
    cells = BatchRow._meta.get_field("cells").get_prep_value(ODD)
    rows = [
        Kept(2, key, "bad", cells, faults, None, None),
        Kept(3, other, "duplicate", "{}", [], None, 2),
    ]

    batches.keep_rows(batch=batch, rows=rows)

    kept = batch.rows.order_by("line").values_list(
        "line", "key", "state", "cells", "errors", "twin", "twin_line", "case"
    )
    assert list(kept) == [
        (2, uuid.UUID(key), "bad", ODD, faults, None, None, None),
        (3, uuid.UUID(other), "duplicate", {}, [], None, 2, None),
    ]
    batch.refresh_from_db()
    assert (batch.done, batch.total) == (2, 2)


def test_cells_are_written_and_asked_for_like_any_value(batch: Batch) -> None:
    full = BatchRow.objects.create(batch=batch, line=2, cells=ODD)
    empty = BatchRow.objects.create(batch=batch, line=3)

    full.refresh_from_db()
    empty.refresh_from_db()

    assert (full.cells, empty.cells) == (ODD, {})
    assert list(batch.rows.exclude(cells={})) == [full]
    empty.cells = {"title": "제목"}
    BatchRow.objects.bulk_update([empty], ["cells"])
    assert batch.rows.get(cells={"title": "제목"}) == empty
    batch.rows.update(cells={})
    assert list(batch.rows.values_list("cells", flat=True)) == [{}, {}]


def judged(text: str) -> str | None:
    """What a number says alone; None where it is wrong or says that there is none."""
    try:
        return _number(text) if text else ""
    except Wrong:
        return None


def number(nine: int) -> str:
    """A right business number."""
    digits = [int(digit) for digit in f"{nine:09d}"]
    total = sum(d * w for d, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    return f"{nine:09d}{(10 - (total + digits[-1] * 5 // 10) % 10) % 10}"


NUMBERS = st.one_of(
    st.integers(min_value=0, max_value=999_999_999).map(number),
    st.sampled_from(["", "", "123-45-67891", "1234567891", "1234567890", "000-00-00000", "12345"]),
    st.sampled_from(["없음", "-", "１２３４５６７８９１", "09912345678", "²234567891"]),
)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
@example(["101-00-00001", "", "12345", "678912345678910"])
def test_numbers_at_a_glance_are_judged_as_one_by_one(texts: list[str]) -> None:
    seen = glances._numbers(texts)

    for text, one in zip(texts, seen, strict=True):
        assert one in (None, judged(text))


def test_right_numbers_are_seen_at_a_glance() -> None:
    texts = ["", *(number(101_000_000 + 7919 * serial) for serial in range(200)), "123-45-67891"]

    assert glances._numbers(texts) == [text.replace("-", "") for text in texts]
    assert glances._numbers([*texts, "없음", "1234567890"])[-3:] == ["1234567891", None, None]


def test_blanks_make_no_other_difficulty_and_words_do() -> None:
    said = {"company_name": "가 나", "country": "VN", "title": "한 줄", "situation": "두 줄"}
    row = Checked({}, data=said)

    assert Checked({}, data=said | {"situation": "두\u3000줄\n"}).digest == row.digest
    assert Checked({}, data=said | {"company_name": "가나"}).digest == row.digest
    assert Checked({}, data=said | {"situation": "두 줄."}).digest != row.digest
    assert Checked({}, data=said | {"title": "한 줄두", "situation": "줄"}).digest != row.digest


@pytest.mark.django_db
def test_the_collector_works_again_after_a_file_even_a_refused_one() -> None:
    class Table:
        rows = iter(())
        remarks = ()
        formulas = errors = merged = frozenset()
        header_line = 1

    assert gc.isenabled()
    with pytest.raises(SheetRefused):
        list(reading.looked_at(Table(), Headings({}, [], []), Twins([])))  # type: ignore[arg-type]

    assert gc.isenabled()
