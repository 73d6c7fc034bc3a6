"""Claiming occasions in batches: what was told once is never told again, whoever runs at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.models import Case, Reminder
from intake.reminding import Occasion

ABOUT_THE_CASE = "case"
Said = dict[tuple[int, str, str], list[str]]
# What letters read of a case, so that they ask the database nothing more for each.
_RELATED = ("assignee", "filer_organisation", "filed_by", "keeper")


@dataclass(frozen=True)
class Claim:
    """A reason to tell something about a case that this transaction has made its own."""

    case: Case
    kind: str
    occasion: Occasion
    subject: str = ABOUT_THE_CASE


def hold_all(keys: Sequence[int]) -> list[Case]:
    """The cases as they are now, in one order for everybody, kept until the transaction ends."""
    rows = Case.objects.select_for_update(of=("self",)).select_related(*_RELATED)
    return list(rows.filter(pk__in=keys).order_by("pk"))


def said_about(cases: Iterable[int], kinds: Iterable[str]) -> Said:
    """What was told before of these cases, by case, subject and kind."""
    rows = Reminder.objects.filter(case__in=list(cases), kind__in=list(kinds))
    found: Said = defaultdict(list)
    for case, subject, kind, key in rows.values_list("case_id", "subject", "kind", "key"):
        found[case, subject, kind].append(key)
    return found


def is_news(said: Said, claim: Claim) -> bool:
    """Whether nobody told this, or something later of the same date."""
    return claim.occasion.is_news(said.get((claim.case.pk, claim.subject, claim.kind), ()))


def write(claims: Iterable[Claim]) -> None:
    """Keep what is told now; the unique key refuses it to whoever comes at the same moment."""
    Reminder.objects.bulk_create(
        Reminder(case=claim.case, subject=claim.subject, kind=claim.kind, key=claim.occasion.key)
        for claim in claims
    )
