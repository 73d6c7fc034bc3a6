"""Codes of a case as the reader knows them: kinds, countries, sectors and policies by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache as shared_cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from intake.models import ClockPolicy
from reference import cached

# Policies change by hand, a few times a year; a new name is seen after so many seconds.
_FRESH_FOR = 30


def policy_names(language: str) -> dict[str, str]:
    """The kinds of case by code, in a language."""
    key = f"intake.policy-names.{language}"
    known: dict[str, str] | None = shared_cache.get(key)
    if not known:
        rows = ClockPolicy.objects.all()
        known = {row.code: row.name_en if language == "en" else row.name_ko for row in rows}
        shared_cache.set(key, known, _FRESH_FOR)
    return known


def flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield str(value), str(label)


def _known(field: str, language: str) -> Mapping[str, str]:
    if field in ("category", "more_categories"):
        return dict(flat(cached.category_choices(language)))
    if field in ("country", "more_countries"):
        return dict(flat(cached.country_choices(language)))
    if field == "sector":
        return dict(flat(cached.sector_choices(language)))
    return policy_names(language) if field == "policy" else {}


def words(field: str, value: Any) -> str:
    """A field's value for a reader; a dash where there is none."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "–"
    if isinstance(value, dt.date):
        return value.isoformat()
    known = _known(field, get_language() or "ko")
    codes = value if isinstance(value, list) else [value]
    return ", ".join(known.get(str(code), str(code)) for code in codes)
