"""Statements that are asked of every case: their text is built once, and only the values change.

Building the text of six joined statements costs the case page more than the database needs to
answer them. A prepared statement is an ordinary queryset, built once for each kind of database.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections, models

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """A queryset built once, asked with other values each time.

    `build` takes as many values as `blanks` has and filters by each. A blank is a value of the
    same type that nothing else in the statement equals. Nothing in it may depend on the moment
    or on the reader beside those values. Answers the rows as a list, for nobody to filter on.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]], *blanks: int | str) -> None:
        self._build = build
        self._blanks = blanks
        self._kept: dict[str, tuple[models.QuerySet[Row], Any, str, Sequence[Any]]] = {}

    def __call__(self, *values: int | str) -> list[Row]:
        """The rows for these values."""
        rows = self._build(*self._blanks) if not self._kept else None
        alias = rows.db if rows is not None else next(iter(self._kept.values()))[0].db
        vendor = connections[alias].vendor
        if vendor not in self._kept:
            self._kept[vendor] = self._written(self._build(*self._blanks), alias)
        rows, compiler, text, params = self._kept[vendor]
        given = dict(zip(self._blanks, values, strict=True))
        ready = copy.copy(compiler)
        ready.connection = connections[alias]
        filled = tuple(given.get(value, value) for value in params)
        ready.as_sql = lambda *_args, **_more: (text, filled)
        found = rows.all()
        found.query.get_compiler = lambda *_args, **_more: ready  # type: ignore[method-assign]
        return list(found)

    def _written(
        self, rows: models.QuerySet[Row], alias: str
    ) -> tuple[models.QuerySet[Row], Any, str, Sequence[Any]]:
        compiler = rows.query.get_compiler(using=alias)
        text, params = compiler.as_sql()
        missing = [blank for blank in self._blanks if blank not in params]
        if missing:
            raise ValueError(f"the statement does not ask for {missing}")
        return rows, compiler, text, params
