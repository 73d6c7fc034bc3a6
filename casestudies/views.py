"""The archive's public pages; every row comes through the gate of its queryset."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudy
from casestudies.models.study import TEXTS
from casestudies.words import OUTCOMES
from marketinfo import lists, reading
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.models import Article, EntryFile, Requirement

RELATED = 4


@login_not_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The case studies that the reader may see, filtered."""
    studies = CaseStudy.objects.visible_to(request.user)
    context = lists.filtered(request, studies, kinds=OUTCOMES, kind_field="outcome")
    context["form"].fields["kind"].label = CaseStudy._meta.get_field("outcome").verbose_name
    return render(request, "casestudies/list.html", context)


@login_not_required
@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case study: what blocked the export, what was done, how it ended, what to learn."""
    rows = CaseStudy.objects.select_related("country", "category", "sector", "province")
    found = reading.find(rows.prefetch_related("bodies"), request, reference)
    if isinstance(found, HttpResponse):
        return found
    study = as_read(cast(CaseStudy, found))
    files = reading.files_of(study)
    articles, requirements = (
        _information(model, request, study) for model in (Article, Requirement)
    )
    studies = CaseStudy.objects.visible_to(request.user).related_to(study)
    return render(
        request,
        "casestudies/case.html",
        {
            **story(study, files),
            "page": reading.around(study, files),
            "related": studies.select_related("country")[:RELATED],
            "requirements": requirements[:RELATED],
            "articles": articles[:RELATED],
        },
    )


def _information(model: type[Entry], request: HttpRequest, study: CaseStudy) -> EntryQuerySet:
    """What the library says on the country and the category of a case."""
    rows: EntryQuerySet = model._default_manager.all().visible_to(request.user)
    if study.country_id:
        rows = rows.for_country(study.country_id)
    return rows.related_to(study).select_related("country")


def as_read(study: CaseStudy) -> CaseStudy:
    """The study with its texts as readers see them: what is marked in a draft, in plain words."""
    for name in TEXTS:
        setattr(study, name, study.said(name))
    return study


def story(study: CaseStudy, files: list[EntryFile]) -> dict[str, Any]:
    """The five parts in their order, those that say something, and the study itself."""
    texts = [
        ("difficulty", _("Difficulty"), study.difficulty),
        ("progress", _("What was done"), study.progress),
        ("result", _("Result"), study.result),
        ("effect", _("Effect"), study.effect),
        ("lessons", _("What to learn from it"), study.lessons),
    ]
    return {"entry": study, "parts": reading.parts(study, texts, files)}
