"""Brings the reply templates that come with the portal, and leaves alone what anybody edited.

One file per template: `<mark>.<language>.txt` holds `name`, `verb` and perhaps `category` and
`country`, a line of hyphens, and the text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from intake.models import ReplyTemplate, ReplyTemplateVersion
from reference.models import Category, Country

_FOLDER = Path(__file__).parent / "data" / "reply_templates"


@cache
def files() -> dict[str, dict[str, str]]:
    """The shipped templates by their mark: facts and `body`."""
    found = {}
    for path in sorted(_FOLDER.glob("*.txt")):
        head, _line, body = path.read_text(encoding="utf-8").partition("\n---\n")
        facts = dict(line.split(": ", 1) for line in head.splitlines())
        found[path.stem] = {**facts, "language": path.stem.rpartition(".")[2], "body": body.strip()}
    return found


@transaction.atomic
def load() -> int:
    """Add missing templates and renew those that nobody edited; returns how many were written.

    Whatever a person changed stands: words, name, step, and whether it is offered.
    """
    rows = ReplyTemplate.objects.exclude(shipped=None).with_words()
    known = {row.shipped: row for row in rows}
    edited = set(
        ReplyTemplateVersion.objects.filter(author__isnull=False).values_list("template", flat=True)
    )
    names = set(ReplyTemplate.objects.values_list("name", flat=True))
    written = 0
    for mark, given in files().items():
        row: Any = known.get(mark)
        if row is None:
            facts = _facts(given)
            # An officer's own template keeps its name; ours steps aside.
            if facts["name"] in names:
                facts["name"] = f"{facts['name']} ({mark})"
            row = ReplyTemplate.objects.create(shipped=mark, **facts)
            row.number = 0
        elif row.pk in edited or row.body == given["body"]:
            continue
        ReplyTemplateVersion.objects.create(template=row, number=row.number + 1, body=given["body"])
        written += 1
    return written


def _facts(given: dict[str, str]) -> dict[str, Any]:
    category, country = given.get("category"), given.get("country")
    return {
        "name": given["name"],
        "verb": given["verb"],
        "language": given["language"],
        "category": Category.objects.get(pk=category) if category else None,
        "country": Country.objects.get(pk=country) if country else None,
    }
