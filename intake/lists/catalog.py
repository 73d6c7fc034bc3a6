"""Names that every row and every filter needs, kept for a few seconds in the reader's language.

Reading them with each page would cost four joins and a filter panel; kept, a page asks the
database for nothing but its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from accounts.models import SECRETARIAT, Organisation, User
from reference.models import Category, Country

# An officer who joins, or a renamed body, shows after this many seconds.
SECONDS = 30
_OFFICER, _COUNTRY, _CATEGORY, _BODY = "officer", "country", "category", "body"
# Case.topic holds so many characters of a category's code.
_TOP_LENGTH = 3


@dataclass(frozen=True)
class Catalog:
    """The names of officers, countries, categories and organisations, each by its key."""

    officers: dict[int, str]
    countries: dict[str, str]
    categories: dict[str, str]
    tops: dict[str, list[str]]  # the codes below each top category
    top_of: dict[str, str]
    bodies: dict[int, str]
    body_ids: dict[str, int]  # by the organisation's code
    kinds: dict[str, list[str]]  # codes of organisations by their kind

    def leads(self, top: str) -> bool:
        """Whether the codes below a top category all begin with its own (`Case.topic`)."""
        return len(top) == _TOP_LENGTH and all(code.startswith(top) for code in self.tops[top])


def names() -> Catalog:
    """Every name in the reader's language; one statement when nothing fresh is kept."""
    language = "en" if get_language() == "en" else "ko"
    key = f"desk.catalog.{language}"
    kept: Catalog | None = cache.get(key)
    if kept is None:
        kept = _read(language)
        if kept.bodies:
            cache.set(key, kept, SECONDS)
    return kept


def _columns(rows: QuerySet[Any], kind: str, *names: Any) -> Any:
    """Key, name, group, code and place of one register, all as text, for the union."""
    columns = [Cast(F(name) if isinstance(name, str) else name, CharField()) for name in names]
    return rows.order_by().values_list(Value(kind, CharField()), *columns)


def _read(language: str) -> Catalog:
    called, nothing, zero = f"name_{language}", Value(""), Value(0)
    officers = User.objects.filter(memberships__organisation__kind=SECRETARIAT).distinct()
    rows = _columns(officers, _OFFICER, "pk", "name", nothing, nothing, zero).union(
        _columns(Country.objects.all(), _COUNTRY, "pk", called, nothing, nothing, -F("weight")),
        _columns(Category.objects.all(), _CATEGORY, "pk", called, "parent", nothing, "position"),
        _columns(Organisation.objects.all(), _BODY, "pk", called, "kind", "code", zero),
        all=True,
    )
    found: dict[str, list[Any]] = {_OFFICER: [], _COUNTRY: [], _CATEGORY: [], _BODY: []}
    for kind, *row in rows:
        found[kind].append(row)
    for rows_of in found.values():
        rows_of.sort(key=lambda row: (int(row[4]), row[1]))
    tops: dict[str, list[str]] = {row[0]: [] for row in found[_CATEGORY] if not row[2]}
    for row in found[_CATEGORY]:
        if row[2]:
            tops.setdefault(row[2], []).append(row[0])
    kinds: dict[str, list[str]] = {}
    for row in found[_BODY]:
        kinds.setdefault(row[2], []).append(row[3])
    return Catalog(
        officers={int(row[0]): row[1] for row in found[_OFFICER]},
        countries={row[0]: row[1] for row in found[_COUNTRY]},
        categories={row[0]: row[1] for row in found[_CATEGORY]},
        tops=tops,
        top_of={row[0]: row[2] for row in found[_CATEGORY] if row[2]},
        bodies={int(row[0]): row[1] for row in found[_BODY]},
        body_ids={row[3]: int(row[0]) for row in found[_BODY]},
        kinds=kinds,
    )
