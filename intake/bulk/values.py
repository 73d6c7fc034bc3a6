"""Whether one cell is right, fast: what most people write is known at a glance.

Everything else is asked of the form's own field, so that form and spreadsheet cannot disagree.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from operator import mul
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from accounts import business_number
from accounts.forms.fields import tidy
from files import sheets
from intake.bulk import glances
from intake.bulk.columns import (
    AGREED,
    AMOUNT,
    CHOICE,
    COLUMNS,
    COUNTRIES,
    DATE,
    EMAIL,
    HS,
    LONG,
    NUMBER,
    PHONE,
    TEXT,
    TICK,
    Column,
)
from intake.forms.difficulty import CURRENCIES, UNKNOWN, DifficultyForm
from intake.forms.partner.filing import BACK
from intake.models.case import CHANNEL_LABELS, EVENT, SPREADSHEET, VISIT
from intake.models.case import PHONE as BY_PHONE
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES
from reference.models import Country, Province

YES = frozenset({"예", "네", "y", "yes", "o", "ㅇ", "true", "1", "✓", "v", "동의", "동의함"})
NO = frozenset({"아니오", "아니요", "n", "no", "x", "false", "0", "미동의"})
NONE = frozenset({"없음", "none", "미정", "모름", "해당없음", "-"})
LANGUAGES = ("ko", "en")
_HS = re.compile(r"(?:\d{2}){1,5}\Z", re.ASCII)
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}\Z", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_LIST = re.compile(r"[,;/·、\n]+")
_FIELDS = DifficultyForm.base_fields


class Wrong(Exception):  # noqa: N818 - an answer about a cell
    """A cell that cannot stay: a code, and what the sentence speaks of."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


Judge = Callable[[str], Any]


def folded(text: str) -> str:
    """A name as it is compared: without blanks, in small letters, half width."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _pairs(grouped: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, label in grouped:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, str(label)


def _coded(labels: Mapping[str, Any], *codes: str) -> list[tuple[str, str]]:
    return [(code, str(labels[code])) for code in codes or labels]


_LISTS: dict[str, Callable[[str], Iterable[tuple[str, str]]]] = {
    "country": lambda language: dict(_pairs(cached.country_choices(language))).items(),
    "category": lambda language: _pairs(cached.category_choices(language)),
    "province": lambda language: _pairs(cached.province_choices(language)),
    "sector": lambda language: _pairs(cached.sector_choices(language)),
    "size_class": lambda _language: _coded(SIZE_CLASSES),
    "export_band": lambda _language: _coded(EXPORT_BANDS),
    "channel": lambda _language: _coded(CHANNEL_LABELS, SPREADSHEET, BY_PHONE, VISIT, EVENT),
    "currency": lambda _language: [(code, code) for code in CURRENCIES],
}


def choices_of(key: str, language: str) -> list[tuple[str, str]]:
    """What a column may hold: code and name, as the pick-list shows them."""
    return list(_LISTS[key](language))


def _other_names(key: str) -> Iterable[tuple[str, str]]:
    """Names beside those of the list: short ones, codes of three letters, earlier ones."""
    if key == "province":
        for row in Province.objects.all():
            for name in (row.short_ko, f"{row.short_ko}시", f"{row.short_ko}도"):
                yield name, row.pk
    elif key == "country":
        for country in Country.objects.all():
            for name in (country.iso3, country.name_ko, country.name_en, *country.synonyms):
                yield name, country.pk


def _names(key: str) -> dict[str, str]:
    """Every name of every choice of a column; a name of two choices is no name."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        with translation.override(language):
            for code, label in choices_of(key, language):
                found[folded(label)].add(code)
                found[folded(f"{code} {label}")].add(code)
    codes = {code for code, _label in choices_of(key, "ko")}
    for name, code in _other_names(key):
        if code in codes:
            found[folded(name)].add(code)
    if key == "category":
        for name in (UNKNOWN, *NONE):
            found[folded(name)] = {UNKNOWN}
    names = {name: next(iter(some)) for name, some in found.items() if name and len(some) == 1}
    # A code is always what it says.
    return names | {folded(code): code for code in codes}


