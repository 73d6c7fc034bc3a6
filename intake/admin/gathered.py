"""The few rows around a case that come along with the case and its referrals, in one query each.

Consents and released files are short lists of keys and marks; a query of their own for each would
cost the case page a tenth of its budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models import Case as When
from django.db.models import When as Condition
from django.db.models.functions import Cast, Concat

from intake.models import Case, Consent, Mention, Referral


class Joined(Aggregate):
    """Short texts of a group, joined by a line break, on either database."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, CHAR(10))"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's own name for it."""
        return super().as_sql(
            compiler,
            connection,
            function="STRING_AGG",
            template="%(function)s(%(expressions)s, CHR(10))",
            **more,
        )


GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"


@dataclass(frozen=True)
class Agreed:
    """What the company said to one consent."""

    kind: str
    version: str
    state: str


def with_marks(cases: QuerySet[Case], user: Any) -> QuerySet[Case]:
    """Cases with their consents and whether a note calls this officer."""
    state = When(
        Condition(withdrawn_at__isnull=False, then=Value(WITHDRAWN)),
        Condition(given=True, then=Value(GIVEN)),
        default=Value(REFUSED),
        output_field=CharField(),
    )
    line = Concat("kind", Value("\t"), "text_version", Value("\t"), state, output_field=TextField())
    said = (
        Consent.objects.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(lines=Joined(line))
        .values("lines")
    )
    calls = Mention.objects.filter(
        message__case=OuterRef("pk"), user=getattr(user, "pk", None) or 0, seen_at__isnull=True
    )
    return cases.annotate(consent_lines=Subquery(said), called=Exists(calls))


def agreed(case: Case) -> list[Agreed]:
    """The consents of a case that came with `with_marks`, by kind."""
    lines = (getattr(case, "consent_lines", None) or "").splitlines()
    return [Agreed(*line.split("\t")) for line in sorted(lines)]


def with_released_files(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Referrals with the keys of the attachments that were released to each."""
    through = Referral.released_files.through
    keys = (
        through._default_manager.filter(referral=OuterRef("pk"))
        .order_by()
        .values("referral")
        .annotate(listed=Joined(Cast("attachment_id", TextField())))
        .values("listed")  # type: ignore[misc]
    )
    return referrals.annotate(released_keys=Subquery(keys))


def released_keys(referral: Referral) -> set[int]:
    """The keys that `with_released_files` brought."""
    return {int(key) for key in (getattr(referral, "released_keys", None) or "").split()}


def with_revisions(events: Any) -> Any:
    """Events with the texts that each changed: one row per changed text, else one row."""
    return events.annotate(
        revised=F("revisions__field"),
        revised_before=F("revisions__before"),
        revised_after=F("revisions__after"),
    ).order_by("id", "revisions__id")
