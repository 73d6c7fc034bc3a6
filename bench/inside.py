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
    return {
        "base": seed.base,
        "fill": seed.fill,
        "count": seed.count,
        "ask": probe.asked,
        "import": spreadsheets.imported,
        "export": exporting.exported,
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
