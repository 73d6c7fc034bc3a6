"""Country pages: all that library, archive, missions and figures know of one country."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import MISSION, Organisation
from casestudies.models import CaseStudy
from intake import clock, deadline
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.models import Article, Requirement
from marketinfo.words import REQUIREMENT_TYPES, label
from portal import hooks
from reference.choices import REGIONS
from reference.models import Country

SEOUL = ZoneInfo("Asia/Seoul")
# Of a kind on a country's page; the filtered list shows the rest.
SHOWN = 30
KINDS: tuple[type[Entry], ...] = (Requirement, Article, CaseStudy)


@dataclass(frozen=True)
class Office:
    """A mission as exporters reach it: its hours there and here, and whether it is open."""

    mission: Organisation
    days: str
    there: str
    here: str
    now: str
    is_open: bool


@login_not_required
@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Every country on which there is something, by region of the world."""
    counted: dict[str, int] = defaultdict(int)
    for model in KINDS:
        rows = model._default_manager.all().visible_to(request.user)
        found = rows.exclude(country=None).order_by().values_list("country").annotate(Count("pk"))
        for code, count in found:
            counted[code] += count
    covered = {code for mission in missions() for code in mission.jurisdiction}
    known = Country.objects.current().filter(pk__in=[*counted, *covered])
    groups: dict[str, list[tuple[Country, int]]] = defaultdict(list)
    for country in sorted(known, key=lambda one: (-counted[one.pk], one.name)):
        groups[country.region].append((country, counted[country.pk]))
    regions = [(str(REGIONS[code]), groups[code]) for code in REGIONS if groups[code]]
    return render(request, "portal/countries.html", {"regions": regions})


@login_not_required
@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """One country: requirements by type, articles, cases, missions with their hours, figures."""
    if code != code.upper():
        return redirect("country", code=code.upper(), permanent=True)
    here = Country.objects.current().filter(pk=code).first()
    if here is None:
        raise Http404
    own: dict[str, EntryQuerySet] = {
        model.__name__: model._default_manager.all()
        .visible_to(request.user)
        .filter(country=here)
        .newest_first()
        for model in KINDS
    }
    requirements = list(own["Requirement"][:SHOWN])
    context = {
        "country": here,
        "types": by_type(requirements),
        "articles": own["Article"][:SHOWN],
        "cases": own["CaseStudy"].select_related("category")[:SHOWN],
        "offices": [office(mission) for mission in missions() if code in mission.jurisdiction],
        "figures": hooks.country_figures(code),
    }
    return render(request, "portal/country.html", context)


def by_type(requirements: Iterable[Requirement]) -> list[tuple[str, list[Requirement]]]:
    """The requirements under the label of their type, types in the order of their list."""
    found: dict[str, list[Requirement]] = defaultdict(list)
    for one in requirements:
        found[one.type].append(one)
    known = [code for code in REQUIREMENT_TYPES if code in found]
    strange = [code for code in found if code not in REQUIREMENT_TYPES]
    return [(label(REQUIREMENT_TYPES, code), found[code]) for code in [*known, *strange]]


def missions() -> list[Organisation]:
    """The missions of today."""
    rows: Any = Organisation.objects.filter(kind=MISSION)
    return list(rows.current().order_by("country", "code"))


def office(mission: Organisation, now: dt.datetime | None = None) -> Office:
    """The usual office hours of a mission on its next working day, on both clocks."""
    moment = now or timezone.now()
    try:
        zone = ZoneInfo(mission.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = SEOUL
    there = moment.astimezone(zone)
    calendar = deadline.for_organisation(mission)
    day = there.date() if there.time() < clock.CLOSES else there.date() + dt.timedelta(days=1)
    day = calendar.next_working_day(day)
    opens, closes = (dt.datetime.combine(day, at, zone) for at in (clock.OPENS, clock.CLOSES))
    return Office(
        mission=mission,
        days=_days(calendar),
        there=_span(opens, closes, day),
        here=_span(opens.astimezone(SEOUL), closes.astimezone(SEOUL), day),
        now=f"{there:%H:%M}",
        is_open=opens <= moment < closes,
    )


def _days(calendar: clock.Calendar) -> str:
    working = [number for number in range(7) if number not in calendar.weekend]
    # 2024-01-01 was a Monday.
    names = [date_format(dt.date(2024, 1, 1 + number), "D") for number in working]
    whole = working == list(range(working[0], working[-1] + 1)) if working else False
    return f"{names[0]}–{names[-1]}" if whole else ", ".join(names)


def _span(opens: dt.datetime, closes: dt.datetime, day: dt.date) -> str:
    if opens.date() == closes.date() != day:
        return _at(opens, day, f"{opens:%H:%M}–{closes:%H:%M}")
    return f"{_at(opens, day)}–{_at(closes, day)}"


def _at(moment: dt.datetime, day: dt.date, shown: str = "") -> str:
    """The time, and of which day where it is not the mission's own."""
    shown = shown or f"{moment:%H:%M}"
    if moment.date() > day:
        return _("%(time)s the day after") % {"time": shown}
    if moment.date() < day:
        return _("%(time)s the day before") % {"time": shown}
    return shown
