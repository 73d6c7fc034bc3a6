"""Places outside the council that can help a company: suggestions, never the only choice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intake.models import Case

_FILE = Path(__file__).parent / "data" / "places.json"
NAME_AT_MOST = 120


@dataclass(frozen=True)
class Place:
    """One desk: its name, what it does, how it is reached when that is certain, and for whom."""

    ko: str
    en: str
    for_ko: str
    for_en: str
    contact_ko: str
    contact_en: str
    # Codes of categories, top or sub; empty for any kind of difficulty.
    categories: tuple[str, ...]

    def line(self, language: str | None) -> str:
        """Name and contact, as the step's field and the company's mail take it."""
        name, contact = (
            (self.ko, self.contact_ko) if language != "en" else (self.en, self.contact_en)
        )
        return f"{name} ({contact})" if contact else name

    def purpose(self, language: str | None) -> str:
        """What the place does."""
        return self.for_en if language == "en" else self.for_ko


@cache
def known() -> tuple[Place, ...]:
    """The places that come with the portal."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Place(**{**row, "categories": tuple(row["categories"])}) for row in rows)


def suggestions(case: Case, language: str | None) -> list[tuple[str, str]]:
    """Every place as a line and what it does; those for the case's kind of difficulty first.

    The lines are in the language of the case, since the company reads them.
    """
    category = case.category
    codes = {category.pk, category.parent_id} if category else set()
    rows = sorted(
        known(),
        key=lambda row: 0 if codes & set(row.categories) else 1 if not row.categories else 2,
    )
    return [(row.line(case.language), row.purpose(language)) for row in rows]
