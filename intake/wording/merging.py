"""Two editions of a text side by side: what changed word by word, and both changes in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate

SAME, GONE, NEW = "same", "gone", "new"
_TOKEN = re.compile(r"\s+|[^\s]+")
# So many pairs of equal words are looked at; what is left then counts as changed. Texts of the
# company are compared whenever the case is opened, and nobody waits for minutes.
_PAIRS_AT_MOST = 400_000


class _Matcher(SequenceMatcher[str]):
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


@dataclass(frozen=True)
class Change:
    """A run of words that stayed, went or came."""

    kind: str
    text: str


@dataclass(frozen=True)
class Merged:
    """Both changes in one text, and in how many places they met."""

    text: str
    conflicts: int


def words(before: str, after: str) -> list[Change]:
    """The difference of two texts, word by word."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start, end = _edges(old, new)
    found = [Change(SAME, "".join(old[:start]))] if start else []
    tail = [Change(SAME, "".join(old[len(old) - end :]))] if end else []
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for kind, a_from, a_to, b_from, b_to in _Matcher(old, new, blanks=True).get_opcodes():
        if kind == "equal":
            found.append(Change(SAME, "".join(old[a_from:a_to])))
            continue
        if a_to > a_from:
            found.append(Change(GONE, "".join(old[a_from:a_to])))
        if b_to > b_from:
            found.append(Change(NEW, "".join(new[b_from:b_to])))
    return found + tail


def merge(base: str, mine: str, theirs: str) -> Merged:
    """The text with what both changed since `base`.

    Where both changed the same lines differently, both stand there between marks that no
    template may keep (intake.wording.markup), so that somebody must choose.
    """
    lines = [text.split("\n") for text in (base, mine, theirs)]
    was, own, other = lines
    result: list[str] = []
    conflicts = 0
    done = (0, 0, 0)
    for start, end in _unchanged(was, own, other):
        gap = [text[a:b] for text, a, b in zip(lines, done, start, strict=True)]
        settled = _settle(*gap)
        if settled is None:
            conflicts += 1
            settled = [
                "[확인 필요: 먼저 저장된 글]",
                *gap[2],
                "[확인 필요: 나중에 쓴 글]",
                *gap[1],
                "[/확인 필요]",
            ]
        result += settled + was[start[0] : end[0]]
        done = end
    return Merged("\n".join(result), conflicts)


def _settle(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    """What stands where only one side changed something, or both the same; None otherwise."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


Place = tuple[int, int, int]


def _unchanged(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> list[tuple[Place, Place]]:
    """Stretches that stand in all three, as begin and end in each; the end of all closes."""
    first = _Matcher(base, mine).get_matching_blocks()
    second = _Matcher(base, theirs).get_matching_blocks()
    found: list[tuple[Place, Place]] = []
    a = b = 0
    while a < len(first) and b < len(second):
        one, two = first[a], second[b]
        start = max(one.a, two.a)
        end = min(one.a + one.size, two.a + two.size)
        if start < end:
            begin = (start, one.b + start - one.a, two.b + start - two.a)
            size = end - start
            found.append((begin, (begin[0] + size, begin[1] + size, begin[2] + size)))
        if one.a + one.size < two.a + two.size:
            a += 1
        else:
            b += 1
    close = (len(base), len(mine), len(theirs))
    return [*found, (close, close)]
