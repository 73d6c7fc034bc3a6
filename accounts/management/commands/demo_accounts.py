"""`manage.py demo_accounts`: who can sign in to the demonstration, as a table to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import demo

HEAD = ("역할", "Role", "이메일 / E-mail", "비밀번호 / Password")

AFTERWARDS = (
    "2단계 인증번호는 로그인 다음 화면에 표시됩니다. / "
    "The page after the password shows the code.\n"
    f"인증 앱에 등록할 키 / Key for an authenticator app: {demo.FACTOR}"
)


def columns(text: str) -> int:
    """How many terminal columns a text takes: a Hangul syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned."""
    widths = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


class Command(BaseCommand):
    """Prints role, e-mail and password of every demonstration account."""

    help = "Print the demonstration accounts (only where DEMO is yes)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        if not settings.DEMO:
            raise CommandError("Demonstration accounts exist only where DEMO is yes.")
        rows = [(who.role_ko, who.role_en, who.email, demo.PASSWORD) for who in demo.PEOPLE]
        self.stdout.write(table([HEAD, *rows]))
        self.stdout.write(f"\n{AFTERWARDS}")
