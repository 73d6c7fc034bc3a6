"""The verbs on library entries: each one transaction of row, revision and search index.

They serve every model that inherits `Entry`, the case archive's too.
"""

from marketinfo.actions.filing import add_picture, attach, remove_file, take_text
from marketinfo.actions.keeping import reindex
from marketinfo.actions.life import (
    bring_out,
    expire,
    publish,
    send_back,
    submit,
    unpublish,
    withdraw,
)
from marketinfo.actions.proposing import accept, decline, open_proposal, propose
from marketinfo.actions.refusal import OvertakenError, RefusedError
from marketinfo.actions.reporting import may_settle, report, settle
from marketinfo.actions.revising import restore
from marketinfo.actions.writing import AnyEntry, delete, reverify, save

__all__ = [
    "AnyEntry",
    "OvertakenError",
    "RefusedError",
    "accept",
    "add_picture",
    "attach",
    "bring_out",
    "decline",
    "delete",
    "expire",
    "may_settle",
    "open_proposal",
    "propose",
    "publish",
    "reindex",
    "remove_file",
    "report",
    "restore",
    "reverify",
    "save",
    "send_back",
    "settle",
    "submit",
    "take_text",
    "unpublish",
    "withdraw",
]
