"""Asks pages inside the portal and says what they asked of the database."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from bench import plans

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


class Recorder:
    """Keeps every statement as the database got it."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A wrapper for `connection.execute_wrapper`."""
        result = execute(sql, params, many, context)
        said = connection.ops.last_executed_query(context["cursor"].cursor, sql, params)
        self.statements.append(said or sql)
        return result


def ask(client: Client, url: str) -> dict[str, Any]:
    """Get a page twice; the second time counts, as it does for officers all day."""
    client.get(url)
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        response = client.get(url)
    text = b"".join(response) if response.streaming else response.content
    said = recorder.statements
    about = [judge(sql) for sql in said if f'"{plans.TABLE}"' in sql and is_read(sql)]
    error = getattr(response, "exc_info", None)
    shapes = Counter(_LITERAL.sub("?", sql) for sql in said)
    return {
        "url": url,
        "status": response.status_code,
        "failed": repr(error[1])[:300] if error else "",
        "bytes": len(text),
        "rows": len(set(re.findall(rb"/admin/intake/case/(\d+)/change/", text))),
        "sql": len(said),
        "writes": [sql[:200] for sql in said if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql)],
        "repeated": {shape[:200]: times for shape, times in shapes.items() if times > 1},
        "statements": [sql[:400] for sql in said],
        "lists": [found for found in about if is_list(found["sql"])],
        "others": [found for found in about if not is_list(found["sql"])],
        "links": links(text.decode()),
    }


def is_read(sql: str) -> bool:
    """Whether a statement only reads."""
    return re.match(r"\s*\(?(SELECT|WITH)\b", sql) is not None


def is_list(sql: str) -> bool:
    """Whether a statement reads rows of cases in an order: the list of the page."""
    return (
        re.match(rf'\s*SELECT "{plans.TABLE}"\."id"', sql) is not None
        and re.search(rf'FROM "{plans.TABLE}"', sql) is not None
        and "ORDER BY" in sql
    )


def judge(sql: str) -> dict[str, Any]:
    """The plan of one statement, judged."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
            cursor.execute(explain + sql.replace("%", "%%"), [])
            cursor.execute(explain + sql.replace("%", "%%"), [])
            (found,) = cursor.fetchone()
            whole = found[0] if isinstance(found, list) else json.loads(found)[0]
            judgement = plans.of_postgresql(whole["Plan"], sql)
            return asdict(judgement) | {"sql": sql, "ms": whole["Execution Time"]}
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        lines = [str(row[3]) for row in cursor.fetchall()]
        return asdict(plans.of_sqlite(lines, sql)) | {"sql": sql, "plan": lines}


# How a list names its other pages in its addresses.
_PLACES = {"next": "after", "last": "last"}


def links(text: str) -> dict[str, str]:
    """Where a list's first page leads: `next` and `last`."""
    found: dict[str, str] = {}
    for href in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text):
        address = href.replace("&amp;", "&")
        for word, name in _PLACES.items():
            if re.search(rf"[?&]{name}=", address):
                found.setdefault(word, address)
    return found


def asked(cookie: str, pages: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What each of the named pages asked for."""
    # A page that fails is told by its line; the trace would bury the table.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return {name: ask(client, url) for name, url in pages.items()}
