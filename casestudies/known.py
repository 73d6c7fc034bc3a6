"""What is known to identify one company, found however it is spaced, cased and dressed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casestudies import kinds
from casestudies.identifiers import Span

_APART = r"[\s\-.·,'’]{0,3}"
KOREAN_FORM = (
    r"주식회사|유한책임회사|유한회사|합자회사|합명회사|사회적협동조합|협동조합"
    r"|농업회사법인|어업회사법인"
    r"|영농조합법인|영어조합법인|재단법인|사단법인|㈜|㈐|\((?:주|유|합|재|사|유한)\)|（(?:주|유)）"
)
LATIN_FORM = (
    r"Co\.?\s?,?\s?,?\s?Ltd\b\.?|Company\s+Limited\b|Corporation\b|Corp\b\.?|Inc\b\.?"
    r"|Incorporated\b"
    r"|Pte\.?\s?Ltd\b\.?|Pvt\.?\s?Ltd\b\.?|Private\s+Limited\b|Limited\b|Ltd\b\.?"
    r"|L\.?L\.?C\b\.?|LLP\b|GmbH\b"
    r"|S\.A\.\s?de\s?C\.V\.|S\.A\.S?\.?|S\.R\.L\.?|S\.r\.l\.?|S\.p\.A\.?|JSC\b|OOO\b"
    r"|A/S\b|B\.V\.?|PLC\b"
    r"|Sdn\.?\s?Bhd\b\.?|FZE\b|FZCO\b|FZ-LLC\b|K\.K\.|AG\b|Co\b\.?(?=[\s,.)]|$)"
)
_FORM = re.compile(rf"{KOREAN_FORM}|\b(?:{LATIN_FORM})|\b(?:PT|CV)\.?\s", re.IGNORECASE)

# The legal form that stands right before or behind a name.
_FORM_BEFORE = re.compile(rf"(?:{KOREAN_FORM})\s?\Z")
_FORM_BEHIND = re.compile(rf"\s?(?:{KOREAN_FORM})|\s?,?\s?(?:{LATIN_FORM})", re.IGNORECASE)
_LONGEST_FORM = 12

_BOUNDED = (
    r"(?=[은는이가을를과와의에도로만측씨님\s,.)(·:/'\"”’〉》」』!?-]|입니다|이며|까지|부터"
    r"|에서|공장|본사|지역|지점|[A-Za-z0-9]|$)"
)
_LATIN_COMMON = re.compile(
    r"(?:korea|korean|global|international|trading|company|group|industry"
    r"|industries|food|foods|trade|export|import|asia|world|seoul|busan|bio"
    r"|tech|technology|cosmetics|vietnam|china|japan|the|new)\Z",
    re.IGNORECASE,
)
SAID = {
    "partner": ("현지 거래처", "the local partner"),
    "other": ("관련 업체", "a company concerned"),
}


@dataclass(frozen=True)
class Known:
    """What is known to identify the company of one case; every text as it stands in the case.

    `partners` are firms it deals with; `details` are numbers and addresses in any writing;
    `generic` are words for goods that name no single maker; `safe` are names of public bodies.
    """

    companies: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    generic: frozenset[str] = frozenset()
    safe: frozenset[str] = frozenset()


def core(name: str) -> str:
    """A company's name without its legal form."""
    return " ".join(_FORM.sub(" ", name).split()).strip(" ,.")


def find(text: str, names: Known, language: str) -> Iterator[Span]:
    """Every occurrence of what is known, however it is spaced and dressed."""
    korean = language == "ko"
    partner = SAID["partner"][0 if korean else 1]
    for name in names.companies:
        yield from _company(text, name, "")
    for name in names.partners:
        yield from _company(text, name, partner)
    for name in names.people:
        for words in _orders(name):
            yield from _spread(text, words, kinds.PERSON, shortest=2)
    for name in names.places:
        yield from _spread(text, name, kinds.PLACE, shortest=2)
        if len(stem := re.sub(r"(?:특별시|광역시|시|군|구)$", "", name)) >= 2:
            yield from _spread(text, stem, kinds.PLACE, shortest=2)
    for detail in names.details:
        yield from _detail(text, detail)
    for kind, several in ((kinds.PRODUCT, names.products), (kinds.BRAND, names.brands)):
        for word in several:
            if folded(word) not in names.generic:
                yield from _spread(text, word, kind, shortest=2)
    for name in names.files:
        stem = name.rpartition(".")[0] or name
        for words in (name, stem) if len(stem) >= 6 else (name,):
            yield from _spread(text, words, kinds.FILE, shortest=4)


def folded(word: str) -> str:
    """A word as it is compared: letters and digits alone, in one case."""
    return re.sub(r"[\W_]+", "", word).casefold()


def _company(text: str, name: str, proposal: str) -> Iterator[Span]:
    bare = core(name)
    for words in dict.fromkeys((name.strip(), bare, *_first_words(bare))):
        if (body := _pattern(words, shortest=2)) is not None:
            for match in re.finditer(body, text):
                lead = _FORM_BEFORE.search(text[: match.start()][-_LONGEST_FORM:])
                tail = _FORM_BEHIND.match(text, match.end())
                start = match.start() - (len(lead[0]) if lead else 0)
                yield Span(kinds.COMPANY, start, tail.end() if tail else match.end(), proposal)


def _first_words(name: str) -> list[str]:
    """The word that people shorten a Latin name to."""
    first = next(iter(name.split(maxsplit=1)), "")
    if len(first) >= 5 and first.isascii() and not _LATIN_COMMON.match(first):
        return [first]
    return []


def _orders(name: str) -> list[str]:
    words = name.split()
    if len(words) in (2, 3) and name.isascii():
        return [name, " ".join([*words[1:], words[0]]), " ".join([words[-1], *words[:-1]])]
    return [name]


def _pattern(words: str, *, shortest: int) -> str | None:
    """Words however they are spaced; a short one only where it stands by itself."""
    letters = [sign for sign in words if sign.isalnum()]
    if len(letters) < shortest:
        return None
    # Case is left aside for the letters alone: a class of Hangul without case compiles for ever.
    body = f"(?i:{_APART.join(map(re.escape, letters))})"
    if letters[0].isascii():
        body = rf"(?<![A-Za-z0-9]){body}"
    elif len(letters) <= 3:
        body = rf"(?<![가-힣]){body}"
    if letters[-1].isascii():
        return rf"{body}(?![A-Za-z0-9])"
    return body + _BOUNDED if len(letters) <= 2 else body


def _spread(text: str, words: str, kind: str, *, shortest: int) -> Iterator[Span]:
    if (body := _pattern(words, shortest=shortest)) is not None:
        for match in re.finditer(body, text):
            yield Span(kind, *match.span())


def _detail(text: str, detail: str) -> Iterator[Span]:
    """A number or address in any writing."""
    signs = [sign for sign in detail if sign.isalnum()]
    if len(signs) < 6:
        return
    kind = kinds.EMAIL if "@" in detail else kinds.PHONE
    if all(sign.isdigit() for sign in signs) and len(signs) == 10 and signs[0] != "0":
        kind = kinds.BUSINESS
    elif not any(sign.isdigit() for sign in signs) and "@" not in detail:
        kind = kinds.ADDRESS
    body = r"[\s\-.·,()@_/]{0,3}".join(map(re.escape, signs))
    for match in re.finditer(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])", text, re.IGNORECASE):
        yield Span(kind, *match.span())
