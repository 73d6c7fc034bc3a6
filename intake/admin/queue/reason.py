"""Why a case is next, in words: the first thing that an officer reads of a row."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from intake import triage, workflow
from intake.lists.now import Now

_MARKS = {triage.BORDER: "border", triage.DUE_TODAY: "today", triage.OVERDUE: "overdue"}


def words(row: Any, now: Now) -> list[tuple[str, str]]:
    """The reasons of a row, the strongest first, each with the kind of its mark."""
    lane = now.lane(row)
    if lane == triage.ENDED:
        return [("quiet", gettext(workflow.STATES[row.state].label))]
    first = _said(lane, row, now)
    found = [(_MARKS.get(lane, "wants" if lane < triage.NEW else "quiet"), first)]
    if lane == triage.BORDER:
        # The border hides the date, which may be over.
        behind = triage.lane(
            state=row.state,
            at_border=False,
            due_at=row.due_at,
            attention="",
            now=now.at,
            day_ends=now.ends,
        )
        if behind in (triage.OVERDUE, triage.DUE_TODAY):
            found.append((_MARKS[behind], _said(behind, row, now)))
    wants = triage.BY_ATTENTION.get(row.attention)
    if wants is not None and wants != lane:
        found.append(("wants", _said(wants, row, now)))
    return found


def _said(lane: int, row: Any, now: Now) -> str:
    text = gettext(triage.REASONS[lane])
    if lane == triage.OVERDUE:
        days = now.working_days(timezone.localdate(row.due_at), now.today)
        if days:
            late = ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", days)
            return late % {"days": days}
    if lane == triage.BY_ATTENTION[triage.DECLINED]:
        body = now.names.bodies.get(row.declined_by or 0)
        return f"{text}: {body}" if body else text
    return text


def cell(row: Any, now: Now) -> str:
    """The reasons as marks."""
    return " ".join(
        f'<span class="mark mark-{kind}">{escape(text)}</span>' for kind, text in words(row, now)
    )
