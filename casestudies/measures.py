"""Exact dates, amounts and quantities, each with the coarse words that may stand instead. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from casestudies import coarse, kinds
from casestudies.identifiers import Span

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(
        r"(?<![0-9])(?P<year>(?:19|20)\d{2})\s?(?:년|[./-])\s?(?P<month>1[0-2]|0?[1-9])"
        r"\s?(?:월|[./-])\s?(?:3[01]|[12]\d|0?[1-9])(?![0-9])\s?(?:일|\.)?"
        r"(?:\s?\([월화수목금토일]\))?"
    ),
    re.compile(r"(?<![0-9])(?P<year>(?:19|20)\d{2})\s?년\s?(?P<month>1[0-2]|0?[1-9])\s?월"),
    re.compile(
        r"(?<![0-9.])['’](?P<short>\d{2})\s?[.년/]\s?(?P<month>1[0-2]|0?[1-9])\s?[.월/]"
        r"(?:\s?(?:3[01]|[12]\d|0?[1-9])(?![0-9])\s?[.일]?)?"
    ),
    re.compile(
        r"(?<![0-9])(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d"
        r"|3[01])(?![0-9])"
    ),
    re.compile(
        r"(?<![0-9.])(?P<short>[12]\d)\.(?P<month>1[0-2]|0?[1-9])\.(?:3[01]|[12]\d"
        r"|0?[1-9])\.?(?![0-9])"
    ),
    re.compile(
        r"(?<![0-9])(?P<month>1[0-2]|0?[1-9])\s?월\s?(?:3[01]|[12]\d|0?[1-9])\s?일"
        r"(?:\s?\([월화수목금토일]\))?"
    ),
    re.compile(
        rf"(?<![A-Za-z])(?P<name>{_MONTH})\.?\s+(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
        r"(?:\s*,?\s*(?P<year>(?:19|20)\d{2}))?(?![0-9])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![0-9])(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?[\s.-]+(?P<name>{_MONTH})\.?"
        r"(?:[\s.,-]+(?P<year>(?:19|20)\d{2}))?(?![A-Za-z0-9])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![A-Za-z])(?P<name>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d{{2}})(?![0-9])",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![0-9])(?P<month>1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])/(?P<year>(?:19"
        r"|20)\d{2})(?![0-9])"
    ),
)

_FIGURE = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,18})(?:\.\d{1,4})?"
_KOREAN_FIGURE = (
    rf"{_FIGURE}\s?(?:조|억|천만|백만|만|천)?(?:\s?{_FIGURE}\s?(?:억|천만|백만|만"
    rf"|천))?(?:\s?{_FIGURE})?"
)
_BEFORE = {
    "US$": ("미화", "달러", "USD"),
    "USD": ("미화", "달러", "USD"),
    "U$": ("미화", "달러", "USD"),
    "$": ("미화", "달러", "USD"),
    "EUR": ("", "유로", "EUR"),
    "€": ("", "유로", "EUR"),
    "KRW": ("", "원", "KRW"),
    "₩": ("", "원", "KRW"),
    "JPY": ("", "엔", "JPY"),
    "CNY": ("", "위안", "CNY"),
    "RMB": ("", "위안", "CNY"),
    "VND": ("", "동", "VND"),
    "IDR": ("", "루피아", "IDR"),
    "GBP": ("", "파운드", "GBP"),
    "£": ("", "파운드", "GBP"),
    "¥": ("", "엔", "JPY"),
}
_AFTER = {
    "원": "KRW",
    "달러": "USD",
    "불": "USD",
    "유로": "EUR",
    "엔": "JPY",
    "위안": "CNY",
    "위안화": "CNY",
    "루피아": "IDR",
    "바트": "THB",
    "링깃": "MYR",
    "루피": "INR",
    "페소": "MXN",
    "헤알": "BRL",
    "루블": "RUB",
    "리얄": "SAR",
    "디르함": "AED",
    "파운드": "GBP",
    "대만달러": "TWD",
}
_CODES = "USD|EUR|KRW|JPY|CNY|RMB|VND|IDR|GBP|THB|MYR|INR|AED|SAR"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z])(?P<sign>US\$|U\$|USD|EUR|KRW|JPY|CNY|RMB|VND|IDR|GBP|[$€₩£¥])\s?"
    rf"(?P<a>{_FIGURE}(?:\s?(?:조|억|천만|백만|만|천|billion|million|bn|mn|M\b|K\b))?)"
    r"(?:\s?(?:달러|불|원|유로))?"
    rf"|(?<![0-9.,])(?P<b>{_KOREAN_FIGURE})\s?(?P<unit>"
    + "|".join(sorted(_AFTER, key=len, reverse=True))
    + r")(?!인|고기|천|주|자|리|활|론|래|칙|산|료|격)"
    rf"|(?<![0-9.,])(?P<c>{_FIGURE}(?:\s?(?:billion|million|bn|mn))?)\s?(?P<code>{_CODES}"
    r"|dollars|won|euros)(?![A-Za-z])",
    re.IGNORECASE,
)
_WORDS = {"dollars": "USD", "won": "KRW", "euros": "EUR"}
_SPOKEN = {code: word for word, code in reversed(_AFTER.items())} | {"USD": "달러", "VND": "동"}
_COUNTED = (
    "개입|개(?!월|국|사|소|년|선|정|편|인|시|발|설|요|념|선|별)|박스|상자|카톤|카턴"
    "|파레트|팔레트|톤|킬로그램|kg|㎏|그램|리터"
    r"|대(?!표|책|응|상|행|비|금|사|기|규|만|한|부|외|형|로|리|체|안|중|학|\s?(?:남|여"
    r"|초반|중반|후반))|병|세트|셋트|포대|포|벌|켤레|장|매(?!출|입|년|월|일|우|수|장)|롤"
    r"|캔|봉"
    "|pcs|pieces|units|sets|boxes|cartons|pallets|bottles|tons|tonnes|MT|TEU|FEU"
)
_QUANTITY = re.compile(
    rf"(?<![0-9.,~–A-Za-z])(?P<n>{_FIGURE}(?:\s?(?:억|천만|백만|만|천))?)\s?(?P<unit>{_COUNTED})"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)
# Below this a quantity says nothing about who it was.
_TELLING = 10


def dates(text: str, language: str) -> Iterator[Span]:
    """Days and months, with the half-year that they lie in."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            said = match.groupdict()
            year = int(said["year"]) if said.get("year") else None
            if said.get("short"):
                year = 2000 + int(said["short"])
            named = said.get("name")
            month = _MONTHS[named.casefold()] if named else int(said["month"])
            start, end = match.span()
            while end > start and text[end - 1].isspace():
                end -= 1
            yield Span(kinds.DATE, start, end, coarse.half_year(year, month, language))


