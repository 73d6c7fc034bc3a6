"""An entry as PDF: the text of its page, its facts and its source, to be kept and passed on."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from fpdf.prefs import ViewerPreferences

from casestudies.models import CaseStudy
from files.folder import storage
from intake.paper.fonts import MISSING, Face, NoFontError, faces
from marketinfo import blocks, pacing, reading
from marketinfo.blocks import Block, Run
from marketinfo.entry import Entry
from marketinfo.models import Article, EntryFile, Requirement
from marketinfo.models.kept import PICTURE
from portal.errors import too_many

FAMILY, SPARE = "entry", "spare"
_MARGIN, _LINE = 22.0, 6.6
_QUIET, _DARK, _RULE, _BLUE = (88, 97, 106), (30, 33, 36), (198, 203, 210), (11, 80, 208)
_SILENT = {"Cf", "Mn", "Cc"}
_SIZES = {1: 14.5, 2: 13.5, 3: 12.0}
# Of one page: a tall picture leaves room for its caption.
_TALLEST = 110.0

# New papers for one visitor, and how long a made one is at hand.
PAPERS_AN_HOUR = 40
KEPT_SECONDS = 3600

Pictures = dict[str, EntryFile]
Facts = Sequence[tuple[str, str]]


@login_not_required
@require_safe
def article(request: HttpRequest, reference: str) -> HttpResponse:
    """An article as PDF."""
    return _answer(request, Article, reference)


@login_not_required
@require_safe
def requirement(request: HttpRequest, reference: str) -> HttpResponse:
    """A requirement record as PDF."""
    return _answer(request, Requirement, reference)


@login_not_required
@require_safe
def case_study(request: HttpRequest, reference: str) -> HttpResponse:
    """A case study as PDF."""
    return _answer(request, CaseStudy, reference)


def _answer(request: HttpRequest, model: type[Entry], reference: str) -> HttpResponse:
    found = reading.find(model._default_manager.all(), request, reference)
    if isinstance(found, HttpResponse):
        return found
    key = _key(found)
    made = cache.get(key)
    if made is None:
        # Making one costs a second of the machine; nobody makes hundreds.
        if not pacing.count(request, "pdf", most=PAPERS_AN_HOUR):
            return too_many(request)
        try:
            made = pdf(found)
        except NoFontError:
            raise Http404 from None
        cache.set(key, made, KEPT_SECONDS)
    response = HttpResponse(made, content_type="application/pdf")
    name = slugify(found.title, allow_unicode=True)[:60] or found.reference
    response.headers["Content-Disposition"] = _inline(f"{name}.pdf", found.reference)
    # What is taken down is gone from here too.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _key(entry: Entry) -> str:
    """One paper for each version, language and day: what it says of dates depends on the day."""
    day = timezone.localdate()
    language = get_language() or "ko"
    return f"paper:{entry._meta.label_lower}:{entry.pk}:{entry.version}:{language}:{day}"


def _inline(name: str, reference: str) -> str:
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    return f"inline; filename=\"{reference}.pdf\"; filename*=UTF-8''{quoted}"


def pdf(entry: Entry) -> bytes:
    """The entry as PDF; raises NoFontError when no Korean typeface is at hand."""
    files = reading.files_of(entry)
    pictures = {str(file.stored.public_id): file for file in files if file.role == PICTURE}
    found = faces()
    # A spare typeface of the system costs a good part of a second: only where it is needed.
    known = found[0].drawn
    words = (
        entry.title,
        entry.summary,
        entry.running_text(),
        *(text for _l, text in _facts(entry)),
    )
    if all(ord(sign) in known or sign in "\r\n\t" for text in words for sign in text):
        found = found[:1]
    sheet = _Sheet(entry, found)
    sheet.opening(entry)
    for heading, text in _texts(entry):
        if heading:
            sheet.heading([Run(heading)], 1)
        for block in blocks.read(text):
            sheet.block(block, pictures, under=1 if heading else 0)
    sheet.facts(_("About this entry"), _facts(entry))
    sheet.closing(entry)
    return bytes(sheet.output())


def _texts(entry: Entry) -> list[tuple[str, str]]:
    if isinstance(entry, Article):
        return [("", entry.body)]
    if isinstance(entry, Requirement):
        found = [
            (_("What is required"), entry.demand),
            (_("How it goes, step by step"), entry.procedure),
        ]
    else:
        study: Any = entry
        found = [
            (_("Difficulty"), study.difficulty),
            (_("What was done"), study.progress),
            (_("Result"), study.result),
            (_("Effect"), study.effect),
            (_("What to learn from it"), study.lessons),
        ]
    return [(heading, text) for heading, text in found if text.strip()]


def _facts(entry: Entry) -> Facts:
    source = f"{getattr(entry, 'source', '')} {getattr(entry, 'source_url', '')}".strip()
    found = [
        (_("Country"), str(entry.country) if entry.country else _("All countries")),
        (_("Category"), str(entry.category or "")),
        (_("HS code"), ", ".join(entry.hs_list)),
        (_("Authority"), getattr(entry, "authority", "")),
        (_("Legal reference"), getattr(entry, "legal_reference", "")),
        (_("In force since"), _day(getattr(entry, "effective_from", None))),
        (_("Cost"), getattr(entry, "cost", "")),
        (_("Time it takes"), getattr(entry, "duration", "")),
        (_("Source"), source),
        (_("Last checked"), _day(entry.last_verified)),
        (_("Reuse"), entry.licence_label),
    ]
    return [(label, words) for label, words in found if words]


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


class _Sheet(FPDF):
    """A4 pages with the portal's name above and the page's number below."""

    def __init__(self, entry: Entry, found: Sequence[Face]) -> None:
        super().__init__(format="A4")
        self.known: list[frozenset[int]] = []
        self.title_words = entry.title
        for family, face in zip((FAMILY, SPARE), found, strict=False):
            for style, path in (("", face.regular), ("B", face.bold)):
                self.add_font(family, style, fname=path, collection_font_number=face.number)
            self.known.append(face.drawn)
        if len(found) > 1:
            self.set_fallback_fonts([SPARE], exact_match=False)
        self.set_lang({"ko": "ko-KR", "en": "en"}.get(entry.language, entry.language))
        self.set_title(entry.title)
        self.set_creator("One-Team export difficulty portal")
        self.set_producer("fpdf2")
        self.set_creation_date(entry.updated_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=22)
        self.alias_nb_pages()
        self.add_page()

    def drawable(self, text: str) -> str:
        """The text as the typefaces can draw it: what none of them knows becomes a box."""
        kept = []
        for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", "    ")):
            if sign == "\n" or any(ord(sign) in known for known in self.known):
                kept.append(sign)
            elif unicodedata.category(sign) not in _SILENT:
                kept.append(MISSING)
        return "".join(kept)

    def header(self) -> None:
        """The portal's name, and from the second page on the title."""
        self.set_y(10)
        self._style(8.5, _QUIET)
        self.cell(0, 5, self.drawable(_("One-Team Export Difficulty Portal")), align="L")
        self.set_draw_color(*_RULE)
        self.line(_MARGIN, 16, self.w - _MARGIN, 16)
        self.set_y(_MARGIN)

    def footer(self) -> None:
        """The page and how many there are."""
        self.set_y(-14)
        self._style(8.5, _QUIET)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")

    def _style(self, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(*colour)

    def words(self, text: str, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        """One paragraph in one style."""
        self._style(size, colour, style)
        height = _LINE * size / 10.5
        self.multi_cell(
            0, height, self.drawable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def runs(self, runs: Iterable[Run], size: float = 10.5) -> None:
        """One paragraph whose words change style."""
        for run in runs:
            colour = _BLUE if run.address else _DARK
            self._style(size, colour, "B" if run.bold else "")
            link = run.address if run.address.startswith(("http://", "https://")) else ""
            self.write(_LINE * size / 10.5, self.drawable(run.words), link)
        self.ln(_LINE * size / 10.5)

    def opening(self, entry: Entry) -> None:
        """Kind, title, summary, and what must be said before anything else."""
        place = str(entry.country) if entry.country else _("All countries")
        self.words(f"{entry.kind_label} · {place}", 9.5, _QUIET, "B")
        self.ln(1)
        self.words(entry.title, 18, _DARK, "B")
        self.ln(2)
        self.words(entry.summary, 11.5, _QUIET)
        self.ln(2)
        if entry.is_expired:
            self.words(_("This information is out of date"), 10.5, _DARK, "B")
        elif entry.is_overdue and entry.next_check:
            said = _(
                "These facts should have been checked again by %(day)s. Compare them with the "
                "source before you rely on them."
            )
            self.words(said % {"day": _day(entry.next_check)}, 10.5, _DARK, "B")
        elif not entry.is_readable:
            self.words(_("Draft: not published"), 10.5, _DARK, "B")
        self.ln(2)

    def heading(self, runs: Sequence[Run], level: int) -> None:
        """A heading that does not stand alone at the foot of a page."""
        if self.will_page_break(26):
            self.add_page()
        self.ln(4 if level > 1 else 5)
        text = self.drawable("".join(run.words for run in runs))
        self.start_section(text, level=0)
        self.words(text, _SIZES.get(level, 11.0), _DARK, "B")
        self.ln(1.2)

    def block(self, block: Block, pictures: Pictures, *, under: int) -> None:
        """One block of the text; its headings stand `under` levels below their own."""
        if block.kind == blocks.HEADING:
            self.heading(block.runs, max(1, block.level - 1 + under))
        elif block.kind == blocks.ITEM:
            self._indented(block.runs, 6.0 * block.level, block.mark)
        elif block.kind == blocks.QUOTE:
            self._quoted(block.runs)
        elif block.kind == blocks.TABLE:
            self._table(block.rows)
        elif block.kind == blocks.PICTURE:
            self._picture(pictures.get(block.picture))
        elif block.kind == blocks.RULE:
            self.ln(3)
        else:
            self.runs(block.runs)
            self.ln(2.2)

    def _indented(self, runs: Sequence[Run], indent: float, mark: str) -> None:
        if mark:
            self._style(10.5, _DARK)
            self.set_x(_MARGIN + indent - 6.0)
            self.cell(6.0, _LINE, mark)
        self.set_left_margin(_MARGIN + indent)
        self.set_x(_MARGIN + indent)
        self.runs(runs)
        self.set_left_margin(_MARGIN)
        self.ln(0.8)

    def _quoted(self, runs: Sequence[Run]) -> None:
        top, page = self.get_y(), self.page_no()
        self.set_left_margin(_MARGIN + 5)
        self.set_x(_MARGIN + 5)
        self.runs(runs)
        self.set_left_margin(_MARGIN)
        if self.page_no() == page:
            self.set_draw_color(*_QUIET)
            self.set_line_width(0.8)
            self.line(_MARGIN + 1, top + 0.8, _MARGIN + 1, self.get_y() - 0.8)
            self.set_line_width(0.2)
        self.ln(2.4)

    def _table(self, rows: Sequence[Sequence[str]]) -> None:
        wide = max((len(row) for row in rows), default=0)
        if not wide:
            return
        self.ln(1)
        self._style(9.5, _DARK)
        self.set_draw_color(*_RULE)
        with self.table(
            line_height=5.6,
            padding=1.4,
            text_align="LEFT",
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", fill_color=(244, 245, 246)),
        ) as table:
            for cells in rows:
                row = table.row()
                for cell in [*cells, *[""] * (wide - len(cells))]:
                    row.cell(self.drawable(cell))
        self.ln(3)

    def _picture(self, file: EntryFile | None) -> None:
        if file is None or not file.width or not file.height or not file.stored.is_ready:
            return
        try:
            with storage().open(file.stored.storage_name, "rb") as content:
                data = io.BytesIO(content.read())
        except OSError:
            return
        width = min(self.epw, file.width * 25.4 / 150)
        height = width * file.height / file.width
        if height > _TALLEST:
            width, height = width * _TALLEST / height, _TALLEST
        if self.will_page_break(height + 12):
            self.add_page()
        self.ln(1)
        self.image(data, w=width, h=height, alt_text=file.alt)
        self.ln(1.5)
        self.words(file.caption, 9, _QUIET)
        self.ln(2.5)

    def facts(self, heading: str, facts: Facts) -> None:
        """Labels with their words beside them."""
        self.heading([Run(heading)], 2)
        for label, words in facts:
            top, page = self.get_y(), self.page_no()
            self._style(9.5, _QUIET, "B")
            self.multi_cell(40, 5.8, self.drawable(label), align="L", new_y=YPos.NEXT)
            below = self.get_y()
            if self.page_no() == page:
                self.set_y(top)
            self.set_x(_MARGIN + 42)
            self._style(10, _DARK)
            self.multi_cell(
                0, 5.8, self.drawable(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
            self.set_y(max(below, self.get_y()) if self.page_no() == page else self.get_y())
            self.ln(0.8)

    def closing(self, entry: Entry) -> None:
        """How to name it, where it stands, and when this paper was made."""
        self.ln(4)
        self.words(reading.citation(entry), 8.5, _QUIET)
        made = _("This PDF was made on %(day)s; the page may have changed since.")
        self.words(made % {"day": _day(timezone.localdate())}, 8.5, _QUIET)
