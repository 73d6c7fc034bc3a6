"""Codes of a case as the reader knows them: kinds, countries, sectors and policies by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache as shared_cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from intake.lists import catalog
from intake.models import Case, ClockPolicy
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES
from reference.models import Country

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


def named(case: Case) -> Case:
    """A case whose officer, country and filer are known by name, from the catalogue of the desk.

    What the catalogue does not know yet is read when it is asked for.
    """
    known = catalog.names()
    officer = known.officers.get(case.assignee_id or 0)
    if officer is not None:
        case.assignee = User(pk=case.assignee_id, name=officer)
    country = known.countries.get(case.country_id)
    if country is not None:
        case.country = Country(pk=case.country_id, name_ko=country, name_en=country)
    filer = known.bodies.get(case.filer_organisation_id or 0)
    if filer is not None:
        case.filer_organisation = Organisation(
            pk=case.filer_organisation_id, name_ko=filer, name_en=filer
        )
    return case


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
    if field == "province":
        return dict(cached.province_choices(language))
    if field in ("size_class", "export_band"):
        known = SIZE_CLASSES if field == "size_class" else EXPORT_BANDS
        return {code: str(label) for code, label in known.items()}
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
