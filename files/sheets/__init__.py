"""Reading tables that people send: XLSX and CSV, safely, as rows of plain text.

`open_table` is the one way in. Whatever is wrong with a file is a SheetRefused, whose sentence
says how to mend it.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from files import archives, names, ole
from files.refusal import FileRefused
from files.sheets import delimited, workbook
from files.sheets.apart import plain
from files.sheets.delimited import CP949, ENCODINGS, UTF8, UTF16, EncodingAsked
from files.sheets.refusal import REASONS, SheetRefused, sentence
from files.sheets.table import LIMITS, Limits, Remark, Row, Table, cell, date, letters, place
from files.sniffing import sniff

__all__ = [
    "CP949",
    "ENCODINGS",
    "LIMITS",
    "REASONS",
    "UTF8",
    "UTF16",
    "EncodingAsked",
    "Limits",
    "Remark",
    "Row",
    "SheetRefused",
    "Table",
    "cell",
    "check",
    "date",
    "letters",
    "open_table",
    "place",
    "plain",
    "sentence",
]

ACCEPT = ".xlsx,.csv,.txt"
XLSX, CSV = "xlsx", "csv"
_TEXT_ENDINGS = {"csv", "tsv", "txt"}
# The heading stands in one of so many first rows: people put a title above it.
_HEAD_ROWS = 20
_CHUNK = 1 << 20
_REFUSED_ENDINGS = {
    "xls": "old",
    "xlsb": "binary",
    "xlsm": "macros",
    "xltm": "macros",
    "ods": "ods",
    "fods": "ods",
    "numbers": "numbers",
}
Source = str | Path | bytes | IO[bytes]


@contextmanager
def open_table(
    source: Source,
    name: str,
    *,
    sheets: Collection[str] = (),
    is_header: Callable[[Sequence[str]], bool] | None = None,
    encoding: str = "",
    limits: Limits = LIMITS,
) -> Iterator[Table]:
    """A table of a file: `with open_table(upload, "members.xlsx") as table: for row in table.rows`.

    `sheets` are names of sheets to prefer, else the first visible one is read. `is_header` tells
    the row of headings among the first twenty that hold anything; without it the first one is
    meant. `encoding` answers an EncodingAsked. Raises SheetRefused, while rows are walked too.
    """
    with _at_path(source, limits) as path:
        kind = _kind(path, names.clean(name))
        if kind == CSV:
            text, known = delimited.decoded(Path(path).read_bytes(), encoding)
            rows = delimited.rows(text, limits)
            yield _begun(Table(name, CSV, "", [], 0, rows, encoding=known), is_header)
            return
        with workbook.reading(path, list(sheets), limits) as (facts, rows):
            table = Table(
                name,
                XLSX,
                facts["sheet"],
                [],
                0,
                rows,
                remarks=_remarks(facts),
                names=facts["names"],
                formulas=frozenset(facts["formulas"]),
                errors=frozenset(facts["errors"]),
                merged=frozenset(facts["merged"]),
            )
            yield _begun(table, is_header)


def check(source: Source, name: str, *, limits: Limits = LIMITS) -> str:
    """Whether a file may be a table at all, before it is kept: xlsx or csv. Raises SheetRefused."""
    with _at_path(source, limits) as path:
        kind = _kind(path, names.clean(name))
        if kind == CSV:
            with suppress(EncodingAsked):
                delimited.decoded(Path(path).read_bytes())
        return kind


def _begun(table: Table, is_header: Callable[[Sequence[str]], bool] | None) -> Table:
    """The table with its headings found; the rows behind them are left."""
    first = list(itertools.islice(table.rows, _HEAD_ROWS))
    at = 0
    if is_header is not None:
        at = next((at for at, row in enumerate(first) if is_header(row.cells)), 0)
    if not first:
        raise SheetRefused("no_rows")
    table.header, table.header_line = first[at].cells, first[at].line
    table.rows = itertools.chain(first[at + 1 :], table.rows)
    return table


def _remarks(facts: dict[str, Any]) -> list[Remark]:
    """What the file holds beside the rows, said only where there is something."""
    counted = facts["counted"]
    said = {
        "sheets": {"names": facts["others"]},
        "hidden_sheets": {"names": facts["hidden_sheets"]},
        "hidden_rows": {"rows": facts["hidden_rows"]},
        "merged": {"cells": facts["merged"]},
        "formulas": {"cells": facts["formulas"], "count": counted["formulas"]},
    }
    return [Remark(code, what) for code, what in said.items() if any(what.values())]


@contextmanager
def _at_path(source: Source, limits: Limits) -> Iterator[str]:
    """The file where another process can read it; a copy where it has no place of its own."""
    if isinstance(source, str | Path):
        if Path(source).stat().st_size > limits.bytes:
            raise SheetRefused("too_big", limit=limits.bytes >> 20)
        yield str(source)
        return
    with tempfile.NamedTemporaryFile(prefix="table-", suffix=".part") as copy:
        if isinstance(source, bytes):
            copy.write(source[: limits.bytes + 1])
        else:
            source.seek(0)
            while copy.tell() <= limits.bytes and (piece := source.read(_CHUNK)):
                copy.write(piece)
        if copy.tell() > limits.bytes:
            raise SheetRefused("too_big", limit=limits.bytes >> 20)
        copy.flush()
        yield copy.name


def _kind(path: str, name: str) -> str:
    """Whether it is XLSX or CSV by what is in it; SheetRefused for everything else."""
    ending = names.ending(name)
    size = os.path.getsize(path)
    if size == 0:
        raise SheetRefused("empty")
    with open(path, "rb") as file:
        found = sniff(file)
        if found in ("archive", "zip"):
            return _packed(file, size, ending)
        if found == "ole":
            raise SheetRefused(_of_ole(file))
        if found == "markup":
            raise SheetRefused("page" if ending in ("xls", "xlsx") else "unsafe")
        file.seek(0)
        if found == "text" or (ending in _TEXT_ENDINGS and _may_be_text(file.read(4096))):
            if ending in _TEXT_ENDINGS:
                return CSV
            raise SheetRefused(
                _REFUSED_ENDINGS.get(ending, "damaged" if ending == XLSX else "kind")
            )
    raise SheetRefused(_REFUSED_ENDINGS.get(ending, "damaged" if ending == XLSX else "kind"))


def _may_be_text(head: bytes) -> bool:
    """UTF-16 without its mark, and texts of two encodings: the letters are judged later."""
    return not any(sign < 9 and sign for sign in head)


def _packed(file: IO[bytes], size: int, ending: str) -> str:
    file.seek(0)
    head = file.read(4096)
    if b"mimetypeapplication/vnd.oasis" in head:
        raise SheetRefused("ods")
    if ending in ("numbers", "xlsb"):
        raise SheetRefused(_REFUSED_ENDINGS[ending])
    try:
        kind = archives.inspect(file, size, name="")
    except FileRefused as refused:
        raise SheetRefused(refused.code if refused.code in REASONS else "damaged") from refused
    if kind == "macros" or ending in ("xlsm", "xltm"):
        raise SheetRefused("macros")
    if kind != XLSX:
        raise SheetRefused(_REFUSED_ENDINGS.get(ending, "kind"))
    with zipfile.ZipFile(file) as archive:
        if any(part.lower().startswith("xl/externallinks/") for part in archive.namelist()):
            raise SheetRefused("external")
    return XLSX


def _of_ole(file: IO[bytes]) -> str:
    try:
        compound = ole.read(cast(BinaryIO, file))
    except ole.BrokenOleError:
        return "damaged"
    kind = ole.kind(compound)
    if kind == "locked" or ole.is_locked(compound, cast(BinaryIO, file)):
        return "protected"
    return "old" if kind == "xls" else "kind"
