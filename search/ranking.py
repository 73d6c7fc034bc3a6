"""Which candidates answer a query and in what order; pure, the same on every database."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.concepts import Concept

# Below this share of the query's weight a document does not answer it …
COVERAGE = 0.6
# … but where nothing does, the nearest may be shown down to this one.
NEAREST = 0.25
# What a word that nothing holds counts beside one that a single document holds.
UNKNOWN = 0.5
# What a find in the title counts besides.
TITLE_WEIGHT = 0.6


@dataclass(frozen=True)
class Candidate:
    """A document that a back end hands over, with the wanted tokens that it holds."""

    pk: int
    title: frozenset[str] = field(default_factory=frozenset)
    body: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Score:
    """How well a document answers: `coverage` of the query (0 to 1) and its place value."""

    value: float
    coverage: float


@dataclass(frozen=True)
class Scale:
    """What each concept of a query weighs: rare ones more."""

    concepts: tuple[Concept, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, concepts: Sequence[Concept], holding: Mapping[str, int], total: int) -> "Scale":
        """`holding` says how many of `total` documents hold each token."""
        return cls(
            tuple(concepts),
            tuple(_weight(concept, documents(concept, holding), total) for concept in concepts),
        )

    @property
    def whole(self) -> float:
        """What all concepts weigh together."""
        return sum(self.weights)

    def score(self, candidate: Candidate) -> Score:
        """The candidate's score; its value is 0 when it holds nothing of the query."""
        everywhere = candidate.title | candidate.body
        covered = value = 0.0
        for concept, weight in zip(self.concepts, self.weights, strict=True):
            found = concept.weight_in(everywhere)
            if found:
                covered += weight
                value += weight * (found + TITLE_WEIGHT * concept.weight_in(candidate.title))
        whole = self.whole or 1.0
        share = covered / whole
        return Score(value / whole * share, share)

    def deciding(self, share: float = COVERAGE) -> list[Concept]:
        """The rarest concepts of which every document that covers `share` must hold one."""
        chosen: list[Concept] = []
        left = self.whole * (1 - share)
        for weight, concept in sorted(
            zip(self.weights, self.concepts, strict=True), key=lambda pair: -pair[0]
        ):
            chosen.append(concept)
            left -= weight
            if left < 0:
                break
        return chosen


def documents(concept: Concept, holding: Mapping[str, int]) -> int:
    """About how many documents hold the concept in any way."""
    return max(
        min((holding.get(token, 0) for token in way.tokens), default=0) for way in concept.ways
    )


def _weight(concept: Concept, count: int, total: int) -> float:
    # What no document holds tells none apart: it only says that the answers are not whole.
    return rarity(count, total) * concept.share * (1.0 if count else UNKNOWN)


def rarity(count: int, total: int) -> float:
    """The weight of what `count` of `total` documents hold; at least 0.1."""
    return max(0.1, math.log1p((total + 1) / (min(count, total) + 1)))


def ranked(
    candidates: Iterable[Candidate], scale: Scale, *, least: float = COVERAGE
) -> list[tuple[int, Score]]:
    """The candidates that cover `least` of the query, best first, newest on ties."""
    scored = [(candidate.pk, scale.score(candidate)) for candidate in candidates]
    return sorted(
        ((pk, score) for pk, score in scored if score.value and score.coverage >= least - 1e-9),
        key=lambda pair: (-round(pair[1].value, 9), -pair[0]),
    )
