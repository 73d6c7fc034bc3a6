"""What the archive tells: every kind of notice, who reads it and which step sends it."""

from __future__ import annotations

from notifications.catalog import COMPANY, OFFICER, REMINDERS, Kind, msg

KINDS = (
    Kind(
        "study_approval",
        msg("Question whether a case study may be published"),
        COMPANY,
        ("(study)",),
        proceedings=False,
        asks=True,
    ),
    Kind(
        "study_reminder",
        msg("Reminder that a case study waits for approval"),
        COMPANY,
        ("(study)",),
        topic=REMINDERS,
        proceedings=False,
        by_day=True,
        asks=True,
    ),
    Kind(
        "study_published",
        msg("A case study was published"),
        COMPANY,
        ("(study)",),
        proceedings=False,
    ),
    Kind(
        "study_decided",
        msg("The company’s word on a case study"),
        OFFICER,
        ("(study)",),
        may_wait=True,
        asks=True,
    ),
    Kind(
        "study_taken_down",
        msg("A case study was taken down"),
        OFFICER,
        ("(study)",),
        may_wait=True,
    ),
    Kind(
        "study_drift",
        msg("The case behind a case study changed"),
        OFFICER,
        ("(study)",),
        may_wait=True,
        asks=True,
    ),
)
