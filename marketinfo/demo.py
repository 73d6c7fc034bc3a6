"""Invented entries that show the library of the demonstration, each marked as such."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import xlsxwriter
from django.core.files.base import ContentFile
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

# What a reader reported, so that the desk has something to settle.
REPORTED = "demo-id-halal"
REPORT = "유예기간이 끝나는 날이 최신 공고와 다릅니다. 확인하여 주십시오. 「시연」"

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
            equip(article, row)
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
        for entry in written:
            if entry.reference == REPORTED:
                actions.report(entry, text=REPORT)
        ends = {row["reference"]: row.get("expired_days_ago") for row in articles}
        for entry in sorted(written, key=checked):
            # A programme publishes what it invented; nobody is said to have read it.
            actions.publish(entry, by=None)
            if (days_ago := ends.get(entry.reference)) is not None:
                end(entry, days_ago)
    return len(articles) + len(requirements)


def equip(article: Article, row: Row) -> None:
    """Give an article its pictures, which its text names by their file, and its attachments."""
    for picture in row.get("pictures", []):
        content = (DATA.parent / picture["file"]).read_bytes()
        kept = actions.add_picture(
            article,
            upload=ContentFile(content, name=picture["file"]),
            alt=picture["alt"],
            caption=picture["caption"],
            by=None,
        )
        named = f"picture:{picture['file']}"
        article.body = article.body.replace(named, f"picture:{kept.stored.public_id}")
    if row.get("pictures"):
        actions.save(article, by=None, fields=["body"])
    for paper in row.get("attachments", []):
        file = actions.attach(
            article,
            upload=ContentFile(workbook(paper["rows"]), name=paper["file"]),
            caption=paper["caption"],
            by=None,
        )
        actions.take_text(file, text="\n".join(" ".join(cells) for cells in paper["rows"]))


def workbook(rows: Iterable[Iterable[str]]) -> bytes:
    """A small spreadsheet: the first row is its head."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.set_column(1, 2, 44)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, list(cells), bold if number == 0 else None)
    return out.getvalue()


def end(entry: Entry, days_ago: int) -> None:
    """Let a published entry expire some days ago."""
    entry.expires_on = days(-days_ago)
    actions.save(entry, by=None, fields=["expires_on"])
    actions.expire(entry)


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
