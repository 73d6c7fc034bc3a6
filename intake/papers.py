"""Papers and facts that are often missing, by kind of difficulty: ticks for the officer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "supplement_items.json"


@dataclass(frozen=True)
class Paper:
    """One thing that a case of some kinds often lacks; without categories it fits every case."""

    code: str
    kind: str
    categories: frozenset[str]
    ko: str
    en: str
    hint_ko: str
    hint_en: str

    def label(self, language: str | None) -> str:
        """What it is called; anything but English reads Korean."""
        return self.en if language == "en" else self.ko

    def hint(self, language: str | None) -> str:
        """What to look after, or nothing."""
        return self.hint_en if language == "en" else self.hint_ko


@cache
def shipped() -> dict[str, Paper]:
    """Every paper and fact that comes with the portal, by code."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        row["code"]: Paper(**row | {"categories": frozenset(row["categories"])}) for row in rows
    }


def for_category(code: str | None) -> list[Paper]:
    """What fits a kind of difficulty, the papers of that kind first; all while it is not known."""
    top = (code or "").partition("-")[0]
    papers = list(shipped().values())
    own = [paper for paper in papers if top in paper.categories]
    if not own:
        return papers
    return own + [paper for paper in papers if not paper.categories]