class Values:
    """Judges cells against the lists and the day of this moment; kept for one file."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self._country = _names("country")
        self.judges: dict[str, Judge] = {column.key: self._judge(column) for column in COLUMNS}
        self.glances = glances.of_columns()

    def _judge(self, column: Column) -> Judge:
        kinds: dict[str, Callable[[Column], Judge]] = {
            TEXT: _text,
            LONG: _text,
            NUMBER: lambda _column: _number,
            PHONE: lambda _column: _phone,
            EMAIL: lambda _column: _mail,
            HS: lambda _column: _hs,
            AMOUNT: lambda _column: _amount,
            TICK: lambda _column: _tick,
            AGREED: lambda _column: _agreed,
            COUNTRIES: lambda _column: self._countries,
            DATE: lambda column: {
                "needed_by": self._needed_by,
                "since": self._since,
                "received_on": self._received_on,
            }[column.key],
            CHOICE: self._choice,
        }
        return kinds[column.kind](column)

    def _choice(self, column: Column) -> Judge:
        names = self._country if column.key == "country" else _names(column.key)
        known: dict[str, str] = {}

        def judge(text: str) -> str:
            code = known.get(text)
            if code is None:
                code = names.get(folded(text))
                if code is None:
                    raise Wrong("country" if column.key == "country" else "choice")
                if len(known) < 5000:
                    known[text] = code
            return code

        return judge

    def _countries(self, text: str) -> list[str]:
        parts = [part.strip() for part in _LIST.split(text) if part.strip()]
        codes = [self._country.get(folded(part)) for part in parts]
        for part, code in zip(parts, codes, strict=True):
            if code is None:
                raise Wrong("countries", name=part[:60])
        distinct = list(dict.fromkeys(code for code in codes if code))
        if len(distinct) > 3:
            raise Wrong("too_many", count=len(distinct))
        return distinct

    def _needed_by(self, text: str) -> dt.date:
        day = _date(text)
        if day < self.today:
            raise Wrong("past")
        return day

    def _since(self, text: str) -> dt.date:
        day = _date(text)
        if day > self.today:
            raise Wrong("future")
        return day

    def _received_on(self, text: str) -> dt.date:
        day = self._since(text)
        if day < self.today - BACK + dt.timedelta(days=1):
            raise Wrong("old", days=BACK.days)
        return day


def by_the_form(key: str, text: str) -> Any:
    """What the form's own field makes of a text; its words come from the field when read."""
    try:
        return _FIELDS[key].clean(text)
    except ValidationError as error:
        raise Wrong("form") from error


def _text(column: Column) -> Judge:
    longest = _FIELDS[column.key].max_length  # type: ignore[attr-defined]

    def judge(text: str) -> str:
        if not text.isprintable() and not glances.PLAIN.match(text):
            text = tidy(text)
        if len(text) > longest:
            raise Wrong("long", limit=longest, count=len(text))
        if column.kind == TEXT and "\n" in text:
            text = " ".join(text.split())
        return text

    return judge


def _number(text: str) -> str | None:
    digits = text.replace("-", "")
    if len(digits) == 10 and digits.isascii() and digits.isdigit():
        figures = [ord(digit) - 48 for digit in digits]
        total = sum(map(mul, figures, business_number.WEIGHTS)) + figures[8] * 5 // 10
        if (total + figures[9]) % 10 == 0 and digits >= glances.FIRST_NUMBER:
            return digits
        raise Wrong("form")
    if folded(text) in NONE:
        return None
    _not_rounded(text)
    if len(digits) < 10 and digits.isascii() and digits.isdigit():
        raise Wrong("short_number", count=len(digits))
    return str(by_the_form("business_number", text))


def _not_rounded(text: str) -> None:
    """What a spreadsheet program shortened cannot be made whole again."""
    if _ROUNDED.match(text):
        raise Wrong("rounded")


def _phone(text: str) -> str:
    if glances.PHONE.match(text):
        return text
    _not_rounded(text)
    return str(by_the_form("contact_phone", text))


def _mail(text: str) -> str:
    if len(text) <= 60 and glances.MAIL.match(text):
        return text
    return str(by_the_form("contact_email", text))


def _hs(text: str) -> str:
    bare = text.replace(".", "").replace("-", "")
    if _HS.match(bare) and bare[:2] not in ("00", "77", "98", "99"):
        return bare
    _not_rounded(text)
    if bare.isascii() and bare.isdigit() and len(bare) in (1, 3, 5, 7, 9):
        raise Wrong("odd_hs", count=len(bare))
    return str(by_the_form("hs_code", text))


def _amount(text: str) -> Decimal:
    if glances.AMOUNT.match(text):
        return Decimal(text.replace(",", ""))
    _not_rounded(text)
    return Decimal(by_the_form("value", text))


def _tick(text: str) -> bool:
    said = folded(text)
    if said in YES:
        return True
    if said in NO:
        return False
    raise Wrong("yes_no")


def _agreed(text: str) -> bool:
    if not _tick(text):
        raise Wrong("not_agreed")
    return True


def _date(text: str) -> dt.date:
    if _ISO.match(text):
        with suppress(ValueError):
            return dt.date.fromisoformat(text)
    day = sheets.date(text)
    if day is None:
        raise Wrong("date")
    return day
