"""What the worker does: index what waits, and fill an index again when the tokeniser changed."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from search import backends, index, tokeniser
from search.models import Filling, Waiting

log = logging.getLogger(__name__)

# A quarter of a second's work: a commit for each fewer would cost more than a tenth of it.
BATCH = 50
# Rows of a table that are written down to be indexed in one transaction.
STRIDE = 200
# A change of what is stored per token: every index is filled again.
LAYOUT = 2
# One turn of filling; the next beat goes on where it stopped (seconds).
TURN = 40.0

_sources: dict[type[models.Model], Callable[[Any], None]] = {}


def register(model: type[models.Model], reindex: Callable[[Any], None]) -> None:
    """Say by which verb a row of `model` is put into its index again."""
    _sources[model] = reindex


def index_waiting(using: str = DEFAULT_DB_ALIAS, *, seconds: float = TURN) -> int:
    """Index what waits, oldest first, for at most so long; how many rows were written.

    Tokens are made outside of any transaction. A row that was changed or removed meanwhile is
    left to its newer version.
    """
    until = time.monotonic() + seconds
    done = 0
    failed: list[int] = []
    while time.monotonic() < until:
        rows = Waiting.objects.using(using).exclude(pk__in=failed).order_by("marked_at", "pk")
        batch = list(rows[:BATCH])
        if not batch:
            break
        made = []
        for row in batch:
            try:
                made.append((row, index.tokens(_document(row))))
            except Exception:
                # One text that cannot be cut must not keep all others waiting.
                log.exception("row %s of %s could not be indexed", row.key, row.table)
                failed.append(row.pk)
        done += _write(made, using)
    return done


def _document(row: Waiting) -> index.Document:
    return index.Document(row.key, row.title, row.body, row.facts, row.codes)


def _write(made: list[tuple[Waiting, list[str]]], using: str) -> int:
    """Write the tokens of rows that still wait as they were read, and let those wait no more."""
    with transaction.atomic(using=using):
        locked = Waiting.objects.using(using).select_for_update().order_by("pk")
        now = dict(locked.filter(pk__in=[row.pk for row, _ in made]).values_list("pk", "marked_at"))
        same = [(row, found) for row, found in made if now.get(row.pk) == row.marked_at]
        by_table: dict[str, list[backends.Row]] = {}
        for row, found in same:
            by_table.setdefault(row.table, []).append((row.key, found))
        for table, rows in by_table.items():
            index.write_rows(table, rows, using)
        Waiting.objects.using(using).filter(pk__in=[row.pk for row, _ in same])._raw_delete(using)
    return len(same)


def fill(using: str = DEFAULT_DB_ALIAS, *, seconds: float = TURN) -> int:
    """Put the rows of every index that another tokeniser filled into it again.

    Gives the number of rows that were put; stops after `seconds` and goes on at the next call.
    Readers meet old and new rows side by side, never an empty index.
    """
    until = time.monotonic() + seconds
    put = 0
    for model, reindex in _sources.items():
        row = _begun(model, using)
        while not row.done and time.monotonic() < until:
            rows = list(
                model._base_manager.using(using).filter(pk__gt=row.upto).order_by("pk")[:STRIDE]
            )
            with transaction.atomic(using=using):
                for one in rows:
                    reindex(one)
                row.done = len(rows) < STRIDE
                row.upto = rows[-1].pk if rows else row.upto
                row.save(using=using, update_fields=["upto", "done"])
            put += len(rows)
            index_waiting(using, seconds=max(0.0, until - time.monotonic()))
    return put


def _begun(model: type[models.Model], using: str) -> Filling:
    table, wanted = model._meta.db_table, tokeniser.chosen().name
    row, _new = Filling.objects.using(using).get_or_create(
        table=table, defaults={"tokeniser": wanted, "layout": LAYOUT}
    )
    if (row.tokeniser, row.layout) != (wanted, LAYOUT):
        row.tokeniser, row.layout, row.upto, row.done = wanted, LAYOUT, 0, False
        row.save(using=using)
    return row


def renew(tables: list[str], using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Make side tables of an older layout anew, empty; the names of those that were."""
    connection = connections[using]
    back_end = backends.backend(connection)
    renewed = []
    with connection.cursor() as cursor:
        for table in tables:
            if not back_end.is_current(cursor, table):
                cursor.execute(f"DROP TABLE {backends.quoted(table)}")
                for statement in back_end.create(table):
                    cursor.execute(statement)
                renewed.append(table)
    return renewed
