"""Mending rows: one in the browser, or many by a file that comes back with their keys."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from files import sheets
from files.sheets import SheetRefused
from intake.actions import batches
from intake.bulk import words
from intake.bulk.checking import Checked, Checker
from intake.bulk.columns import (
    AGREED,
    BY_KEY,
    CHOICE,
    COLUMNS,
    DATE,
    LONG,
    ROW_KEY,
    TICK,
    Column,
    is_header,
)
from intake.bulk.reading import LIMITS, Untrusted, columns_of
from intake.bulk.twins import Twins
from intake.bulk.values import Wrong, choices_of
from intake.models import Batch, BatchRow
from intake.models.batch import (
    BAD,
    GOOD,
    KEPT,
    LEFT_OUT,
    LIKELY_DUPLICATE,
    ROW_FILED,
    ROW_UNDONE,
)

PIECE = 250


class RowForm(forms.Form):
    """One row with every cell as it was typed; judged as the file is judged."""

    def __init__(self, cells: dict[str, str], *, batch: Batch, line: int) -> None:
        self.batch, self.line = batch, line
        self.checker = Checker(batch.columns)
        self.cells = {key: text for key, text in cells.items() if key in BY_KEY and text}
        super().__init__({key: self._shown(key, text) for key, text in self.cells.items()})
        language = get_language() or "ko"
        for column in COLUMNS:
            self.fields[column.key] = _field(column, language)

    def _shown(self, key: str, text: str) -> str:
        """A choice by the name that the list has in the reader's language."""
        column = BY_KEY[key]
        if column.kind not in (CHOICE, TICK, AGREED):
            return text
        try:
            value = self.checker.values.judges[key](text)
        except Wrong:
            return ""
        if column.kind != CHOICE:
            return _("Yes") if value else _("No")
        return dict(choices_of(key, get_language() or "ko")).get(str(value), "")

    def clean(self) -> dict[str, Any]:
        """Beside each wrong cell: why, what was typed, how to mend it."""
        self.checked = self.checker.check(dict(self.cells), self.line)
        for said in self.checked.faults:
            text = words.fault(said, self.cells)
            typed = self.cells.get(said["column"], "")
            if typed and BY_KEY[said["column"]].kind in (CHOICE, TICK, AGREED):
                text = f"{text} {_('Written there: “%(text)s”.') % {'text': typed[:80]}}"
            self.add_error(said["column"], text)
        return super().clean() or {}

    @property
    def wrong(self) -> list[Any]:
        """The fields that are to be mended."""
        return [self[name] for name in self.fields if name in self.errors]

    @property
    def right(self) -> list[Any]:
        """The others."""
        return [self[name] for name in self.fields if name not in self.errors]


def _field(column: Column, language: str) -> forms.Field:
    options: dict[str, Any] = {
        "label": column.label,
        "required": False,
        "help_text": column.note,
        "strip": False,
    }
    if column.kind in (CHOICE, TICK, AGREED):
        names = (
            [name for _code, name in choices_of(column.key, language)]
            if column.kind == CHOICE
            else [_("Yes"), _("No")]
        )
        options.pop("strip")
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in names)], **options)
    if column.kind == LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **options)
    attrs = {"placeholder": "2026-11-22"} if column.kind == DATE else {}
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **options)


def typed(post: Any) -> dict[str, str]:
    """The cells that somebody sent for one row."""
    return {key: sheets.plain(post.get(key, "").replace("\x00", "")) for key in BY_KEY}


def judge(batch: Batch, rows: Sequence[tuple[BatchRow, Checked]]) -> list[BatchRow]:
    """Rows with what is wrong with them now, and whether they look like a case."""
    filed = Twins.of(batch.organisation_id).filed([checked for _row, checked in rows])
    for place, (row, checked) in enumerate(rows):
        row.cells, row.errors = checked.cells, checked.faults
        row.twin_id, row.twin_line = filed.get(place), None
        row.state = BAD if checked.faults else LIKELY_DUPLICATE if row.twin_id else GOOD
    return [row for row, _checked in rows]


def save(batch: Batch, row: BatchRow, form: RowForm) -> None:
    """Keep a row as it was typed, right or not: nothing typed is lost."""
    cells = {key: text for key, text in form.cells.items() if text}
    form.checked.cells = cells
    batches.put_rows(batch=batch, rows=judge(batch, [(row, form.checked)]))


def take_back(batch: Batch, content: Any, name: str) -> tuple[int, int]:
    """Rows that come back in a file with their keys: how many were replaced, how many left aside.

    Raises SheetRefused. Rows that were filed meanwhile are left as they are.
    """
    replaced = aside = 0
    with sheets.open_table(content, name, is_header=is_header, limits=LIMITS) as table:
        headings = columns_of(table)
        if ROW_KEY not in headings.at:
            raise SheetRefused("no_keys")
        untrusted = Untrusted(table, headings.at)
        here = Checker(headings.at)
        there = Checker(batch.columns)
        key_at = headings.at[ROW_KEY]
        found: dict[uuid.UUID, tuple[dict[str, str], dict[str, str] | None]] = {}
        for row in table.rows:
            key = _key(row.cells[key_at] if key_at < len(row.cells) else "")
            if key is None or key in found:
                aside += 1
                continue
            found[key] = (here.cells_of(row), untrusted.at(row.line))
    keys = list(found)
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        rows = list(
            batch.rows.filter(key__in=piece).exclude(state__in=(ROW_FILED, ROW_UNDONE, KEPT))
        )
        ready = [
            (row, there.check(found[row.key][0], row.line, untrusted=found[row.key][1]))
            for row in rows
        ]
        replaced += batches.put_rows(batch=batch, rows=judge(batch, ready))
    return replaced, aside + len(keys) - replaced


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def take_in(batch: Batch, lines: Sequence[int]) -> int:
    """Rows that were left out come back, judged anew."""
    checker = Checker(batch.columns)
    rows = batch.rows.filter(line__in=lines, state=LEFT_OUT)
    ready = [(row, checker.check(dict(row.cells), row.line)) for row in rows]
    return batches.put_rows(batch=batch, rows=judge(batch, ready))
