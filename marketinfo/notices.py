"""What the library tells: every kind of notice, who reads it and which job sends it."""

from __future__ import annotations

from notifications.catalog import ACCOUNT, FOLLOWER, LIBRARY, OFFICER, Kind, msg

KINDS = (
    Kind(
        "records_due",
        msg("Records that want to be checked again"),
        OFFICER,
        ("(records)",),
        topic=LIBRARY,
        may_wait=True,
        by_day=True,
        asks=True,
    ),
    Kind(
        "follow_confirm",
        msg("Link to confirm what somebody wants to follow"),
        FOLLOWER,
        ("(follow)",),
        topic=ACCOUNT,
        asks=True,
        secret=True,
    ),
    Kind(
        "follow_manage",
        msg("Link to what somebody follows"),
        FOLLOWER,
        ("(follow)",),
        topic=ACCOUNT,
        secret=True,
    ),
    Kind(
        "record_changed",
        msg("Change of something that is followed"),
        FOLLOWER,
        ("(change)",),
        topic=LIBRARY,
        proceedings=False,
    ),
)
