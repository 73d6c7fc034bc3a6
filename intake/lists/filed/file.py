"""A partner's cases as a table to take away: what the list shows, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext as _

from files.tables import Column, Table, Value
from intake import workflow
from intake.lists.filed import columns, rows
from intake.lists.now import Now
from intake.models.case import CHANNEL_LABELS, OUTCOME_LABELS, PROXY_LABELS

# Rows that are fetched at a time.
CHUNK = 500


@dataclass(frozen=True)
class _Words:
    """What the cells of many rows say, looked up once for the file."""

    states: dict[str, str]
    turns: dict[tuple[str, str], str]
    confirmation: dict[str, str]
    channels: dict[str, str]
    outcomes: dict[str, str]
    yes: str

    @classmethod
    def now(cls) -> _Words:
        """In the language that is active."""
        return cls(
            states={code: gettext(state.label) for code, state in workflow.STATES.items()},
            turns={
                (state, proxy): columns.turn_of(state, proxy)
                for state in workflow.STATES
                for proxy in ("", *PROXY_LABELS)
            },
            confirmation={code: str(text) for code, text in columns.CONFIRMATION.items()},
            channels={code: str(text) for code, text in CHANNEL_LABELS.items()},
            outcomes={code: str(text) for code, text in OUTCOME_LABELS.items()},
            yes=_("yes"),
        )


def _values(row: Any, now: Now, words: _Words) -> list[Value]:
    names = now.names
    return [
        row.number,
        row.title,
        row.company_name,
        words.states[row.state],
        words.turns[row.state, row.proxy],
        row.received_at,
        row.due_at if row.state in workflow.OPEN else None,
        words.yes if columns.is_overdue(row, now) else "",
        words.confirmation[columns.confirmation_of(row)],
        row.keeper_name or "",
        names.countries.get(row.country_id, row.country_id),
        names.categories.get(row.category_id or "", ""),
        row.product,
        row.hs_code,
        words.channels.get(row.channel, row.channel),
        row.batch or "",
        row.ended_at,
        words.outcomes.get(row.outcome, row.outcome),
    ]


def _heads() -> list[Column]:
    labels: list[tuple[Any, int]] = [
        (_("receipt number"), 18),
        (_("title"), 40),
        (_("company"), 24),
        (_("state"), 14),
        (_("whose turn"), 14),
        (_("received"), 16),
        (_("due"), 16),
        (_("Overdue"), 8),
        (_("company's confirmation"), 18),
        (_("looked after by"), 12),
        (_("country"), 12),
        (_("category"), 20),
        (_("product"), 20),
        (_("HS code"), 10),
        (_("channel"), 12),
        (_("spreadsheet"), 20),
        (_("ended"), 16),
        (_("outcome"), 14),
    ]
    return [Column(capfirst(str(label)), width) for label, width in labels]


def table(listed: rows.Listed) -> Table:
    """The list as it is filtered and sorted; its rows are read while they are written."""
    return Table(_("Cases we filed"), _heads(), _rows(listed, get_language()))


def _rows(listed: rows.Listed, language: str | None) -> Iterator[list[Value]]:
    with override(language):
        now, words = Now.of(), _Words.now()
        for row in rows.read(listed.cases()).iterator(chunk_size=CHUNK):
            yield _values(row, now, words)
