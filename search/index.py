"""Keeping a side table in step with its table: the app's own verbs call this.

No signals: a verb that writes a searchable row calls `put` in the same transaction. Where the
tokeniser is slow, `put` only writes down what is to be indexed (`search.waiting`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from search import backends, codes, tokeniser, waiting
from search.waiting import MAX_CHARACTERS

# Beyond it a tsvector could pass 1 MB.
MAX_TOKENS = 20_000
BATCH = 500

Searchable = str | type[models.Model]


@dataclass(frozen=True)
class Document:
    """What is findable of one row.

    `facts` are names that it is filed under (country, category): a find there counts like one
    in the title. `codes` are HS codes: found by shorter and longer ones.
    """

    pk: int
    title: str
    body: str = ""
    facts: Sequence[str] = ()
    codes: Sequence[str] = ()


# What a code is called, brought by another application; part of the body.
_names: list[Callable[[Sequence[str]], Iterable[str]]] = []


def name_codes(names: Callable[[Sequence[str]], Iterable[str]]) -> None:
    """Let another application say what HS codes are called; registering again changes nothing."""
    if names not in _names:
        _names.append(names)


def put(
    of: Searchable,
    pk: int,
    *,
    title: str,
    body: str = "",
    facts: Sequence[str] = (),
    codes: Sequence[str] = (),
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Make one row findable; replaces what stood there.

    With a slow tokeniser the row is findable a moment after commit, once the worker has seen
    to it. Until then it is found by what it said before.
    """
    document = Document(pk, title, body, tuple(facts), tuple(codes))
    if tokeniser.chosen().at_once:
        put_many(of, [document], using=using)
    else:
        waiting.add(table_of(of), document, using=using)


def put_many(
    of: Searchable,
    documents: Iterable[Document | tuple[int, str, str]],
    *,
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Index many rows now, in batches of one transaction each; gives their number.

    For the worker and for filling an index; a verb calls `put`. A document may be given as
    key, title and body.
    """
    connection = connections[using]
    back_end, table = backends.backend(connection), table_of(of)
    count = 0
    rows: list[backends.Row] = []
    for given in documents:
        one = given if isinstance(given, Document) else Document(*given)
        rows.append((one.pk, tokens(one)))
        count += 1
        if len(rows) == BATCH:
            _write(back_end, table, rows, using)
            rows = []
    if rows:
        _write(back_end, table, rows, using)
    return count


def write_rows(table: str, rows: list[backends.Row], using: str = DEFAULT_DB_ALIAS) -> None:
    """Write rows whose tokens are made already (`tokens`)."""
    _write(backends.backend(connections[using]), table, rows, using)


def _write(back_end: backends.Backend, table: str, rows: list[backends.Row], using: str) -> None:
    # Inside a verb its transaction is enough: a savepoint would cost two statements more.
    with transaction.atomic(using=using, savepoint=False), connections[using].cursor() as cursor:
        back_end.put(cursor, table, rows)


def tokens(document: Document) -> list[str]:
    """The distinct tokens of a document, those of title and facts marked besides.

    Costs what the tokeniser costs: milliseconds for a page of text with morphemes.
    """
    cut = tokeniser.chosen().document
    title = cut(document.title[:MAX_CHARACTERS])
    facts = [token for fact in document.facts for token in cut(fact)]
    names = [name for brought in _names for name in brought(document.codes)]
    body = cut("\n".join((document.body[:MAX_CHARACTERS], *names)))
    found = [backends.TITLE + token for token in (*title, *facts)]
    found += [*title, *facts, *codes.stored(document.codes), *body]
    return list(dict.fromkeys(found))[:MAX_TOKENS]


def remove(of: Searchable, pk: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make one row unfindable, also where it waits; silent when it was not findable."""
    table = table_of(of)
    key = "rowid" if connections[using].vendor == "sqlite" else "id"
    if not tokeniser.chosen().at_once:
        waiting.drop(table, pk, using=using)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {backends.quoted(table)} WHERE {key} = %s",  # noqa: S608
            [pk],
        )


def clear(of: Searchable, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Empty the side table, before it is filled again with `put_many`."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"DELETE FROM {backends.quoted(table_of(of))}")  # noqa: S608


def table_of(of: Searchable) -> str:
    """The database table that is meant."""
    return of if isinstance(of, str) else of._meta.db_table
