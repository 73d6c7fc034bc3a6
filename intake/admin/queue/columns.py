"""The columns of the lists: which there are, which an officer wants, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.admin.queue import reason
from intake.lists import cells
from intake.lists import columns as lists
from intake.lists.columns import Column
from intake.lists.now import Now

COLUMNS: dict[str, Column] = {
    "reason": Column(gettext_lazy("why it is next"), reason.cell),
    "number": Column(gettext_lazy("receipt number"), lambda row, _now: escape(row.number)),
    "title": Column(gettext_lazy("title"), cells.title),
    "state": Column(gettext_lazy("state"), cells.state),
    "turn": Column(gettext_lazy("whose turn"), cells.turn),
    "due": Column(gettext_lazy("due"), cells.due),
    "waiting": Column(gettext_lazy("waiting"), cells.waiting),
    "received": Column(gettext_lazy("received"), cells.received),
    "country": Column(gettext_lazy("country"), cells.country),
    "category": Column(gettext_lazy("category"), cells.category),
    "company": Column(gettext_lazy("company"), cells.company),
    "product": Column(gettext_lazy("product"), cells.product),
    "filed": Column(gettext_lazy("filed through"), cells.filed),
    "officer": Column(gettext_lazy("officer in charge"), cells.officer),
    "needed": Column(gettext_lazy("answer needed by"), cells.needed),
}
QUEUE = [
    "reason",
    "number",
    "title",
    "state",
    "due",
    "waiting",
    "country",
    "category",
    "filed",
    "officer",
]
ALL = [
    "number",
    "title",
    "state",
    "received",
    "due",
    "country",
    "category",
    "company",
    "filed",
    "officer",
]


def shown(wanted: Iterable[str], *, everything: bool = False) -> tuple[str, ...]:
    """The columns to show: the officer's where there are any, else those of the list."""
    return lists.shown(COLUMNS, wanted, ALL if everything else QUEUE)


def _label(name: str) -> str:
    return escape(COLUMNS[name].heading)


def heads(names: Iterable[str]) -> SafeString:
    """The headings."""
    return mark_safe(  # noqa: S308 # escaped here
        "".join(f'<th scope="col" class="column-{name}">{_label(name)}</th>' for name in names)
    )


def body(
    rows: Iterable[Any], names: Iterable[str], now: Now, *, tick: bool, way: str | None
) -> Any:
    """The rows of the table. `tick`: each can be chosen; `way`: the filter that a link carries."""
    columns = [
        (
            name,
            f'<td class="field-{name}"><span class="cell-label">{_label(name)}</span> ',
            COLUMNS[name].cell,
        )
        for name in names
    ]
    before, _zero, after = reverse("admin:intake_case_change", args=[0]).rpartition("0")
    tail = "" if way is None else escape("?" + urlencode({"in": way}))
    choose = escape(_("Choose"))
    found: list[str] = []
    for row in rows:
        number = escape(row.number)
        found.append("<tr>")
        if tick:
            found.append(
                f'<td class="action-checkbox"><input type="checkbox" name="case" '
                f'value="{row.id}" aria-label="{choose} {number}"></td>'
            )
        for name, start, cell in columns:
            if name == "number":
                found.append(
                    f'<td class="field-number"><a class="number" '
                    f'href="{before}{row.id}{after}{tail}">{number}</a></td>'
                )
            else:
                found.append(f"{start}{cell(row, now)}</td>")
        found.append("</tr>\n")
    return mark_safe("".join(found))  # noqa: S308 # every cell escapes what it shows
