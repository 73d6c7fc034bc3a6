"""From a file to rows that were looked at: headings, examples, formulas, merged cells, twins."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from files import sheets
from files.sheets import SheetRefused
from intake.actions.batches import Kept, draw_keys
from intake.bulk.checking import Checker
from intake.bulk.columns import EXAMPLE_WORDS, MARK, ROW_KEY, Headings, folded, found
from intake.bulk.pieces import Looked, Piece
from intake.bulk.twins import Twins
from intake.models.batch import BAD, GOOD, LIKELY_DUPLICATE

MOST_ROWS = 2000
# So many rows are looked at and kept together.
PIECE = 1000
SHEETS = ("작성", "Entry")
# A defined name in our templates, with the version that wrote it.
TEMPLATE_NAME = "HELPDESK_TEMPLATE"
TEMPLATE_VERSION = "filing-1"
LIMITS = sheets.Limits(rows=MOST_ROWS + 60)


class MissingColumns(SheetRefused):
    """Required columns are not there; `facts` holds their keys."""

    def __init__(self, headings: Headings, line: int) -> None:
        keys = [column.key for column in headings.missing]
        Exception.__init__(self, "missing")
        self.code, self.facts = "missing", {"columns": keys, "line": line}


def columns_of(table: sheets.Table) -> Headings:
    """Where the columns stand. Raises MissingColumns."""
    headings = found(table.header)
    if headings.missing:
        raise MissingColumns(headings, table.header_line)
    return headings


def remarks_of(table: sheets.Table, headings: Headings) -> list[dict[str, Any]]:
    """What the uploader should know about the file, beside its rows."""
    said = [{"code": one.code, **one.facts} for one in table.remarks if one.code != "formulas"]
    ours = [one for one in said if one["code"] not in ("sheets", "hidden_sheets")]
    template = table.names.get(TEMPLATE_NAME, "").strip('"')
    if not template:
        ours = said
    elif template != TEMPLATE_VERSION:
        ours.append({"code": "old_template"})
    if headings.unknown:
        ours.append({"code": "ignored", "names": headings.unknown[:30]})
    if headings.twice:
        ours.append({"code": "twice", "names": headings.twice[:30]})
    if table.encoding and table.encoding != sheets.UTF8:
        ours.append({"code": "encoding", "name": sheets.ENCODINGS[table.encoding]})
    return ours


class Untrusted:
    """Cells whose value is not what a person typed: line → column → why."""

    def __init__(self, table: sheets.Table, at: dict[str, int]) -> None:
        counted = next((one.facts["count"] for one in table.remarks if one.code == "formulas"), 0)
        if int(str(counted)) > len(table.formulas):
            # More than were named: no value of this file can be trusted.
            refused = SheetRefused("bomb")
            refused.code, refused.facts = "formulas", {"count": len(table.formulas)}
            raise refused
        self._columns = {place + 1: key for key, place in at.items()}
        self._found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for names, why in ((table.formulas, "formula"), (table.errors, "error")):
            for name in names:
                column, line = sheets.place(name)
                if column in self._columns:
                    self._found[line][self._columns[column]] = why
        for area in table.merged:
            self._merged(area, table.header_line)

    def _merged(self, area: str, header_line: int) -> None:
        first, _colon, last = area.partition(":")
        left, top = sheets.place(first)
        right, bottom = sheets.place(last or first)
        for line in range(max(top, header_line + 1), min(bottom, top + 5000) + 1):
            for column in range(left, right + 1):
                if column in self._columns:
                    self._found[line][self._columns[column]] = "merged"

    def at(self, line: int) -> dict[str, str] | None:
        """The columns of a row that cannot be trusted."""
        return self._found.get(line)


def is_example(row: sheets.Row, mark: int | None) -> bool:
    """Whether the row is one of the template's examples."""
    if mark is None or mark >= len(row.cells) or not row.cells[mark]:
        return False
    return folded(row.cells[mark]) in EXAMPLE_WORDS


def looked_at(
    table: sheets.Table, headings: Headings, twins: Twins, *, most: int = MOST_ROWS
) -> Iterator[list[Kept]]:
    """The rows in pieces, each row with what is wrong with it."""
    checker = Checker({key: at for key, at in headings.at.items() if key not in (MARK, ROW_KEY)})
    untrusted = Untrusted(table, headings.at)
    mark = headings.at.get(MARK)
    count = 0
    rows = table.rows
    if mark is not None:
        rows = (row for row in table.rows if not is_example(row, mark))
    with _settled():
        while piece := list(islice(rows, PIECE)):
            looked = list(Piece(checker, piece).looked_at(untrusted))
            count += len(looked)
            if count > most:
                raise SheetRefused("rows", limit=most)
            yield _judged(looked, twins)
            # Faults refer to themselves: only those of this piece are looked for.
            gc.collect(0)
    if not count:
        raise SheetRefused("no_rows")


@contextmanager
def _settled() -> Iterator[None]:
    """No search for garbage in the midst of a piece: rows go by themselves."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _judged(looked: list[Looked], twins: Twins) -> list[Kept]:
    """Right, wrong, or perhaps filed already."""
    filed, keys = twins.filed(looked), draw_keys(len(looked))
    rows = []
    for place, (line, faults, _data, digest, cells) in enumerate(looked):
        state, twin, twin_line = BAD, None, None
        if not faults:
            twin, twin_line = filed.get(place), twins.in_file(digest, line)
            state = LIKELY_DUPLICATE if twin or twin_line else GOOD
        rows.append(Kept(line, keys[place], state, cells, faults, twin, twin_line))
    return rows
