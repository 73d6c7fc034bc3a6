"""Every verb of a case. One verb is one transaction: state, timeline event, notices."""

from intake.actions.desk import (
    answer,
    assign,
    claim,
    classify,
    extend,
    mark_duplicate,
    reject,
    reopen,
    request_supplement,
    transfer_out,
)
from intake.actions.ending import close, dispute, lapse, tell_outcome
from intake.actions.filing import (
    AlreadyReceivedError,
    Filing,
    note,
    send_message,
    submit,
    supplement,
    withdraw,
)
from intake.actions.moving import RefusedError, StaleCaseError
from intake.actions.referrals import (
    Ask,
    StaleReferralError,
    accept_referral,
    answer_referral,
    decline_referral,
    recall_referral,
    refer,
)

__all__ = [
    "AlreadyReceivedError",
    "Ask",
    "Filing",
    "RefusedError",
    "StaleCaseError",
    "StaleReferralError",
    "accept_referral",
    "answer",
    "answer_referral",
    "assign",
    "claim",
    "classify",
    "close",
    "decline_referral",
    "dispute",
    "extend",
    "lapse",
    "mark_duplicate",
    "note",
    "recall_referral",
    "refer",
    "reject",
    "reopen",
    "request_supplement",
    "send_message",
    "submit",
    "supplement",
    "tell_outcome",
    "transfer_out",
    "withdraw",
]
