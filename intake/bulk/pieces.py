"""Many rows at one glance, column by column: what is surely right needs no look of its own.

A column whose cells are all plainly right is passed as a whole; whoever is not surely right is left
to `Checker.check`, which alone says what is wrong. Both therefore agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from json.encoder import encode_basestring
from typing import Any, NamedTuple, Protocol

from files import sheets
from intake.bulk.checking import Checked, Checker
from intake.bulk.columns import BY_KEY
from intake.bulk.values import Wrong
from intake.forms.partner.filing import first_line

# What twins are known by; only these are made for a row that is passed at a glance.
_SAID = ("company_name", "business_number", "country", "title", "situation", "problem")
# Right or not only together with other cells.
_TOGETHER = ("at_border", "value")


class Untrusted(Protocol):
    """Knows the cells whose value is not what a person typed."""

    def at(self, line: int) -> Mapping[str, str] | None:
        """The columns of a row that cannot be trusted, and why."""


class Looked(NamedTuple):
    """A row that was looked at, and its cells as they are kept."""

    line: int
    checked: Checked
    cells: str


class Piece:
    """Some rows of a file, turned into columns."""

    def __init__(self, checker: Checker, rows: Sequence[sheets.Row]) -> None:
        self.checker, self.rows = checker, rows
        columns = list(zip_longest(*(row.cells for row in rows), fillvalue=""))
        self.columns: dict[str, Sequence[str]] = {
            key: columns[place]
            for key, place in checker.at.items()
            if place < len(columns) and key in BY_KEY
        }

    def looked_at(self, untrusted: Untrusted) -> Iterator[Looked]:
        """Every row that holds anything."""
        doubted, said = self._doubted()
        written = self._written()
        for place, row in enumerate(self.rows):
            if written[place] == "{}":
                continue
            why = untrusted.at(row.line)
            if why or place in doubted:
                checked = self.checker.check(self.checker.cells_of(row), row.line, untrusted=why)
                yield Looked(row.line, checked, written[place])
                continue
            data = {key: column[place] for key, column in said.items() if column[place]}
            if "title" not in data:
                data["title"] = first_line(data["situation"])
            yield Looked(row.line, Checked({}, data=data), written[place])

    def _doubted(self) -> tuple[set[int], dict[str, list[Any]]]:
        """The rows that need a look of their own, and what the others say."""
        doubted: set[int] = set()
        said: dict[str, list[Any]] = {}
        for key, required, judge in self.checker.walk:
            column = self.columns.get(key)
            distinct = set(column or ())
            if column is None or distinct <= {""}:
                if required:
                    doubted.update(range(len(self.rows)))
                continue
            if required and "" in distinct:
                doubted.update(place for place, text in enumerate(column) if not text)
            if key in _TOGETHER:
                doubted.update(place for place, text in enumerate(column) if self._open(place, key))
            is_right = self.checker.values.glances.get(key)
            if is_right is not None and is_right(column):
                if key in _SAID:
                    said[key] = list(column)
                continue
            made: dict[str, Any] = {"": None}
            for text in filter(None, distinct):
                # What is missing here is not right.
                with suppress(Wrong):
                    made[text] = judge(text)
            if len(made) < len(distinct | {""}):
                doubted.update(place for place, text in enumerate(column) if text not in made)
            if key in _SAID:
                said[key] = [made.get(text) for text in column]
        return doubted, said

    def _open(self, place: int, key: str) -> bool:
        """Whether a cell is filled that asks for another one, which is empty."""
        other = self.columns.get("needed_by" if key == "at_border" else "currency")
        return bool(self.columns[key][place]) and not (other and other[place])

    def _written(self) -> list[str]:
        """The cells of each row as JSON: as typed, without the empty ones."""
        parts = []
        for key, column in self.columns.items():
            if any(column):
                head = f"{encode_basestring(key)}: "
                parts.append([text and head + encode_basestring(text) for text in column])
        if not parts:
            return ["{}"] * len(self.rows)
        return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)]
