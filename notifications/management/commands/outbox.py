"""Says how delivery stands, for people and for whatever watches the portal."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications import figures


class Command(BaseCommand):
    """Prints the figures; ends with 1 when notices are late or parked, or nobody sweeps."""

    help = "Figures of the outbox. Exit code 1: notices are late or parked, or nobody sweeps."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one figure a line."""
        found = figures.now()
        for name in ("waiting", "hour", "day", "failed", "parked", "held", "returned"):
            self.stdout.write(f"{name} {getattr(found, name)}")
        for name in ("oldest", "median", "slowest", "silent"):
            self.stdout.write(f"{name} {_seconds(getattr(found, name))}")
        for domain in found.resting:
            self.stdout.write(f"resting {domain.name} until {domain.rests_until:%Y-%m-%dT%H:%M%z}")
        if not found.well:
            sys.exit(1)


def _seconds(span: dt.timedelta | None) -> str:
    return "-" if span is None else f"{span.total_seconds():.1f}"
