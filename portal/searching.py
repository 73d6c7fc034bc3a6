"""What the search is told of the portal: names of countries and goods, what to index."""

from collections.abc import Iterable, Sequence

from casestudies import actions as archive
from casestudies.models import CaseStudy
from intake.actions import filing
from intake.models import Case
from marketinfo import actions as library
from marketinfo.models import Article, Requirement
from notifications import waking
from reference import cached
from reference.models import Country, HSChapter
from search import index, synonyms, waiting, working

INDEX = "search.tasks.index_waiting"

_waker = waking.Waker(INDEX)
_chapters: dict[str, str] = {}


def register() -> None:
    """Called once the applications are loaded; doing it again changes nothing."""
    synonyms.register(country_names)
    index.name_codes(chapter_names)
    waiting.when_waiting(_waker.call)
    working.register(Article, library.reindex)
    working.register(Requirement, library.reindex)
    working.register(CaseStudy, archive.reindex)
    working.register(Case, filing.make_findable)
    cached.when_cleared(forget)


def forget() -> None:
    """Read names again: reference rows were loaded or edited."""
    synonyms.forget()
    _chapters.clear()


def country_names() -> Iterable[list[str]]:
    """For each country its names and codes; two letters only where they stand among them."""
    return [
        [row.name_ko, row.name_en, row.iso3, *row.synonyms]
        for row in Country.objects.only("iso2", "iso3", "name_ko", "name_en", "synonyms")
    ]


def chapter_names(codes: Sequence[str]) -> list[str]:
    """What the chapters of HS codes are called, in both languages."""
    if codes and not _chapters:
        rows = HSChapter.objects.in_use().values_list("code", "name_ko", "name_en")
        _chapters.update((code, f"{korean} {english}") for code, korean, english in rows)
    return [
        _chapters[code] for code in dict.fromkeys(one[:2] for one in codes) if code in _chapters
    ]
