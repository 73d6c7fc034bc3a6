"""What a case keeps: one module per thing."""

from intake.models.access import AccessAttempt, OneTimeCode
from intake.models.answered_first import AnsweredFirst, Citation, ShownEntry
from intake.models.batch import Batch, BatchRow
from intake.models.case import Case, CaseQuerySet, Consent, ReceiptCounter
from intake.models.confirmation import ConfirmationDraft
from intake.models.desk import DeskLayout, Presence, QueueCount, SavedView
from intake.models.draft import Draft, DraftFile
from intake.models.event import CaseEvent
from intake.models.figures import BacklogDay, DeskFigure, Figures
from intake.models.guest import CaseGuest
from intake.models.local import LocalDifficulty, LocalEvent
from intake.models.mail import LocalAddress
from intake.models.partner import Handover, Promise
from intake.models.policy import CalendarDay, ClockPolicy
from intake.models.queue import TriageCase
from intake.models.recount import Recount
from intake.models.referral import Referral, has_desk
from intake.models.reminder import Reminder
from intake.models.supplement import Revision, SupplementDraft, SupplementItem
from intake.models.talk import Attachment, Mention, Message
from intake.models.template import ReplyTemplate, ReplyTemplateVersion

__all__ = [
    "AccessAttempt",
    "AnsweredFirst",
    "Attachment",
    "BacklogDay",
    "Batch",
    "BatchRow",
    "CalendarDay",
    "Case",
    "CaseEvent",
    "CaseGuest",
    "CaseQuerySet",
    "Citation",
    "ClockPolicy",
    "ConfirmationDraft",
    "Consent",
    "DeskFigure",
    "DeskLayout",
    "Draft",
    "DraftFile",
    "Figures",
    "Handover",
    "LocalAddress",
    "LocalDifficulty",
    "LocalEvent",
    "Mention",
    "Message",
    "OneTimeCode",
    "Presence",
    "Promise",
    "QueueCount",
    "ReceiptCounter",
    "Recount",
    "Referral",
    "Reminder",
    "ReplyTemplate",
    "ReplyTemplateVersion",
    "Revision",
    "SavedView",
    "ShownEntry",
    "SupplementDraft",
    "SupplementItem",
    "TriageCase",
    "has_desk",
]
