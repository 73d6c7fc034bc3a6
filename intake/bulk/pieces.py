"""Many rows at one glance, column by column: what is surely right needs no look of its own.

A column whose cells are all plainly right is passed as a whole; whoever is not surely right is left
to `Checker.check`, which alone says what is wrong. Both therefore agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat, zip_longest
from json.encoder import encode_basestring
from typing import Any, NamedTuple, Protocol

from files import sheets
from intake.bulk.checking import DIGESTED, Checker, Fault, digests
from intake.bulk.columns import BY_KEY
from intake.bulk.values import Judge, Wrong
from intake.forms.partner.filing import first_line

# What twins are known by; only these are made for a row that is passed at a glance.
_SAID = (*DIGESTED, "problem")
# Right or not only together with other cells.
_TOGETHER = ("at_border", "value")
# So many texts of a column are remembered from piece to piece.
REMEMBERED = 5000


class Untrusted(Protocol):
    """Knows the cells whose value is not what a person typed."""

    def at(self, line: int) -> Mapping[str, str] | None:
        """The columns of a row that cannot be trusted, and why."""


class Looked(NamedTuple):
    """A row that was looked at: what is wrong, what it says, and its cells as they are kept."""

    line: int
    faults: Sequence[Fault]
    data: dict[str, Any]
    digest: int
    cells: str


class Piece:
    """Some rows of a file, turned into columns."""

    def __init__(self, checker: Checker, rows: Sequence[sheets.Row]) -> None:
        self.checker, self.rows = checker, rows
        columns = list(zip_longest(*[row.cells for row in rows], fillvalue=""))
        self.columns: dict[str, Sequence[str]] = {
            key: columns[place]
            for key, place in checker.at.items()
            if place < len(columns) and key in BY_KEY
        }
        # Rows that need a look of their own.
        self.doubted: set[int] = set()

    def looked_at(self, untrusted: Untrusted) -> Iterator[Looked]:
        """Every row that holds anything."""
        said = self._said()
        alike = digests(*[said[key] for key in DIGESTED])
        says = zip(*said.values(), strict=True)
        rows = zip(self.rows, self._written(), alike, says, strict=True)
        for place, (row, cells, digest, values) in enumerate(rows):
            if cells == "{}":
                continue
            why = untrusted.at(row.line)
            if why or place in self.doubted:
                checked = self.checker.check(self.checker.cells_of(row), row.line, untrusted=why)
                yield Looked(row.line, checked.faults, checked.data, checked.digest, cells)
            else:
                data = dict(zip(_SAID, values, strict=True))
                yield Looked(row.line, (), data, digest, cells)

    def _said(self) -> dict[str, Sequence[Any]]:
        """What the rows say, by column; whoever is not surely right is doubted."""
        said: dict[str, Sequence[Any]] = dict.fromkeys(_SAID, ("",) * len(self.rows))
        for key, required, judge in self.checker.walk:
            column = self.columns.get(key, ())
            if not any(column):
                if required:
                    self.doubted.update(range(len(self.rows)))
                continue
            if required and not all(column):
                self.doubted.update(place for place, text in enumerate(column) if not text)
            if key in _TOGETHER:
                self._look_beside(key, column)
            says = self._judged(key, column, judge)
            if key in said:
                said[key] = says
        if not all(said["title"]):
            both = zip(said["title"], said["situation"], strict=True)
            said["title"] = [title or first_line(situation) for title, situation in both]
        return said

    def _judged(self, key: str, column: Sequence[str], judge: Judge) -> Sequence[Any]:
        """What a column says; a text is judged once, where it was not seen at a glance."""
        glance = self.checker.values.glances.get(key)
        if glance is None:
            known = self.checker.known.setdefault(key, {})
            if len(known) > REMEMBERED:
                known.clear()
            self._learn(known, column, judge)
            return [known.get(text, "") for text in column]
        says = glance(column)
        if None not in says:
            return says
        # These are seldom seen twice, and may be long.
        known = {}
        odd = [text if one is None else "" for text, one in zip(column, says, strict=True)]
        self._learn(known, odd, judge)
        both = zip(odd, says, strict=True)
        return [known.get(text, "") if one is None else one for text, one in both]

    def _learn(self, known: dict[str, Any], column: Sequence[str], judge: Judge) -> None:
        """Judge the texts that are not known; the rows of those that are not right are doubted."""
        known.setdefault("", "")
        wrong = set()
        for text in {*column}.difference(known):
            try:
                known[text] = judge(text)
            except Wrong:
                wrong.add(text)
        if wrong:
            self.doubted.update(place for place, text in enumerate(column) if text in wrong)

    def _look_beside(self, key: str, column: Sequence[str]) -> None:
        """Doubt the rows of a filled cell that asks for another one, which is empty."""
        other = self.columns.get("needed_by" if key == "at_border" else "currency", ())
        if not other or not all(other):
            beside = zip_longest(column, other, fillvalue="")
            self.doubted.update(
                place for place, (text, asked) in enumerate(beside) if text and not asked
            )

    def _written(self) -> list[str]:
        """The cells of each row as JSON: as typed, without the empty ones."""
        # What is the same in all rows stands between what is not.
        parts: list[Iterable[str]] = []
        between = "{"
        for key, typed in self.columns.items():
            if not any(typed):
                continue
            column = typed
            head = f'{encode_basestring(key)}: "'
            joined = "".join(column)
            if not joined.isprintable() or '"' in joined or "\\" in joined:
                column = [encode_basestring(text)[1:-1] for text in column]
            if all(column):
                parts += (repeat(between + head), column)
                between = '", '
            else:
                parts += (repeat(between), [text and f'{head}{text}", ' for text in column])
                between = ""
        if not parts:
            return ["{}"] * len(self.rows)
        rows = map("".join, zip(*parts, repeat(between), strict=False))
        return ["{}" if row == "{" else row[:-2] + "}" for row in rows]
