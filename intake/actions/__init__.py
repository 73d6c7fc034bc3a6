"""Every verb of a case. One verb is one transaction: state, timeline event, notices."""

from intake.actions.asking import Ask, refer, release_referral
from intake.actions.confirming import (
    Confirmation,
    confirm,
    dismiss_proxy,
    keep_confirmation,
    refuse_consent,
    remind_confirmation,
    take_over,
)
from intake.actions.contacting import correct_contact
from intake.actions.desk import (
    answer,
    assign,
    claim,
    classify,
    mark_duplicate,
    reject,
    reopen,
    transfer_out,
)
from intake.actions.ending import close, dispute, tell_outcome
from intake.actions.extending import agree_extension, ask_extension, extend, refuse_extension
from intake.actions.filing import (
    AlreadyReceivedError,
    Filing,
    note,
    send_message,
    submit,
    withdraw,
)
from intake.actions.moving import RefusedError, StaleCaseError
from intake.actions.progress import say_progress
from intake.actions.recording import record_item
from intake.actions.referrals import (
    StaleReferralError,
    accept_referral,
    answer_referral,
    ask_back_referral,
    decline_referral,
    extend_referral,
    forward_referral,
    recall_referral,
)
from intake.actions.reminders import escalate_referral, remind_referral
from intake.actions.sharing import withdraw_sharing
from intake.actions.supplements import (
    OpenItemsError,
    Wanted,
    lapse,
    request_supplement,
    supplement,
)
from intake.actions.supplying import Given, Reply, keep_supplement, remove_supplement_file
from intake.actions.texting import choose_texts

__all__ = [
    "AlreadyReceivedError",
    "Ask",
    "Confirmation",
    "Filing",
    "Given",
    "OpenItemsError",
    "RefusedError",
    "Reply",
    "StaleCaseError",
    "StaleReferralError",
    "Wanted",
    "accept_referral",
    "agree_extension",
    "answer",
    "answer_referral",
    "ask_back_referral",
    "ask_extension",
    "assign",
    "choose_texts",
    "claim",
    "classify",
    "close",
    "confirm",
    "correct_contact",
    "decline_referral",
    "dismiss_proxy",
    "dispute",
    "escalate_referral",
    "extend",
    "extend_referral",
    "forward_referral",
    "keep_confirmation",
    "keep_supplement",
    "lapse",
    "mark_duplicate",
    "note",
    "recall_referral",
    "record_item",
    "refer",
    "refuse_consent",
    "refuse_extension",
    "reject",
    "release_referral",
    "remind_confirmation",
    "remind_referral",
    "remove_supplement_file",
    "reopen",
    "request_supplement",
    "say_progress",
    "send_message",
    "submit",
    "supplement",
    "take_over",
    "tell_outcome",
    "transfer_out",
    "withdraw",
    "withdraw_sharing",
]
