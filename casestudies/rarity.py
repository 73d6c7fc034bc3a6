"""Whether so few companies are like the one of a study that its facts alone would name it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from casestudies.models import CaseStudy
from intake.models import Case

# Fewer companies than this with the same facts among our cases, and a reader might guess.
K = 3
_FACTS = ("country", "hs_codes", "province", "company_size")


@dataclass(frozen=True)
class Coarser:
    """One fact told more coarsely, and how many companies it would leave (`K` and more: many)."""

    fact: str
    companies: int

    @property
    def helps(self) -> bool:
        """Whether that would be enough."""
        return self.companies >= K


@dataclass(frozen=True)
class Rarity:
    """How many companies share what a study tells, and what would help."""

    companies: int
    told: str
    coarser: tuple[Coarser, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Whether fewer than K companies share these facts."""
        return self.companies < K


def of(study: CaseStudy) -> Rarity:
    """How many companies among our cases share country × HS4 × region × size with a study.

    A fact that the study does not tell narrows nothing. At most six counting queries.
    """
    facts = _facts(study)
    companies = _count(facts)
    told = "|".join(f"{name}={','.join(value)}" for name, value in facts.items())[:120]
    if companies >= K:
        return Rarity(companies, told)
    coarser = [Coarser(name, _count(_without(facts, name))) for name in facts if name != "country"]
    return Rarity(companies, told, tuple(coarser))


def is_acknowledged(study: CaseStudy, rarity: Rarity) -> bool:
    """Whether somebody said of these very facts why they are no danger."""
    return bool(study.rarity_reason) and study.rarity_of == rarity.told


def _facts(study: CaseStudy) -> dict[str, list[str]]:
    found = {
        "country": [study.country_id] if study.country_id else [],
        "hs_codes": study.hs_list,
        "province": [study.province_id] if study.province_id else [],
        "company_size": [study.company_size] if study.company_size else [],
    }
    return {name: values for name, values in found.items() if values}


def _without(facts: dict[str, list[str]], name: str) -> dict[str, list[str]]:
    """The facts with one told more coarsely: HS by its chapter, the others not at all."""
    if name == "hs_codes" and any(len(code) > 2 for code in facts[name]):
        return {**facts, name: sorted({code[:2] for code in facts[name]})}
    return {key: values for key, values in facts.items() if key != name}


def _count(facts: dict[str, list[str]]) -> int:
    rows = Case.objects.order_by()
    for name, values in facts.items():
        if name == "hs_codes":
            # The most exact code of the study decides.
            longest = max(len(code) for code in values)
            wanted = Q()
            for code in values:
                if len(code) == longest:
                    wanted |= Q(hs_code__startswith=code)
            rows = rows.filter(wanted)
        else:
            rows = rows.filter(**{_COLUMN.get(name, name): values[0]})
    return int(rows.values("company").distinct()[:K].count())


_COLUMN = {"company_size": "size_class"}
