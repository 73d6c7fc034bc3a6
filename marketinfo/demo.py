"""Invented entries that show the library of the demonstration, each marked as such."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from marketinfo import actions, hs
from marketinfo.entry import Entry
from marketinfo.models import Article, Requirement

DATA = Path(__file__).parent / "data" / "demo.toml"
MARK = {"ko": "「시연용 예시」", "en": "[demonstration example]"}
SOURCE = {
    "ko": "시연용 예시(실제 법령·고시가 아닙니다)",
    "en": "Demonstration example (not a real law or notice)",
}
NOTE = {
    "ko": "> 「시연용 예시」 화면을 보여 드리기 위해 지어낸 글입니다. 실제 제도와 다르므로 업무에 "
    "활용하지 마십시오.",
    "en": "> Demonstration example: this text was invented to show the page. It does not describe "
    "real rules; do not rely on it.",
}

SomeEntry = TypeVar("SomeEntry", bound=Entry)
Row = Mapping[str, Any]


def load(by: User | None = None) -> int:
    """Write and publish the entries that are missing; how many were written.

    Needs `load_reference`. What stands there already is left as it is, edited or not.
    """
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))
    with transaction.atomic():
        articles = missing(Article, rows["article"])
        requirements = missing(Requirement, rows["requirement"])
        owners = organisations(
            [row["author"] for row in articles] + [row["owner"] for row in requirements]
        )
        written: list[Entry] = []
        for row in articles:
            article = Article(
                **common(row),
                kind=row["kind"],
                body=noted(row, row["body"]),
                source=SOURCE[language(row)],
                author_organisation=owners[row["author"]],
                written_on=days(-row["checked_days_ago"]),
            )
            written.append(actions.save(article, by=by))
        for row in requirements:
            record = Requirement(
                **common(row),
                **{name: row.get(name, "") for name in ("procedure", "cost", "duration")},
                type=row["type"],
                authority=row["authority"],
                legal_reference=row["legal_reference"],
                demand=noted(row, row["demand"]),
                effective_from=days(-row["in_force_days_ago"]),
                source=SOURCE[language(row)],
                confidence=row["confidence"],
                owner=owners[row["owner"]],
            )
            written.append(actions.save(record, by=by))
        for entry in sorted(written, key=checked):
            actions.publish(entry, by=by)
    return len(articles) + len(requirements)


def checked(entry: Entry) -> dt.date:
    """The order in which entries come out: what was checked last leads the lists."""
    return entry.last_verified or dt.date.min


def missing(model: type[Entry], rows: list[Row]) -> list[Row]:
    """The rows whose entry does not exist yet."""
    there = set(model._default_manager.values_list("reference", flat=True))
    return [row for row in rows if row["reference"] not in there]


def common(row: Row) -> dict[str, Any]:
    """What every kind of entry takes from its row."""
    return {
        "reference": row["reference"],
        "title": f"{row['title']} {MARK[language(row)]}",
        "summary": row["summary"],
        "country_id": row.get("country"),
        "category_id": row["category"],
        "hs_codes": hs.stored(hs.parsed(row["hs"])),
        "language": language(row),
        "licence": "kogl-1",
        "last_verified": days(-row["checked_days_ago"]),
        "next_check": days(row["check_in_days"]) if "check_in_days" in row else None,
    }


def language(row: Row) -> str:
    """The language of the entry's text."""
    return str(row.get("language", "ko"))


def noted(row: Row, text: str) -> str:
    """The text under the note that it was invented."""
    return f"{NOTE[language(row)]}\n\n{text.strip()}\n"


def days(number: int) -> dt.date:
    """A day counted from today, so that the demonstration never grows old."""
    return timezone.localdate() + dt.timedelta(days=number)


def organisations(codes: Iterable[str]) -> dict[str, Organisation]:
    """The organisations with these codes."""
    return Organisation.objects.in_bulk(set(codes), field_name="code")
