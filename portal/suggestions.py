"""What a search box offers while somebody types: countries, goods, difficulties, titles."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from marketinfo.entry import Entry
from portal import facets
from reference.models import Category, Country, HSChapter
from search import spelling, text

SECONDS = 60.0
MOST_WORDS = 4
MOST_TITLES = 5
# Of each kind the newest so many titles are offered.
MOST_READ = 3_000
MOST_TYPED = 60


@dataclass(frozen=True)
class Suggestion:
    """One line: what it says, what it is; `url` where it leads, or `words` to be searched."""

    label: str
    kind: str
    words: str = ""
    url: str = ""


@dataclass(frozen=True)
class _Known:
    letters: str
    label: str
    kind: str
    pk: int = 0


_kept: dict[str, tuple[float, list[_Known]]] = {}


def forget() -> None:
    """Read everything again at the next question; between tests."""
    _kept.clear()


def offered(typed: str) -> list[Suggestion]:
    """At most nine suggestions for what has been typed so far, words before titles.

    A syllable that is still being typed counts by its letters: 할ㄹ and 하 both lead to 할랄.
    """
    plain = " ".join(text.normalise(typed[:MOST_TYPED]).split())
    if not plain:
        return []
    letters = spelling.jamo(plain)
    return [*_words(plain, letters), *_titles(letters)]


def _words(plain: str, letters: str) -> list[Suggestion]:
    language = translation.get_language() or "ko"
    known = _remembered(f"words {language}", lambda: _reference(language))
    digits = re.sub(r"\D", "", plain)
    fits = [
        one
        for one in known
        if one.letters.startswith(letters) or (digits[:2] and one.letters == digits[:2])
    ]
    best = sorted(fits, key=lambda one: len(one.letters))
    found = {one.label: Suggestion(one.label, one.kind, words=one.label) for one in best}
    return list(found.values())[:MOST_WORDS]


def _reference(language: str) -> list[_Known]:
    found = []
    for country in Country.objects.current():
        label = country.name_in(language)
        for name in (country.name_ko, country.name_en, country.iso3, *country.synonyms):
            found.append(_Known(_letters(name), label, _("Country")))
    for category in Category.objects.current():
        label = category.name_in(language)
        for name in (category.name_ko, category.name_en, *category.keywords):
            found.append(_Known(_letters(name), label, _("Difficulty")))
    for chapter in HSChapter.objects.in_use():
        label = f"HS {chapter.code}"
        kind = chapter.name_in(language)
        found += [_Known(chapter.code, label, kind), _Known(_letters(label), label, kind)]
    return found


def _titles(letters: str) -> list[Suggestion]:
    beginning: list[tuple[str, _Known]] = []
    inside: list[tuple[str, _Known]] = []
    for kind in facets.MODELS:
        for one in _remembered(kind, lambda kind=kind: _published(kind)):  # type: ignore[misc]
            if one.letters.startswith(letters):
                beginning.append((kind, one))
            elif f" {letters}" in one.letters:
                inside.append((kind, one))
    return _still_published([*beginning, *inside][: 2 * MOST_TITLES])[:MOST_TITLES]


def _published(kind: str) -> list[_Known]:
    rows = facets.MODELS[kind].objects.published().order_by("-published_at", "-pk")
    titles = rows.values_list("pk", "title")[:MOST_READ]
    return [_Known(_letters(title), title, kind, pk) for pk, title in titles]


def _still_published(chosen: Iterable[tuple[str, _Known]]) -> list[Suggestion]:
    """What was remembered may have been taken down or reworded since."""
    chosen = list(chosen)
    entries: dict[tuple[str, int], Entry] = {}
    for kind, model in facets.MODELS.items():
        pks = [one.pk for name, one in chosen if name == kind]
        if pks:
            found = model.objects.published().in_bulk(pks)
            entries |= {(kind, pk): entry for pk, entry in found.items()}
    return [
        Suggestion(entry.title, entry.kind_label, url=entry.get_absolute_url())
        for kind, one in chosen
        if (entry := entries.get((kind, one.pk)))
    ]


def _letters(words: str) -> str:
    return spelling.jamo(" ".join(text.normalise(words).split()))


def _remembered(name: str, read: Callable[[], list[_Known]]) -> list[_Known]:
    now = time.monotonic()
    kept = _kept.get(name)
    if kept is None or kept[0] <= now:
        kept = _kept[name] = (now + SECONDS, read())
    return kept[1]
