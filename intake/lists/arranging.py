"""What people arrange above a list, own views and columns, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.forms.fields import tidy
from intake.models import DeskLayout, SavedView

# So many views at most stand above the list.
VIEWS_AT_MOST = 30
NAME_LENGTH = 60
QUERY_LENGTH = 1000
_VIEW, _LAYOUT = "view", "layout"


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
    """The views that a person sees above the list, and the columns that the person wants."""

    views: list[View] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shelf:
    """Where one person's views of one list stand: with colleagues of one organisation, or none.

    The secretariat's list is everybody's there and has no organisation.
    """

    user: Any
    desk: str
    organisation: int | None = None

    def views(self) -> QuerySet[SavedView]:
        """Every view of this list, the person's and others'."""
        return SavedView.objects.filter(desk=self.desk, organisation=self.organisation)

    def own(self) -> QuerySet[SavedView]:
        """The views that the person may change."""
        return self.views().filter(owner=self.user.pk)

    def shared(self) -> QuerySet[SavedView]:
        """The views that colleagues share."""
        shared = self.views().filter(shared=True).exclude(owner=self.user.pk)
        return shared.select_related("owner")

    def arranged(self, shipped: Sequence[View] = ()) -> Arrangement:
        """What the person sees: the shipped views, own ones, then what others share."""
        found = Arrangement(list(shipped))
        kept: list[tuple[bool, int, View]] = []
        for kind, pk, owner, shared, position, name, text in self._rows():
            if kind == _LAYOUT:
                columns = json.loads(text)
                found.columns = [str(one) for one in columns] if isinstance(columns, list) else []
            else:
                view = View(f"v{pk}", name, text, owner, bool(shared), pk)
                kept.append((owner != self.user.pk, position, view))
        kept.sort(key=lambda row: (row[0], row[1], row[2].name))
        found.views += [row[2] for row in kept[:VIEWS_AT_MOST]]
        return found

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        mine_or_shared = Q(owner=self.user.pk) | Q(shared=True)
        layout = DeskLayout.objects.filter(user=self.user.pk, desk=self.desk).order_by()
        views = self.views().filter(mine_or_shared).order_by()
        return views.values_list(
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

    def why_not(self, name: str, *, but: int | None = None) -> str:
        """Why a view cannot have a name; empty when it can."""
        if not name:
            return _("Give the view a name.")
        if len(name) > NAME_LENGTH:
            return _("The name is too long.")
        if self.own().filter(name=name).exclude(pk=but or 0).exists():
            return _("You have a view of this name already.")
        if but is None and self.own().count() >= VIEWS_AT_MOST:
            return _("You have %(count)d views. Delete one first.") % {"count": VIEWS_AT_MOST}
        return ""

    def keep(self, name: str, query: str, *, shared: bool) -> str:
        """Keep filters as a view; why not, or nothing."""
        wrong = self.why_not(name)
        if not query:
            wrong = _("Choose filters first: a view is a filter with a name.")
        if wrong:
            return wrong
        if len(query) > QUERY_LENGTH:
            return _("These filters are too long to be kept. Shorten the words to search.")
        try:
            with transaction.atomic():
                SavedView.objects.create(
                    owner=self.user,
                    desk=self.desk,
                    organisation_id=self.organisation,
                    name=name,
                    query=query,
                    shared=shared,
                )
        except IntegrityError:
            return _("You have a view of this name already.")
        return ""

    def rename(self, view: SavedView, name: str) -> str:
        """Give an own view another name; why not, or nothing."""
        wrong = self.why_not(name, but=view.pk)
        if wrong:
            return wrong
        try:
            with transaction.atomic():
                self.own().filter(pk=view.pk).update(name=name)
        except IntegrityError:
            return _("You have a view of this name already.")
        return ""

    def change(self, view: SavedView, what: str, name: str, *, shared: str) -> tuple[str, str]:
        """Rename, share, keep for oneself or delete an own view: what to say, or why not.

        `shared` is said when it is shared, with `%(name)s`. A word that is none of these does
        nothing and says nothing.
        """
        mine = self.own().filter(pk=view.pk)
        if what == "rename":
            wrong = self.rename(view, name)
            return (
                "" if wrong else _("The view is called “%(name)s” now.") % {"name": name}
            ), wrong
        said = {
            "share": shared,
            "keep": _("“%(name)s” is yours alone again."),
            "delete": _("The view “%(name)s” was deleted."),
        }.get(what)
        if said is None:
            return "", ""
        if what == "delete":
            mine.delete()
        else:
            mine.update(shared=what == "share")
        return said % {"name": view.name}, ""

    def choose_columns(self, wanted: Iterable[str]) -> None:
        """Show these columns from now on; none: the usual ones."""
        DeskLayout.objects.update_or_create(
            user=self.user, desk=self.desk, defaults={"columns": list(wanted)}
        )


def name_of(text: str) -> str:
    """The name of a view as it was typed, in one line."""
    return " ".join(tidy(text).replace("\x00", "").split())
