"""Loads the shipped clock policies; rows that exist are left as the secretariat edited them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from intake.models import ClockPolicy

_FILE = Path(__file__).parent / "data" / "policies.json"


@cache
def shipped_policies() -> dict[str, dict[str, Any]]:
    """The policies that come with the portal, by code."""
    return {row["code"]: row for row in json.loads(_FILE.read_text(encoding="utf-8"))}


def load() -> int:
    """Add the shipped policies that are missing; returns how many were added."""
    known = set(ClockPolicy.objects.values_list("code", flat=True))
    missing = [ClockPolicy(**row) for code, row in shipped_policies().items() if code not in known]
    ClockPolicy.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
