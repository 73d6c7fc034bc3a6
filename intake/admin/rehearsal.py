"""What a step would tell and whom: the step is taken, its notices are read, all is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from intake.models import Case
from notifications import outbox, texts


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
        text = texts.render(row.kind, row.language, row.context)
        found.append(Letter(row.masked_address, text.subject, text.text))
    return found
