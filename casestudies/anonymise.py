"""Finds what might give a company away, and tells it so that nobody is recognised. Pure Python.

What is found is marked in the text itself, with the words proposed in its place:
`⟦3:the company⟧` is the third finding of a study. So a draft never holds what was found, an officer
sees each place, and an edit elsewhere moves nothing (decision 0085).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from casestudies import identifiers, kinds, known, measures, names, particles
from casestudies.identifiers import Span
from casestudies.known import Known

__all__ = ["Found", "Known", "Part", "find", "numbers", "parts", "plain", "settle", "sweep", "tidy"]

_OPEN, _CLOSE = "⟦", "⟧"
_MARKER = re.compile(rf"{_OPEN}([0-9]{{1,5}}):([^{_OPEN}{_CLOSE}\n]*){_CLOSE}")
_STRAY = re.compile(rf"{_OPEN}(?:[0-9]{{1,5}}:)?|{_CLOSE}")
# What shows nothing and only keeps a number apart from itself.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f]"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x2007: " ",
    0x202F: " ",
}
_RANK = {kind: place for place, kind in enumerate(kinds.KINDS)}
# What stands for itself wherever it is read: found once by what is around it, found everywhere.
_LEARNT = frozenset(kinds.KINDS) - {
    kinds.DATE,
    kinds.AMOUNT,
    kinds.QUANTITY,
    kinds.PORT,
    kinds.PLACE,
    kinds.EXHIBITION,
}
_SHORTEST_LEARNT = 4
NOBODY = Known()


@dataclass(frozen=True)
class Found:
    """A stretch of a text that might identify: what it looks like, what could stand instead."""

    kind: str
    start: int
    end: int
    text: str
    proposal: str


@dataclass(frozen=True)
class Part:
    """A piece of a text with markers: plain words, or the wording of a finding by its number."""

    text: str
    number: int = 0


def tidy(text: str) -> str:
    """The text in one way of writing: composed letters, plain digits, nothing invisible.

    Markers of another hand are taken out: only `sweep` writes them.
    """
    return _STRAY.sub("", _normal(text))


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_WIDE)
    return _INVISIBLE.sub("", text)


def find(
    text: str,
    about: Known = NOBODY,
    *,
    language: str = "ko",
    kept: Iterable[str] = (),
) -> list[Found]:
    """Everything in a tidy text that might identify, in order of place, none overlapping.

    `about` is what is known of the company; `kept` are texts that an officer let stand with a
    reason.
    """
    dated = list(measures.dates(text, language))
    spans = [
        *identifiers.find(text),
        *known.find(text, about, language),
        *names.find(text, about, language, dated),
        *dated,
        *measures.amounts(text, language),
        *measures.quantities(text, language),
    ]
    let_stand = kinds.OURS.union(kept)
    return [
        Found(
            span.kind,
            span.start,
            span.end,
            text[span.start : span.end],
            _without_frame(text, span, span.proposal or kinds.said(span.kind, language)),
        )
        for span in _apart(text, spans)
        if text[span.start : span.end] not in let_stand
    ]


def _without_frame(text: str, span: Span, proposal: str) -> str:
    """The proposal without its brackets where the text has brackets there already."""
    around = text[span.start - 1 : span.start] + text[span.end : span.end + 1]
    return proposal[1:-1] if proposal.startswith("(") and set(around) & set("()") else proposal


def _apart(text: str, spans: Iterable[Span]) -> list[Span]:
    """Of spans that claim the same place the graver one, and what is left of the others."""
    taken = bytearray(len(text))
    won: list[Span] = []
    for span in sorted(spans, key=lambda one: (_RANK[one.kind], one.start - one.end)):
        for start, end in _free(taken, span.start, span.end):
            whole = (start, end) == (span.start, span.end)
            piece = text[start:end]
            if whole or sum(sign.isalnum() for sign in piece) > 1:
                lead = 0 if whole else len(piece) - len(piece.lstrip(" ,.·()-"))
                tail = 0 if whole else len(piece) - len(piece.rstrip(" ,.·(-"))
                taken[start + lead : end - tail] = b"\x01" * (end - tail - start - lead)
                won.append(replace(span, start=start + lead, end=end - tail))
    return sorted(won, key=lambda one: one.start)


def _free(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a place that nothing graver holds."""
    found, at = [], start
    while at < end:
        if taken[at]:
            at += 1
            continue
        stop = at
        while stop < end and not taken[stop]:
            stop += 1
        found.append((at, stop))
        at = stop
    return found


