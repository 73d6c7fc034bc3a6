"""Which candidates answer a query and in what order; pure, the same on every database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

# Below this share of the query's tokens a document does not answer it.
COVERAGE = 0.6
TITLE_WEIGHT = 3.0
# An answer to a synonym stands behind an equally good answer to the words themselves.
SYNONYM_WEIGHT = 0.8


@dataclass(frozen=True)
class Candidate:
    """A document that a back end hands over, with the wanted tokens that it holds."""

    pk: int
    title: frozenset[str] = field(default_factory=frozenset)
    body: frozenset[str] = field(default_factory=frozenset)


def ranked(candidates: Iterable[Candidate], variants: list[list[str]]) -> list[int]:
    """The keys of the candidates that answer one of the variants, best first, newest on ties."""
    scored = [(score(candidate, variants), candidate.pk) for candidate in candidates]
    return [pk for value, pk in sorted(scored, key=lambda pair: (-pair[0], -pair[1])) if value]


def score(candidate: Candidate, variants: list[list[str]]) -> float:
    """How well the candidate answers its best variant; 0 when it answers none."""
    best = 0.0
    held = candidate.title | candidate.body
    for place, wanted in enumerate(variants):
        coverage = sum(token in held for token in wanted) / len(wanted)
        if coverage < COVERAGE:
            continue
        in_title = sum(token in candidate.title for token in wanted) / len(wanted)
        value = coverage + TITLE_WEIGHT * in_title
        best = max(best, value if place == 0 else value * SYNONYM_WEIGHT)
    return best
