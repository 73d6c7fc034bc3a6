"""Keeping a side table in step with its table: the app's own verbs call this.

No signals: a verb that writes a searchable row calls `put` in the same transaction.
"""

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from search import backends, tokeniser

# What lies beyond is not indexed: a tsvector may not pass 1 MB.
MAX_CHARACTERS = 100_000
MAX_TOKENS = 30_000
BATCH = 500

Searchable = str | type[models.Model]
# Key, title and body of a document.
Document = tuple[int, str, str]


def put(
    of: Searchable, pk: int, *, title: str, body: str = "", using: str = DEFAULT_DB_ALIAS
) -> None:
    """Make one row findable by its title (weighs more) and body; replaces what stood there."""
    put_many(of, [(pk, title, body)], using=using)


def put_many(
    of: Searchable, documents: Iterable[Document], *, using: str = DEFAULT_DB_ALIAS
) -> int:
    """Make many rows findable, in batches of one transaction each; gives their number."""
    connection = connections[using]
    back_end, table = backends.backend(connection), table_of(of)
    count = 0
    rows: list[backends.Row] = []
    for pk, title, body in documents:
        rows.append((pk, _distinct(title), _distinct(body)))
        count += 1
        if len(rows) == BATCH:
            _write(back_end, table, rows, using)
            rows = []
    if rows:
        _write(back_end, table, rows, using)
    return count


def _write(back_end: backends.Backend, table: str, rows: list[backends.Row], using: str) -> None:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        back_end.put(cursor, table, rows)


def _distinct(text: str) -> list[str]:
    found = tokeniser.chosen().document(text[:MAX_CHARACTERS])
    return list(dict.fromkeys(found))[:MAX_TOKENS]


def remove(of: Searchable, pk: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make one row unfindable; silent when it was not findable."""
    key = "rowid" if connections[using].vendor == "sqlite" else "id"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {backends.quoted(table_of(of))} WHERE {key} = %s",  # noqa: S608
            [pk],
        )


def clear(of: Searchable, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Empty the side table, before it is filled again with `put_many`."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"DELETE FROM {backends.quoted(table_of(of))}")  # noqa: S608


def table_of(of: Searchable) -> str:
    """The database table that is meant."""
    return of if isinstance(of, str) else of._meta.db_table
