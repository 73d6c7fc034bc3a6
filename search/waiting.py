"""Documents that wait for the worker: written with the change, indexed after commit."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from search import text
from search.models import Waiting

if TYPE_CHECKING:
    from search.index import Document

# What lies beyond is not indexed: a tsvector may not pass 1 MB.
MAX_CHARACTERS = 100_000

_wakers: list[Callable[[], None]] = []


def when_waiting(wake: Callable[[], None]) -> None:
    """Let `portal` say how a worker is woken; registering again changes nothing."""
    if wake not in _wakers:
        _wakers.append(wake)


def add(table: str, document: "Document", *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Write down what is to be indexed, in the caller's transaction; wake the worker after it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        # Plain SQL: this is part of every verb that writes something findable.
        cursor.execute(
            'INSERT INTO search_waiting ("table", "key", title, body, facts, codes, marked_at) '
            'VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT ("table", "key") DO UPDATE SET '
            "title = excluded.title, body = excluded.body, facts = excluded.facts, "
            "codes = excluded.codes, marked_at = excluded.marked_at",
            [
                table,
                document.pk,
                text.clean(document.title[:MAX_CHARACTERS]),
                text.clean(document.body[:MAX_CHARACTERS]),
                json.dumps([text.clean(fact) for fact in document.facts]),
                json.dumps(list(document.codes)),
                connection.ops.adapt_datetimefield_value(timezone.now()),
            ],
        )
    transaction.on_commit(_wake, using=using, robust=True)


def _wake() -> None:
    for wake in _wakers:
        wake()


def drop(table: str, key: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Forget what waits for a row that is gone; silent when nothing does."""
    Waiting.objects.using(using).filter(table=table, key=key)._raw_delete(using)
