"""The company tells how its case turned out: by the link of a mail, without opening the case.

Looking changes nothing; the button does. What was told can be corrected here until the link is
over.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from intake import actions, letters, links, workflow
from intake.forms.outcome import WorthForm
from intake.models import Case
from intake.timeline import COMPANY


@login_not_required
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a mail."""
    try:
        number = links.read(links.OUTCOME, token)
    except links.ExpiredLinkError:
        return _over(request, "follow", 410)
    except links.BadLinkError:
        return _over(request, "cut", 404)
    case = get_object_or_404(Case.objects.select_related("assignee"), number=number)
    if case.state not in workflow.STEPS["tell_outcome"].sources:
        return _shown(request, case, None, status=410)
    if request.method != "POST":
        return _shown(request, case, WorthForm.of(case))
    return _taken(request, case)


def _taken(request: HttpRequest, case: Case) -> HttpResponse:
    form = WorthForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, form, status=422)
    try:
        actions.tell_outcome(case=case, by=COMPANY, **form.cleaned_data)
    except workflow.IllegalStepError:
        # The officer took it up again a moment ago.
        return _shown(request, case, None, status=410)
    messages.success(request, _("Thank you. Your answer is kept with the case."))
    return redirect(request.path)


def _over(request: HttpRequest, purpose: str, status: int) -> HttpResponse:
    """A link that opens nothing any more; what was typed is shown so that it is not lost."""
    context = {"purpose": purpose, "unsent": _words(request)}
    return render(request, "intake/link_over.html", context, status=status)


def _words(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\x00", "")[:2000]


def _shown(
    request: HttpRequest, case: Case, form: WorthForm | None, *, status: int = 200
) -> HttpResponse:
    told = case.outcome_at is not None
    context = {
        "case": case,
        "form": form,
        "told": told,
        "unsent": "" if form is not None else _words(request),
        "officer": letters.officer(case),
    }
    return render(request, "intake/tell_outcome.html", context, status=status)
