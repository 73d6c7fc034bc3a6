"""Opens XLSX in a process of its own (`apart`) and takes the rows as they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from files import apart
from files.sheets.refusal import REASONS, SheetRefused
from files.sheets.table import Limits, Row
from files.tables import unguarded

_SCRIPT = Path(__file__).with_name("apart.py")


@contextmanager
def reading(
    path: str, sheets: list[str], limits: Limits
) -> Iterator[tuple[dict[str, Any], Iterator[Row]]]:
    """What the workbook says of itself, and its rows. Raises SheetRefused, at any row too."""
    asked = {
        "path": path,
        "sheets": sheets,
        "limits": {
            "rows": limits.rows,
            "columns": limits.columns,
            "far": limits.far,
            "seconds": limits.seconds,
            "memory": limits.memory,
        },
    }
    with apart.running(_SCRIPT, asked, seconds=limits.seconds * 4) as process:
        what, facts = _line(process)
        if what != "head":
            raise SheetRefused("damaged")
        yield facts, _rows(process)


def _line(process: apart.Apart) -> tuple[str, dict[str, Any]]:
    line = process.line()
    if line is None:
        raise _ended(process)
    what, facts = line
    if what == "refused":
        code = facts["code"] if facts["code"] in REASONS else "damaged"
        raise SheetRefused(code, **facts["facts"])
    return what, facts


def _ended(process: apart.Apart) -> SheetRefused:
    """It ended by itself: killed for its memory or its time."""
    return SheetRefused("slow" if process.was_slow() else "bomb")


def _rows(process: apart.Apart) -> Iterator[Row]:
    while True:
        what, facts = _line(process)
        if what == "end":
            return
        packed = process.packed(facts["size"])
        if packed is None:
            raise _ended(process)
        cells = packed.decode().split("\0")
        if packed.startswith(b"'") or b"\0'" in packed:
            # Some cell begins with an apostrophe, perhaps one that our exports put there.
            cells = list(map(unguarded, cells))
        # All rows of a sheet are equally wide.
        numbers = facts["lines"]
        width = len(cells) // max(len(numbers), 1)
        ends = range(width, len(cells) + 1, width or 1)
        yield from map(Row, numbers, [cells[end - width : end] for end in ends])
