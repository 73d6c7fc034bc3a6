"""Sets another system beside the portal: only its addresses and a cookie, none of its code.

The file is JSON, one entry for each number of cases:
{"name": "django-helpdesk 1.6", "sizes": {"1000": {"port": 9001, "master": 1234,
 "cookie": "sessionid=…", "database": "postgres://…/helpdesk_1000",
 "queue": ["/tickets/", "/datatables_ticket_list/…"], "detail": ["/tickets/7/"],
 "dashboard": ["/"]}}}
`master` is the process whose children answer; `database` lets its backends be counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.env import BenchError, Server, Web
from bench.measure import Target

PAGES = ("queue", "detail", "dashboard")


@dataclass(frozen=True)
class Peer:
    """Another system, loaded with as many cases, for some of the sizes."""

    name: str
    sizes: dict[int, dict[str, Any]] = field(default_factory=dict)

    def targets(self, pages: tuple[str, ...] = PAGES) -> list[Target]:
        """What to time of it; keys are `peer/<page>` and the size."""
        found = []
        for size, row in self.sizes.items():
            base, _slash, name = str(row["database"]).rpartition("/")
            web = Web(row["port"], row["master"], row["cookie"], Server(base, own=False), name)
            found += [
                Target((f"peer/{page}", size), web, tuple(row[page]))
                for page in pages
                if row.get(page)
            ]
        return found


def read(path: Path | None) -> Peer | None:
    """The peer of a file; None when none was named. Raises BenchError for an unusable file."""
    if path is None:
        return None
    try:
        said = json.loads(path.read_text("utf-8"))
        sizes = {int(size): dict(row) for size, row in said["sizes"].items()}
        for row in sizes.values():
            for name in ("port", "master", "cookie", "database"):
                row[name]
        return Peer(str(said["name"]), sizes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BenchError(f"The peer's file {path} cannot be used: {error!r}") from None
