"""Country pages: all that library, archive, missions and figures know of one country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudy
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.models import Article, Requirement
from marketinfo.words import REQUIREMENT_TYPES, label
from portal import hooks, missions
from reference.choices import REGIONS
from reference.models import Country

# Of a kind on a country's page; the filtered list shows the rest.
SHOWN = 30
KINDS: tuple[type[Entry], ...] = (Requirement, Article, CaseStudy)


@login_not_required
@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Every country on which there is something, by region of the world."""
    counted: dict[str, int] = defaultdict(int)
    for model in KINDS:
        rows = model._default_manager.all().visible_to(request.user)
        found = rows.exclude(country=None).order_by().values_list("country").annotate(Count("pk"))
        for code, count in found:
            counted[code] += count
    covered = {code for mission in missions.today() for code in mission.jurisdiction}
    known = Country.objects.current().filter(pk__in=[*counted, *covered])
    groups: dict[str, list[tuple[Country, int]]] = defaultdict(list)
    for country in sorted(known, key=lambda one: (-counted[one.pk], one.name)):
        groups[country.region].append((country, counted[country.pk]))
    regions = [(str(REGIONS[code]), groups[code]) for code in REGIONS if groups[code]]
    return render(request, "portal/countries.html", {"regions": regions})


@login_not_required
@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """One country: requirements by type, articles, cases, missions with their hours, figures."""
    if code != code.upper():
        return redirect("country", code=code.upper(), permanent=True)
    here = Country.objects.current().filter(pk=code).first()
    if here is None:
        raise Http404
    own: dict[str, EntryQuerySet] = {
        model.__name__: model._default_manager.all()
        .visible_to(request.user)
        .filter(country=here)
        .newest_first()
        for model in KINDS
    }
    requirements = list(own["Requirement"][:SHOWN])
    context = {
        "country": here,
        "types": by_type(requirements),
        "articles": own["Article"][:SHOWN],
        "cases": own["CaseStudy"].select_related("category")[:SHOWN],
        "offices": missions.offices(code, timezone.now()),
        "mission_sites": missions.SITES,
        "figures": hooks.country_figures(code),
    }
    return render(request, "portal/country.html", context)


def by_type(requirements: Iterable[Requirement]) -> list[tuple[str, list[Requirement]]]:
    """The requirements under the label of their type, types in the order of their list."""
    found: dict[str, list[Requirement]] = defaultdict(list)
    for one in requirements:
        found[one.type].append(one)
    known = [code for code in REQUIREMENT_TYPES if code in found]
    strange = [code for code in found if code not in REQUIREMENT_TYPES]
    return [(label(REQUIREMENT_TYPES, code), found[code]) for code in [*known, *strange]]
