"""The library's rows: entries and what is kept about them."""

from marketinfo.models.follow import (
    Follow,
    FollowAttempt,
    Follower,
    RecordChange,
    SolvedCount,
)
from marketinfo.models.kept import (
    EntryFile,
    EntryLink,
    EntryProposal,
    EntryReport,
    EntryRevision,
)
from marketinfo.models.library import Article, Requirement

__all__ = [
    "Article",
    "EntryFile",
    "EntryLink",
    "EntryProposal",
    "EntryReport",
    "EntryRevision",
    "Follow",
    "FollowAttempt",
    "Follower",
    "RecordChange",
    "Requirement",
    "SolvedCount",
]
