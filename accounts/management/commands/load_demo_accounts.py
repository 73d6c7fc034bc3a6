"""`manage.py load_demo_accounts`: one invented account per role, in the demonstration only."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from accounts import demo


class Command(BaseCommand):
    """Safe to run again: makes only the accounts that are missing."""

    help = "Make one demonstration account per role (only where DEMO is yes)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and say how many."""
        try:
            made = demo.load()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"  demonstration accounts: {made} added")
