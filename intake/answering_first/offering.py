"""Which published entries fit what somebody is writing: at most three, and none that only might.

Candidates come from the index (words) and from the place (country with category or goods); what
they are worth is decided here, the same on every database. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketinfo import solved
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.following import kinds
from search import text as words_of

AT_MOST = 3
# Rows of each kind that are weighed: from the index, and from the place.
_BY_WORDS, _BY_PLACE = 12, 24
# Longer texts say the same again; the title and the beginning tell what it is about.
_LONGEST = 400
_FEWEST_WORDS = 2
# What an entry must reach to be shown.
_ENOUGH = 3.0


@dataclass(frozen=True)
class Asked:
    """What somebody has written so far, as far as it tells what it is about."""

    title: str = ""
    more: str = ""
    country: str = ""
    category: str = ""
    hs: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is enough to look for: a few words, or a place with a subject."""
        few = len(words_of.query_tokens(self.title)) < _FEWEST_WORDS
        return not few or bool(self.country and (self.category or self.hs))


@dataclass(frozen=True)
class Offer:
    """An entry that fits, and how many difficulties it has settled."""

    entry: Entry
    solved: int

    @property
    def value(self) -> str:
        """How forms name it: kind and public reference."""
        return f"{kinds.name(self.entry)}/{self.entry.reference}"

    @property
    def kind(self) -> str:
        """What it is, in the reader's language: an article, say, and of which kind."""
        return f"{self.entry._meta.verbose_name} · {self.entry.kind_label}"


def read(data: Mapping[str, str]) -> Asked:
    """What a form holds, whatever somebody sent in its place; text that is too long is cut."""

    def said(name: str, most: int) -> str:
        return str(data.get(name, "")).replace("\x00", "")[:most].strip()

    hs = "".join(char for char in said("hs_code", 20) if char.isascii() and char.isdigit())[:10]
    return Asked(
        title=said("title", 150),
        more=" ".join((said("problem", _LONGEST), said("situation", _LONGEST))),
        country=said("country", 2),
        category=said("category", 8),
        hs=hs if len(hs) % 2 == 0 else hs[:-1],
    )


def fitting(asked: Asked) -> list[Offer]:
    """The entries that fit, best first; published ones only, whoever asks."""
    if not asked.says_something:
        return []
    wanted = frozenset(words_of.query_tokens(asked.title))
    more = frozenset(words_of.query_tokens(asked.more)) - wanted
    weighed: list[tuple[float, int, Entry]] = []
    for place, model in enumerate(kinds.every()):
        for entry, found in _candidates(model.objects.published(), asked).values():
            worth = _worth(entry, asked, wanted, more, found=found)
            if worth >= _ENOUGH:
                weighed.append((worth, -place, entry))
    weighed.sort(key=lambda one: (one[0], one[1], one[2].pk), reverse=True)
    best = [entry for _worth_, _place, entry in weighed[:AT_MOST]]
    counts = solved.of(best)
    return [Offer(entry, counts.get((kinds.name(entry), entry.pk), 0)) for entry in best]


def _candidates(published: EntryQuerySet, asked: Asked) -> dict[int, tuple[Entry, bool]]:
    """By key: an entry, and whether the index found it."""
    rows = published.select_related("country", "category")
    if asked.country:
        rows = rows.for_country(asked.country)
    found: dict[int, tuple[Entry, bool]] = {}
    if asked.title:
        found |= {row.pk: (row, True) for row in rows.search(asked.title)[:_BY_WORDS]}
    if asked.country:
        for near in _near(rows, asked):
            for row in near.order_by("-published_at", "-pk")[:_BY_PLACE]:
                found.setdefault(row.pk, (row, False))
    return found


def _near(rows: EntryQuerySet, asked: Asked) -> Iterable[EntryQuerySet]:
    if asked.category:
        # Neighbours under the same top category answer, too, where the words fit.
        yield rows.for_category(asked.category.partition("-")[0])
    if asked.hs:
        yield rows.for_hs(asked.hs)


def _worth(
    entry: Entry, asked: Asked, wanted: frozenset[str], more: frozenset[str], *, found: bool
) -> float:
    """How well an entry fits: place and goods count, words decide."""
    held = frozenset(words_of.tokens(f"{entry.title} {entry.summary}"))
    in_title = frozenset(words_of.tokens(entry.title))
    worth = 2.0 if found else 0.0
    if wanted:
        worth += 3.0 * len(wanted & held) / len(wanted) + len(wanted & in_title) / len(wanted)
    if more:
        worth += len(more & held) / len(more)
    if entry.country_id and entry.country_id == asked.country:
        worth += 1.0
    worth += _same_category(entry.category_id or "", asked.category)
    worth += _same_goods(entry.hs_list, asked.hs)
    return worth


def _same_category(theirs: str, ours: str) -> float:
    if not theirs or not ours:
        return 0.0
    if theirs == ours:
        return 1.5
    return 0.5 if theirs.partition("-")[0] == ours.partition("-")[0] else 0.0


def _same_goods(theirs: list[str], ours: str) -> float:
    """More for a finer heading; less than nothing for an entry about other goods."""
    if not theirs or not ours:
        return 0.0
    shared = max(
        (
            min(len(code), len(ours))
            for code in theirs
            if code.startswith(ours) or ours.startswith(code)
        ),
        default=0,
    )
    return 0.5 + shared / 4 if shared else -2.0


def read_value(value: str) -> Entry | None:
    """The published entry that a form names; None for anything else."""
    kind, _slash, reference = value.partition("/")
    return kinds.find(kind, reference=reference)
