"""From words to rows: what a query finds in one or several searchable tables, best first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

from search import backends, ranking, synonyms, tokeniser
from search.concepts import Concept, tokens_of
from search.ranking import Candidate, Scale, Score

# So many rows of each table compete for the places.
LIMIT = 200
# Fewer full answers than this are followed by the nearest others, where they are asked for.
FULL_PAGE = 10
# Tokens whose rows are counted to weigh a query; of the rest only the first of a concept.
_MOST_WEIGHED = 40

# A row says of so many tokens whether it holds them: a statement has only so many columns.
_MOST_TOLD = 400


@dataclass(frozen=True)
class Hit:
    """A row that answers: which of the searched querysets it is of, its key, how well."""

    place: int
    pk: int
    score: Score


@dataclass(frozen=True)
class Found:
    """What a query found: full answers, best first, then what is near where those are few."""

    concepts: tuple[Concept, ...] = ()
    hits: list[Hit] = field(default_factory=list)
    near: list[Hit] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        """How much of the query the best covering row covers, 0 to 1."""
        return max((hit.score.coverage for hit in (*self.hits, *self.near)), default=0.0)


def concepts_of(query: str) -> list[Concept]:
    """What the query asks for, with synonyms and the other names of countries."""
    cutter = tokeniser.chosen()
    concepts = cutter.query(query)
    return synonyms.thesaurus(cutter.name, cutter.query).widen(concepts) if concepts else []


def find(
    querysets: Sequence[models.QuerySet[Any]],
    query: str,
    *,
    limit: int = LIMIT,
    near: bool = False,
) -> Found:
    """The rows of the querysets that answer the query, by one measure for all of them.

    Filter first: only rows of a queryset compete for its `limit` places. `near` asks for rows
    that hold less than the query wants, when full answers are few. Never raises for any text.
    """
    concepts = concepts_of(query)
    if not concepts:
        return Found()
    tables = [one for place, of in enumerate(querysets) if (one := _Table.of(place, of))]
    scale = _weighed(tables, concepts, limit)
    hits: list[Hit] = []
    others: list[Hit] = []
    for table in tables:
        table.look_further(scale, limit, near=near)
        candidates = [Candidate(pk, *held) for pk, held in table.held.items()]
        for pk, score in ranking.ranked(candidates, scale, least=ranking.NEAREST):
            full = score.coverage >= ranking.COVERAGE - 1e-9
            (hits if full else others).append(Hit(table.place, pk, score))
    hits.sort(key=_order)
    others.sort(key=_order)
    wanting = max(0, FULL_PAGE - len(hits)) if near else 0
    return Found(tuple(concepts), hits, others[:wanting])


def _order(hit: Hit) -> tuple[float, int, int]:
    return (-round(hit.score.value, 9), hit.place, -hit.pk)


def _weighed(tables: Sequence["_Table"], concepts: Sequence[Concept], limit: int) -> Scale:
    """What the concepts weigh by how many rows of all tables hold them.

    The same statement brings each table's newest rows that hold all of them. Nothing is counted
    for a single concept: there is nothing that it could weigh more than.
    """
    first = [one.token for one in concepts]
    rest = [token for token in tokens_of(concepts) if token not in first]
    asked = list(dict.fromkeys(first)) + rest[: max(0, _MOST_WEIGHED - len(first))]
    if len(concepts) == 1:
        asked = []
    counted: dict[str, int] = dict.fromkeys(asked, 0)
    total = 0
    for table in tables:
        rows = table.look([[one] for one in concepts], concepts, limit, counted=asked)
        total += rows.total
        for token, count in rows.holding.items():
            counted[token] += count
    return Scale.of(concepts, counted, total)


@dataclass
class _Table:
    """One searchable table with the rows of it that may be found, and what was found so far."""

    place: int
    name: str
    using: str
    within: backends.Within | None
    held: dict[int, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, place: int, queryset: models.QuerySet[Any]) -> "_Table | None":
        """The table of a queryset; None when the queryset has no rows for certain."""
        within: backends.Within | None = None
        if queryset.query.is_empty():
            return None
        if queryset.query.where:
            try:
                keys = queryset.order_by().values("pk").query
                sql, parameters = keys.get_compiler(using=queryset.db).as_sql()
            except EmptyResultSet:
                return None
            whole = queryset.query
            cut = bool(whole.distinct or whole.group_by or whole.combinator)
            within = backends.Within(sql, parameters, plain=not cut)
        return cls(place, queryset.model._meta.db_table, queryset.db, within)

    def look(
        self,
        every: Sequence[Sequence[Concept]],
        concepts: Sequence[Concept],
        limit: int,
        *,
        title: bool = False,
        counted: Sequence[str] = (),
    ) -> backends.Rows:
        """The newest rows that hold one concept of each group; they join what was found."""
        question = backends.Question(
            every=every,
            told=tokens_of(concepts)[:_MOST_TOLD],
            limit=limit,
            within=self.within,
            title=title,
            counted=counted,
        )
        connection = connections[self.using]
        with connection.cursor() as cursor:
            rows = backends.backend(connection).rows(cursor, self.name, question)
        self.held |= rows.held
        return rows

    def look_further(self, scale: Scale, limit: int, *, near: bool) -> None:
        """Titles where too many rows hold everything, what decides where too few do.

        Without `near`, rows that lack something count only where no row has everything.
        """
        concepts = scale.concepts
        if len(self.held) >= limit:
            self.look([[one] for one in concepts], concepts, limit, title=True)
        elif len(concepts) > 1 and (near or not self.held):
            self.look([scale.deciding(ranking.COVERAGE)], concepts, limit)
            if near and len(self.held) < FULL_PAGE:
                self.look([scale.deciding(ranking.NEAREST)], concepts, limit)
