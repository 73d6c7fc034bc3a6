"""Checks the access log along its chain of seals."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy import chain


class Command(BaseCommand):
    """`readings verify` names the first lines that do not agree; exit code 1 when there are any."""

    help = "Checks the access log: every line against its seal, every seal against the one before."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is done, and the head of a mail to be met."""
        parser.add_argument("step", choices=["verify", "seal"])
        parser.add_argument(
            "--head",
            help="NUMBER:SEAL as a daily mail to the auditors says it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one fact a line."""
        if options["step"] == "seal":
            self.stdout.write(f"sealed {chain.seal()}")
            return
        found = chain.verify(head=_head(options["head"]))
        self.stdout.write(f"seals {found.seals}")
        self.stdout.write(f"head {found.seq}:{found.hash}")
        self.stdout.write(f"waiting {found.waiting}")
        self.stdout.write(f"late {found.late}")
        self.stdout.write(f"redacted {found.redacted}")
        for fault in found.faults:
            self.stdout.write(str(fault))
        self.stdout.write("whole" if found.whole else "broken")
        if not found.whole:
            sys.exit(1)


def _head(text: str | None) -> tuple[int, str] | None:
    if not text:
        return None
    number, _colon, seal = text.partition(":")
    if not number.isdecimal() or len(seal) != 64:
        raise CommandError("--head is NUMBER:SEAL, as the mail says it")
    return int(number), seal.lower()
