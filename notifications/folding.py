"""Writes the short plain headers of a mail as they are, without looking for where to break them.

A notice has a dozen of them, and looking costs a quarter of what its writing costs.
"""

from __future__ import annotations

from email._policybase import Compat32
from typing import Any

# RFC 5322 2.1.1: a line that needs no folding, without its end.
_WIDEST = 78


class PlainHeaders(Compat32):
    """Python's own policy for mails of this kind, with a short way for what needs no folding."""

    def _fold(self, name: str, value: Any, sanitize: bool) -> str:
        if (
            isinstance(value, str)
            and value.isascii()
            and value.isprintable()
            and len(name) + 2 + len(value) <= _WIDEST
        ):
            return f"{name}: {value}{self.linesep}"
        folded: str = super()._fold(name, value, sanitize)  # type: ignore[misc]
        return folded


PLAIN_HEADERS = PlainHeaders()
