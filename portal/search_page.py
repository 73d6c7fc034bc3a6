"""The combined search: one box over requirements, articles and solved cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from marketinfo import marking
from marketinfo.entry import Entry
from portal import facets, search_words
from portal.facets import Choice, Facet
from search import finding, spelling
from search.finding import Found, Hit

MAX_QUERY = 200
SIZE = 20
# Single words of a query that found nothing, offered by themselves.
MOST_PARTS = 3

_KINDS = tuple(facets.MODELS)


@dataclass(frozen=True)
class Row:
    """One result as it is shown; `near`: it holds only a part of what was asked for."""

    entry: Entry
    kind: str
    title: SafeString
    excerpt: SafeString
    near: bool

    @property
    def kind_label(self) -> str:
        """The kind and what sort of it this is, in the reader's language."""
        return f"{facets.KINDS[self.kind]} · {self.entry.kind_label}"


@dataclass(frozen=True)
class Page:
    """What the page shows for a query and the choices beside it."""

    query: str = ""
    # What was searched instead of a mistyped query.
    corrected: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    facets: Sequence[Facet] = ()
    count: int = 0
    number: int = 1
    parts: Sequence[str] = ()
    # The reader asked for the words as typed.
    kept: bool = False

    @property
    def searched(self) -> str:
        """The words that were searched in the end."""
        return self.corrected or self.query

    @property
    def full(self) -> Sequence[Row]:
        """Results that answer the query."""
        return [row for row in self.rows if not row.near]

    @property
    def near(self) -> Sequence[Row]:
        """Results that hold a part of it."""
        return [row for row in self.rows if row.near]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.count // SIZE))

    @property
    def turns(self) -> list[tuple[int, str]]:
        """The page numbers around this one, each with its address."""
        around = range(max(1, self.number - 2), min(self.last, self.number + 2) + 1)
        return [(number, self.address(page=number)) for number in around]

    @property
    def before(self) -> str:
        """The address of the page before; "" on the first."""
        return self.address(page=self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The address of the next page; "" on the last."""
        return self.address(page=self.number + 1) if self.number < self.last else ""

    @property
    def exactly(self) -> str:
        """The address that searches the words as they were typed."""
        return self.address(exactly="1")

    @property
    def everything(self) -> str:
        """The address without any choice."""
        return self.address(**dict.fromkeys(self.chosen))

    @property
    def picked(self) -> list[Choice]:
        """The choices that are in force."""
        return [choice for facet in self.facets if (choice := facet.picked)]

    def address(self, **changed: str | int | None) -> str:
        """The query part of this page's address with some parameters changed or left out."""
        return _address(self.query, self.chosen, self.kept, **changed)


def _address(query: str, chosen: Mapping[str, str], kept: bool, **changed: str | int | None) -> str:
    known: dict[str, str | int | None] = {"q": query, **chosen, "exactly": "1" if kept else None}
    return "?" + urlencode({name: value for name, value in (known | changed).items() if value})


def asked(parameters: Mapping[str, str], reader: Any) -> Page:
    """The page that the parameters of an address ask for, as far as `reader` may see."""
    query = " ".join(parameters.get("q", "").split())[:MAX_QUERY]
    chosen = {name: parameters[name][:20] for name in facets.TITLES if parameters.get(name)}
    if not query:
        return Page()
    kept = parameters.get("exactly") == "1"
    found, corrected = found_for(query, reader, exactly=kept)
    hits = [*found.hits, *found.near]
    facts = _facts(hits)
    known = [hit for hit in hits if hit in facts]
    fitting = [hit for hit in known if facts[hit].fits(chosen)]
    number = _number(parameters.get("page", ""), len(fitting))
    shown = fitting[(number - 1) * SIZE : number * SIZE]
    full = set(found.hits)
    return Page(
        query=query,
        corrected=corrected,
        chosen=chosen,
        rows=_rows(shown, full, corrected or query),
        facets=facets.built(
            [facts[hit] for hit in known],
            chosen,
            lambda name, value: _address(query, chosen, kept, **{name: value}),
        ),
        count=len(fitting),
        number=number,
        parts=[] if hits else _parts(found, reader),
        kept=kept,
    )


def found_for(query: str, reader: Any, *, exactly: bool = False) -> tuple[Found, str]:
    """What a query finds and, where it was mistyped, the query that found more; "" otherwise.

    A correction is taken only when something then answers more of what was asked for.
    """
    querysets = [model.objects.visible_to(reader) for model in facets.MODELS.values()]
    found = finding.find(querysets, query, near=True)
    if exactly or found.coverage > 0.999:
        return found, ""
    better = spelling.corrected(query, search_words.vocabulary())
    if better:
        again = finding.find(querysets, better, near=True)
        if again.coverage > found.coverage:
            return again, better
    return found, ""


def _parts(found: Found, reader: Any) -> list[str]:
    """Words of the query that find something by themselves."""
    querysets = [model.objects.visible_to(reader) for model in facets.MODELS.values()]
    words = dict.fromkeys(one.word for one in found.concepts)
    if len(words) < 2:
        return []
    return [word for word in list(words)[:8] if finding.find(querysets, word, limit=1).hits][
        :MOST_PARTS
    ]


def _facts(hits: Sequence[Hit]) -> dict[Hit, facets.Facts]:
    found: dict[Hit, facets.Facts] = {}
    for place, kind in enumerate(_KINDS):
        own = {hit.pk: hit for hit in hits if hit.place == place}
        if own:
            found |= {own[pk]: facts for pk, facts in facets.read(kind, own).items()}
    return found


def _rows(shown: Sequence[Hit], full: set[Hit], words: str) -> list[Row]:
    entries: dict[tuple[int, int], Entry] = {}
    for place, kind in enumerate(_KINDS):
        pks = [hit.pk for hit in shown if hit.place == place]
        if pks:
            of = facets.MODELS[kind]._default_manager.select_related("country", "category")
            entries |= {(place, pk): entry for pk, entry in of.in_bulk(pks).items()}
    return [
        Row(
            entry=entry,
            kind=_KINDS[hit.place],
            title=marking.marked(entry.title, words),
            excerpt=marking.excerpt(entry, words),
            near=hit not in full,
        )
        for hit in shown
        if (entry := entries.get((hit.place, hit.pk)))
    ]


def _number(wanted: str, count: int) -> int:
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
    return min(max(number, 1), max(1, -(-count // SIZE)))
