"""The lists of a desk that have saved views above them: what narrows each, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.desk import Desk
from accounts.forms.members import FilterForm as MembersFilter
from accounts.models import MISSION, User
from intake.forms.partner.lists import AskedFilter, CasesFilter, RecordsFilter
from intake.forms.partner.local_steps import FilterForm as LocalFilter
from intake.lists import asked, counting, filtering, local, records
from intake.lists.arranging import QUERY_LENGTH, Arrangement, Shelf, View
from intake.lists.filed import choices

Params = Mapping[str, Any]
Wanted = dict[str, str]
_ALL = _("All")


@dataclass(frozen=True)
class Shelved:
    """One list: its heading, what a request narrows it by, and the form whose fields say it."""

    desk: str  # as `SavedView.desk` knows it
    label: Promise
    wanted: Callable[[Desk, Params], Wanted]  # filters and words (`q`); never the sorting
    form: Callable[[Desk], forms.Form]
    only: str = ""  # for the desks of one kind of organisation
    whole: Promise = _ALL  # what the list without a filter is called

    def query(self, desk: Desk, params: Params) -> str:
        """The filters of a request as one query string: the same filters, the same text."""
        found = self.wanted(desk, params)
        words = found.pop("q", "")
        return filtering.query(found, words)

    def speaker(self, desk: Desk) -> Callable[[str], list[str]]:
        """What says the filters of a view in words."""
        fields = self.form(desk).fields

        def in_words(query: str) -> list[str]:
            return [
                f"{fields[name].label}: {_said(fields[name], choice) or choice}"
                for name, choice in self.wanted(desk, QueryDict(query)).items()
            ]

        return in_words


def _said(field: Any, choice: str) -> str:
    """A choice in words, looked for in groups too."""
    return _among(getattr(field, "choices", ()), choice)


def _among(offered: Any, choice: str) -> str:
    for code, label in offered:
        if isinstance(label, (list, tuple)):
            inner = _among(label, choice)
            if inner:
                return inner
        elif str(code) == choice:
            return str(label)
    return ""


# --- The lists ----------------------------------------------------------------------------------
def _cases(_desk: Desk, params: Params) -> Wanted:
    wanted, _strange = filtering.chosen(choices.FILTERS, params)
    return _with_words(wanted, counting.words_of(params))


def _asked(desk: Desk, params: Params) -> Wanted:
    listed = asked.asked_for(desk.user, desk.reach, params)
    return _with_words(listed.wanted, listed.number)


def _records(desk: Desk, params: Params) -> Wanted:
    listed = records.asked_for(desk.user, desk.reach, params)
    return _with_words(listed.wanted, listed.words)


def _members(_desk: Desk, params: Params) -> Wanted:
    wanted = MembersFilter(params).wanted()
    return {name: choice for name, choice in wanted.items() if name != "sort"}


def _local(desk: Desk, params: Params) -> Wanted:
    listed = local.asked_for(desk.user, desk.reach, params)
    return _with_words(listed.wanted, listed.words)


def _with_words(wanted: Wanted, words: str) -> Wanted:
    return ({"q": words} if words else {}) | wanted


def local_filter(desk: Desk, values: Wanted | None = None) -> LocalFilter:
    """The filter of a mission's list; its keepers are those who look after something there."""
    keeping = local.kept(desk.user, desk.reach).values("keeper")
    keepers = User.objects.filter(pk__in=keeping).order_by("name").values_list("pk", "name")
    return LocalFilter(values or {}, keepers=[(str(pk), name) for pk, name in keepers])


# By the name of the list's own page.
LISTS = {
    "cases": Shelved(
        "filed",
        _("Cases we filed"),
        _cases,
        lambda _desk: CasesFilter({}, counts={}, more=False),
    ),
    "asked": Shelved("asked", _("What we are asked"), _asked, lambda _desk: AskedFilter({})),
    "records": Shelved(
        "records", _("Requirement records"), _records, lambda _desk: RecordsFilter({})
    ),
    "local": Shelved("local", _("Local difficulties"), _local, local_filter, only=MISSION),
    "members": Shelved(
        "members",
        _("Member companies"),
        _members,
        lambda _desk: MembersFilter(),
        whole=_("Members"),
    ),
}


def listed(desk: Desk, name: str) -> Shelved:
    """The list of this name at this desk; 404 where there is none."""
    found = LISTS.get(name)
    if found is None or found.only not in ("", desk.kind):
        raise Http404
    return found


def shelf(desk: Desk, name: str) -> Shelf:
    """Where the views of this person stand, of this list at this desk."""
    return Shelf(desk.user, LISTS[name].desk, desk.organisation.pk)


# --- Above a list -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Chip:
    """A view as it stands above the list."""

    name: str
    url: str
    here: bool
    count: str


@dataclass(frozen=True)
class Above:
    """The views above a list, and the filters that may be kept as one more."""

    chips: list[Chip]
    query: str
    list_url: str
    manage_url: str
    keep_url: str
    arranged: Arrangement

    @property
    def at_view(self) -> bool:
        """Whether the present filters are those of a view: its name says what they are."""
        return any(chip.here for chip in self.chips)


def above(
    desk: Desk,
    name: str,
    query: str,
    *,
    shipped: Sequence[View] = (),
    counts: Mapping[str, str] | None = None,
    bare: bool | None = None,
) -> Above:
    """What stands above a list that is narrowed by `query`: one statement.

    `counts` are the numbers beside views, by their query. `bare` says whether nothing narrows
    the list; by default an empty query does.
    """
    arranged = shelf(desk, name).arranged(shipped)
    numbers, at = counts or {}, desk.path(name)
    whole = Chip(
        str(LISTS[name].whole), at, not query if bare is None else bare, numbers.get("", "")
    )
    views = [
        Chip(
            view.name,
            f"{at}?{view.query}",
            bool(view.query) and view.query == query,
            numbers.get(view.query, ""),
        )
        for view in arranged.views
    ]
    keep = desk.path("views", name)
    manage = f"{keep}?{urlencode({'in': query})}" if query else keep
    return Above([whole, *views], query, at, manage, keep, arranged)


def cut(text: str) -> QueryDict:
    """A query that was sent, no longer than any that is kept."""
    return QueryDict(text[: QUERY_LENGTH * 2])
