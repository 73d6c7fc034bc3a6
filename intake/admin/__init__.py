"""The secretariat's desk: queue, case page, steps, and the rows behind the clock."""

from intake.admin.cases import CaseAdmin, TriageCaseAdmin
from intake.admin.clock import CalendarDayAdmin, ClockPolicyAdmin
from intake.admin.figures import FiguresAdmin
from intake.admin.known import KnownCompanyAdmin, KnownNoticeAdmin
from intake.admin.replies import IncomingMailAdmin
from intake.admin.wording import ReplyTemplateAdmin

__all__ = [
    "CalendarDayAdmin",
    "CaseAdmin",
    "ClockPolicyAdmin",
    "FiguresAdmin",
    "IncomingMailAdmin",
    "KnownCompanyAdmin",
    "KnownNoticeAdmin",
    "ReplyTemplateAdmin",
    "TriageCaseAdmin",
]
