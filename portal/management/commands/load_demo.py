"""`manage.py load_demo`: the invented people, library, archive and cases of the trial."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import demo


class Command(BaseCommand):
    """Safe to run again: makes only what is missing."""

    help = "Load the demonstration data. Only in demo mode (DEMO=yes)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was made."""
        if not settings.DEMO:
            raise CommandError("Demonstration data is loaded only with DEMO=yes.")
        for label, count in demo.load().items():
            self.stdout.write(f"  {label}: {count} added")
