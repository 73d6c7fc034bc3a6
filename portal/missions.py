"""When a mission can be reached: its clock and Seoul's, its office hours where they are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.loading import DATA
from accounts.models import MISSION, Organisation
from intake import clock, deadline
from reference.loading import read

SEOUL = ZoneInfo("Asia/Seoul")
# The ministry's own list of the missions' sites: hours and telephone numbers stand there.
SITES = "https://overseas.mofa.go.kr/"
# Within so many days a change of the difference is worth saying.
_SOON = 183


@dataclass(frozen=True)
class Hours:
    """The office hours that a mission itself names, in its own time; when they were read."""

    opens: dt.time
    closes: dt.time
    checked: dt.date


@dataclass(frozen=True)
class Office:
    """A mission as exporters reach it; hours and whether it is open only where they are known."""

    mission: Organisation
    days: str
    now: str
    day_now: str
    apart: str
    later: str
    hours: Hours | None
    there: str = ""
    here: str = ""
    is_open: bool = False


def today() -> list[Organisation]:
    """The missions of today."""
    rows: Any = Organisation.objects.filter(kind=MISSION)
    return list(rows.current().order_by("country", "code"))


def offices(code: str, now: dt.datetime) -> list[Office]:
    """The missions that look after a country."""
    return [office(one, now) for one in today() if code in one.jurisdiction]


@cache
def known() -> Mapping[str, Hours]:
    """Code of a mission → its hours, as `accounts/data/missions.json` names them.

    There: `"hours": {"opens": "09:00", "closes": "17:00", "checked": "2026-11-23"}`, null where
    nobody has read them.
    """
    return {
        row["code"]: _hours(row["hours"]) for row in read(DATA / "missions.json") if row["hours"]
    }


def _hours(said: Mapping[str, str]) -> Hours:
    return Hours(
        dt.time.fromisoformat(said["opens"]),
        dt.time.fromisoformat(said["closes"]),
        dt.date.fromisoformat(said["checked"]),
    )


def office(
    mission: Organisation, now: dt.datetime, hours: Mapping[str, Hours] | None = None
) -> Office:
    """A mission at a moment: its clock, the difference to Seoul, and its next opening.

    `hours` are those of `known()` unless given.
    """
    zone = _zone(mission)
    there = now.astimezone(zone)
    calendar = deadline.for_organisation(mission)
    said = (known() if hours is None else hours).get(mission.code)
    shown: dict[str, Any] = {
        "mission": mission,
        "days": _days(calendar),
        "now": f"{there:%H:%M}",
        "day_now": date_format(there.date(), "D"),
        "apart": _apart(_difference(there)),
        "later": _later(there),
        "hours": said,
    }
    if said is None:
        return Office(**shown)
    day = there.date() if there.time() < said.closes else there.date() + dt.timedelta(days=1)
    day = calendar.next_working_day(day)
    opens, closes = (dt.datetime.combine(day, at, zone) for at in (said.opens, said.closes))
    return Office(
        **shown,
        there=_span(opens, closes, day),
        here=_span(opens.astimezone(SEOUL), closes.astimezone(SEOUL), day),
        is_open=opens <= now < closes,
    )


def _zone(mission: Organisation) -> ZoneInfo:
    try:
        return ZoneInfo(mission.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return SEOUL


def _difference(there: dt.datetime) -> dt.timedelta:
    """How far a clock is ahead of Seoul's at that moment; negative when it is behind."""
    own = there.utcoffset() or dt.timedelta()
    return own - (there.astimezone(SEOUL).utcoffset() or dt.timedelta())


def _apart(difference: dt.timedelta) -> str:
    """“14 hours behind Seoul”; half hours are told as minutes."""
    minutes = abs(difference) // dt.timedelta(minutes=1)
    if not minutes:
        return _("the same time as in Seoul")
    hours, rest = divmod(minutes, 60)
    time = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if rest:
        time = _("%(hours)s %(minutes)d minutes") % {"hours": time, "minutes": rest}
    if difference < dt.timedelta():
        return _("%(time)s behind Seoul") % {"time": time}
    return _("%(time)s ahead of Seoul") % {"time": time}


def _later(there: dt.datetime) -> str:
    """What the difference will be once clocks are changed, if that comes soon."""
    today = _difference(there)
    # At noon clocks stand still everywhere.
    noon = there.replace(hour=12, minute=0, second=0, microsecond=0)
    for days in range(1, _SOON):
        day = noon + dt.timedelta(days=days)
        if _difference(day) != today:
            return _("From %(day)s: %(apart)s") % {
                "day": date_format(day.date(), "DATE_FORMAT"),
                "apart": _apart(_difference(day)),
            }
    return ""


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
