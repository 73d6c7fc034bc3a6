"""What differs between two revisions of an entry, column by column and word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from marketinfo import facts
from marketinfo.entry import Entry
from marketinfo.models import EntryRevision
from notifications import differing
from notifications.differing import Change


@dataclass(frozen=True)
class Difference:
    """One column that differs."""

    label: str
    changes: list[Change]


def differences(
    model: type[Entry], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    """Every column that differs, in the order of the form; what the model forgot is left out."""
    names = facts.names(model, facts.changed(before, after))
    return [
        Difference(
            facts.label(model, name),
            differing.words(
                facts.shown(model, name, before.get(name)),
                facts.shown(model, name, after.get(name)),
            ),
        )
        for name in names
    ]


def chosen(
    rows: Sequence[EntryRevision], asked: Mapping[str, Any]
) -> tuple[EntryRevision | None, EntryRevision | None]:
    """The two revisions to compare, the older first: those asked for, else the last two.

    `rows` stand newest first.
    """
    by_number = {str(row.number): row for row in rows}
    wanted = [by_number.get(str(asked.get(name, ""))) for name in ("from", "to")]
    found = [row for row in wanted if row is not None]
    if len(found) < 2:
        found = list(rows[:2])
    if len(found) < 2:
        return None, found[0] if found else None
    older, newer = sorted(found, key=lambda row: row.number)
    return older, newer


def verb_label(verb: str) -> str:
    """A step in the reader's language; an unknown one speaks for itself."""
    labels = {
        "before": pgettext("step of an entry", "As it stood"),
        "write": pgettext("step of an entry", "Written"),
        "submit": pgettext("step of an entry", "Submitted"),
        "send_back": pgettext("step of an entry", "Sent back"),
        "schedule": pgettext("step of an entry", "Approved for later"),
        "publish": pgettext("step of an entry", "Published"),
        "accept": pgettext("step of an entry", "Change accepted"),
        "reverify": pgettext("step of an entry", "Facts checked"),
        "expire": pgettext("step of an entry", "Expired"),
        "withdraw": pgettext("step of an entry", "Taken down"),
        "unpublish": pgettext("step of an entry", "Taken back"),
    }
    return labels.get(verb, verb)
