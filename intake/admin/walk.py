"""The way through the filtered queue: which case stands before and after the one on the page.

The place is where the case stood when the officer came to it. It travels in the address with the
filter, so that the way goes on even when the step just taken moved the case elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from intake import triage
from intake.admin.queue import listing
from intake.lists import counting
from intake.models import Case
from intake.models.queue import Place

# The names in the address: the filter, and the place from which the way goes on.
FILTER, PLACE = "in", "at"
# The position is counted so far; beyond, the page says “50+”.
COUNTED = 50
# As long as a saved view may be; too short for more parameters than a request may have.
_LONGEST = 1000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_LATEST = (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND


def written(place: Place) -> str:
    """A place as the address carries it."""
    lane, moment, pk = place
    return f"{lane}.{(moment - _EPOCH) // _MICROSECOND}.{pk}"


def place_of(case: Case) -> Place:
    """Where a case stands now."""
    return case.lane, case.queue_at, case.pk


def read_place(text: str, case: Case) -> Place:
    """The place that the address names; where it names none or another case's, the case's own."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isdecimal() and len(part) < 18 for part in parts):
        lane, moment, pk = map(int, parts)
        if pk == case.pk and lane <= triage.ENDED and moment < _LATEST:
            return lane, _EPOCH + moment * _MICROSECOND, pk
    return place_of(case)


@dataclass(frozen=True)
class Way:
    """The cases before and after, the position, and what the address carries on."""

    query: str
    place: Place
    before: int | None = None
    after: int | None = None
    # The position from 1, and the number of cases; None beyond what is counted.
    position: int | None = None
    total: int | None = None

    @property
    def tail(self) -> str:
        """What the steps of this case carry in their addresses, so that the way goes on."""
        return "?" + urlencode({FILTER: self.query, PLACE: written(self.place)})

    @property
    def previous_address(self) -> str:
        """The case page of the case before; empty at the beginning."""
        return self._address(self.before)

    @property
    def next_address(self) -> str:
        """The case page of the case after; empty at the end."""
        return self._address(self.after)

    @property
    def queue_address(self) -> str:
        """The queue with its filter."""
        queue = reverse("admin:intake_triagecase_changelist")
        return f"{queue}?{self.query}" if self.query else queue

    def _address(self, pk: int | None) -> str:
        if pk is None:
            return ""
        page = reverse("admin:intake_case_change", args=[pk])
        return f"{page}?{urlencode({FILTER: self.query})}"


def carried(request: HttpRequest) -> str:
    """What the address carries of the way, for links and redirects; empty off the way."""
    if FILTER not in request.GET:
        return ""
    kept = {name: request.GET[name][:_LONGEST] for name in (FILTER, PLACE) if name in request.GET}
    return "?" + urlencode(kept)


def of(request: HttpRequest, case: Case) -> Way | None:
    """The way around a case, in two queries; None when the officer did not come along one."""
    if FILTER not in request.GET:
        return None
    query = request.GET[FILTER][:_LONGEST]
    place = read_place(request.GET.get(PLACE, ""), case)
    params = QueryDict(query)
    rows = listing.filtered(request.user, params)
    if counting.words_of(params):
        before, after = _around(list(rows.values_list("pk", flat=True)), case.pk)
    else:
        others = rows.exclude(pk=case.pk)
        before = list(others.before(place).values_list("pk", flat=True)[: COUNTED + 1])
        after = list(others.after(place).values_list("pk", flat=True)[: COUNTED + 1])
    position = len(before) + 1 if len(before) <= COUNTED else None
    total = position + len(after) if position and len(after) <= COUNTED else None
    return Way(
        query,
        place,
        before[0] if before else None,
        after[0] if after else None,
        position,
        total,
    )


def _around(found: list[int], pk: int) -> tuple[list[int], list[int]]:
    """What was found before and after a case, the nearest first."""
    if pk not in found:
        return [], found
    place = found.index(pk)
    return found[:place][::-1], found[place + 1 :]


def next_link(way: Way | None) -> str | SafeString:
    """The way on to the next case, for the message after a step; empty at the end."""
    if way is None or not way.next_address:
        return ""
    return format_html('<a href="{}">{}</a>', way.next_address, _("Next case"))
