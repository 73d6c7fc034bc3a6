"""A table as it is read: headings, rows of plain text, and what the file says beside them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_CELL = re.compile(r"([A-Z]+)([0-9]+)\Z")


@dataclass(frozen=True)
class Limits:
    """How large a table may be, and what reading it may cost."""

    rows: int = 2_050  # with headings and examples
    columns: int = 100
    far: int = 20_000  # the last row in which anything may stand, even an empty cell
    bytes: int = 20 * 1024 * 1024
    seconds: int = 30
    memory: int = 1 << 30


LIMITS = Limits()


class Row(NamedTuple):
    """A row: its number as the spreadsheet program shows it, and its cells from column A on."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Remark:
    """Something about the file that its reader should know: a code and what it speaks of."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass
class Table:
    """An opened table. `rows` can be walked once, while the file is open."""

    name: str
    kind: str  # xlsx or csv
    sheet: str
    header: list[str]
    header_line: int
    rows: Iterator[Row]
    remarks: list[Remark] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # defined names: marks of a template
    encoding: str = ""
    # Cells whose value cannot be trusted, as they are named: D17.
    formulas: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()


def letters(column: int) -> str:
    """The name of a column counted from 1: A, Z, AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def cell(column: int, line: int) -> str:
    """A cell as the spreadsheet program names it: D17; columns are counted from 1."""
    return f"{letters(column)}{line}"


def place(name: str) -> tuple[int, int]:
    """The column and the row of a cell that is named like D17."""
    match = _CELL.match(name)
    if match is None:
        raise ValueError(name)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(match[2])


_DIGITS = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")
_DATES = (
    re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\.?"),
    re.compile(r"(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"'?(\d{2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{1,2})\.?"),
)
_TIME = re.compile(
    r"\s*(?:\([월화수목금토일]\)|[월화수목금토일]요일)?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?\Z"
)


def date(text: str) -> dt.date | None:
    """A day as people write it: 2026-11-22, 2026.11.22., 2026년 11월 22일, 20261122, 26.11.22.

    None for anything else. A time behind it is passed over.
    """
    text = text.translate(_DIGITS).strip()
    for pattern in _DATES:
        match = pattern.match(text)
        if match and _TIME.match(text, match.end()):
            year, month, day = (int(part) for part in match.groups())
            try:
                return dt.date(year + 2000 if year < 100 else year, month, day)
            except ValueError:
                return None
    return None


def joined(cells: Sequence[str], at_most: int = 12) -> str:
    """Names of cells in a sentence: the first ones, and an ellipsis for the rest."""
    shown = ", ".join(cells[:at_most])
    return f"{shown} …" if len(cells) > at_most else shown
