"""Two editions of a text side by side: what changed word by word, and both changes in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.differing import GONE, NEW, SAME, Change, Matcher, words

__all__ = ["GONE", "NEW", "SAME", "Change", "Merged", "merge", "words"]


@dataclass(frozen=True)
class Merged:
    """Both changes in one text, and in how many places they met."""

    text: str
    conflicts: int


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
    first = Matcher(base, mine).get_matching_blocks()
    second = Matcher(base, theirs).get_matching_blocks()
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
