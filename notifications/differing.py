"""Two editions of a text side by side: which words stayed, went and came. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate

SAME, GONE, NEW = "same", "gone", "new"
WORDS = re.compile(r"\s+|[^\s]+")
# A placeholder of a notice is one word, blanks and all.
PLACEHOLDERS = re.compile(r"\s+|\{[{%].*?[%}]\}|[^\s{]+|\{")
# So many pairs of equal words are looked at; what is left then counts as changed. Texts of the
# company are compared whenever the case is opened, and nobody waits for minutes.
_PAIRS_AT_MOST = 400_000


@dataclass(frozen=True)
class Change:
    """A run of words that stayed, went or came."""

    kind: str
    text: str


class Matcher(SequenceMatcher[str]):
    """Finds what two texts have in common, and gives up in time where it would take for ever."""

    def __init__(
        self, before: Sequence[str], after: Sequence[str], *, blanks: bool = False
    ) -> None:
        # Blanks are everywhere: they are matched beside words, never looked for by themselves.
        super().__init__(str.isspace if blanks else None, before, after, autojunk=False)
        known = self.b2j  # type: ignore[attr-defined]
        self._pairs = [0, *accumulate(len(known.get(one, ())) + 1 for one in before)]
        self._left = _PAIRS_AT_MOST

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest run of both; none once enough was looked at."""
        end = len(self._pairs) - 1 if ahi is None else ahi
        self._left -= self._pairs[end] - self._pairs[alo]
        if self._left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _edges(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words stand alike at the beginning and at the end."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - start
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return start, end


def words(before: str, after: str, *, word: re.Pattern[str] = WORDS) -> list[Change]:
    """The difference of two texts, word by word; `word` says what one is."""
    old, new = word.findall(before), word.findall(after)
    start, end = _edges(old, new)
    found = [Change(SAME, "".join(old[:start]))] if start else []
    tail = [Change(SAME, "".join(old[len(old) - end :]))] if end else []
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for kind, a_from, a_to, b_from, b_to in Matcher(old, new, blanks=True).get_opcodes():
        if kind == "equal":
            found.append(Change(SAME, "".join(old[a_from:a_to])))
            continue
        if a_to > a_from:
            found.append(Change(GONE, "".join(old[a_from:a_to])))
        if b_to > b_from:
            found.append(Change(NEW, "".join(new[b_from:b_to])))
    return found + tail
