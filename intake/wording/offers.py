"""Which templates a step offers for a case, the fitting ones first, and what one of them says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from intake.models import Case, ReplyTemplate, ReplyTemplateVersion
from intake.timeline import Wording
from intake.wording import filling, markup, values

_USED_AT_MOST = 5
# Stands for the words of a template that are no optional paragraph.
ALWAYS = -1
# How near a template is to the case: the same, what stands above it, made for all, another.
_SAME, _ABOVE, _ANY, _OTHER = range(4)


@dataclass(frozen=True)
class Offer:
    """One template as the picker shows it for a case."""

    template: ReplyTemplate
    chunks: list[filling.Chunk]
    gaps: int
    fits: bool
    why: str
    # Optional paragraphs that hold what the bodies answered: ticked from the start.
    answering: frozenset[int] = frozenset()

    @property
    def optional(self) -> int:
        """How many paragraphs can be ticked."""
        return sum(chunk.option is not None for chunk in self.chunks)


@dataclass(frozen=True)
class Used:
    """A template put to use: its words, the gaps in them, and the mark that the form carries."""

    text: str
    gaps: tuple[str, ...]
    mark: str
    # Whether it holds the bodies' answers: then it stands in for what the form proposed.
    complete: bool


def offers(case: Case, verb: str, *, next_place: str = "") -> list[Offer]:
    """Every readable template of a step, the nearest to the case first."""
    rows = list(
        ReplyTemplate.objects.active()
        .filter(verb=verb)
        .with_words()
        .select_related("category", "country")
    )
    rows.sort(key=lambda row: (*_distance(row, case), row.name))
    known = {
        language: values.for_case(
            case, language, next_place=next_place, to_bodies=verb in values.TO_BODIES
        )
        for language in sorted({row.language for row in rows})
    }
    found = []
    for row in rows:
        try:
            parsed = markup.parse(row.body or "")  # type: ignore[attr-defined]
        except markup.WordingError:
            continue
        chunks = filling.chunks(parsed, known[row.language])
        gaps = sum(
            segment.kind == filling.GAP
            for chunk in chunks
            if chunk.option is None
            for segment in chunk.segments
        )
        answers = known[row.language].get("answers")
        answering = _answering(parsed) - {ALWAYS} if answers else frozenset()
        found.append(Offer(row, chunks, gaps, _fits(row, case), _why(row, case), answering))
    return found


def _answering(parsed: markup.Parsed, chosen: Iterable[int] | None = None) -> frozenset[int]:
    """The optional paragraphs that hold the bodies' answers; ALWAYS when the fixed words do."""
    held = {
        ALWAYS if line.option is None else line.option
        for line in parsed.lines
        if any(isinstance(piece, markup.Slot) and piece.code == "answers" for piece in line.pieces)
    }
    return frozenset(held if chosen is None else held & {ALWAYS, *chosen})


def use(case: Case, verb: str, pk: int, posted: Mapping[str, Any], chosen: set[int]) -> Used:
    """The words of one template for the case; raises DoesNotExist for one that is not offered."""
    row = ReplyTemplate.objects.active().filter(verb=verb).with_words().get(pk=pk)
    parsed = markup.parse(row.body)  # type: ignore[attr-defined]
    known = values.for_case(
        case,
        row.language,
        next_place=values.next_place(posted),
        to_bodies=verb in values.TO_BODIES,
    )
    filled = filling.fill(parsed, known, chosen)
    complete = bool(_answering(parsed, chosen))
    return Used(filled.text, filled.gaps, f"{row.pk}:{row.number}", complete)  # type: ignore[attr-defined]


def used(marks: str) -> tuple[Wording, ...]:
    """The versions that a form's marks name ("12:3,7:1"); what names none is left out."""
    found: list[Wording] = []
    for mark in dict.fromkeys(marks.split(",")):
        pk, _colon, number = mark.partition(":")
        if not (pk.isascii() and pk.isdigit() and number.isascii() and number.isdigit()):
            continue
        if len(pk) > 15 or len(number) > 4 or len(found) == _USED_AT_MOST:
            continue
        version = (
            ReplyTemplateVersion.objects.filter(template=int(pk), number=int(number))
            .select_related("template")
            .first()
        )
        if version is not None:
            found.append(Wording(version.template_id, version.number, version.template.name))
    return tuple(found)


def _category(row: ReplyTemplate, case: Case) -> int:
    if row.category is None:
        return _ANY
    if case.category is None:
        return _OTHER
    if row.category_id == case.category_id:
        return _SAME
    return _ABOVE if row.category_id == case.category.parent_id else _OTHER


def _country(row: ReplyTemplate, case: Case) -> int:
    if row.country_id is None:
        return _ANY
    return _SAME if row.country_id == case.country_id else _OTHER


def _fits(row: ReplyTemplate, case: Case) -> bool:
    return row.language == case.language and _OTHER not in (
        _category(row, case),
        _country(row, case),
    )


def _distance(row: ReplyTemplate, case: Case) -> tuple[bool, int, int]:
    return (not _fits(row, case), _category(row, case), _country(row, case))


def _why(row: ReplyTemplate, case: Case) -> str:
    """For which cases it was written, in the reader's language."""
    language = get_language()
    parts = [
        row.category.name_in(language) if row.category else _("all kinds"),
        *([row.country.name_in(language)] if row.country else []),
    ]
    if row.language != case.language:
        parts.append(_("in English") if row.language == "en" else _("in Korean"))
    return " · ".join(parts)
