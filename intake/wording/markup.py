"""Reads a template: placeholders in double braces, optional paragraphs between two marks.

    {{기업명}} 귀하                       a placeholder (intake.wording.names)
    {{직접 입력: 필요한 서류}}            a gap that the officer fills by hand
    [선택: 관세 안내]                     an optional paragraph begins, alone on its line
    … text …
    [/선택]                               and ends

Whatever else is written is text. Nothing is evaluated, and HTML means nothing here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from intake.wording import names

LONGEST_NAME = 80
_SLOT = re.compile(r"\{\{([^{}\n]*)\}\}")
_WORD = "(?:선택|optional)"
# No two neighbours of a pattern may share a character: a long run of blanks would be tried in
# every division of it, and whoever writes to a case decides what stands there.
OPENS = re.compile(rf"\s*\[{_WORD}[ \t]*:[ \t]*([^\[\]\s][^\[\]\n]*)\]\s*", re.IGNORECASE)
CLOSES = re.compile(rf"\s*\[/{_WORD}\]\s*", re.IGNORECASE)
# What somebody who meant one of the two may write.
_NEARLY = re.compile(rf"\s*[\[［]\s*(?:/\s*)?{_WORD}[^\[\]]*[\]］]\s*", re.IGNORECASE)
_INSIDE = re.compile(rf"\[{_WORD}[ \t]*:|\[/{_WORD}\]", re.IGNORECASE)
# Marks of a merge that nobody has settled yet (intake.wording.merging).
UNSETTLED = re.compile(r"\s*\[/?확인 필요(?::[^\[\]\n]*)?\]\s*")
_FULL_WIDTH = str.maketrans("｛｝", "{}")

# Codes of faults; the words for them stand in intake.forms.wording.
EMPTY, BRACES, UNKNOWN, NAMELESS, MARK, NOT_ALONE, NESTED, NEVER_OPENED, NEVER_CLOSED = (
    "empty",
    "braces",
    "unknown",
    "nameless",
    "mark",
    "not_alone",
    "nested",
    "never_opened",
    "never_closed",
)
NOTHING_INSIDE, LONG, MERGE = "nothing_inside", "long", "merge"


@dataclass(frozen=True)
class Slot:
    """A place to fill: a placeholder's code, or "" where the officer writes by hand."""

    code: str
    written: str

    @property
    def mark(self) -> str:
        """How the gap reads in a text as long as it is empty."""
        return "{{" + self.written + "}}"


Piece = str | Slot


@dataclass(frozen=True)
class Line:
    """One line of the template; `option` is the optional paragraph that it belongs to."""

    pieces: tuple[Piece, ...]
    option: int | None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(isinstance(piece, str) and not piece.strip() for piece in self.pieces)


@dataclass(frozen=True)
class Parsed:
    """A template ready to be filled: its lines, and the titles of its optional paragraphs."""

    lines: tuple[Line, ...]
    options: tuple[str, ...]

    def slots(self) -> list[Slot]:
        """Every place to fill, in order."""
        return [piece for line in self.lines for piece in line.pieces if isinstance(piece, Slot)]


@dataclass(frozen=True)
class Fault:
    """What is wrong in which line (counted from 1): the words found, and what may be meant."""

    line: int
    code: str
    found: str = ""
    meant: str = ""


class WordingError(Exception):
    """The template cannot be read; `faults` says every place."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{row.line}: {row.code} {row.found}" for row in faults))


@dataclass
class _Reading:
    """What was read so far."""

    lines: list[Line] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # The option that is open, and the line where it began.
    option: int | None = None
    began: int = 0

    def fault(self, line: int, code: str, found: str = "", meant: str = "") -> None:
        self.faults.append(Fault(line, code, found.strip(), meant))

    def open(self, number: int, title: str, text: str) -> None:
        if self.option is not None:
            self.fault(number, NESTED, text)
            return
        if len(title) > LONGEST_NAME:
            self.fault(number, LONG, title)
        self.options.append(title)
        self.option, self.began = len(self.options) - 1, number

    def close(self, number: int, text: str) -> None:
        if self.option is None:
            self.fault(number, NEVER_OPENED, text)
            return
        if all(line.blank for line in self.lines if line.option == self.option):
            self.fault(self.began, NOTHING_INSIDE, self.options[self.option])
        self.option = None


def tidy(text: str) -> str:
    """The text as it is kept: NFC, one kind of line end, no blank lines around it."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"\A(?:[ \t]*\n)+", "", plain).rstrip()


def parse(text: str) -> Parsed:
    """The template's lines and options; raises WordingError naming every fault at once."""
    reading = _Reading()
    body = tidy(text).translate(_FULL_WIDTH)
    if not body:
        raise WordingError([Fault(1, EMPTY)])
    for number, line in enumerate(body.split("\n"), start=1):
        _read(reading, number, line)
    if reading.option is not None:
        reading.fault(reading.began, NEVER_CLOSED, reading.options[reading.option])
    if reading.faults:
        raise WordingError(sorted(reading.faults, key=lambda fault: fault.line))
    return Parsed(tuple(reading.lines), tuple(reading.options))


def _read(reading: _Reading, number: int, line: str) -> None:
    opens = OPENS.fullmatch(line)
    if opens:
        reading.open(number, opens[1].rstrip(), line)
    elif CLOSES.fullmatch(line):
        reading.close(number, line)
    elif UNSETTLED.fullmatch(line):
        reading.fault(number, MERGE, line)
    elif _NEARLY.fullmatch(line):
        reading.fault(number, MARK, line)
    elif _INSIDE.search(line):
        reading.fault(number, NOT_ALONE, line)
    else:
        reading.lines.append(Line(tuple(_pieces(reading, number, line)), reading.option))


def _pieces(reading: _Reading, number: int, line: str) -> list[Piece]:
    pieces: list[Piece] = []
    # Text and what stood between braces take turns.
    for place, part in enumerate(_SLOT.split(line)):
        if place % 2:
            pieces.append(_slot(reading, number, part))
        elif "{{" in part or "}}" in part:
            reading.fault(number, BRACES, part)
        elif part:
            pieces.append(part)
    return pieces


def _slot(reading: _Reading, number: int, written: str) -> Slot:
    name = " ".join(written.split())
    asked = names.by_hand(name)
    if asked is not None:
        if not asked:
            reading.fault(number, NAMELESS, name)
        elif len(name) > LONGEST_NAME:
            reading.fault(number, LONG, name)
        return Slot("", name)
    code = names.code_of(name)
    if code is None:
        reading.fault(number, UNKNOWN if name else NAMELESS, name, names.nearest(name))
    return Slot(code or "", name)
