"""The way of a case as one table: which step, from where, to where, by whom, and who is told.

Buttons, permission checks, the diagram in docs/workflow.md, notices and tests all read it.
Labels are English msgids; whoever shows them translates (`gettext`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


def msg(text: str) -> str:
    """Mark a label for translation without translating it: this module knows no Django."""
    return text


# --- States -------------------------------------------------------------------------------
RECEIVED = "received"
REVIEWING = "reviewing"
SUPPLEMENT = "supplement"
REFERRED = "referred"
ANSWERED = "answered"
CLOSED = "closed"
WITHDRAWN = "withdrawn"
REJECTED = "rejected"
DUPLICATE = "duplicate"
TRANSFERRED = "transferred"

OPEN = (RECEIVED, REVIEWING, SUPPLEMENT, REFERRED, ANSWERED)
ENDED = (CLOSED, WITHDRAWN, REJECTED, DUPLICATE, TRANSFERRED)

# --- Whose turn ---------------------------------------------------------------------------
SUBMITTER = "submitter"
SECRETARY = "secretary"
BODY = "body"
SYSTEM = "system"
NOBODY = "nobody"
ROLES = (SUBMITTER, SECRETARY, BODY, SYSTEM)


@dataclass(frozen=True)
class State:
    """One state: its label, and who holds the case while it is in it."""

    code: str
    label: str
    holder: str
    plain: str


STATES: dict[str, State] = {
    state.code: state
    for state in (
        State(
            RECEIVED,
            msg("Received"),
            SECRETARY,
            msg("We have received your difficulty. An officer will take it up."),
        ),
        State(
            REVIEWING,
            msg("Under review"),
            SECRETARY,
            msg("An officer of the secretariat is working on it."),
        ),
        State(
            SUPPLEMENT,
            msg("Supplement requested"),
            SUBMITTER,
            msg("We need something more from you. The clock is stopped until it arrives."),
        ),
        State(
            REFERRED,
            msg("In consultation"),
            BODY,
            msg("The bodies in charge have been asked. We will put their answers together."),
        ),
        State(
            ANSWERED,
            msg("Answered"),
            SUBMITTER,
            msg("We have answered. Please tell us whether it solved your difficulty."),
        ),
        State(CLOSED, msg("Closed"), NOBODY, msg("This case is closed.")),
        State(WITHDRAWN, msg("Withdrawn"), NOBODY, msg("You withdrew this case.")),
        State(
            REJECTED,
            msg("Returned"),
            NOBODY,
            msg("We could not handle this case. The reason and where to turn are below."),
        ),
        State(
            DUPLICATE,
            msg("Merged"),
            NOBODY,
            msg("This case was merged with an earlier one on the same matter."),
        ),
        State(
            TRANSFERRED,
            msg("Transferred"),
            NOBODY,
            msg("This case was passed to the place that can help, named below."),
        ),
    )
}
HOLDER_LABELS = {
    SUBMITTER: msg("the company"),
    SECRETARY: msg("the secretariat"),
    BODY: msg("the bodies in charge"),
    SYSTEM: msg("the portal"),
    NOBODY: msg("nobody"),
}


# --- Steps --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Step:
    """One verb of the case. `to` is None where the state stays as it is."""

    verb: str
    label: str
    by: tuple[str, ...]
    sources: tuple[str, ...]
    to: str | None
    told: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = field(default=())
    done: str = ""  # how the timeline says it


_WORKING = (RECEIVED, REVIEWING, SUPPLEMENT, REFERRED)
_RUNNING = (RECEIVED, REVIEWING, REFERRED)
_BY_SUBMITTER = (SUBMITTER,)
_BY_SECRETARY = (SECRETARY,)
# The secretary records what the company said by phone.
_SUBMITTER_OR_RECORDED = (SUBMITTER, SECRETARY)
_BY_BODY = (BODY, SECRETARY)  # the secretary records what a body said by phone or letter

STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        Step(
            "submit",
            msg("Submit"),
            (SUBMITTER, SECRETARY),
            (),
            RECEIVED,
            (SUBMITTER,),
            done=msg("The case was received"),
        ),
        Step(
            "claim",
            msg("Take up"),
            _BY_SECRETARY,
            (RECEIVED,),
            REVIEWING,
            done=msg("An officer took the case up"),
        ),
        Step(
            "assign",
            msg("Assign"),
            _BY_SECRETARY,
            _WORKING,
            None,
            (SECRETARY,),
            done=msg("The case was given to an officer"),
        ),
        Step(
            "classify",
            msg("Classify"),
            _BY_SECRETARY,
            _WORKING,
            None,
            (SUBMITTER,),
            done=msg("The case was classified"),
        ),
        Step(
            "request_supplement",
            msg("Request a supplement"),
            _BY_SECRETARY,
            (RECEIVED, REVIEWING),
            SUPPLEMENT,
            (SUBMITTER,),
            done=msg("A supplement was requested"),
        ),
        Step(
            "supplement",
            msg("Send the supplement"),
            _SUBMITTER_OR_RECORDED,
            (SUPPLEMENT, REJECTED),
            REVIEWING,
            (SECRETARY,),
            alternatives=(RECEIVED,),
            done=msg("The supplement arrived"),
        ),
        Step(
            "record_item",
            msg("Record what the company gave"),
            _BY_SECRETARY,
            (SUPPLEMENT, REJECTED),
            None,
            done=msg("The officer recorded what the company gave"),
        ),
        Step(
            "refer",
            msg("Refer to bodies"),
            _BY_SECRETARY,
            (REVIEWING, REFERRED),
            REFERRED,
            (BODY, SUBMITTER),
            done=msg("Bodies were asked"),
        ),
        Step(
            "accept_referral",
            msg("Accept the referral"),
            _BY_BODY,
            (REFERRED,),
            None,
            done=msg("A body accepted the referral"),
        ),
        Step(
            "decline_referral",
            msg("Decline the referral"),
            _BY_BODY,
            (REFERRED,),
            None,
            (SECRETARY,),
            alternatives=(REVIEWING,),
            done=msg("A body declined the referral"),
        ),
        Step(
            "answer_referral",
            msg("Answer the referral"),
            _BY_BODY,
            (REFERRED,),
            None,
            (SECRETARY,),
            alternatives=(REVIEWING,),
            done=msg("A body answered"),
        ),
        Step(
            "ask_back_referral",
            msg("Ask back"),
            (BODY,),
            (REFERRED,),
            None,
            (SECRETARY,),
            done=msg("A body asked back"),
        ),
        Step(
            "extend_referral",
            msg("Take more time"),
            (BODY,),
            (REFERRED,),
            None,
            (SECRETARY,),
            done=msg("A body took more time"),
        ),
        Step(
            "forward_referral",
            msg("Hand on to a colleague"),
            (BODY,),
            (REFERRED,),
            None,
            (BODY,),
            done=msg("A body handed the question on to one of its officers"),
        ),
        Step(
            "release_referral",
            msg("Change what the body sees"),
            _BY_SECRETARY,
            (REFERRED,),
            None,
            (BODY,),
            done=msg("What a body sees of the case was changed"),
        ),
        Step(
            "remind_referral",
            msg("Remind the body"),
            (SECRETARY, SYSTEM),
            (REFERRED,),
            None,
            (BODY,),
            done=msg("A body was reminded"),
        ),
        Step(
            "escalate_referral",
            msg("Tell the head of the body"),
            (SYSTEM,),
            (REFERRED,),
            None,
            (BODY, SECRETARY),
            done=msg("The head of a body was told that its answer is overdue"),
        ),
        Step(
            "recall_referral",
            msg("Recall the referral"),
            _BY_SECRETARY,
            (REFERRED,),
            None,
            (BODY,),
            alternatives=(REVIEWING,),
            done=msg("A referral was recalled"),
        ),
        Step(
            "answer",
            msg("Answer"),
            _BY_SECRETARY,
            (REVIEWING,),
            ANSWERED,
            (SUBMITTER,),
            done=msg("The answer was sent"),
        ),
        Step(
            "dispute",
            msg("Not solved"),
            _BY_SUBMITTER,
            (ANSWERED,),
            REVIEWING,
            (SECRETARY,),
            done=msg("The company said that it is not solved"),
        ),
        Step(
            "close",
            msg("Close the case"),
            (SUBMITTER, SECRETARY, SYSTEM),
            (ANSWERED,),
            CLOSED,
            (SUBMITTER,),
            done=msg("The case was closed"),
        ),
        Step(
            "tell_outcome",
            msg("Tell the outcome"),
            _BY_SUBMITTER,
            (CLOSED,),
            None,
            done=msg("The company told how it ended"),
        ),
        Step(
            "ask_outcome",
            msg("Ask how it ended"),
            (SYSTEM,),
            (CLOSED,),
            None,
            (SUBMITTER,),
            done=msg("The company was asked how it ended"),
        ),
        Step(
            "reopen",
            msg("Reopen"),
            _BY_SECRETARY,
            (CLOSED,),
            REVIEWING,
            (SUBMITTER,),
            done=msg("The case was reopened"),
        ),
        Step(
            "extend",
            msg("Extend the period"),
            _BY_SECRETARY,
            _RUNNING,
            None,
            (SUBMITTER,),
            done=msg("The period was extended"),
        ),
        Step(
            "ask_extension",
            msg("Ask the company for more time"),
            _BY_SECRETARY,
            _RUNNING,
            None,
            (SUBMITTER,),
            done=msg("The company was asked for more time"),
        ),
        Step(
            "agree_extension",
            msg("Agree to more time"),
            _SUBMITTER_OR_RECORDED,
            _RUNNING,
            None,
            (SUBMITTER, SECRETARY),
            done=msg("The company agreed to more time"),
        ),
        Step(
            "refuse_extension",
            msg("Do not agree to more time"),
            _SUBMITTER_OR_RECORDED,
            _RUNNING,
            None,
            (SECRETARY,),
            done=msg("The company did not agree to more time"),
        ),
        Step(
            "say_progress",
            msg("Tell the progress"),
            (SYSTEM, SECRETARY),
            _RUNNING,
            None,
            (SUBMITTER,),
            done=msg("The company was told how far its case is"),
        ),
        Step(
            "new_deadline",
            msg("Compute the date anew"),
            (SYSTEM,),
            _RUNNING,
            None,
            (SUBMITTER,),
            done=msg("The date was computed anew"),
        ),
        Step(
            "reject",
            msg("Return"),
            _BY_SECRETARY,
            (RECEIVED, REVIEWING),
            REJECTED,
            (SUBMITTER,),
            done=msg("The case was returned"),
        ),
        Step(
            "mark_duplicate",
            msg("Merge as a duplicate"),
            _BY_SECRETARY,
            (RECEIVED, REVIEWING),
            DUPLICATE,
            (SUBMITTER,),
            done=msg("The case was merged with an earlier one"),
        ),
        Step(
            "transfer_out",
            msg("Transfer elsewhere"),
            _BY_SECRETARY,
            (RECEIVED, REVIEWING),
            TRANSFERRED,
            (SUBMITTER,),
            done=msg("The case was passed to another place"),
        ),
        Step(
            "remind_company",
            msg("Remind the company"),
            (SYSTEM,),
            (SUPPLEMENT, ANSWERED),
            None,
            (SUBMITTER,),
            done=msg("The company was reminded"),
        ),
        Step(
            "lapse",
            msg("Return for want of the supplement"),
            (SYSTEM,),
            (SUPPLEMENT,),
            REJECTED,
            (SUBMITTER,),
            done=msg("The case was returned because the supplement did not come"),
        ),
        Step(
            "withdraw",
            msg("Withdraw"),
            _BY_SUBMITTER,
            OPEN,
            WITHDRAWN,
            (SUBMITTER, SECRETARY, BODY),
            done=msg("The case was withdrawn"),
        ),
        Step(
            "send_message",
            msg("Send a message"),
            (SUBMITTER, SECRETARY),
            OPEN,
            None,
            (SUBMITTER, SECRETARY),
            done=msg("A message was sent"),
        ),
        Step(
            "confirm",
            msg("Confirm the filing"),
            _BY_SUBMITTER,
            (*OPEN, CLOSED),
            None,
            (SUBMITTER, SECRETARY),
            done=msg("The company confirmed what was filed for it"),
        ),
        Step(
            "remind_confirmation",
            msg("Ask the company again to confirm"),
            (SYSTEM, SUBMITTER),
            OPEN,
            None,
            (SUBMITTER,),
            done=msg("The company was asked again to confirm"),
        ),
        Step(
            "take_over",
            msg("Take the case into our own hands"),
            _BY_SUBMITTER,
            OPEN,
            None,
            (SUBMITTER, SECRETARY),
            done=msg("The company took the case into its own hands"),
        ),
        Step(
            "dismiss_proxy",
            msg("End the proxy"),
            _BY_SUBMITTER,
            (*OPEN, *ENDED),
            None,
            (SUBMITTER, SECRETARY),
            done=msg("The company ended the proxy of the organisation that filed"),
        ),
        Step(
            "hand_over",
            msg("Hand over to a colleague"),
            _BY_SUBMITTER,
            OPEN,
            None,
            done=msg("Another officer of the organisation that filed looks after the case"),
        ),
        Step(
            "correct_contact",
            msg("Enter another e-mail address"),
            _SUBMITTER_OR_RECORDED,
            (*OPEN, *ENDED),
            None,
            (SUBMITTER,),
            done=msg("Another e-mail address of the contact person was entered"),
        ),
        Step(
            "choose_texts",
            msg("Choose text messages"),
            _BY_SUBMITTER,
            OPEN,
            None,
            done=msg("Whether text messages are sent too was chosen"),
        ),
        Step(
            "withdraw_sharing",
            msg("Take the consent to sharing back"),
            _BY_SUBMITTER,
            (*OPEN, *ENDED),
            None,
            done=msg("The company took its consent to sharing back"),
        ),
        Step(
            "note",
            msg("Write an internal note"),
            _BY_SECRETARY,
            (*OPEN, *ENDED),
            None,
            done=msg("An internal note was written"),
        ),
    )
}

# --- Referrals ----------------------------------------------------------------------------
ASKED = "asked"
ACCEPTED = "accepted"
REFERRAL_ANSWERED = "answered"
DECLINED = "declined"
RECALLED = "recalled"
REFERRAL_OPEN = (ASKED, ACCEPTED)
REFERRAL_LABELS = {
    ASKED: msg("Asked"),
    ACCEPTED: msg("Accepted"),
    REFERRAL_ANSWERED: msg("Answered by the body"),
    DECLINED: msg("Declined"),
    RECALLED: msg("Recalled"),
}
# verb → (states it may start from, state it ends in)
REFERRAL_MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "accept_referral": ((ASKED,), ACCEPTED),
    "decline_referral": (REFERRAL_OPEN, DECLINED),
    "answer_referral": (REFERRAL_OPEN, REFERRAL_ANSWERED),
    "recall_referral": (REFERRAL_OPEN, RECALLED),
}
DECLINES_BEFORE_DESIGNATION = 3


class IllegalStepError(Exception):
    """The step is not open to this role in this state."""

    def __init__(self, verb: str, state: str, role: str) -> None:
        super().__init__(f"{verb} is not open to {role} in {state}")
        self.verb, self.state, self.role = verb, state, role


def check(verb: str, *, state: str, role: str) -> Step:
    """The step's row, or IllegalStepError when it is not open to this role in this state."""
    step = STEPS[verb]
    if role not in step.by or state not in step.sources:
        raise IllegalStepError(verb, state, role)
    return step


def available(*, state: str, role: str) -> list[Step]:
    """Every step open to a role in a state, in the table's order: the buttons of a page."""
    return [step for step in STEPS.values() if role in step.by and state in step.sources]


def holder(state: str) -> str:
    """Whose turn it is while the case is in a state."""
    return STATES[state].holder


def edges() -> Iterable[tuple[str, str, Step]]:
    """Every (from, to, step) that changes the state, for the diagram and the tests."""
    for step in STEPS.values():
        targets = ([step.to] if step.to else []) + list(step.alternatives)
        for source in step.sources or ("",):
            for target in targets:
                if target != source:
                    yield source, target, step
