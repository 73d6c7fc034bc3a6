"""The archive's public pages; every row comes through `visible_to`."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudy
from casestudies.words import OUTCOMES
from marketinfo import lists
from marketinfo.models import Requirement

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
    studies = CaseStudy.objects.visible_to(request.user)
    found = get_object_or_404(
        studies.select_related("country", "category", "sector", "province").prefetch_related(
            "bodies"
        ),
        reference=reference,
    )
    requirements = Requirement.objects.visible_to(request.user)
    return render(
        request,
        "casestudies/case.html",
        {
            "entry": found,
            "related": studies.related_to(found).select_related("country")[:RELATED],
            "requirements": requirements.related_to(found).select_related("country")[:RELATED],
        },
    )
