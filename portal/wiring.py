"""What the portal's own pages show of library and archive: providers for `portal.hooks`."""

from collections.abc import Iterable

from accounts import leaving
from accounts.sign_in import entitled
from casestudies.models import CaseStudy
from intake import proposals
from intake.actions import handing_over
from intake.entitled import by_case
from marketinfo import marking
from marketinfo.entry import Entry
from marketinfo.models import Article, Requirement
from portal import hooks
from reference import cached

LATEST = 4
# Per kind of entry; its own list shows the rest.
FOUND = 20


def register() -> None:
    """Called once the applications are loaded; doing it again changes nothing."""
    hooks.register_home_block("library", latest_library)
    hooks.register_home_block("cases", latest_cases)
    for provider in SEARCH_PROVIDERS:
        hooks.register_search_provider(provider)
    leaving.register(handing_over.WORK)
    entitled.register(by_case)
    # An edited organisation is proposed, or not, from the next page on.
    cached.when_cleared(proposals.forget)


def latest_library(reader: hooks.Reader) -> list[hooks.Result]:
    """What was published last in the library, articles and requirements together."""
    latest: list[Entry] = []
    for model in (Article, Requirement):
        latest += model.objects.published().order_by("-published_at", "-pk")[:LATEST]
    latest.sort(key=lambda entry: (entry.published_at, entry.pk), reverse=True)
    return _results(latest[:LATEST])


def latest_cases(reader: hooks.Reader) -> list[hooks.Result]:
    """The case studies that were published last."""
    return _results(CaseStudy.objects.published().order_by("-published_at", "-pk")[:LATEST])


def _finder(model: type[Entry]) -> hooks.SearchProvider:
    def find(query: str, reader: hooks.Reader) -> list[hooks.Result]:
        return _results(model.objects.visible_to(reader).search(query)[:FOUND], query)

    return find


SEARCH_PROVIDERS: list[hooks.SearchProvider] = [
    _finder(Requirement),
    _finder(Article),
    _finder(CaseStudy),
]


def _results(entries: Iterable[Entry], query: str = "") -> list[hooks.Result]:
    return [
        hooks.Result(
            title=marking.marked(entry.title, query),
            url=entry.get_absolute_url(),
            kind=f"{entry._meta.verbose_name} · {entry.kind_label}",
            excerpt=marking.excerpt(entry, query),
            date=entry.last_verified,
        )
        for entry in entries
    ]
