"""What the beat does for cases; each module has one job, the worker finds them all here."""

from intake.tasks.endings import (
    catch_up_with_calendar,
    close_silent,
    expire_drafts,
    lapse_supplements,
)
from intake.tasks.figures import count as count_figures
from intake.tasks.reminders import remind_bodies

__all__ = [
    "catch_up_with_calendar",
    "close_silent",
    "count_figures",
    "expire_drafts",
    "lapse_supplements",
    "remind_bodies",
]
