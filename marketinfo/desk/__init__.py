"""How the admin shows every kind of entry: writing, review, revisions, files."""

from marketinfo.desk.entries import EntryAdmin, officer

__all__ = ["EntryAdmin", "officer"]
