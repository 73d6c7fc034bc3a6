"""The two databases' full-text indexes behind one set of functions.

A searchable table `x` has a side table `x_search`: on PostgreSQL (id, tokens tsvector) under
a GIN index, on SQLite an FTS5 table (title, body) keyed by rowid. Neither refers to `x` by a
foreign key: SQLite's cannot, and PostgreSQL's would forbid the TRUNCATE of the test suites.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from search.ranking import Candidate

# A row of a side table: key, distinct tokens of the title, distinct tokens of the body.
Row = tuple[int, Sequence[str], Sequence[str]]
# A condition on the key: SQL that gives keys, and its parameters.
Within = tuple[str, Sequence[Any]]


class Backend(Protocol):
    """What an index must offer."""

    def create(self, table: str) -> list[str]:
        """The statements that make the side table."""

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Write the rows, replacing what stood under their keys."""

    def candidates(
        self,
        cursor: CursorWrapper,
        table: str,
        wanted: list[str],
        within: Within | None,
        limit: int,
    ) -> list[Candidate]:
        """The documents that hold most of the wanted tokens, at most `limit`."""


def side_table(table: str) -> str:
    """The name of the side table of a table."""
    return f"{table}_search"


def quoted(table: str) -> str:
    """The side table's name as an SQL identifier."""
    return '"' + side_table(table).replace('"', '""') + '"'


def _is_prefix(token: str) -> bool:
    """A lone syllable can only be the beginning of a pair."""
    return len(token) == 1 and not token.isascii()


class PostgreSQL:
    """tsvector under GIN, title tokens with weight A, without the pending list of fastupdate."""

    def create(self, table: str) -> list[str]:
        """The side table and its index."""
        index = '"' + side_table(table)[:58].replace('"', '""') + '_gin"'
        return [
            f"CREATE TABLE {quoted(table)} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
            f"CREATE INDEX {index} ON {quoted(table)} USING gin (tokens) WITH (fastupdate = off)",
        ]

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Insert or replace."""
        cursor.executemany(
            f"INSERT INTO {quoted(table)} (id, tokens) VALUES (%s, %s::tsvector) "  # noqa: S608
            "ON CONFLICT (id) DO UPDATE SET tokens = EXCLUDED.tokens",
            [(pk, self._vector(title, body)) for pk, title, body in rows],
        )

    def _vector(self, title: Sequence[str], body: Sequence[str]) -> str:
        places = dict.fromkeys(body, "2")
        for token in title:
            places[token] = "1A,2" if token in places else "1A"
        return " ".join(f"{self._lexeme(token)}:{place}" for token, place in places.items())

    def _lexeme(self, token: str) -> str:
        return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"

    def candidates(
        self,
        cursor: CursorWrapper,
        table: str,
        wanted: list[str],
        within: Within | None,
        limit: int,
    ) -> list[Candidate]:
        """Ranked by ts_rank; one boolean per token and place says what each row holds."""
        asked = [self._lexeme(token) + (":*" if _is_prefix(token) else "") for token in wanted]
        in_title = [
            self._lexeme(token) + (":*A" if _is_prefix(token) else ":A") for token in wanted
        ]
        condition, parameters = (
            ("", ()) if within is None else (f"AND id IN ({within[0]})", within[1])
        )
        everything = " | ".join(asked)
        holds = ", ".join(["tokens @@ %s::tsquery"] * (2 * len(wanted)))
        cursor.execute(
            f"SELECT id, {holds} FROM (SELECT id, tokens FROM {quoted(table)} "  # noqa: S608
            f"WHERE tokens @@ %s::tsquery {condition} "
            "ORDER BY ts_rank(tokens, %s::tsquery) DESC, id DESC LIMIT %s) AS best",
            [*in_title, *asked, everything, *parameters, everything, limit],
        )
        return [
            Candidate(
                pk=row[0],
                title=_chosen(wanted, row[1 : len(wanted) + 1]),
                body=_chosen(wanted, row[len(wanted) + 1 :]),
            )
            for row in cursor.fetchall()
        ]


def _chosen(wanted: list[str], held: Iterable[bool]) -> frozenset[str]:
    return frozenset(token for token, yes in zip(wanted, held, strict=True) if yes)


class SQLite:
    """FTS5 with a title and a body column that hold the tokens, separated by spaces."""

    def create(self, table: str) -> list[str]:
        """The virtual table; its categories are those of str.isalnum."""
        return [
            f"CREATE VIRTUAL TABLE {quoted(table)} USING fts5(title, body, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co'\")"
        ]

    def put(self, cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
        """Delete and insert: FTS5 has no upsert."""
        name = quoted(table)
        cursor.executemany(f"DELETE FROM {name} WHERE rowid = %s", [(row[0],) for row in rows])  # noqa: S608
        cursor.executemany(
            f"INSERT INTO {name} (rowid, title, body) VALUES (%s, %s, %s)",  # noqa: S608
            [(pk, " ".join(title), " ".join(body)) for pk, title, body in rows],
        )

    def candidates(
        self,
        cursor: CursorWrapper,
        table: str,
        wanted: list[str],
        within: Within | None,
        limit: int,
    ) -> list[Candidate]:
        """Ranked by bm25; the stored tokens say what each row holds."""
        name = quoted(table)
        query = " OR ".join(
            '"' + token.replace('"', '""') + '"' + ("*" if _is_prefix(token) else "")
            for token in wanted
        )
        condition, parameters = (
            ("", ()) if within is None else (f"AND rowid IN ({within[0]})", within[1])
        )
        cursor.execute(
            # The texts are read for the best only: sorting must not carry every match's text.
            f"SELECT rowid, title, body FROM {name} WHERE rowid IN ("  # noqa: S608
            f"SELECT rowid FROM {name} WHERE {name} MATCH %s {condition} "
            f"ORDER BY bm25({name}, 3.0, 1.0), rowid DESC LIMIT %s)",
            [query, *parameters, limit],
        )
        return [
            Candidate(pk=pk, title=_held(wanted, title), body=_held(wanted, body))
            for pk, title, body in cursor.fetchall()
        ]


def _held(wanted: list[str], text: str) -> frozenset[str]:
    held = set(text.split())
    return frozenset(
        token
        for token in wanted
        if token in held or (_is_prefix(token) and any(one.startswith(token) for one in held))
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
