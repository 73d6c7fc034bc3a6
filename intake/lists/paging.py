"""Pages by the place of their first and last row: the deepest costs what the first does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.http import urlencode

PAGE = 25
# The names in the address; a page has one of them at most.
AFTER, BEFORE, LAST = "after", "before", "last"
CURSORS = (AFTER, BEFORE, LAST)
Cases = QuerySet[Any]
_DIGITS = 18
_LARGEST = 2**63 - 1


@dataclass
class Page:
    """The rows of one page, and the places from which its neighbours begin."""

    rows: list[Any] = field(default_factory=list)
    before: str = ""  # where the page before ends; empty on the first
    after: str = ""  # where the page after begins; empty on the last
    strange: bool = False  # the address named a place that is none

    @property
    def is_whole(self) -> bool:
        """Whether everything stands on this one page."""
        return not self.before and not self.after


def is_number(text: str) -> bool:
    """Whether a text is a number that a key or a moment can be."""
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


def read_key(text: str) -> int | None:
    """The key of a row that an address names; None when it names none."""
    return int(text) if is_number(text) and int(text) <= _LARGEST else None


@dataclass(frozen=True)
class Walk:
    """How an order is walked: from a place on, back from it, and what a row's place is."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    on: Callable[[Cases, Any], Cases]
    back: Callable[[Cases, Any], Cases]


NEWEST = Walk(
    read_key,
    lambda row: str(row.id),
    lambda cases, pk: cases.filter(pk__lt=pk).order_by("-id"),
    lambda cases, pk: cases.filter(pk__gt=pk).order_by("id"),
)


def page(
    cases: Cases,
    params: Mapping[str, Any],
    walk: Walk,
    read: Callable[[Cases], Any],
) -> Page:
    """The page that an address asks for, of cases in the walk's order; else the first.

    `read` makes rows of a queryset. One statement, two when the way back reaches the beginning.
    """
    if params.get(LAST):
        found = list(read(cases.reverse())[: PAGE + 1])
        rows = found[:PAGE][::-1]
        more = len(found) > PAGE
        return Page(rows, walk.write(rows[0]) if more else "", "")
    text = str(params.get(BEFORE) or "")
    place = walk.read(text)
    if text and place is not None:
        found = list(read(walk.back(cases, place))[: PAGE + 1])
        if len(found) > PAGE:
            rows = found[:PAGE][::-1]
            return Page(rows, walk.write(rows[0]), walk.write(rows[-1]))
        # The beginning is nearer than a page: the first page, whole.
        return _first(cases, walk, read)
    strange = bool(text)
    text = str(params.get(AFTER) or "")
    place = walk.read(text)
    if text and place is not None:
        found = list(read(walk.on(cases, place))[: PAGE + 1])
        if found:
            rows = found[:PAGE]
            more = len(found) > PAGE
            return Page(rows, walk.write(rows[0]), walk.write(rows[-1]) if more else "")
        return _first(cases, walk, read)
    return _first(cases, walk, read, strange=strange or bool(text))


def _first(
    cases: Cases, walk: Walk, read: Callable[[Cases], Any], *, strange: bool = False
) -> Page:
    found = list(read(cases)[: PAGE + 1])
    rows = found[:PAGE]
    more = len(found) > PAGE
    return Page(rows, "", walk.write(rows[-1]) if more else "", strange=strange)


def cut(keys: list[int], params: Mapping[str, Any]) -> tuple[list[int], str, str, bool]:
    """One page of the at most 200 keys of a search: its keys, the places beside it, strangeness.

    A place is the key of a row, as in any other list.
    """
    start = max(0, (len(keys) - 1) // PAGE * PAGE) if params.get(LAST) else 0
    for name, step in ((AFTER, 1), (BEFORE, -PAGE)):
        text = str(params.get(name) or "")
        if text and read_key(text) not in keys:
            return keys[:PAGE], "", _end(keys, 0), True
        if text:
            start = max(0, keys.index(int(text)) + step)
    found = keys[start : start + PAGE]
    return found, str(found[0]) if start and found else "", _end(keys, start), False


def _end(keys: list[int], start: int) -> str:
    return str(keys[start + PAGE - 1]) if len(keys) > start + PAGE else ""


def links(page: Page, query: str) -> dict[str, str]:
    """Where first, previous, next and last lead; empty where there is no such page."""

    def at(**cursor: str) -> str:
        return "?" + "&".join(filter(None, [query, urlencode(cursor)]))

    return {
        "first": f"?{query}" if page.before else "",
        "previous": at(**{BEFORE: page.before}) if page.before else "",
        "next": at(**{AFTER: page.after}) if page.after else "",
        "last": at(**{LAST: "yes"}) if page.after else "",
    }
