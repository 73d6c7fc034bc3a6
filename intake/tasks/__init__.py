"""What the beat does for cases; each module has one job, the worker finds them all here."""

from intake.tasks.batches import forget_old as forget_old_batches
from intake.tasks.batches import work as work_on_batches
from intake.tasks.chasing import remind_officers
from intake.tasks.confirming import remind_companies
from intake.tasks.dates import move_dates
from intake.tasks.endings import (
    catch_up_with_calendar,
    close_silent,
    expire_drafts,
    lapse_supplements,
    remind_drafts,
)
from intake.tasks.figures import count as count_figures
from intake.tasks.presence import forget_presences
from intake.tasks.progress import say_progress
from intake.tasks.queue import advance as advance_queue
from intake.tasks.queue import count as count_queue
from intake.tasks.records import remind_record_owners
from intake.tasks.reminders import remind_bodies
from intake.tasks.waiting import ask_outcomes, remind_waiting

__all__ = [
    "advance_queue",
    "ask_outcomes",
    "catch_up_with_calendar",
    "close_silent",
    "count_figures",
    "count_queue",
    "expire_drafts",
    "forget_old_batches",
    "forget_presences",
    "lapse_supplements",
    "move_dates",
    "remind_bodies",
    "remind_companies",
    "remind_drafts",
    "remind_officers",
    "remind_record_owners",
    "remind_waiting",
    "say_progress",
    "work_on_batches",
]