# --- Markers --------------------------------------------------------------------------------
def parts(text: str) -> list[Part]:
    """The text in pieces, plain and marked; stray brackets are left out."""
    found: list[Part] = []
    at = 0
    for match in _MARKER.finditer(text):
        found += [Part(_STRAY.sub("", text[at : match.start()])), Part(match[2], int(match[1]))]
        at = match.end()
    found.append(Part(_STRAY.sub("", text[at:])))
    return [part for part in found if part.text or part.number]


def plain(text: str) -> str:
    """The text as its readers may see it: proposed words in place of markers."""
    return "".join(part.text for part in parts(text)) if _OPEN in text or _CLOSE in text else text


def numbers(text: str) -> list[int]:
    """The findings that are marked in a text, each once."""
    return list(dict.fromkeys(int(match[1]) for match in _MARKER.finditer(text)))


def settle(text: str, number: int, wording: str) -> str:
    """The text with the finding's markers replaced by words; particles behind them follow suit."""
    said = _STRAY.sub("", wording)
    pieces, at = [], 0
    for match in _MARKER.finditer(text):
        if int(match[1]) != number or match.start() < at:
            continue
        pieces += [text[at : match.start()], said]
        at = match.end()
        rest = text[at : at + 8]
        fitted = particles.fitted(said, rest)
        if fitted != rest:
            pieces.append(fitted)
            at += len(rest)
    return "".join([*pieces, text[at:]])


def sweep(
    fields: Mapping[str, str],
    about: Known,
    number_of: Callable[[Found], int],
    *,
    language: str = "ko",
    kept: Iterable[str] = (),
) -> dict[str, str]:
    """Fields of a study with everything marked that might identify.

    `number_of` gives the number of a finding, the same for the same text. What one field gives
    away by the words around it is found in the others too.
    """
    tidied = {name: _normal(text) for name, text in fields.items()}
    let_stand = frozenset(kept)
    learnt: set[str] = set()
    found: dict[str, list[Found]] = {}
    for name, text in tidied.items():
        found[name] = find(_shown(text), about, language=language, kept=let_stand)
        learnt |= {one.text for one in found[name] if _is_telling(one)}
    again = _again(learnt)
    return {
        name: _marked(text, [*found[name], *_echoes(_shown(text), again, found)], number_of)
        for name, text in tidied.items()
    }


def _is_telling(found: Found) -> bool:
    """Whether the same letters elsewhere mean the same."""
    letters = sum(sign.isalnum() for sign in found.text)
    return found.kind in _LEARNT and letters >= _SHORTEST_LEARNT


def _again(learnt: Iterable[str]) -> re.Pattern[str] | None:
    words = sorted(learnt, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))) if words else None


def _echoes(
    text: str, pattern: re.Pattern[str] | None, found: Mapping[str, list[Found]]
) -> list[Found]:
    if pattern is None:
        return []
    of = {one.text: one for rows in found.values() for one in rows}
    return [
        replace(of[match[0]], start=match.start(), end=match.end())
        for match in pattern.finditer(text)
    ]


def _shown(text: str) -> str:
    """The text with each marker's frame left out; places differ from those of the text."""
    return "".join(part.text for part in parts(text))


def _marked(text: str, found: Iterable[Found], number_of: Callable[[Found], int]) -> str:
    """The text with findings marked, outside of what is marked already."""
    pieces: list[str] = []
    at = 0
    rows = sorted(found, key=lambda one: (one.start, one.start - one.end))
    for part in parts(text):
        end = at + len(part.text)
        if part.number:
            pieces.append(f"{_OPEN}{part.number}:{part.text}{_CLOSE}")
        else:
            inside = [row for row in rows if at <= row.start and row.end <= end]
            pieces.append(_piece(part.text, at, inside, number_of))
        at = end
    return "".join(pieces)


def _piece(
    text: str, offset: int, found: Iterable[Found], number_of: Callable[[Found], int]
) -> str:
    """One plain piece; `offset` is where it begins in the text that was searched."""
    apart: list[tuple[Found, int]] = []
    for one in found:
        if not apart or one.start >= apart[-1][0].end:
            apart.append((one, number_of(one)))
    # From the end, so that a particle which grows moves nothing that is still to come.
    for one, number in reversed(apart):
        start, end = one.start - offset, one.end - offset
        rest = particles.fitted(one.proposal, text[end:])
        text = f"{text[:start]}{_OPEN}{number}:{one.proposal}{_CLOSE}{rest}"
    return text
