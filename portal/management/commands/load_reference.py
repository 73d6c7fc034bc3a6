"""`manage.py load_reference`: reference data, organisations, clock policies, reply templates."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import loading as accounts_loading
from intake import loading as intake_loading
from intake import shipped_wording
from reference import loading as reference_loading


class Command(BaseCommand):
    """Safe to run at every start: adds what is missing, leaves edited rows alone."""

    help = (
        "Load countries, provinces, HS chapters, sectors, the taxonomy, the organisations, "
        "the clock policies and the reply templates. "
        "Adds missing rows and corrects rows that nobody edited in the admin; deletes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything in one transaction and say what changed."""
        with transaction.atomic():
            results = [*reference_loading.load(), *accounts_loading.load()]
            policies = intake_loading.load()
            templates = shipped_wording.load()
        for result in results:
            line = f"  {result.label}: {result.added} added, {result.updated} updated"
            if result.kept:
                line += f", {result.kept} left as edited"
            self.stdout.write(line)
        self.stdout.write(f"  clock policies: {policies} added")
        self.stdout.write(f"  reply templates: {templates} added or renewed")
