"""The company's page about its study: it reads the text and says yes, change it, or no.

The link of a mail opens it, without an account; looking changes nothing, the buttons do. However
old the link is, the company takes its study down here with one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casestudies import actions, links
from casestudies.actions import readiness
from casestudies.forms import ApprovalForm
from casestudies.models import Approval
from casestudies.models.approval import APPROVED
from casestudies.views import as_read, story
from intake.letters.parts import officer
from intake.models import Case
from marketinfo.actions import RefusedError
from marketinfo.entry import REVIEW, SCHEDULED


@dataclass(frozen=True)
class Door:
    """What a link leads to: a question, and whether it is too old to say yes."""

    token: str
    approval: Approval
    old: bool

    @property
    def path(self) -> str:
        """The page itself; its forms go there too."""
        return reverse("casestudies:approve", args=[self.token])


def _door(token: str) -> Door:
    try:
        key, old = links.read(token)
    except links.BadLinkError as error:
        raise Http404 from error
    rows = Approval.objects.select_related(
        "study__country", "study__category", "study__sector", "study__province", "study__case"
    )
    approval = rows.filter(key=key).first()
    if approval is None or approval.study.case is None:
        raise Http404
    return Door(token, approval, old)


def _over(request: HttpRequest) -> HttpResponse:
    context = {"purpose": "cut", "unsent": request.POST.get("words", "")[:4000]}
    return render(request, "intake/link_over.html", context, status=404)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, token: str) -> HttpResponse:
    """The text as it would stand, and the company's word on it."""
    try:
        door = _door(token)
    except Http404:
        return _over(request)
    if request.method != "POST":
        return _shown(request, door, ApprovalForm())
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _shown(request, door, form, status=422)
    if door.old:
        return _shown(request, door, form, status=410)
    try:
        actions.decide(door.approval, **form.cleaned_data)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, _door(token), form, status=409)
    messages.success(request, _("Thank you. Your answer is kept."))
    return redirect(door.path)


@login_not_required
@require_POST
def take_down(request: HttpRequest, token: str) -> HttpResponse:
    """Take the study down, at once and whatever became of the question."""
    try:
        door = _door(token)
    except Http404:
        return _over(request)
    actions.take_down_by_company(door.approval.study)
    messages.success(request, _("It is taken down. Nobody can read it any more."))
    return redirect(door.path)


def _shown(
    request: HttpRequest, door: Door, form: ApprovalForm, *, status: int = 200
) -> HttpResponse:
    approval, study = door.approval, door.approval.study
    same = approval.digest == study.digest
    open_now = approval.is_waiting and same and not door.old
    case: Case = study.case  # type: ignore[assignment]
    context: dict[str, Any] = {
        "door": door,
        "approval": approval,
        "same": same,
        "form": form if open_now else None,
        "officer": officer(case),
        "number": case.number,
        "days": links.LIFETIME.days,
        "is_out": study.is_readable,
        "is_coming": study.state in (REVIEW, SCHEDULED) and approval.decision == APPROVED,
        "is_down": study.is_withdrawn,
        "down_path": reverse("casestudies:take-down", args=[door.token]),
        "unsent": form.data.get("words", "")[:4000] if form.is_bound and not open_now else "",
    }
    # Another text than the one asked about is not shown: nobody approves what still changes.
    if same or study.is_readable:
        context |= story(as_read(study), [])
    return render(request, "casestudies/approve.html", context, status=status)


def on_the_case(case: Case) -> dict[str, Any] | None:
    """What the company's page of its case says of the study; None where there is nothing to say."""
    study = getattr(case, "study", None)
    if study is None:
        return None
    last = study.approvals.order_by("-pk").first()
    if last is None:
        return None
    approved = readiness.approval_of(study)
    return {
        "template": "casestudies/on_the_case.html",
        "study": study,
        "title": study.said("title"),
        "approval": last,
        "approved": approved,
        "path": links.approve_path(last),
    }
