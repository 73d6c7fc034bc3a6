"""The two databases' indexes of tokens behind one set of functions.

A searchable table `x` has a side table `x_search`: on PostgreSQL (id, tokens tsvector) under
a GIN index, on SQLite an FTS5 table (tokens) keyed by rowid. A token of the title stands there
twice: plain, and behind `TITLE`. Neither refers to `x` by a foreign key: SQLite's cannot, and
PostgreSQL's would forbid the TRUNCATE of the test suites.

Both give the newest keys of a condition, never their own ranking: what is found, and in which
order, is the same on both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from search.concepts import PREFIX, Concept

# The mark of a token that stands in the title.
TITLE = "^"
# A row of a side table: key, and its distinct tokens with those of the title marked besides.
Row = tuple[int, Sequence[str]]
# Counting further than this changes no weight that matters.
MOST_COUNTED = 500
MOST_ROWS = 2_000
# So many of the newest rows are looked at one by one before an index is read whole: longer
# than a page of answers takes for a word of one row in a hundred.
WALKED = 2_500


@dataclass(frozen=True)
class Within:
    """A condition on the key: SQL that gives keys, and its parameters.

    `plain` says that it can be asked for one key at a time: nothing is grouped or cut off.
    """

    sql: str
    parameters: Sequence[Any] = ()
    plain: bool = True


@dataclass(frozen=True)
class Rows:
    """What one statement told: for each key what its title and what it anywhere holds, newest
    first; and, where counts were asked for, how many rows hold each token, and rows at all.
    """

    held: dict[int, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    holding: dict[str, int] = field(default_factory=dict)
    total: int = 0


@dataclass(frozen=True)
class Question:
    """What is asked of one side table.

    The newest rows that hold one concept of each group of `every`, at most `limit`, of those
    that `within` allows; by the title alone where `title` says so. `told` are the tokens of
    which is told whether a row holds them, `counted` those whose rows are counted, up to
    `MOST_COUNTED` (`MOST_ROWS` for rows at all).
    """

    every: Sequence[Sequence[Concept]]
    told: Sequence[str]
    limit: int
    within: Within | None = None
    title: bool = False
    counted: Sequence[str] = ()


class Backend(Protocol):
    """What an index must offer."""

    def create(self, table: str) -> list[str]:
        """The statements that make the side table."""

    def is_current(self, cursor: CursorWrapper, table: str) -> bool:
        """Whether the side table has the layout that `create` makes."""

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Write the rows, replacing what stood under their keys."""

    def rows(self, cursor: CursorWrapper, table: str, question: Question) -> Rows:
        """Answer the question in one statement."""


def side_table(table: str) -> str:
    """The name of the side table of a table."""
    return f"{table}_search"


def quoted(table: str) -> str:
    """The side table's name as an SQL identifier."""
    return '"' + side_table(table).replace('"', '""') + '"'


def _condition(
    every: Sequence[Sequence[Concept]], lexeme: Any, symbols: tuple[str, str], mark: str
) -> str:
    """The groups in the language of a back end, whose signs for "and" and "or" are `symbols`."""
    both, either = symbols
    groups = []
    for concepts in every:
        ways = dict.fromkeys(
            "(" + both.join(lexeme(mark + token) for token in sorted(way.tokens)) + ")"
            for concept in concepts
            for way in concept.ways
        )
        groups.append("(" + either.join(ways) + ")")
    return both.join(groups)


