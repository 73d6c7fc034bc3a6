"""What the reader of workbooks sees at one glance is what it sees cell by cell."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from files import sheets
from files.sheets import apart

ODD = st.sampled_from(
    [
        *("\u00a0", "\u3000", "\u200b", "\ufeff", "\u00ad", "\u2060", "\x07", "\t", "\r\n", "\n"),
        *(
            "\u1100\u1161",
            "e\u0301",
            "\u0301",
            "\uf900",
            "\u212b",
            " ",
            "_x0041_",
            "_x0007_",
            "\x85",
        ),
    ]
)
TEXTS = st.lists(st.one_of(st.text(max_size=4), ODD), max_size=4).map("".join)


@given(st.lists(TEXTS, max_size=4))
@example(["가", "", "나\n다"])
@example(["a\u0301"])
@example(["a", "\u0301"])
def test_texts_that_pass_at_a_glance_would_stay_as_they_are(values: list[str]) -> None:
    one_by_one = [apart.as_text(value) for value in values]

    passed = apart.is_plain(values)

    assert not passed or one_by_one == values
    assert apart.as_texts(values) == one_by_one


@pytest.mark.parametrize("values", [["가나", "", "abc 1", "여러\n줄"], ["2026-11-22", "é"]])
def test_ordinary_texts_pass_at_a_glance(values: list[str]) -> None:
    assert apart.is_plain(values)


def far(piece: bytes, *, columns: int, rows: int) -> bool:
    """Whether a look at a piece refuses it."""
    look = apart.Look({"columns": columns, "far": rows})
    look._compile(b"")
    try:
        look._piece(piece)
    except apart.Refused:
        return True
    return False


@given(
    st.from_regex(r"[A-Z]{0,4}[0-9]{0,8}", fullmatch=True),
    st.sampled_from([26, 30, 100, 256, 702]),
    st.sampled_from([5, 99, 2050, 20_000]),
)
@example("CV20000", 100, 20_000)
@example("CW1", 100, 20_000)
@example("CV20001", 100, 20_000)
@example("XFD1048576", 100, 20_000)
def test_far_cells_are_seen_whatever_is_passed_over(name: str, columns: int, rows: int) -> None:
    letters, digits = re.fullmatch(r"([A-Z]*)([0-9]*)", name).groups()  # type: ignore[union-attr]
    number = apart.number_of(letters)
    # One letter is never far; a name without a number is none.
    is_far = bool(digits) and ((len(letters) > 1 and number > columns) or int(digits) > rows)

    seen = far(
        b'<row r="1"><c r="A1"/><c r="%s" t="n"><v>1</v></c>' % name.encode(),
        columns=columns,
        rows=rows,
    )

    assert seen == is_far


def test_rows_come_whole_where_some_are_empty_and_columns_begin_late() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    expected = []
    for line in range(1, 1000):
        if line % 7 == 3:
            continue
        cells = (
            [f"가{line}", "", " 사이 ", "'=1", line] if line % 5 else ["나", "여러\n줄", "", "", ""]
        )
        for place, value in enumerate(cells):
            if value != "":
                sheet.write(line - 1, place + 1, value)
        expected.append((line, ["", *(str(value).strip() for value in cells)]))
    book.close()

    with sheets.open_table(out.getvalue(), "rows.xlsx") as table:
        rows = [(table.header_line, table.header), *((row.line, row.cells) for row in table.rows)]

    assert rows == [(line, [cell.removeprefix("'") for cell in cells]) for line, cells in expected]
