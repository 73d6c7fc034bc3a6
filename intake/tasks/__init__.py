"""What the beat does for cases; each module has one job, the worker finds them all here."""

from intake.tasks.endings import (
    catch_up_with_calendar,
    close_silent,
    expire_drafts,
    lapse_supplements,
)

__all__ = ["catch_up_with_calendar", "close_silent", "expire_drafts", "lapse_supplements"]