class PostgreSQL:
    """tsvector under GIN, without places and without the pending list of fastupdate."""

    def create(self, table: str) -> list[str]:
        """The side table and its index."""
        index = '"' + side_table(table)[:58].replace('"', '""') + '_gin"'
        return [
            f"CREATE TABLE {quoted(table)} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
            f"CREATE INDEX {index} ON {quoted(table)} USING gin (tokens) WITH (fastupdate = off)",
        ]

    def is_current(self, cursor: CursorWrapper, table: str) -> bool:
        """The layout never changed."""
        return True

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Insert or replace."""
        cursor.executemany(
            f"INSERT INTO {quoted(table)} (id, tokens) VALUES (%s, %s::tsvector) "  # noqa: S608
            "ON CONFLICT (id) DO UPDATE SET tokens = EXCLUDED.tokens",
            [(pk, " ".join(_quoted(token) for token in tokens)) for pk, tokens in rows],
        )

    def rows(self, cursor: CursorWrapper, table: str, question: Question) -> Rows:
        """The newest rows, by a walk from the newest one where it suffices, else by the index.

        A walk ends soon where matches are frequent, and never where they are all old: so it is
        bounded, and the index is read only when the walk did not find enough.
        """
        name, limit = quoted(table), int(question.limit)
        mark = TITLE if question.title else ""
        asked = _condition(question.every, self._lexeme, (" & ", " | "), mark)
        where, more = "", question.within.parameters if question.within else ()
        if question.within:
            where = f"AND id IN ({question.within.sql})"
        told = [self._lexeme(mark + token) for mark in (TITLE, "") for token in question.told]
        walked = max(WALKED, 20 * limit)
        found = (
            f"WITH last AS (SELECT id, tokens FROM {name} ORDER BY id DESC LIMIT {walked}), "  # noqa: S608
            "walk AS MATERIALIZED (SELECT id FROM last WHERE tokens @@ %s::tsquery "
            f"{where} ORDER BY id DESC LIMIT {limit}), "
            f"whole AS MATERIALIZED (SELECT id FROM {name} WHERE tokens @@ %s::tsquery {where} "
            f"AND (SELECT count(*) FROM walk) < {limit}), "
            "best AS (SELECT id FROM walk UNION SELECT id FROM whole "
            f"ORDER BY id DESC LIMIT {limit}) "
            f"SELECT id{''.join([', tokens @@ %s::tsquery'] * len(told))} "
            f"FROM {name} WHERE id IN (SELECT id FROM best)"
        )
        counts, counted = self._counts(name, question.counted)
        cursor.execute(
            f"SELECT * FROM (SELECT {counts}) AS counts LEFT JOIN ({found}) AS found ON true",  # noqa: S608
            [*counted, asked, *more, asked, *more, *told],
        )
        return _told(cursor.fetchall(), question, _by_flags)

    def _counts(self, name: str, tokens: Sequence[str]) -> tuple[str, list[str]]:
        if not tokens:
            return "0", []
        one = (
            f"(SELECT count(*) FROM (SELECT FROM {name} "  # noqa: S608
            f"WHERE tokens @@ %s::tsquery LIMIT {MOST_COUNTED}) AS few)"
        )
        every = f"(SELECT count(*) FROM (SELECT FROM {name} LIMIT {MOST_ROWS}) AS few)"  # noqa: S608
        return ", ".join([every, *[one] * len(tokens)]), [self._lexeme(one) for one in tokens]

    def _lexeme(self, token: str) -> str:
        if token.endswith(PREFIX):
            return _quoted(token.removesuffix(PREFIX)) + ":*"
        return _quoted(token)


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


Held = tuple[frozenset[str], frozenset[str]]


def _told(
    answers: Sequence[Sequence[Any]],
    question: Question,
    read: Callable[[Sequence[Any], Sequence[str]], Held],
) -> Rows:
    """Counts stand first in each answer, then the key, then what `read` understands."""
    total, *counts = answers[0][: len(question.counted) + 1]
    at = len(question.counted) + 1
    held = {
        answer[at]: read(answer[at + 1 :], question.told)
        for answer in answers
        if answer[at] is not None
    }
    return Rows(
        {key: held[key] for key in sorted(held, reverse=True)},
        dict(zip(question.counted, counts, strict=True)),
        total,
    )


def _by_flags(flags: Sequence[Any], told: Sequence[str]) -> Held:
    def chosen(some: Sequence[Any]) -> frozenset[str]:
        return frozenset(token for token, yes in zip(told, some, strict=True) if yes)

    return chosen(flags[: len(told)]), chosen(flags[len(told) :])


class SQLite:
    """FTS5 whose one column holds the tokens, separated by spaces; no places are kept."""

    def create(self, table: str) -> list[str]:
        """The virtual table; its categories are those of str.isalnum and of our marks."""
        return [
            f"CREATE VIRTUAL TABLE {quoted(table)} USING fts5(tokens, detail=none, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co' "
            "tokenchars '#=~/^'\")"
        ]

    def is_current(self, cursor: CursorWrapper, table: str) -> bool:
        """Whether it has the one column."""
        cursor.execute(f"SELECT name FROM pragma_table_info({self._text(side_table(table))})")  # noqa: S608
        return [row[0] for row in cursor.fetchall()] == ["tokens"]

    def _text(self, words: str) -> str:
        return "'" + words.replace("'", "''") + "'"

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Delete and insert: FTS5 has no upsert."""
        name = quoted(table)
        cursor.executemany(f"DELETE FROM {name} WHERE rowid = %s", [(row[0],) for row in rows])  # noqa: S608
        cursor.executemany(
            f"INSERT INTO {name} (rowid, tokens) VALUES (%s, %s)",  # noqa: S608
            [(pk, " ".join(tokens)) for pk, tokens in rows],
        )

    def rows(self, cursor: CursorWrapper, table: str, question: Question) -> Rows:
        """FTS5 walks its lists from the newest row by itself; the stored tokens tell the rest."""
        name, limit = quoted(table), int(question.limit)
        mark = TITLE if question.title else ""
        asked = _condition(question.every, self._lexeme, (" AND ", " OR "), mark)
        where, more = self._narrowed(name, question.within)
        counts, counted = self._counts(name, question.counted)
        cursor.execute(
            f"SELECT * FROM (SELECT {counts}) LEFT JOIN (SELECT rowid, tokens FROM {name} "  # noqa: S608
            f"WHERE rowid IN (SELECT rowid FROM {name} WHERE {name} MATCH %s {where} "
            f"ORDER BY rowid DESC LIMIT {limit})) ON 1",
            [*counted, asked, *more],
        )
        return _told(cursor.fetchall(), question, _by_tokens)

    def _narrowed(self, name: str, within: Within | None) -> tuple[str, Sequence[Any]]:
        """The condition that lets only allowed keys through, and its parameters.

        Each found key is looked up, newest first, until there are enough. As a plain list of
        keys it would be read whole, and FTS5 would ask its condition again for each of them:
        the sign before the column forbids that.
        """
        if within is None:
            return "", ()
        if not within.plain:
            return f"AND +rowid IN ({within.sql})", within.parameters
        one = f"WITH allowed(key) AS ({within.sql}) SELECT 1 FROM allowed WHERE allowed.key"  # noqa: S608
        return f"AND EXISTS ({one} = {name}.rowid)", within.parameters

    def _counts(self, name: str, tokens: Sequence[str]) -> tuple[str, list[str]]:
        if not tokens:
            return "0", []
        one = (
            f"(SELECT count(*) FROM (SELECT 1 FROM {name} "  # noqa: S608
            f"WHERE {name} MATCH %s LIMIT {MOST_COUNTED}))"
        )
        every = f"(SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {MOST_ROWS}))"  # noqa: S608
        return ", ".join([every, *[one] * len(tokens)]), [self._lexeme(one) for one in tokens]

    def _lexeme(self, token: str) -> str:
        prefix = PREFIX if token.endswith(PREFIX) else ""
        return '"' + token.removesuffix(PREFIX).replace('"', '""') + '"' + prefix


def _by_tokens(stored: Sequence[Any], told: Sequence[str]) -> Held:
    held = set(str(stored[0]).split())
    return _standing(told, held, TITLE), _standing(told, held, "")


def _standing(wanted: Sequence[str], held: set[str], mark: str) -> frozenset[str]:
    return frozenset(
        token
        for token in wanted
        if (
            any(one.startswith(mark + token[:-1]) for one in held)
            if token.endswith(PREFIX)
            else mark + token in held
        )
    )


_BACKENDS: dict[str, Backend] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def backend(connection: BaseDatabaseWrapper) -> Backend:
    """The back end of a connection's database."""
    try:
        return _BACKENDS[connection.vendor]
    except KeyError:
        raise NotSupportedError(
            f"Search needs PostgreSQL or SQLite, not {connection.vendor}"
        ) from None
