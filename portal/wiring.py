"""What the portal's own pages show of library and archive: providers for `portal.hooks`."""

from collections.abc import Iterable

from django.db.models import Count, Q

from accounts import audit_letters, hook_letters, leaving
from accounts.models import User
from accounts.sign_in import entitled
from casestudies import listening as archive
from casestudies.models import CaseStudy
from intake import hooked, letters, proposals, workflow
from intake.actions import handing_over
from intake.answering_first import changed
from intake.entitled import by_case
from intake.incoming import LOCAL, Forwarded, Replies
from intake.models import Case
from intake.models.case import SOLVED
from marketinfo import marking
from marketinfo.entry import Entry
from marketinfo.following import announcing
from marketinfo.models import Article, Requirement
from notifications import addresses, alarms, bounces, gateway, replying
from notifications import leaving as farewells
from notifications.hooks import delivering as hook_deliveries
from notifications.hooks import events as hook_events
from notifications.incoming import hooks as incoming
from portal import hooks, notice_readers, searching
from privacy import telling
from reference import cached

LATEST = 4


def register() -> None:
    """Called once the applications are loaded; doing it again changes nothing."""
    hooks.register_home_block("library", latest_library)
    hooks.register_home_block("cases", latest_cases)
    hooks.register_country_figures(country_figures)
    searching.register()
    leaving.register(handing_over.WORK)
    entitled.register(by_case)
    addresses.when_failed(letters.address_failed)
    notice_readers.register()
    alarms.register(administrators)
    telling.register(audit_letters)
    gateway.register()
    incoming.register(replying.PREFIX, Replies())
    incoming.register(LOCAL, Forwarded())
    incoming.register(farewells.PREFIX, farewells.ByMail())
    incoming.register_bounces(bounces.take)
    hook_events.register(hooked.FAMILIES)
    hook_deliveries.when_disabled(hook_letters.disabled)
    announcing.register(changed.CIRCLE, changed.tell_open)
    archive.register()
    # An edited organisation is proposed, or not, from the next page on.
    cached.when_cleared(proposals.forget)


# Fewer than so many cases of a country would let somebody guess whose they are.
FEWEST_CASES = 3


def country_figures(code: str) -> hooks.CountryFigures | None:
    """How many difficulties were filed on a country and how many companies say "solved".

    Nothing under three is told, nor a number from which such a one could be worked out.
    """
    counted = Case.objects.filter(country=code).exclude(
        state__in=[workflow.REJECTED, workflow.DUPLICATE, workflow.WITHDRAWN]
    )
    sums = counted.aggregate(filed=Count("pk"), solved=Count("pk", filter=Q(outcome=SOLVED)))
    filed, solved = sums["filed"], sums["solved"]
    if filed < FEWEST_CASES:
        return None
    telling = all(part == 0 or part >= FEWEST_CASES for part in (solved, filed - solved))
    return hooks.CountryFigures(filed, solved if telling else None)


def administrators() -> list[alarms.Reader]:
    """Who is told when notices get stuck."""
    people = User.objects.filter(is_platform_admin=True, is_active=True).order_by("pk")
    return [alarms.Reader(person.email, person.language, person) for person in people]


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


def _results(entries: Iterable[Entry]) -> list[hooks.Result]:
    return [
        hooks.Result(
            title=entry.title,
            url=entry.get_absolute_url(),
            kind=f"{entry._meta.verbose_name} · {entry.kind_label}",
            excerpt=marking.excerpt(entry, ""),
            date=entry.last_verified,
        )
        for entry in entries
    ]
