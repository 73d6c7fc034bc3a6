"""`manage.py messages`: the Korean catalogue, checked and kept without gettext's programs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import catalogue
from portal.extraction import UnreadableMessageError, messages


class Command(BaseCommand):
    """One verb per option."""

    help = "Checks, updates, merges or compiles the Korean translations."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Exactly one of the four."""
        doing = parser.add_mutually_exclusive_group(required=True)
        doing.add_argument("--check", action="store_true", help="fail when anything is missing")
        doing.add_argument("--update", action="store_true", help="write entries for what is used")
        doing.add_argument("--compile", action="store_true", help="write the .mo files")
        doing.add_argument(
            "--merge", nargs="+", type=Path, metavar="FILE", help="take translations from files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one thing that was asked for."""
        locale = settings.BASE_DIR / "locale"
        path = locale / "ko" / "LC_MESSAGES" / "django.po"
        if options["compile"]:
            self.stdout.write(f"{catalogue.compile_all(locale)} catalogue(s) compiled")
            return
        known = catalogue.read(path)
        if options["merge"]:
            self._merge(path, known, options["merge"])
            return
        try:
            used = messages(settings.BASE_DIR)
        except UnreadableMessageError as error:
            raise CommandError(str(error)) from None
        if options["update"]:
            catalogue.write(path, catalogue.updated(used, known))
            self.stdout.write(f"{len(used)} messages in {path.relative_to(settings.BASE_DIR)}")
            return
        faults = list(catalogue.faults(used, known))
        if faults:
            faults.append(
                f"{len(faults)} fault(s). `manage.py messages --update` adds and removes entries; "
                "their Korean is written into locale/ko/LC_MESSAGES/django.po."
            )
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(used)} messages, all translated")

    def _merge(self, path: Path, known: dict[Any, Any], fragments: list[Path]) -> None:
        """Take the translations of other files; a later file wins, and says so."""
        for fragment in fragments:
            if not fragment.is_file():
                raise CommandError(f"{fragment} is not a file")
            entries = catalogue.read(fragment)
            known, disagreements = catalogue.merged(known, entries)
            self.stdout.write(f"{len(entries)} entries from {fragment.name}")
            for line in disagreements:
                self.stdout.write(f"  changed {line}")
        catalogue.write(path, known.values())
