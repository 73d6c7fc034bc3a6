"""Choices that the intake form shows on every request, kept in this process for a few seconds.

Reading 249 countries for each form costs more than the rest of the page. An edit in the admin
shows at once in the process that made it and after `SECONDS` in the others.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from reference.models import Category, Country, Province, ReferenceRow, Sector

SECONDS = 30.0
HOME = "KR"
MANUFACTURING = "C"

Choices = tuple[tuple[str, str], ...]
Grouped = tuple[tuple[str, Choices], ...]
Result = TypeVar("Result")

_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}


# What higher applications remember of the same rows; `portal.wiring` registers it.
_also_clear: list[Callable[[], None]] = []


def when_cleared(forget: Callable[[], None]) -> None:
    """Let a higher application forget along; registering again changes nothing."""
    if forget not in _also_clear:
        _also_clear.append(forget)


def clear() -> None:
    """Forget everything: after a load, an edit, or between tests."""
    _kept.clear()
    for forget in _also_clear:
        forget()


def _remembered(read: Callable[..., Result]) -> Callable[..., Result]:
    """Keep a reader's answer for `SECONDS`. An empty one is never kept: data may be loading."""

    @wraps(read)
    def answer(*args: str) -> Result:
        key = (read.__name__, *args)
        now = time.monotonic()
        kept = _kept.get(key)
        if kept is None or kept[0] <= now:
            value = read(*args)
            if not value:
                return value
            kept = _kept[key] = (now + SECONDS, value)
        result: Result = kept[1]
        return result

    return answer


def _sort_key(name: str) -> str:
    """Without accents, so that Åland stands under A and Réunion before Romania."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _pairs(rows: Iterable[ReferenceRow], language: str) -> Choices:
    return tuple((str(row.pk), row.name_in(language)) for row in rows)


@_remembered
def country_choices(language: str) -> Grouped:
    """Foreign countries: the frequently chosen in their order, then the others by name.

    Korea is left out, since it is no export market. No country stands in both groups.
    """
    rows = list(Country.objects.current().exclude(pk=HOME))
    if not rows:
        return ()
    frequent = sorted((row for row in rows if row.weight), key=lambda row: -row.weight)
    others = sorted(
        (row for row in rows if not row.weight), key=lambda row: _sort_key(row.name_in(language))
    )
    with translation.override(language):
        return (
            (_("Frequently chosen countries"), _pairs(frequent, language)),
            (_("Other countries and territories"), _pairs(others, language)),
        )


@_remembered
def category_choices(language: str) -> Grouped:
    """Current sub-categories under their current top categories."""
    rows = list(Category.objects.current())
    subs: dict[str, list[Category]] = {}
    for row in rows:
        if row.parent_id is not None:
            subs.setdefault(row.parent_id, []).append(row)
    return tuple(
        (top.name_in(language), _pairs(subs[top.pk], language))
        for top in rows
        if top.parent_id is None and top.pk in subs
    )


@_remembered
def province_choices(language: str) -> Choices:
    """The provinces and metropolitan cities, Seoul first."""
    return _pairs(Province.objects.current(), language)


@_remembered
def sector_choices(language: str) -> Grouped:
    """Manufacturing divisions first (most small exporters), then the other sections."""
    rows = list(Sector.objects.current())
    if not rows:
        return ()
    sections = [row for row in rows if row.parent_id is None]
    divisions = [row for row in rows if row.parent_id == MANUFACTURING]
    with translation.override(language):
        unknown = _("Manufacturing (division not known)")
        heads = [row for row in sections if row.pk == MANUFACTURING]
        others = [row for row in sections if row.pk != MANUFACTURING]
        return (
            (
                heads[0].name_in(language) if heads else unknown,
                (*_pairs(divisions, language), *((head.pk, unknown) for head in heads)),
            ),
            (_("Other sectors"), _pairs(others, language)),
        )


@_remembered
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in Country.objects.all():
        for name in (row.iso2, row.iso3, row.name_ko, row.name_en, *row.synonyms):
            names.setdefault(_folded(name), row.iso2)
    return names


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def country_code(text: str) -> str | None:
    """The ISO code of a country that someone wrote in a spreadsheet or an e-mail, if known.

    Codes, Korean and English names and the other names of a row are understood, in any case
    and with or without spaces.
    """
    return _country_names().get(_folded(text))
