"""Whom each step tells and which facts the notice carries; the words are in templates/notices."""

from intake.letters.bodies import (
    message,
    referral,
    referral_forwarded,
    referral_recalled,
    withdrawn,
)
from intake.letters.company import (
    answer,
    closed,
    draft_link,
    duplicate,
    extended,
    lapsed,
    new_date,
    one_time_code,
    receipt,
    rejected,
    reopened,
    supplement_request,
    transferred,
)
from intake.letters.officers import (
    assigned,
    disputed,
    referral_asked_back,
    referral_ended,
    referral_extended,
    supplement_arrived,
)
from intake.letters.parts import (
    officer,
    unreachable,
    without_names,
)

__all__ = [
    "answer",
    "assigned",
    "closed",
    "disputed",
    "draft_link",
    "duplicate",
    "extended",
    "lapsed",
    "message",
    "new_date",
    "officer",
    "one_time_code",
    "receipt",
    "referral",
    "referral_asked_back",
    "referral_ended",
    "referral_extended",
    "referral_forwarded",
    "referral_recalled",
    "rejected",
    "reopened",
    "supplement_arrived",
    "supplement_request",
    "transferred",
    "unreachable",
    "withdrawn",
    "without_names",
]
