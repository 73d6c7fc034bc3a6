"""Whether a row is right: every wrong cell by its name, and what the row says when it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from files import sheets
from intake.actions import Filing
from intake.bulk.columns import BY_KEY, COLUMNS
from intake.bulk.values import Values, Wrong
from intake.forms.difficulty import UNKNOWN
from intake.forms.filing import SAID, facts_of
from intake.forms.partner.filing import first_line, officers_filing, received_at
from intake.models.case import SECRETARIAT_ONLY, SPREADSHEET

Fault = dict[str, Any]
_EMPTY: dict[str, Any] = dict.fromkeys(SAID, "") | {
    "at_border": False,
    "needed_by": None,
    "since": None,
    "value": None,
    "more_countries": [],
    "category": UNKNOWN,
    "visibility": SECRETARIAT_ONLY,
}


@dataclass(slots=True)
class Checked:
    """A row that was looked at: its cells as typed, what is wrong, and what it says."""

    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> int:
        """What two rows of one difficulty have in common; good for as long as this process."""
        return digests(*[[self.data.get(key) or ""] for key in DIGESTED])[0]


# What two rows of one difficulty have in common.
DIGESTED = ("business_number", "company_name", "country", "title", "situation")


def digests(
    numbers: Sequence[Any],
    names: Sequence[str],
    countries: Sequence[str],
    titles: Sequence[str],
    situations: Sequence[str],
) -> list[int]:
    """Of many rows at once. Blanks make no other difficulty."""
    who = [number or name for number, name in zip(numbers, _unspaced(names), strict=True)]
    said = zip(who, countries, _unspaced(titles), _unspaced(situations), strict=True)
    return list(map(hash, said))


def _unspaced(texts: Sequence[str]) -> list[str]:
    bare = [text.replace(" ", "") for text in texts]
    if "".join(bare).isprintable():
        return bare
    return ["".join(text.split()) for text in texts]


class Checker:
    """Judges the rows of one file; it knows where its columns stand."""

    def __init__(self, at: Mapping[str, int] | None = None) -> None:
        self.values = Values()
        self.at = dict(at or {})
        self._letters = {key: sheets.letters(place + 1) for key, place in self.at.items()}
        # Column → what texts that were right say.
        self.known: dict[str, dict[str, Any]] = {}
        self.walk = [
            (column.key, column.required, self.values.judges[column.key]) for column in COLUMNS
        ]

    def cells_of(self, row: sheets.Row) -> dict[str, str]:
        """What was typed, by column; empty cells are left out."""
        cells, last = row.cells, len(row.cells)
        return {
            key: cells[place]
            for key, place in self.at.items()
            if place < last and cells[place] and key in BY_KEY
        }

    def check(
        self,
        cells: dict[str, str],
        line: int = 0,
        *,
        untrusted: Mapping[str, str] | None = None,
    ) -> Checked:
        """The row judged. `untrusted` are columns whose value is not the person's: column → why."""
        checked = Checked(cells)
        data = checked.data
        for key, required, judge in self.walk:
            if untrusted and key in untrusted:
                self._fault(checked, key, line, untrusted[key])
                continue
            text = cells.get(key)
            if not text:
                if required:
                    self._fault(checked, key, line, "required")
                continue
            try:
                data[key] = judge(text)
            except Wrong as wrong:
                self._fault(checked, key, line, wrong.code, **wrong.facts)
        self._together(checked, line, set(untrusted or ()))
        return checked

    def _together(self, checked: Checked, line: int, untrusted: Collection[str]) -> None:
        """What depends on more than one cell, as the form sees it."""
        data = checked.data
        bad = {fault["column"] for fault in checked.faults}
        if data.get("at_border") and not data.get("needed_by") and "needed_by" not in bad:
            self._fault(checked, "needed_by", line, "border_date")
        if data.get("value") and not data.get("currency") and "currency" not in bad:
            self._fault(checked, "currency", line, "currency")
        if "title" not in data and "title" not in bad and data.get("situation"):
            data["title"] = first_line(data["situation"])

    def _fault(self, checked: Checked, key: str, line: int, code: str, **facts: Any) -> None:
        fault: Fault = {"column": key, "code": code}
        if line and key in self._letters:
            fault["cell"] = f"{self._letters[key]}{line}"
        checked.faults.append(fault | facts)


def filing_of(key: UUID, data: Mapping[str, Any], now: dt.datetime) -> Filing:
    """A right row as the verb `submit` takes it."""
    said = _EMPTY | dict(data)
    said["more_countries"] = [code for code in said["more_countries"] if code != said["country"]]
    return officers_filing(
        key=key,
        facts=facts_of(said, "ko"),
        business_number=said.get("business_number") or None,
        files=(),
        channel=said.get("channel") or SPREADSHEET,
        received_at=received_at(said.get("received_on"), None, settings.TIME_ZONE, now=now),
        more={},
    )
