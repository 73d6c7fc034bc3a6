"""Reads a workbook in a process of its own, with little memory and little time.

Run by `files.apart` as a script; knows the standard library and calamine, nothing of the portal.
It looks through the packed parts first (how far the cells reach, formulas, merged cells, how much
text is repeated), so that a sheet that would explode is never opened.
Says what it found in lines of JSON: `refused`, or `head`, `rows` …, `end`. Behind each `rows` stand
as many bytes as it says: the cells of these rows, one after another, with a NUL between two.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any
from xml.etree import ElementTree

from files.apart.inside import Refused, say

PIECE = 1 << 20
LONGEST_CELL = 4 << 20
NAMED = 2000  # so many formulas, errors or hidden rows are named; the rest is counted
SMALL_PART = 8 << 20
ROWS_A_LINE = 200
# How much text the cells may become when a shared string stands in many of them.
TEXT = 256 << 20
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Text without any of these needs no more than its ends trimmed.
_ODD = re.compile(
    "[\0\r\t\u00a0\u00ad\u0300-\u036f\u1100-\u11ff\u1680\u180e\u2000-\u206f\u3000\u3099\u309a"
    "\ua960-\ua97c\ud7b0-\ud7fb\uf900-\ufaff\ufeff]"
)
_ESCAPED = re.compile(r"_x(?:000[0-8BCEFbcef]|001[0-9A-Fa-f])_")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def plain(text: str) -> str:
    """A cell's text in one canonical form: composed, no invisible signs, no blanks around it."""
    if not _ODD.search(text):
        return text.strip()
    text = text.replace("\0", "")
    if text.isascii():
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.strip()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def as_text(value: Any) -> str:
    """What a cell holds, as text: whole numbers without a point, dates as 2026-11-22."""
    if isinstance(value, str):
        if "_x0" in value:
            value = _ESCAPED.sub(" ", value)
        return plain(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        if (value.hour, value.minute, value.second) == (0, 0, 0):
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def is_plain(values: list[Any]) -> bool:
    """Whether all of these are texts that stay as they are; seen at one glance for many.

    Whatever `plain` would change is not printable (blanks, signs that nobody sees) or not composed.
    """
    try:
        if list(map(str.strip, values)) != values:
            return False
    except TypeError:
        return False
    joined = "".join(values)
    if "\n" in joined:
        joined = joined.replace("\n", "")
    return joined.isprintable() and unicodedata.is_normalized("NFC", joined) and "_x0" not in joined


def as_texts(values: list[Any]) -> list[str]:
    """A row's cells as texts."""
    if is_plain(values):
        return values
    return ["" if value == "" else as_text(value) for value in values]


def number_of(letters: str) -> int:
    """The place of a column: 1 for A, 27 for AA."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def beyond(columns: int) -> bytes:
    """A pattern of the names of two letters that lie behind so many columns."""
    found = []
    for first in range(65, 91):
        last = columns - 26 * (first - 64)  # how many of its second letters are within
        if last < 26:
            found.append(b"%c[%c-Z]" % (first, 65 + max(last, 0)))
    return b"|".join(found) or b"[A-Z]{3}"


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        return b""
    if info.file_size > SMALL_PART:
        raise Refused("bomb")
    return archive.read(info)


def _tree(part: bytes) -> ElementTree.Element:
    if b"<!" in part.replace(b"\0", b"").replace(b"<!--", b""):
        # No declarations, so nothing that could be expanded or fetched.
        raise Refused("unsafe")
    return ElementTree.fromstring(part)  # noqa: S314 - without declarations, of bounded size


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def contents(archive: zipfile.ZipFile) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The sheets in their order, with the part that each stands in; and the defined names."""
    parts: dict[str, str] = {}
    for one in _tree(_part(archive, "xl/_rels/workbook.xml.rels") or b"<a/>"):
        target = one.get("Target", "")
        parts[one.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    sheets, names = [], {}
    for one in _tree(_part(archive, "xl/workbook.xml")).iter():
        if _local(one.tag) == "sheet":
            sheets.append(
                {
                    "name": one.get("name", ""),
                    "state": one.get("state", "visible"),
                    "part": parts.get(one.get(_RELATION, ""), ""),
                }
            )
        elif _local(one.tag) == "definedName":
            names[one.get("name", "")] = (one.text or "")[:200]
    return sheets, names


class Look:
    """What the packed sheet says of itself, read as text in pieces."""

    def __init__(self, limits: dict[str, Any], *, counts: bool = True) -> None:
        self.limits = limits
        # Cells are counted only where their number matters.
        self.counts, self.cells = counts, 0
        self.formulas: list[str] = []
        self.errors: list[str] = []
        self.hidden: list[int] = []
        self.merged: list[str] = []
        self.counted = {"formulas": 0, "errors": 0}

    def through(self, archive: zipfile.ZipFile, part: str) -> Look:
        """Every piece of the sheet."""
        with archive.open(part) as content:
            carry = content.read(PIECE)
            prefix = re.search(rb"<(\w+:)?worksheet[\s>]", carry)
            if prefix is None:
                raise Refused("damaged")
            self._compile(re.escape(prefix[1] or b""))
            mark = b"<" + (prefix[1] or b"") + b"c "
            while True:
                piece = content.read(PIECE)
                if not piece:
                    self._piece(carry)
                    return self
                whole = carry + piece
                cut = whole.rfind(mark)
                cut = cut if cut > 0 else whole.rfind(b"<")
                if cut <= 0 or len(whole) - cut > LONGEST_CELL:
                    raise Refused("damaged")
                self._piece(whole[:cut])
                carry = whole[cut:]

    def _compile(self, prefix: bytes) -> None:
        cell = rb"<" + prefix + rb'c (?:[^>]*?\s)?r="([A-Z]+[0-9]+)"[^>]*>'
        # Names of other elements begin so too: what is counted is a little more than the cells.
        self.cell, self.maybe_formula = b"<" + prefix + b"c", b"<" + prefix + b"f"
        self.formula = re.compile(cell + rb"\s*<" + prefix + rb"f[\s>/]")
        self.nameless = re.compile(rb"<" + prefix + rb"f[\s>/]")
        self.error = re.compile(
            rb"<" + prefix + rb'c (?=[^>]*\bt="e")(?:[^>]*?\s)?r="([A-Z]+[0-9]+)"'
        )
        self.hidden_row = re.compile(
            rb"<" + prefix + rb'row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]+)"'
        )
        self.merge = re.compile(rb"<" + prefix + rb'mergeCell [^>]*?ref="([A-Z0-9:]+)"')
        # Only numbers with as many digits as the limit, and columns of two letters, can be far.
        digits = len(str(self.limits["far"]))
        wide = beyond(self.limits["columns"])
        # What is near is passed over at once.
        near = rb'(?:[A-Z]|(?!%s)[A-Z][A-Z])?[0-9]{0,%d}"' % (wide, digits - 1)
        self.outside = re.compile(
            rb'r="(?!%s)(?<!\wr=")(?:([A-Z]{0,9})([0-9]{%d,})"|(%s|[A-Z]{3,9})[0-9])'
            % (near, digits, wide)
        )

    def _piece(self, piece: bytes) -> None:
        for letters, digits, wide in self.outside.findall(piece):
            if digits and int(digits[:9]) > self.limits["far"]:
                raise Refused("far", cell=f"{letters.decode() or 'A'}{digits[:9].decode()}")
            column = (wide or letters).decode()
            if wide or (len(column) > 1 and number_of(column) > self.limits["columns"]):
                raise Refused("wide", column=column, limit=self.limits["columns"])
        if self.counts:
            self.cells += piece.count(self.cell)
        if self.maybe_formula in piece and self.nameless.search(piece):
            found = self.formula.findall(piece)
            self.counted["formulas"] += max(len(found), len(self.nameless.findall(piece)))
            self.formulas += [one.decode() for one in found[: NAMED - len(self.formulas)]]
        if b't="e"' in piece:
            errors = self.error.findall(piece)
            self.counted["errors"] += len(errors)
            self.errors += [one.decode() for one in errors[: NAMED - len(self.errors)]]
        if b"hidden=" in piece:
            self.hidden += [int(one) for one in self.hidden_row.findall(piece)][:NAMED]
        if b"mergeCell" in piece:
            self.merged += [one.decode() for one in self.merge.findall(piece)][:NAMED]


def shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """How many bytes each of the texts takes that cells share."""
    try:
        info = archive.getinfo("xl/sharedStrings.xml")
    except KeyError:
        return []
    lengths: list[int] = []
    carry = b""
    with archive.open(info) as content:
        while piece := content.read(PIECE):
            *whole, carry = re.split(rb"<(?:\w+:)?si[\s>/]", carry + piece)
            lengths += map(len, whole)
            if len(carry) > LONGEST_CELL or len(lengths) > 20_000_000:
                raise Refused("bomb")
    lengths.append(len(carry))
    return lengths[1:]


def unfold(archive: zipfile.ZipFile, part: str, lengths: list[int], cells: int) -> None:
    """Refuse a sheet whose cells become too much text, because long ones stand in many."""
    if max(lengths, default=0) * cells <= TEXT:
        return
    total, carry = 0, b""
    used = re.compile(rb't="s"[^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})\s*<')
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            whole_text = carry + piece
            cut = max(whole_text.rfind(b"<c "), whole_text.rfind(b":c "), 0)
            for index in used.findall(whole_text[:cut]):
                total += lengths[int(index)] if int(index) < len(lengths) else 0
            carry = whole_text[cut:]
            if total > TEXT or len(carry) > LONGEST_CELL:
                raise Refused("bomb")


def chosen(sheets: list[dict[str, str]], wanted: list[str]) -> dict[str, str]:
    """The sheet of a wanted name, else the first that is not hidden."""
    named = [one for one in sheets if one["name"].strip() in wanted and one["part"]]
    seen = [one for one in sheets if one["state"] == "visible" and one["part"]]
    if not named and not seen:
        raise Refused("no_sheet")
    return (named or seen)[0]


def rows(path: str, name: str) -> Iterator[tuple[int, int, list[Any]]]:
    """Number of the row, number of its first column, its values; empty rows are passed over."""
    import python_calamine  # noqa: PLC0415 - after the limits are set

    with python_calamine.load_workbook(path) as book:
        sheet = book.get_sheet_by_name(name)
        first = sheet.start[1] if sheet.start else 0
        for line, values in enumerate(sheet.iter_rows(), 1):
            yield line, first, values


def read(asked: dict[str, Any]) -> None:
    """Everything, in lines: of `path`, the first of the wanted `sheets`, within `limits`."""
    # Nothing here refers to itself, and the process ends soon.
    gc.disable()
    path, wanted, limits = asked["path"], asked["sheets"], asked["limits"]
    with zipfile.ZipFile(path) as archive:
        sheets, names = contents(archive)
        sheet = chosen(sheets, wanted)
        if sheet["part"] not in archive.namelist():
            raise Refused("damaged")
        lengths = shared_lengths(archive)
        # The shortest cell is <c/>.
        most = max(lengths, default=0) * archive.getinfo(sheet["part"]).file_size // 4
        look = Look(limits, counts=most > TEXT).through(archive, sheet["part"])
        unfold(archive, sheet["part"], lengths, look.cells)
    say(
        "head",
        sheet=sheet["name"],
        others=[one["name"] for one in sheets if one is not sheet and one["state"] == "visible"],
        hidden_sheets=[one["name"] for one in sheets if one["state"] != "visible"][:NAMED],
        names=names,
        formulas=look.formulas,
        errors=look.errors,
        hidden_rows=look.hidden[:NAMED],
        merged=look.merged[:NAMED],
        counted=look.counted,
    )
    held = 0
    walk = rows(path, sheet["name"])
    while piece := list(islice(walk, ROWS_A_LINE)):
        numbers, texts = filled(piece)
        held += len(numbers)
        if held > limits["rows"]:
            raise Refused("rows", limit=limits["rows"])
        packed = "\0".join(texts).encode("utf-8", "replace")
        say("rows", packed, lines=numbers, size=len(packed))
    say("end", rows=held)


def filled(piece: list[tuple[int, int, list[Any]]]) -> tuple[list[int], list[str]]:
    """The numbers of the rows that hold anything, and all their cells as texts, as one list."""
    texts = list(chain.from_iterable([values for _line, _first, values in piece]))
    first = piece[0][1]
    if not first and is_plain(texts) and all(any(values) for _line, _first, values in piece):
        return [line for line, _first, _values in piece], texts
    numbers, texts = [], []
    for line, _first, values in piece:
        cells = as_texts(values)
        if any(cells):
            numbers.append(line)
            texts += [""] * first + cells
    return numbers, texts
