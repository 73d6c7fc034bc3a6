"""`manage.py prepare`: the database as this version needs it, with its first data."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection

from portal import static_files


class Command(BaseCommand):
    """Migrate, load reference data, collect static files, once per database the demo data."""

    help = "Migrates and loads reference data; in demo mode also demo data, once per database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each part says what it did."""
        known = get_commands()
        new = "django_migrations" not in connection.introspection.table_names()
        self.stdout.write("tables")
        call_command("migrate", interactive=False, verbosity=0)
        if "load_reference" in known:
            self.stdout.write("reference data")
            call_command("load_reference", stdout=self.stdout)
        if not settings.DEBUG:
            self.stdout.write("static files")
            static_files.collect()
        # Loading again would bring back what somebody deleted, so the database is remembered.
        done = settings.DATA_DIR / "stamps" / f"demo-{_identity()}"
        if settings.DEMO and "load_demo" in known and (new or not done.exists()):
            self.stdout.write("demo data")
            call_command("load_demo", stdout=self.stdout)
            if "count_figures" in known:
                self.stdout.write("desk figures")
                call_command("count_figures", stdout=self.stdout)
            done.parent.mkdir(parents=True, exist_ok=True)
            done.touch()


def _identity() -> str:
    """Which database this is, as part of a file name; without its password."""
    facts = connection.settings_dict
    text = "-".join(str(facts[key]) for key in ("HOST", "PORT", "NAME") if facts[key])
    return "".join(letter if letter.isalnum() else "_" for letter in text)[-120:]
