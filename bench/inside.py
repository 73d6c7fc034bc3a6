"""A process inside the portal that does the bench's jobs: JSON lines in, JSON lines out."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django


def jobs() -> dict[str, Callable[..., Any]]:
    """What can be asked for; loaded once the portal stands."""
    seed = importlib.import_module("bench.seed")
    probe = importlib.import_module("bench.probe")
    spreadsheets = importlib.import_module("bench.spreadsheets")
    exporting = importlib.import_module("bench.exporting")
    mailing = importlib.import_module("bench.mailing")
    filing = importlib.import_module("bench.filing")
    searching = importlib.import_module("bench.searching")
    return {
        "base": seed.base,
        "fill": seed.fill,
        "count": seed.count,
        "ask": probe.asked,
        "import": spreadsheets.imported,
        "export": exporting.exported,
        "search/bare": searching.bare,
        "search/labelled": searching.labelled,
        "search/generated": searching.generated,
        "search/truth": searching.truth,
        "search/times": searching.times,
        "search/indexing": searching.indexing,
        "intake/drafts": filing.drafts,
        "intake/statements": filing.statements,
        "intake/books": filing.books,
        "notices/fill": mailing.fill,
        "notices/one_by_one": mailing.one_by_one,
        "notices/bare": mailing.bare,
        "notices/states": mailing.states,
        "notices/tasks": mailing.tasks,
        "notices/worker": mailing.answers,
        "notices/statements": mailing.statements,
    }


def main() -> None:
    """Answer each line until there are no more; whatever a job prints goes to the errors."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.site")
    out, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    known = jobs()
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            said = {"said": known[wanted.pop("do")](**wanted)}
        except Exception:
            said = {"error": traceback.format_exc()}
        out.write(json.dumps(said) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
