"""Fills a template with the facts of a case. What is not known stays visible as a gap.

Values are text: whatever a company wrote can neither become a placeholder or a mark nor be taken
for a gap. Where its words would read as one, a space is put in between.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from intake.wording.markup import CLOSES, OPENS, UNSETTLED, Line, Parsed, Slot

TEXT, VALUE, GAP = "text", "value", "gap"
_GAP = re.compile(r"\{\{[^{}\n]+\}\}")


@dataclass(frozen=True)
class Segment:
    """A run of the filled text: the template's own words, a value, or a gap."""

    kind: str
    text: str


@dataclass(frozen=True)
class Filled:
    """A template with its facts."""

    segments: tuple[Segment, ...]
    gaps: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as they land in the step's field."""
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True)
class Unfilled:
    """A gap or mark of a template that still stands in a text, with its line (from 1)."""

    line: int
    mark: str


def fill(parsed: Parsed, values: Mapping[str, str], chosen: Collection[int] = ()) -> Filled:
    """The words with their values and the chosen optional paragraphs."""
    segments: list[Segment] = []
    gaps: list[str] = []
    for place, line in enumerate(_kept(parsed, chosen)):
        if place:
            segments.append(Segment(TEXT, "\n"))
        for piece in line.pieces:
            if not isinstance(piece, Slot):
                segments.append(Segment(TEXT, piece))
                continue
            value = _inert(values.get(piece.code, "")) if piece.code else ""
            if value:
                segments.append(Segment(VALUE, value))
            else:
                gaps.append(piece.mark)
                segments.append(Segment(GAP, piece.mark))
    return Filled(tuple(_apart(segments)), tuple(gaps))


def unfilled(text: str) -> list[Unfilled]:
    """What of a template must not go out: gaps, and marks around optional paragraphs."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _is_mark(line):
            found.append(Unfilled(number, line.strip()))
        else:
            found += [Unfilled(number, match[0]) for match in _GAP.finditer(line)]
    return found


def _kept(parsed: Parsed, chosen: Collection[int]) -> Iterable[Line]:
    """The lines that are used; where something was left out, one blank line stays."""
    kept: list[Line] = []
    for line in parsed.lines:
        if line.option is not None and line.option not in chosen:
            continue
        if line.blank and (not kept or kept[-1].blank):
            continue
        kept.append(line)
    while kept and kept[-1].blank:
        kept.pop()
    return kept


def _inert(value: str) -> str:
    """A value in which nothing reads as a gap: doubled braces are set apart."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return re.sub(r"\{(?=\{)", "{ ", re.sub(r"\}(?=\})", "} ", text))


def _is_mark(line: str) -> bool:
    return any(mark.fullmatch(line) for mark in (OPENS, CLOSES, UNSETTLED))


def _apart(segments: list[Segment]) -> Iterable[Segment]:
    """The same runs, with a space where two of them together would read as a gap or a mark."""
    # Lines of the whole text that read as a mark by the values in them; by where they begin.
    whole = "".join(segment.text for segment in segments)
    marks, begins = set(), 0
    for line in whole.splitlines(keepends=True):
        if _is_mark(line):
            marks.add(begins + line.index("["))
        begins += len(line)
    before, at = "", 0
    for segment in segments:
        text = segment.text
        for place in range(len(text) - 1, -1, -1):
            if at + place in marks:
                text = f"{text[: place + 1]} {text[place + 1 :]}"
        at += len(segment.text)
        if text and before[-1:] == text[0] and text[0] in "{}":
            text = f" {text}"
        if text:
            before = text
            yield Segment(segment.kind, text)


@dataclass(frozen=True)
class Chunk:
    """A stretch of the template as the picker shows it: always used, or one to tick."""

    option: int | None
    title: str
    segments: tuple[Segment, ...]


def chunks(parsed: Parsed, values: Mapping[str, str]) -> list[Chunk]:
    """The template with its values, cut where optional paragraphs begin and end."""
    groups: list[list[Line]] = []
    for line in parsed.lines:
        if groups and groups[-1][0].option == line.option:
            groups[-1].append(line)
        else:
            groups.append([line])
    found = []
    for lines in groups:
        option = lines[0].option
        chosen = () if option is None else (option,)
        segments = fill(Parsed(tuple(lines), parsed.options), values, chosen).segments
        if segments:
            title = "" if option is None else parsed.options[option]
            found.append(Chunk(option, title, segments))
    return found
