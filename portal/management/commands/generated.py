"""`manage.py generated`: writes the generated documents, or says which are out of date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import generated


class Command(BaseCommand):
    """Compare or write every document of the registry."""

    help = "Writes the generated documents, or fails when one is out of date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Exactly one of the two."""
        doing = parser.add_mutually_exclusive_group(required=True)
        doing.add_argument("--check", action="store_true")
        doing.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or name what differs."""
        wrong = generated.outdated(settings.BASE_DIR)
        if options["check"] and wrong:
            raise CommandError(
                f"Out of date: {', '.join(wrong)}. Run `manage.py generated --write`."
            )
        for name, text in wrong.items():
            path = settings.BASE_DIR / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            self.stdout.write(f"{name} written")
        if not wrong:
            self.stdout.write(f"{len(generated.DOCUMENTS)} document(s), all current")