def amounts(text: str, language: str) -> Iterator[Span]:
    """Sums of money, with the range that they lie in."""
    bands = _bands(text)
    for match in _AMOUNT.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in bands):
            continue
        value = coarse.number(match["a"] or match["b"] or match["c"] or "")
        if value is None or value <= 0:
            continue
        yield Span(kinds.AMOUNT, *_trimmed(match), _money(match, value, language))


def _money(match: re.Match[str], value: Decimal, language: str) -> str:
    if match["sign"]:
        before, unit, code = _BEFORE[match["sign"].upper()]
    elif match["unit"]:
        code = _AFTER[match["unit"]]
        before, unit = "", match["unit"]
    else:
        code = _WORDS.get(match["code"].casefold(), match["code"].upper())
        before, unit = "", _SPOKEN.get(code, code)
    found = coarse.band(value, language)
    if language == "ko":
        return " ".join(part for part in (before, found, unit) if part)
    return f"{code} {found}"


def quantities(text: str, language: str) -> Iterator[Span]:
    """How many or how much, with the range; small numbers tell nobody anything."""
    bands = _bands(text)
    for match in _QUANTITY.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in bands):
            continue
        value = coarse.number(match["n"])
        if value is None or value < _TELLING:
            continue
        gap = "" if language == "ko" and not match["unit"][0].isascii() else " "
        said = f"{coarse.band(value, language)}{gap}{match['unit']}"
        yield Span(kinds.QUANTITY, *_trimmed(match), said)


def _bands(text: str) -> list[tuple[int, int]]:
    """Where ranges of our own making stand, with what follows them at once."""
    return [match.span() for match in coarse.BAND.finditer(text)]


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    return start, end - (len(match[0]) - len(match[0].rstrip()))
