"""Spreadsheets of difficulties: receiving a file, keeping its rows, filing them, undoing it.

A batch is worked on in pieces, each in a transaction of its own, by whoever holds its lease;
a worker that was killed is taken over and nothing is lost or done twice: a row's key is the key
of its case, and a row becomes filed in the transaction that files it.
"""

from intake.actions.batches.ending import (
    KEPT_DAYS,
    finish_undoing,
    forget_old,
    start_undoing,
    undo_rows,
    why_kept,
)
from intake.actions.batches.filing import file_rows, finish_filing, start_filing, turn_bad
from intake.actions.batches.keeping import Kept, draw_keys, keep_rows
from intake.actions.batches.leasing import LEASE, WORK, NotNowError, hold_on, lease, let_go, wake
from intake.actions.batches.mending import MARKS, mark, put_rows
from intake.actions.batches.receiving import (
    SameFileError,
    begin_checking,
    finish_checking,
    read_as,
    receive,
    refuse,
)

__all__ = [
    "KEPT_DAYS",
    "LEASE",
    "MARKS",
    "WORK",
    "Kept",
    "NotNowError",
    "SameFileError",
    "begin_checking",
    "draw_keys",
    "file_rows",
    "finish_checking",
    "finish_filing",
    "finish_undoing",
    "forget_old",
    "hold_on",
    "keep_rows",
    "lease",
    "let_go",
    "mark",
    "put_rows",
    "read_as",
    "receive",
    "refuse",
    "start_filing",
    "start_undoing",
    "turn_bad",
    "undo_rows",
    "wake",
    "why_kept",
]
