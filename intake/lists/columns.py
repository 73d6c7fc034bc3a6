"""The columns of a list: which a person wants, in which order, and what the form of them says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from intake.lists.now import Now

Cell = Callable[[Any, Now], str]


@dataclass(frozen=True)
class Column:
    """One column: its heading, how a row fills it, and the order that its heading offers."""

    label: Any
    cell: Cell
    sort: str = ""

    @property
    def heading(self) -> str:
        """The heading as it stands above the column."""
        return capfirst(str(self.label))


Columns = Mapping[str, Column]
# Number and title always stand: they name the case and lead to it.
ALWAYS = ("number", "title")


def shown(columns: Columns, wanted: Iterable[str], usual: Iterable[str]) -> tuple[str, ...]:
    """The columns to show: the person's where there are any, else the usual ones."""
    chosen = [name for name in dict.fromkeys(wanted) if name in columns]
    if not chosen:
        return tuple(usual)
    return tuple(chosen + [name for name in ALWAYS if name not in chosen])


def ticked(columns: Columns, data: Any) -> list[str]:
    """The ticked columns by their places; the same place twice keeps the usual order."""
    names = set(data.getlist("show")) | set(ALWAYS)

    def place(name: str) -> int:
        text = data.get(f"place-{name}", "")
        known = text.isascii() and text.isdecimal() and len(text) < 4
        return int(text) if known else len(columns)

    return sorted((name for name in columns if name in names), key=place)


def offered(columns: Columns, now: Iterable[str]) -> dict[str, Any]:
    """What the form of the columns shows: those of the list first, then all others."""
    shown_now = list(now)
    names = [*shown_now, *(name for name in columns if name not in shown_now)]
    return {
        "columns": [
            {
                "name": name,
                "label": columns[name].heading,
                "shown": name in shown_now,
                "always": name in ALWAYS,
                "place": place,
            }
            for place, name in enumerate(names, 1)
        ],
        "places": range(1, len(names) + 1),
    }
