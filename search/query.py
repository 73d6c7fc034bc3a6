"""`.search(q)` for QuerySets: the rows that answer a query, best first."""

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from search import finding
from search.finding import LIMIT


class Place(Expression):
    """Where a key stands in a list of keys: one parameter, however long the list."""

    output_field = models.IntegerField()

    def __init__(self, key: models.F, pks: list[int]) -> None:
        super().__init__()
        self.key: Any = key
        self.pks = pks

    def get_source_expressions(self) -> list[Any]:
        """The key is the only expression inside."""
        return [self.key]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the key back once it is resolved."""
        (self.key,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """SQLite: the place in a text that lists the keys."""
        sql, parameters = compiler.compile(self.key)
        listed = "," + ",".join(map(str, self.pks)) + ","
        return f"INSTR(%s, ',' || {sql} || ',')", [listed, *parameters]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """PostgreSQL: the place in an array."""
        sql, parameters = compiler.compile(self.key)
        return f"ARRAY_POSITION(%s::bigint[], {sql}::bigint)", [self.pks, *parameters]


class SearchMixin(models.QuerySet[Any]):
    """Gives a QuerySet `.search(q)`; its table has a side table (`search.operations`)."""

    def search(self, query: str) -> Self:
        """The at most 200 rows of this queryset that answer the query, best first.

        Filter first: only rows of this queryset compete for the 200 places. The result is a
        queryset, may be filtered further and paginated, and keeps its order. Asks the index
        at once. A query without a letter or digit finds nothing. Never raises for any text.
        """
        found = finding.find([self], query, limit=LIMIT)
        pks = [hit.pk for hit in found.hits[:LIMIT]]
        if not pks:
            return self.none()
        return self.filter(pk__in=pks).order_by(Place(models.F("pk"), pks))
