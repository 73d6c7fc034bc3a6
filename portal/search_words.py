"""The words that a search box can know: what is published and the reference rows, for spelling."""

import time
from collections.abc import Iterator

from casestudies.models import CaseStudy
from marketinfo.entry import Entry
from marketinfo.models import Article, Requirement
from reference.models import Category, Country, HSChapter
from search import spelling, synonyms

SECONDS = 600.0
# Texts are read newest first up to so many characters; older words are still found, not offered.
MOST_CHARACTERS = 1_000_000
MODELS: tuple[type[Entry], ...] = (Requirement, Article, CaseStudy)

_kept: list[tuple[float, spelling.Vocabulary]] = []


def forget() -> None:
    """Read everything again at the next question; between tests."""
    _kept.clear()


def vocabulary() -> spelling.Vocabulary:
    """The known words, read again every ten minutes; only of what everybody may read."""
    now = time.monotonic()
    if not _kept or _kept[0][0] <= now:
        read = spelling.Vocabulary(spelling.words_of(_texts()))
        _kept[:] = [(now + SECONDS, read)]
    return _kept[0][1]


def _texts() -> Iterator[str]:
    for group in synonyms.groups():
        yield from group
    for country in Country.objects.all():
        yield from (country.name_ko, country.name_en, *country.synonyms)
    for row in Category.objects.current():
        yield from (row.name_ko, row.name_en, *row.keywords)
    for chapter in HSChapter.objects.in_use():
        yield from (chapter.name_ko, chapter.name_en)
    left = MOST_CHARACTERS
    for model in MODELS:
        for entry in model.objects.published().order_by("-pk").iterator(chunk_size=200):
            words = f"{entry.title}\n{entry.running_text()}"
            left -= len(words)
            if left < 0:
                return
            yield words
