"""Finds personal data in free text: what the law forbids to collect, and what identifies.

Pure Python. Positions are those of the text given. Every pattern is bounded, so that hostile
text costs linear time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

RESIDENT = "resident_number"
FOREIGNER = "foreigner_number"
PASSPORT = "passport"
LICENCE = "driver_licence"
CARD = "card"
ACCOUNT = "account"
MOBILE = "mobile"
EMAIL = "email"

# 고유식별정보: only a law may let a body collect them (Personal Information Protection Act
# art. 24, 24-2); the portal has no such law.
FORBIDDEN = frozenset({RESIDENT, FOREIGNER, PASSPORT, LICENCE})
PERSONAL = frozenset({CARD, ACCOUNT, MOBILE, EMAIL})

_DASH = "[-\u2010-\u2015\u2212\uff0d]"
_GAP = rf"[ \u00a0]?{_DASH}?[ \u00a0]?"
_ALONE = rf"(?<![0-9０-９A-Za-z])(?<![0-9]{_DASH})"
_END = rf"(?![0-9０-９A-Za-z])(?!{_DASH}[0-9])"

_RESIDENT = re.compile(rf"{_ALONE}([0-9０-９]{{6}})({_GAP})([0-9０-９]{{7}}){_END}")
_PASSPORT = re.compile(rf"{_ALONE}(?:[MSRODGT][0-9]{{8}}|[MSRODGT][0-9]{{3}}[A-Z][0-9]{{4}}){_END}")
_OTHER_PASSPORT = re.compile(
    r"(?:여권|passport)(?:[ ]?(?:번호|no\.?|number))?[ :=：#]{0,4}"
    rf"([A-Z]{{1,2}}[0-9]{{7,8}}){_END}",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    rf"{_ALONE}(?:1[1-9]|2[0-8]){_DASH}[0-9]{{2}}{_DASH}[0-9]{{6}}{_DASH}[0-9]{{2}}{_END}"
    rf"|(?:서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산)"
    rf"[ ]?{_DASH}?[ ]?[0-9]{{2}}{_DASH}[0-9]{{6}}{_DASH}[0-9]{{2}}{_END}"
)
_CARD = re.compile(
    rf"{_ALONE}(?:[3-69][0-9]{{3}}(?:[ ]?{_DASH}?[ ]?[0-9]{{4}}){{3}}"
    rf"|3[47][0-9]{{2}}[ -]?[0-9]{{6}}[ -]?[0-9]{{5}}){_END}"
)
_MOBILE = re.compile(
    rf"(?:{_ALONE}0|(?<![0-9A-Za-z])\+?82[ ]?{_DASH}?[ ]?\(?0?\)?)"
    rf"1[016789][ .]?{_DASH}?[ ]?[0-9]{{3,4}}[ .]?{_DASH}?[ ]?[0-9]{{4}}{_END}"
)
_ACCOUNT = re.compile(
    rf"(?:계좌|은행|농협|수협|신협|새마을금고|account)[^0-9\n]{{0,25}}"
    rf"([0-9]{{2,6}}{_DASH}[0-9]{{2,6}}(?:{_DASH}[0-9]{{1,8}}){{0,2}}|[0-9]{{10,14}}){_END}",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,6}"
)
_BUSINESS_NUMBER = re.compile(rf"[0-9]{{3}}{_DASH}[0-9]{{2}}{_DASH}[0-9]{{5}}")


@dataclass(frozen=True)
class Finding:
    """A stretch of the text that looks like personal data; `masked` is safe to show."""

    kind: str
    start: int
    end: int
    masked: str

    @property
    def forbidden(self) -> bool:
        """Whether the portal must not keep it at all."""
        return self.kind in FORBIDDEN


def find(text: str, *, today: date | None = None) -> list[Finding]:
    """Every finding in order of place; of two that overlap, the graver stays."""
    day = today or date.today()  # noqa: DTZ011 - only birthdays in the future are ruled out
    found: list[Finding] = []
    taken = bytearray(len(text))
    for search in _SEARCHES:
        for finding in search(text, day):
            if not any(taken[finding.start : finding.end]):
                taken[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
                found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str, *, today: date | None = None, kinds: frozenset[str] | None = None) -> str:
    """The text with every finding masked, or those of some kinds."""
    pieces, at = [], 0
    for finding in find(text, today=today):
        if kinds is not None and finding.kind not in kinds:
            continue
        pieces += [text[at : finding.start], finding.masked]
        at = finding.end
    return "".join([*pieces, text[at:]])


def _residents(text: str, today: date) -> Iterator[Finding]:
    for match in _RESIDENT.finditer(text):
        front, gap, back = match.groups()
        digits = [int(digit) for digit in front + back]
        if not _is_birthday(digits, today) or _is_other_number(digits, separated=bool(gap.strip())):
            continue
        kind = FOREIGNER if digits[6] in {5, 6, 7, 8} else RESIDENT
        yield Finding(kind, match.start(), match.end(), f"{front}{gap}{'*' * len(back)}")


def _is_birthday(digits: list[int], today: date) -> bool:
    """Whether the first seven digits are a day of birth and a century that go together."""
    if digits[6] not in range(1, 9):
        return False
    century = 1900 if digits[6] in {1, 2, 5, 6} else 2000
    year, month, day = (digits[at] * 10 + digits[at + 1] for at in (0, 2, 4))
    try:
        return date(century + year, month, day) <= today
    except ValueError:
        return False


def _is_other_number(digits: list[int], *, separated: bool) -> bool:
    """A corporate number or a Korean barcode that happens to begin like a birthday.

    Numbers given since October 2020 have no check digit, so a wrong one alone says nothing.
    """
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    if (11 - total % 11) % 10 == digits[12]:
        return False
    corporate = sum(digits[at] * (1 + at % 2) for at in range(12))
    if (10 - corporate % 10) % 10 == digits[12] and digits[4:6] in _COMPANY_KINDS:
        return True
    barcode = sum(digits[at] * (1, 3)[at % 2] for at in range(12))
    return not separated and digits[:3] == [8, 8, 0] and (10 - barcode % 10) % 10 == digits[12]


# Digits 5 and 6 of a corporate number: stock company, limited company, association …
_COMPANY_KINDS = ([1, 1], [1, 2], [1, 3], [1, 4], [1, 5], [2, 1], [2, 2], [3, 1])


def _passports(text: str, today: date) -> Iterator[Finding]:
    for match in _PASSPORT.finditer(text):
        yield Finding(PASSPORT, *match.span(), match[0][0] + "*" * (len(match[0]) - 1))
    for match in _OTHER_PASSPORT.finditer(text):
        yield Finding(PASSPORT, *match.span(1), match[1][0] + "*" * (len(match[1]) - 1))


def _digits_of(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _starred(text: str, keep: int) -> str:
    """The text with every digit but the last `keep` replaced by a star."""
    count = sum(character.isdecimal() for character in text)
    shown, seen = [], 0
    for character in text:
        seen += character.isdecimal()
        hide = character.isdecimal() and seen <= count - keep
        shown.append("*" if hide else character)
    return "".join(shown)


def _cards(text: str, today: date) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        digits = _digits_of(match[0])
        if _passes_luhn(digits) and len(set(digits)) > 1:
            yield Finding(CARD, *match.span(), _starred(match[0], 4))


def _accounts(text: str, today: date) -> Iterator[Finding]:
    for match in _ACCOUNT.finditer(text):
        if 10 <= len(_digits_of(match[1])) <= 14 and not _BUSINESS_NUMBER.fullmatch(match[1]):
            yield Finding(ACCOUNT, *match.span(1), _starred(match[1], 3))


def _emails(text: str, today: date) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        name, _, host = match[0].partition("@")
        yield Finding(EMAIL, *match.span(), f"{name[0]}***@{host}")


def _plain(
    kind: str, pattern: re.Pattern[str], keep: int
) -> Callable[[str, date], Iterator[Finding]]:
    def search(text: str, today: date) -> Iterator[Finding]:
        for match in pattern.finditer(text):
            yield Finding(kind, *match.span(), _starred(match[0], keep))

    return search


# Gravest first.
_SEARCHES: tuple[Callable[[str, date], Iterator[Finding]], ...] = (
    _residents,
    _plain(LICENCE, _LICENCE, 0),
    _passports,
    _cards,
    _plain(MOBILE, _MOBILE, 4),
    _accounts,
    _emails,
)
