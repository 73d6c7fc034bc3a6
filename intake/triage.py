"""What wants to be worked on next, and why: the order of the queue as a pure function.

A case stands in a lane; inside a lane the due moment decides, then the number. The lane is a
stored fact, so that the queue is one walk along one index however many cases there are: the
verbs set it with each step, and the beat moves what has become due in the meantime.
"""

from __future__ import annotations

import datetime as dt

from intake import workflow
from intake.workflow import msg

# Why a case wants attention beside its date: set by what happens, cleared by what settles it.
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

# What happens, and what it raises. The stronger one stays when two come together.
_RAISES = {
    "decline_referral": DECLINED,
    "ask_back_referral": ASKED_BACK,
    "dispute": DISPUTED,
    "supplement": SUPPLEMENTED,
    "reopen": REOPENED,
    "refuse_extension": MESSAGE,
}
_BY_OTHERS = ("refuse_extension",)  # raised by the company itself, not when we record it
# The officer's steps that settle whatever was raised. Taking up, giving to another officer,
# classifying, extending and reminding leave it: what happened still wants its answer.
_SETTLES = (
    "request_supplement",
    "refer",
    "answer",
    "reject",
    "mark_duplicate",
    "transfer_out",
    "close",
)
# Steps by which the company first hears from a person. Not the receipt, which the portal sends;
# not that somebody took the case up, of which nobody is told; not a date computed anew.
RESPONSES = (
    "request_supplement",
    "refer",
    "extend",
    "ask_extension",
    "answer",
    "reject",
    "mark_duplicate",
    "transfer_out",
    "send_message",
)

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
    BY_ATTENTION[SUPPLEMENTED]: msg("The supplement is here"),
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
    return BY_ATTENTION.get(attention, _QUIET[state])


def attention(*, verb: str, role: str, was: str, state: str, answers_in: bool) -> str:
    """What a case wants attention for after a step that brought it into `state`.

    `answers_in`: no body owes an answer any more, and at least one has answered.
    """
    if state in workflow.ENDED or (role == workflow.SECRETARY and verb in _SETTLES):
        return NOTHING
    if was == ASKED_BACK and state != workflow.REFERRED:
        was = NOTHING  # nobody waits for our word any more
    raised = _RAISES.get(verb, NOTHING)
    if verb in _BY_OTHERS and role == workflow.SECRETARY:
        raised = NOTHING
    if answers_in and not raised:
        raised = ANSWERS_IN
    return stronger(was, raised)


def after_words(role: str, was: str, *, to_bodies: bool = False) -> str:
    """What a case wants attention for after a message or a note.

    The company's words want an answer. Ours answer a body that asked back, or the company; a
    note alone says that an officer has read what the company wrote.
    """
    if role == workflow.SUBMITTER:
        return stronger(was, MESSAGE)
    return NOTHING if was == (ASKED_BACK if to_bodies else MESSAGE) else was


def stronger(one: str, other: str) -> str:
    """The one that is worked on first."""
    return min(one, other, key=lambda name: BY_ATTENTION.get(name, NEW))
