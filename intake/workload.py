"""What one officer has open at one organisation: what a handover shows, and what it passes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _

from accounts import leaving
from accounts.models import SECRETARIAT, Member, Organisation, User
from intake import naming, release, workflow
from intake.models import Case, LocalDifficulty, Promise, Referral
from marketinfo.models import Requirement

CASES, ASSIGNED, PROMISES, REFERRALS, LOCALS, RECORDS = (
    "cases",
    "assigned",
    "promises",
    "referrals",
    "locals",
    "records",
)
LABELS: dict[str, Text] = {
    CASES: _("Cases filed for companies"),
    ASSIGNED: _("Cases in charge of"),
    PROMISES: _("Promises"),
    REFERRALS: _("Consultation requests in hand"),
    LOCALS: _("Local difficulties"),
    RECORDS: _("Requirement records to check again"),
}
# The column by which a handover remembers what passed: public where there is one.
NAMED_BY = {
    CASES: "number",
    ASSIGNED: "number",
    PROMISES: "pk",
    REFERRALS: "pk",
    LOCALS: "key",
    RECORDS: "reference",
}
# Records whose next check is so near are somebody's next task.
SOON = dt.timedelta(days=30)
_UNREAD = ("situation", "problem", "request", "tried", "answer", "outcome_note", "end_reason")
_ASSIGNABLE = workflow.STEPS["assign"].sources


def readable(key: str, rows: Iterable[Any], viewer: Any) -> list[Any]:
    """Rows of one kind as this person may read them: an officer of a house is not all of it.

    The secretariat learns no anonymous company here either, a body none that is not named to it.
    """
    found = list(rows)
    if key in (CASES, ASSIGNED):
        return naming.veil_all(found, viewer)
    if key == REFERRALS:
        for row in found:
            row.question = release.without_names(row.case, question=row.question)["question"]
    return found


@dataclass(frozen=True)
class Workload:
    """The open work of one person at one organisation and at what that succeeded."""

    leaver: User
    organisation: Organisation

    @cached_property
    def reach(self) -> list[int]:
        """The organisation and everything before it."""
        found = Organisation.objects.reached_from([self.organisation.pk])
        return list(found.values_list("pk", flat=True))

    @cached_property
    def rows(self) -> dict[str, QuerySet[Any]]:
        """Every kind of open work, in the order in which a successor reads it."""
        found: dict[str, QuerySet[Any]] = {CASES: self._cases()}
        if self.organisation.kind == SECRETARIAT:
            found[ASSIGNED] = self._assigned()
        return found | {
            PROMISES: self._promises(),
            REFERRALS: self._referrals(),
            LOCALS: self._locals(),
            RECORDS: self._records(),
        }

    def _cases(self) -> QuerySet[Any]:
        kept = Case.objects.filed_through(self.reach).open().filter(keeper=self.leaver)
        return kept.defer(*_UNREAD).order_by("queue_at", "pk")

    def _assigned(self) -> QuerySet[Any]:
        mine = Case.objects.assigned_to(self.leaver).filter(state__in=_ASSIGNABLE)
        return mine.defer(*_UNREAD).order_by("queue_at", "pk")

    def _promises(self) -> QuerySet[Promise]:
        given = Promise.objects.open().filter(user=self.leaver, organisation__in=self.reach)
        seen = Case.objects.filed_through(self.reach)
        asked = Referral.objects.filter(organisation__in=self.reach)
        return (
            (given.filter(case__in=seen) | given.filter(case__in=asked.values("case")))
            .select_related("case")
            .order_by("due_on", "pk")
        )

    def _referrals(self) -> QuerySet[Referral]:
        held = Referral.objects.open().filter(handler=self.leaver, organisation__in=self.reach)
        return held.select_related("case", "organisation").order_by("due_at", "pk")

    def _locals(self) -> QuerySet[LocalDifficulty]:
        kept = LocalDifficulty.objects.open().filter(
            keeper=self.leaver, organisation__in=self.reach
        )
        return kept.select_related("country").order_by("pk")

    def _records(self) -> QuerySet[Requirement]:
        """Those that this person checked last, and that are due again."""
        return (
            Requirement.objects.published()
            .filter(owner__in=self.reach, verified_by=self.leaver)
            .overdue_for_check(timezone.localdate() + SOON)
            .order_by("next_check", "pk")
        )

    @property
    def members(self) -> QuerySet[Member]:
        """Member companies whose row this person touched last: whom they know."""
        return Member.objects.present().filter(organisation__in=self.reach, updated_by=self.leaver)

    def counts(self) -> dict[str, int]:
        """How much there is of each kind."""
        return {key: rows.count() for key, rows in self.rows.items()}

    def everything(self) -> dict[str, list[int]]:
        """The keys of all of it."""
        return {key: list(rows.values_list("pk", flat=True)) for key, rows in self.rows.items()}

    def named(self, chosen: Mapping[str, Collection[int]]) -> dict[str, list[Any]]:
        """What a handover remembers of the chosen rows."""
        found: dict[str, list[Any]] = {}
        for key, pks in chosen.items():
            rows = self.rows[key].filter(pk__in=list(pks)) if key in self.rows and pks else None
            if rows is not None:
                names = rows.values_list(NAMED_BY[key], flat=True)
                found[key] = [name if isinstance(name, int) else str(name) for name in names]
        return {key: names for key, names in found.items() if names}


def of_person(user: User, organisation: Organisation) -> list[leaving.Left]:
    """What somebody has open, for whoever is about to remove them."""
    counts = Workload(user, organisation).counts()
    return [leaving.Left(str(LABELS[key]), count) for key, count in counts.items()]


def of_organisation(organisation: Organisation) -> list[leaving.Left]:
    """What an organisation has open, for whoever is about to end it."""
    here = [organisation.pk]
    return [
        leaving.Left(str(LABELS[CASES]), Case.objects.filed_through(here).open().count()),
        leaving.Left(
            str(_("Consultation requests")),
            Referral.objects.open().filter(organisation__in=here).count(),
        ),
        leaving.Left(
            str(LABELS[LOCALS]),
            LocalDifficulty.objects.open().filter(organisation__in=here).count(),
        ),
    ]
