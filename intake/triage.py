"""What wants to be worked on next, and why: the order of the queue as a pure function.

A case stands in a lane; inside a lane the due moment decides, then the number. The lane is a
stored fact, so that the queue is one walk along one index however many cases there are: the
verbs set it with each step, and the beat moves what has become due in the meantime.
"""

from __future__ import annotations

import datetime as dt

from intake import workflow
from intake.workflow import msg

# Why a case wants attention beside its date: set by what happens, cleared by the officer's step.
NOTHING = ""
DECLINED = "declined"
ANSWERS_IN = "answers_in"
ASKED_BACK = "asked_back"
DISPUTED = "disputed"
SUPPLEMENTED = "supplemented"
MESSAGE = "message"
REOPENED = "reopened"

# The lanes, first to be worked on first.
BORDER, DUE_TODAY, OVERDUE = 0, 1, 2
BY_ATTENTION = {
    DECLINED: 3,
    ANSWERS_IN: 4,
    ASKED_BACK: 5,
    DISPUTED: 6,
    SUPPLEMENTED: 7,
    MESSAGE: 8,
    REOPENED: 9,
}
NEW, IN_HAND, WITH_BODIES, WITH_COMPANY, ANSWERED, ENDED = 20, 21, 30, 31, 32, 99

# The states in which the clock runs against us.
RUNNING = (workflow.RECEIVED, workflow.REVIEWING, workflow.REFERRED)
_QUIET = {
    workflow.RECEIVED: NEW,
    workflow.REVIEWING: IN_HAND,
    workflow.REFERRED: WITH_BODIES,
    workflow.SUPPLEMENT: WITH_COMPANY,
    workflow.ANSWERED: ANSWERED,
}
REASONS = {
    BORDER: msg("Goods at the border"),
    DUE_TODAY: msg("Due today"),
    OVERDUE: msg("Overdue"),
    BY_ATTENTION[DECLINED]: msg("A body declined"),
    BY_ATTENTION[ANSWERS_IN]: msg("All answers are in"),
    BY_ATTENTION[ASKED_BACK]: msg("A body asks back"),
    BY_ATTENTION[DISPUTED]: msg("The company is not satisfied"),
    BY_ATTENTION[SUPPLEMENTED]: msg("The supplement arrived"),
    BY_ATTENTION[MESSAGE]: msg("The company wrote"),
    BY_ATTENTION[REOPENED]: msg("Reopened"),
    NEW: msg("New"),
    IN_HAND: msg("In hand"),
    WITH_BODIES: msg("Waiting for the bodies"),
    WITH_COMPANY: msg("Waiting for the company"),
    ANSWERED: msg("Answered, outcome awaited"),
}


def lane(
    *,
    state: str,
    at_border: bool,
    due_at: dt.datetime | None,
    attention: str,
    now: dt.datetime,
    day_ends: dt.datetime,
) -> int:
    """The lane of a case at a moment; `day_ends` is the end of that day in the office's zone."""
    if state in workflow.ENDED:
        return ENDED
    if state in RUNNING:
        if at_border:
            return BORDER
        if due_at is not None and due_at < now:
            return OVERDUE
        if due_at is not None and due_at < day_ends:
            return DUE_TODAY
    if attention and state != workflow.ANSWERED:
        return BY_ATTENTION.get(attention, _QUIET[state])
    return _QUIET[state]
