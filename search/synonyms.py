"""Words that mean the same or lead to each other: editable lists, and names brought from outside.

A group is a list of phrases of which each stands for every other (`data/synonyms.json`);
`portal` registers the names of countries. `data/related.json` leads one way only: who asks for
검역 is helped by 훈증, who asks for 훈증 is not by every 검역. `data/goods.json` leads from words
for goods to the HS codes under which texts about such goods are filed.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from search import codes
from search.concepts import Concept, Way

_DATA = Path(__file__).parent / "data"
LIST = _DATA / "synonyms.json"
# What a synonym counts beside the word itself; a name of the same country counts in full.
WEIGHT = 0.8
# What a word that only leads there counts, and the HS code of the goods that were named.
RELATED = 0.5
GOODS = 0.6

Group = Sequence[str]
Cut = Callable[[str], list[Concept]]


@lru_cache(maxsize=1)
def groups() -> list[list[str]]:
    """The groups of the editable list."""
    return json.loads(LIST.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def leads(name: str) -> list[tuple[list[str], list[str]]]:
    """The list `related` or `goods`: pairs of the phrases asked for and what they lead to."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


class Thesaurus:
    """Which tokens stand for which, for one way of cutting text into concepts."""

    def __init__(self, cut: Cut, weighted: Iterable[tuple[float, Iterable[Group]]]) -> None:
        """`cut` gives the concepts of a phrase; `weighted` the groups with what they count."""
        # The first token of a phrase → the phrase's tokens and those of its partners.
        self._known: dict[str, list[tuple[frozenset[str], tuple[Way, ...]]]] = {}
        for weight, some in weighted:
            for group in some:
                self._learn(cut, group, weight)

    def _learn(self, cut: Cut, group: Group, weight: float) -> None:
        phrases = {}
        for phrase in group:
            tokens = frozenset(one.token for one in cut(phrase))
            if tokens:
                phrases[tokens] = min(tokens)
        for tokens, first in phrases.items():
            others = tuple(Way(other, weight) for other in phrases if not other <= tokens)
            if others:
                self._known.setdefault(first, []).append((tokens, others))

    def lead(
        self, cut: Cut, asked: Iterable[str], others: Iterable[Iterable[str]], weight: float
    ) -> None:
        """Let each phrase of `asked` be answered by any of the sets of tokens `others` too."""
        ways = tuple(Way(frozenset(tokens), weight) for tokens in others if tokens)
        for phrase in asked:
            tokens = frozenset(one.token for one in cut(phrase))
            more = tuple(way for way in ways if not way.tokens <= tokens)
            if tokens and more:
                self._known.setdefault(min(tokens), []).append((tokens, more))

    def widen(self, concepts: list[Concept]) -> list[Concept]:
        """The concepts, each with the ways of every phrase of the list that it is part of."""
        asked = {one.token for one in concepts}
        more: dict[str, list[Way]] = {}
        for token in asked:
            for phrase, ways in self._known.get(token, ()):
                if phrase <= asked:
                    for part in phrase:
                        more.setdefault(part, []).extend(ways)
        return [one.also(more[one.token]) if one.token in more else one for one in concepts]


_named: list[Callable[[], Iterable[Group]]] = []
_built: dict[str, Thesaurus] = {}


def register(names: Callable[[], Iterable[Group]]) -> None:
    """Let another application bring names of one thing; registering again changes nothing."""
    if names not in _named:
        _named.append(names)


def forget() -> None:
    """Build the thesaurus again at the next query: names have changed."""
    _built.clear()


def thesaurus(name: str, cut: Cut) -> Thesaurus:
    """The thesaurus of the tokeniser `name`, built once for each process."""
    if name not in _built:
        named = [group for names in _named for group in names()]
        built = Thesaurus(cut, [(WEIGHT, groups()), (1.0, named)])
        for asked, others in leads("related"):
            cuts = [[one.token for one in cut(phrase)] for phrase in others]
            built.lead(cut, asked, cuts, RELATED)
        for asked, found in leads("goods"):
            built.lead(cut, asked, [[codes.UNDER + code] for code in found], GOODS)
        # Names read before the reference rows are loaded would be missed for ever.
        if _named and not named:
            return built
        _built[name] = built
    return _built[name]
