"""What a query asks for: concepts, each with the ways in which a document may hold it; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# A token that ends so stands for whatever begins with the rest: "관*".
PREFIX = "*"
# What each further way that a document holds adds, for at most three.
SEVERAL = 0.1


@dataclass(frozen=True)
class Way:
    """Tokens that together stand for a concept, and how well (1: as it was typed)."""

    tokens: frozenset[str]
    weight: float = 1.0


@dataclass(frozen=True)
class Concept:
    """One thing that a query asks for.

    `word` is what was typed, `token` the concept's own token; `ways` holds that token's way
    first, then others: a heading above an HS code, a synonym, another name of a country.
    `share` is what it counts beside a noun of the same rarity.
    """

    word: str
    token: str
    ways: tuple[Way, ...]
    share: float = 1.0

    @classmethod
    def of(
        cls, word: str, token: str, others: Iterable[tuple[str, float]] = (), share: float = 1.0
    ) -> "Concept":
        """A concept of one token, with other tokens that stand for it and their weights."""
        ways = [Way(frozenset({token})), *(Way(frozenset({o}), weight) for o, weight in others)]
        return cls(word, token, tuple(dict.fromkeys(ways)), share)

    def also(self, ways: Sequence[Way]) -> "Concept":
        """The same concept with more ways."""
        return replace(self, ways=tuple(dict.fromkeys((*self.ways, *ways))))

    def weight_in(self, held: frozenset[str] | set[str]) -> float:
        """How well tokens that a document holds stand for the concept; 0 when they do not.

        The best way counts, and a little more where several ways are held: such a text is
        about the thing rather than naming it.
        """
        found = [way.weight for way in self.ways if way.tokens <= held]
        return max(found) + SEVERAL * min(len(found) - 1, 3) if found else 0.0


def tokens_of(concepts: Iterable[Concept]) -> list[str]:
    """Every token that any way of any concept names, each once, in a fixed order."""
    found = (token for one in concepts for way in one.ways for token in sorted(way.tokens))
    return list(dict.fromkeys(found))
