"""Lays a case paper out as PDF: Korean text that can be searched, numbered pages, no person's name
in the file's own data.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.prefs import ViewerPreferences

from intake.paper.fonts import MISSING, Face, faces
from intake.paper.parts import Part

FAMILY, SPARE = "paper", "spare"
_MARGIN, _LINE = 20.0, 6.4
_QUIET, _DARK, _RULE = (88, 97, 106), (30, 33, 36), (198, 203, 210)
# A character that takes no room: joiners, variation selectors, direction marks.
_SILENT = {"Cf", "Mn", "Cc"}


@dataclass(frozen=True)
class Passage:
    """A heading with what stands below it."""

    heading: str
    parts: Sequence[Part] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Paper:
    """A whole paper, in words."""

    number: str
    title: str
    heading: str
    confidential: str
    facts: Sequence[Part]
    passages: Sequence[Passage]
    language: str = "ko-KR"
    # What is said when a character could not be drawn.
    gaps_words: str = ""
    closing: Sequence[str] = field(default_factory=tuple)


class Sheet(FPDF):
    """An A4 page with the receipt number above, and the page number below, on every page."""

    def __init__(self, paper: Paper, found: Sequence[Face]) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.known: list[frozenset[int]] = []
        self.gaps = 0
        for family, face in zip((FAMILY, SPARE), found, strict=False):
            for style, path in (("", face.regular), ("B", face.bold)):
                self.add_font(family, style, fname=path, collection_font_number=face.number)
            self.known.append(face.drawn)
        if len(found) > 1:
            self.set_fallback_fonts([SPARE], exact_match=False)
        self.set_lang(paper.language)
        self.set_title(f"{paper.number} {paper.heading}")
        self.set_subject(paper.number)
        self.set_creator("One-Team export difficulty portal")
        self.set_producer("fpdf2")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=24)
        self.alias_nb_pages()
        self.add_page()

    def drawable(self, text: str) -> str:
        """The text as the typefaces can draw it: what none of them knows becomes a box."""
        kept = []
        for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
            if sign in "\n\t" or any(ord(sign) in known for known in self.known):
                kept.append("    " if sign == "\t" else sign)
            elif unicodedata.category(sign) not in _SILENT:
                self.gaps += 1
                kept.append(MISSING)
        return "".join(kept)

    def header(self) -> None:
        """Receipt number and the confidential line."""
        self.set_y(10)
        self.set_font(FAMILY, "", 8.5)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, self.drawable(self.paper.number), align="L")
        self.set_y(10)
        self.cell(0, 5, self.drawable(self.paper.confidential), align="R")
        self.set_draw_color(*_RULE)
        self.line(_MARGIN, 16, self.w - _MARGIN, 16)
        self.set_y(_MARGIN)

    def footer(self) -> None:
        """The page and how many there are."""
        self.set_y(-14)
        self.set_font(FAMILY, "", 8.5)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")

    def words(self, text: str, size: float = 10.5, style: str = "", quiet: bool = False) -> None:
        """A paragraph over as many pages as it needs."""
        self.set_font(FAMILY, style, size)
        self.set_text_color(*(_QUIET if quiet else _DARK))
        self.multi_cell(
            0,
            _LINE * size / 10.5,
            self.drawable(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def fact(self, part: Part) -> None:
        """A short entry: the label, and its words beside it."""
        label_width = 46.0
        top, page = self.get_y(), self.page_no()
        self.set_font(FAMILY, "B", 9.5)
        self.set_text_color(*_QUIET)
        self.multi_cell(
            label_width, 5.6, self.drawable("\n".join(part.labels)), align="L", new_y=YPos.NEXT
        )
        below, last = self.get_y(), self.page_no()
        if page == last:
            self.set_y(top)
        self.set_x(_MARGIN + label_width + 2)
        self.set_font(FAMILY, "", 10.5)
        self.set_text_color(*_DARK)
        self.multi_cell(
            0, 5.6, self.drawable(part.words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        if self.page_no() == last:
            self.set_y(max(below, self.get_y()))
        self.ln(1)

    def passage(self, passage: Passage) -> None:
        """A heading that does not stand alone at the foot of a page, and what belongs to it."""
        if self.will_page_break(24):
            self.add_page()
        self.ln(3)
        self.start_section(self.drawable(passage.heading))
        self.words(passage.heading, 12, "B")
        self.ln(0.8)
        for part in passage.parts:
            if part.labels:
                self.words(" ".join(part.labels), 9.5, "B", quiet=True)
            self.words(part.words or "–")
            self.ln(1.6)
        for line in passage.lines:
            self.words(line, 9.5)


def pdf(paper: Paper, made_at: dt.datetime) -> bytes:
    """The paper as PDF; raises NoFontError when no Korean typeface is at hand."""
    found = faces()
    # A spare typeface of the system costs a quarter of a second: only where it is needed.
    if _all_drawn(paper, found[0]):
        found = found[:1]
    sheet = Sheet(paper, found)
    sheet.set_creation_date(made_at)
    sheet.words(paper.heading, 17, "B")
    sheet.ln(1)
    sheet.words(paper.title, 13, "B")
    sheet.ln(3)
    for part in paper.facts:
        sheet.fact(part)
    for passage in paper.passages:
        sheet.passage(passage)
    sheet.ln(4)
    for line in paper.closing:
        sheet.words(line, 8.5, quiet=True)
    if sheet.gaps and paper.gaps_words:
        sheet.words(paper.gaps_words, 8.5, quiet=True)
    return bytes(sheet.output())


def _all_drawn(paper: Paper, face: Face) -> bool:
    return all(
        ord(sign) in face.drawn or sign in "\n\r\t" for text in _texts(paper) for sign in text
    )


def _texts(paper: Paper) -> Iterable[str]:
    yield from (paper.heading, paper.title, paper.confidential, paper.number)
    for part in paper.facts:
        yield from (*part.labels, part.words)
    for passage in paper.passages:
        yield from (passage.heading, *passage.lines)
        for part in passage.parts:
            yield from (*part.labels, part.words)
    yield from paper.closing
