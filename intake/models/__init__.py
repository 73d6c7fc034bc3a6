"""What a case keeps: one module per thing."""

from intake.models.access import AccessAttempt, OneTimeCode
from intake.models.case import Case, CaseQuerySet, Consent, ReceiptCounter
from intake.models.draft import Draft, DraftFile
from intake.models.event import CaseEvent
from intake.models.policy import CalendarDay, ClockPolicy
from intake.models.queue import TriageCase
from intake.models.referral import Referral, has_desk
from intake.models.talk import Attachment, Message

__all__ = [
    "AccessAttempt",
    "Attachment",
    "CalendarDay",
    "Case",
    "CaseEvent",
    "CaseQuerySet",
    "ClockPolicy",
    "Consent",
    "Draft",
    "DraftFile",
    "Message",
    "OneTimeCode",
    "ReceiptCounter",
    "Referral",
    "TriageCase",
    "has_desk",
]
