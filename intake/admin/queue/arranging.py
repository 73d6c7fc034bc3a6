"""What an officer has arranged, own views and columns, read in one statement; and the shipped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, IntegerField, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.admin.queue import choices
from intake.models import DeskLayout, SavedView
from intake.models.desk import QUEUE

# So many views at most stand above the list.
VIEWS_AT_MOST = 30
NAME_LENGTH = 60
_VIEW, _LAYOUT = "view", "layout"
# Views that everybody has, without a row.
STANDARD = (
    ("mine", gettext_lazy("My work now"), {"turn": choices.OURS, "who": choices.MINE}),
    ("nobody", gettext_lazy("Nobody's yet"), {"who": choices.NONE}),
    ("overdue", gettext_lazy("Overdue"), {"overdue": choices.YES}),
)


@dataclass(frozen=True)
class View:
    """A named filter above the list."""

    key: str
    name: str
    query: str
    owner: int | None = None
    shared: bool = False
    pk: int | None = None


@dataclass
class Arrangement:
    """The views that an officer sees above the list, and the columns that the officer wants."""

    views: list[View] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def canonical(params: Any, *, everything: bool = False) -> str:
    """The filters and words of a request as one query string: the same filters, the same text."""
    wanted, _strange = choices.chosen(params, everything=everything)
    words = str(params.get("q") or "").strip()
    return urlencode(({"q": words} if words else {}) | wanted)


def standard() -> list[View]:
    """The shipped views in the reader's language."""
    return [View(key, str(name), canonical(query)) for key, name, query in STANDARD]


def of(user: Any) -> Arrangement:
    """What a person has arranged: own views first, then what others share."""
    found = Arrangement(standard())
    views = SavedView.objects.filter(Q(owner=user.pk) | Q(shared=True), desk=QUEUE).order_by()
    layout = DeskLayout.objects.filter(user=user.pk, desk=QUEUE).order_by()
    rows = views.values_list(
        Value(_VIEW, CharField()),
        "pk",
        Cast("owner", IntegerField()),
        Cast("shared", IntegerField()),
        Cast("position", IntegerField()),
        Cast("name", TextField()),
        Cast("query", TextField()),
    ).union(
        layout.values_list(
            Value(_LAYOUT, CharField()),
            "pk",
            Cast("user", IntegerField()),
            Value(0, IntegerField()),
            Value(0, IntegerField()),
            Value("", TextField()),
            Cast("columns", TextField()),
        ),
        all=True,
    )
    kept: list[tuple[bool, int, View]] = []
    for kind, pk, owner, shared, position, name, text in rows:
        if kind == _LAYOUT:
            columns = json.loads(text)
            found.columns = [str(one) for one in columns] if isinstance(columns, list) else []
        else:
            view = View(f"v{pk}", name, text, owner, bool(shared), pk)
            kept.append((owner != user.pk, position, view))
    kept.sort(key=lambda row: (row[0], row[1], row[2].name))
    found.views += [row[2] for row in kept[:VIEWS_AT_MOST]]
    return found


def why_not(name: str, user: Any, *, but: int | None = None) -> str:
    """Why a view cannot have a name; empty when it can."""
    if not name:
        return _("Give the view a name.")
    if len(name) > NAME_LENGTH:
        return _("The name is too long.")
    own = SavedView.objects.filter(owner=user.pk, desk=QUEUE)
    if own.filter(name=name).exclude(pk=but or 0).exists():
        return _("You have a view of this name already.")
    if but is None and own.count() >= VIEWS_AT_MOST:
        return _("You have %(count)d views. Delete one first.") % {"count": VIEWS_AT_MOST}
    return ""
