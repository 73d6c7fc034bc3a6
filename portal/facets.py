"""What found entries are of: country, kind, category, goods, sector, year, outcome, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casestudies.models import CaseStudy
from casestudies.words import OUTCOMES
from marketinfo import hs
from marketinfo.entry import Entry
from marketinfo.models import Article, Requirement
from reference.models import Category, Country, HSChapter, ReferenceRow, Sector

KINDS: dict[str, Promise] = {
    "requirement": _("Requirements"),
    "article": _("Articles"),
    "case": _("Solved cases"),
}
MODELS: dict[str, type[Entry]] = {"requirement": Requirement, "article": Article, "case": CaseStudy}
# The parameter of each facet in the address, in the order of the page.
TITLES: dict[str, Promise] = {
    "kind": pgettext_lazy("facet", "Kind"),
    "country": pgettext_lazy("facet", "Country"),
    "category": pgettext_lazy("facet", "Difficulty"),
    "hs": pgettext_lazy("facet", "Goods (HS chapter)"),
    "sector": pgettext_lazy("facet", "Sector"),
    "year": pgettext_lazy("facet", "Year"),
    "outcome": pgettext_lazy("facet", "Outcome"),
}
# So many choices stand open; the rest is behind "more".
OPEN = 6


@dataclass(frozen=True)
class Facts:
    """What one found entry is of: for each facet the values that it has."""

    of: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def fits(self, chosen: Mapping[str, str], *, but: str = "") -> bool:
        """Whether it has every chosen value; the facet `but` is left out."""
        return all(value in self.of.get(name, ()) for name, value in chosen.items() if name != but)


@dataclass(frozen=True)
class Choice:
    """One value of a facet with the number of entries that it leaves; `url` takes or drops it."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Facet:
    """A facet as the page shows it."""

    name: str
    title: str
    choices: Sequence[Choice]

    @property
    def picked(self) -> Choice | None:
        """The choice that is in force."""
        return next((choice for choice in self.choices if choice.chosen), None)

    @property
    def first(self) -> Sequence[Choice]:
        """The choices that stand open."""
        return self.choices[:OPEN]

    @property
    def rest(self) -> Sequence[Choice]:
        """The choices behind "more"."""
        return self.choices[OPEN:]


def read(kind: str, pks: Iterable[int]) -> dict[int, Facts]:
    """The facts of entries of one kind, by their keys, in one statement."""
    model = MODELS[kind]
    names = ["pk", "country_id", "category_id", "hs_codes", "published_at"]
    if model is CaseStudy:
        names += ["sector_id", "outcome"]
    rows = model._default_manager.filter(pk__in=list(pks)).values(*names)
    return {row["pk"]: _facts(kind, row) for row in rows}


def _facts(kind: str, row: Mapping[str, Any]) -> Facts:
    found = {
        "kind": {kind},
        "country": {row["country_id"]},
        "category": {(row["category_id"] or "").partition("-")[0]},
        "hs": {code[:2] for code in hs.listed(row["hs_codes"])},
        "sector": {row.get("sector_id")},
        "outcome": {row.get("outcome")},
        "year": {str(timezone.localtime(row["published_at"]).year) if row["published_at"] else ""},
    }
    return Facts({name: frozenset(filter(None, values)) for name, values in found.items()})


def built(
    found: Sequence[Facts], chosen: Mapping[str, str], address: Callable[[str, str | None], str]
) -> list[Facet]:
    """Every facet that tells entries apart, counted under the other facets' choices.

    `address` gives the page's address with one facet's value changed, or left out.
    """
    counts = {
        name: Counter(
            value for one in found if one.fits(chosen, but=name) for value in one.of.get(name, ())
        )
        for name in TITLES
    }
    labels = _labels(counts)
    facets = []
    for name, title in TITLES.items():
        picked = chosen.get(name)
        if picked and picked not in counts[name]:
            counts[name][picked] = 0
        if not picked and len(counts[name]) < 2:
            continue
        newest = name == "year"
        order = sorted(
            counts[name].items(),
            key=lambda pair: (pair[0] != picked, -int(pair[0]) if newest else -pair[1], pair[0]),
        )
        choices = [
            Choice(
                value,
                labels[name].get(value, value),
                count,
                value == picked,
                address(name, None if value == picked else value),
            )
            for value, count in order
        ]
        facets.append(Facet(name, str(title), choices))
    return facets


def _labels(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, str]]:
    language = translation.get_language()

    def names(model: type[ReferenceRow], column: str, wanted: Iterable[str]) -> dict[str, str]:
        rows = model._default_manager.filter(**{f"{column}__in": list(wanted)})
        return {str(getattr(row, column)): row.name_in(language) for row in rows}

    chapters = names(HSChapter, "code", counts["hs"]) if counts["hs"] else {}
    return {
        "kind": {code: str(text) for code, text in KINDS.items()},
        "country": names(Country, "iso2", counts["country"]) if counts["country"] else {},
        "category": names(Category, "code", counts["category"]) if counts["category"] else {},
        "hs": {code: f"{code} {name}" for code, name in chapters.items()},
        "sector": names(Sector, "code", counts["sector"]) if counts["sector"] else {},
        "year": {},
        "outcome": {code: str(text) for code, text in OUTCOMES.items()},
    }
