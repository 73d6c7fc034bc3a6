"""Rows that may have been filed already: by this organisation lately, or higher up in the file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation
from intake import workflow
from intake.models import Case
from search.text import tokens

# A case that ended longer ago is another one.
LATELY = dt.timedelta(days=90)
# Of so many business numbers at most an organisation's are held while a file is looked at.
HELD = 50_000
# From this share of common words on two texts tell the same.
ALIKE = 0.5


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """The share of common words of two texts, from 0 to 1."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first and second else 0.0


@dataclass
class Known:
    """A case that a row may repeat."""

    pk: int
    title: list[str]
    text: list[str]


class Looked(Protocol):
    """A row that was looked at."""

    @property
    def faults(self) -> Collection[Any]:
        """What is wrong with it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What it says."""


@dataclass
class Twins:
    """Finds the twins of the rows of one file, piece by piece."""

    reach: Collection[int]  # ids of the organisation and of its predecessors
    lines: dict[int, int] = field(default_factory=dict)
    # The numbers of all companies it has filed for lately; None where they are too many to hold.
    numbers: frozenset[str] | None = None

    @classmethod
    def of(cls, organisation: int) -> Twins:
        """For the files of an organisation, which knows what its predecessors filed."""
        reach = Organisation.objects.reached_from([organisation])
        twins = cls(list(reach.values_list("pk", flat=True)))
        known = twins._lately().values_list("company__business_number", flat=True)
        numbers = known.filter(company__business_number__isnull=False).order_by().distinct()
        held = frozenset(map(str, numbers[: HELD + 1].iterator(chunk_size=2000)))
        if len(held) <= HELD:
            twins.numbers = held
        return twins

    def in_file(self, digest: int, line: int) -> int | None:
        """The row higher up that says the same; the first one of a kind is remembered."""
        first = self.lines.setdefault(digest, line)
        return first if first != line else None

    def filed(self, rows: Sequence[Looked]) -> dict[int, int]:
        """Place in the piece → the case that this row may repeat; one statement for all."""
        known = self.numbers
        places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place, checked in enumerate(rows):
            number = checked.data.get("business_number")
            if number and not checked.faults and (known is None or number in known):
                places[(number, checked.data["country"])].append(place)
        if not places:
            return {}
        found: dict[int, int] = {}
        for pair, cases in self._cases({number for number, _country in places}).items():
            for place in places.get(pair, ()):
                data = rows[place].data
                title = tokens(data.get("title", ""))
                text = tokens(f"{data.get('situation', '')} {data.get('problem', '')}")
                for case in cases:
                    if likeness(title, case.title) >= ALIKE or likeness(text, case.text) >= ALIKE:
                        found[place] = case.pk
                        break
        return found

    def _lately(self) -> QuerySet[Case]:
        """The cases that a row may repeat."""
        lately = timezone.now() - LATELY
        return Case.objects.filter(
            Q(ended_at__isnull=True) | Q(received_at__gte=lately),
            filer_organisation__in=list(self.reach),
        ).exclude(state=workflow.WITHDRAWN)

    def _cases(self, numbers: Collection[str]) -> dict[tuple[str, str], list[Known]]:
        rows = (
            self._lately()
            .filter(company__business_number__in=numbers)
            .order_by("-pk")
            .values_list(
                "pk", "company__business_number", "country_id", "title", "situation", "problem"
            )
        )
        found: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
        for pk, number, country, title, situation, problem in rows.iterator(chunk_size=200):
            found[(str(number), country)].append(
                Known(pk, tokens(title), tokens(f"{situation} {problem}"))
            )
        return found
