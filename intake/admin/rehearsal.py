"""What a step would tell and whom: the step is taken, its notices are read, all is undone.

Links that open a case without an account are for their reader alone: a preview shows where one
would stand, and never one that works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from intake import naming
from intake.models import Case
from notifications import outbox, texts

# …/link/<token>/, whoever it is for.
_SIGNED = re.compile(r"\A(/[^\s/]+/link/)\S+\Z")


@dataclass(frozen=True)
class Letter:
    """One mail that would go out."""

    to: str
    subject: str
    text: str


def letters(case: Case, act: Callable[[], object]) -> list[Letter]:
    """The mails that the step would send; raises what the step raises, writes nothing."""
    known = set(outbox.for_subject(case.number).values_list("pk", flat=True))
    with transaction.atomic():
        act()
        written = list(outbox.for_subject(case.number).exclude(pk__in=known))
        transaction.set_rollback(True)
    found = []
    for row in written:
        text = texts.render(row.kind, row.language, _sealed(row.context))
        found.append(
            Letter(
                naming.address(case, row),
                naming.words(case, text.subject),
                naming.words(case, text.text),
            )
        )
    return found


def _sealed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a notice with every signed link cut off before its signature."""
    return {
        name: _SIGNED.sub(r"\1preview/", value) if isinstance(value, str) else value
        for name, value in facts.items()
    }
