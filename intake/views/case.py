"""The status page of a case, and what the company can do on it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from files import serving
from intake import actions, deadline, explain, letters, workflow
from intake.actions.supplying import CORRECTABLE, is_awaited
from intake.forms.following import (
    AgreeForm,
    DisputeForm,
    MessageForm,
    OutcomeForm,
    SolvedForm,
    WithdrawForm,
)
from intake.forms.supplying import SupplementPage
from intake.models import Attachment, Case, CaseEvent
from intake.models.event import TO_SUBMITTER
from intake.views.following import followed
from notifications import outbox

# The way of a case as the company sees it: label, and the states that stand there.
_WAY = (
    (gettext_lazy("Receipt"), (workflow.RECEIVED,)),
    (gettext_lazy("Review"), (workflow.REVIEWING, workflow.SUPPLEMENT)),
    (gettext_lazy("With bodies"), (workflow.REFERRED,)),
    (gettext_lazy("Answer"), (workflow.ANSWERED,)),
    (gettext_lazy("Closing"), workflow.ENDED),
)


@dataclass(frozen=True)
class Stage:
    """One step of the way: where it is now, or whether it is behind."""

    label: Any
    now: bool
    done: bool


def stages(case: Case, verbs: set[str]) -> list[Stage]:
    """The way of the case; consultation counts as behind only when somebody was asked."""
    at = next(place for place, (_label, states) in enumerate(_WAY) if case.state in states)
    behind = [True, True, "refer" in verbs, "answer" in verbs, False]
    return [
        Stage(label, now=place == at, done=place < at and behind[place])
        for place, (label, _states) in enumerate(_WAY)
    ]


@login_not_required
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The status page: where it stands, whose turn, until when, and the conversation."""
    try:
        case = followed(request, number)
    except Http404:
        # Whoever follows an old bookmark is led to the way in, not to a dead end.
        return redirect("intake:follow")
    return show(request, case)


# Each step's form; what the page was sent with takes its place.
_FORMS: dict[str, type[Any]] = {
    "agree_extension": AgreeForm,
    "refuse_extension": AgreeForm,
    "send_message": MessageForm,
    "withdraw": WithdrawForm,
    "close": SolvedForm,
    "dispute": DisputeForm,
    "tell_outcome": OutcomeForm,
}


def _steps(case: Case) -> list[str]:
    """The verbs that are open to the company now, without those that the case has used up."""
    steps = [step.verb for step in workflow.available(state=case.state, role=workflow.SUBMITTER)]
    if "supplement" in steps and not is_awaited(case):
        steps.remove("supplement")
    if case.extension_asked_at is None:
        steps = [verb for verb in steps if not verb.endswith("_extension")]
    if "dispute" in steps and (case.disputed_at is not None):
        steps.remove("dispute")
    return steps


def show(
    request: HttpRequest,
    case: Case,
    *,
    status: int = 200,
    unsent: str = "",
    supplement: SupplementPage | None = None,
    **bound: Any,
) -> HttpResponse:
    """The case's page; a form that was refused stands in it as it was sent."""
    events = list(case.events.select_related("actor"))
    told = [event for event in events if event.audience == TO_SUBMITTER]
    steps = _steps(case)
    forms = {
        verb: bound.get(verb) or form(prefix=verb) for verb, form in _FORMS.items() if verb in steps
    }
    referrals = [
        referral
        for referral in case.referrals.select_related("organisation").order_by("pk")
        if referral.state != workflow.RECALLED
    ]
    if "supplement" in steps:
        supplement = supplement or SupplementPage(case)
    asked = [event for event in told if event.verb == "request_supplement"]
    files = _files(case, told)
    return render(
        request,
        "intake/case.html",
        {
            "case": case,
            "plain": explain.plain(case),
            "due": explain.date(case),
            "sentence": explain.sentence(case, events),
            "stages": stages(case, {event.verb for event in events}),
            "officer": letters.officer(case),
            "events": told,
            "asked": asked[-1] if asked else None,
            "supplement": supplement if "supplement" in steps else None,
            "due_day": explain.day(case.supplement_due) if case.supplement_due else "",
            "kept": request.GET.get("kept", ""),
            "would_be": _would_be(case, told),
            "talk": case.messages.for_submitter()
            .select_related("author", "organisation")
            .prefetch_related("attachments__file"),
            "attachments": files.get("", []),
            "asked_files": files.get("request_supplement", []),
            "answer_files": files.get("answer", []),
            # One line per body: what became of its latest question.
            "referrals": list({row.organisation_id: row for row in referrals}.values()),
            "credited": list(
                {
                    row.organisation_id: row.organisation
                    for row in referrals
                    if row.state == workflow.REFERRAL_ANSWERED
                }.values()
            ),
            "notices": [
                (explain.NOTICES.get(notice.kind, notice.kind), notice)
                for notice in outbox.for_subject(case.number).filter(to_address=case.contact_email)
            ],
            "steps": steps,
            "forms": forms,
            "unsent": unsent,
            "max_files": settings.MAX_FILES_PER_MESSAGE,
            "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
        },
        status=status,
    )


def _files(case: Case, told: list[CaseEvent]) -> dict[str, list[Attachment]]:
    """The files that the company may fetch, by the step that brought them; "" for its filing.

    Those of messages and of supplement items stand with theirs.
    """
    steps = {pk: event.verb for event in told for pk in event.facts.get("files", ())}
    found: dict[str, list[Attachment]] = {}
    rows = case.attachments.for_submitter().filter(supplement_item__isnull=True)
    for row in rows.select_related("file", "referral__organisation"):
        if row.message_id is None or row.pk in steps:
            found.setdefault(steps.get(row.pk, ""), []).append(row)
    return found


def _would_be(case: Case, told: list[CaseEvent]) -> str:
    """The date that more time would give, while the company is asked for it."""
    asks = [event for event in told if event.verb == "ask_extension"]
    if case.extension_asked_at is None or not asks:
        return ""
    found = explain.extended_date(case, asks[-1].facts.get("units", 0))
    policy = deadline.policies()[case.policy]
    return explain.due(policy, timezone.localtime(found)) if found else ""


Step = Callable[[HttpRequest, Case], HttpResponse]


_CORRECTED = tuple(f"supplement-{name}" for name in CORRECTABLE)


def _written(request: HttpRequest) -> str:
    """The words that a person wrote into the form of a step."""
    return "\n\n".join(
        value.replace("\x00", "")
        for name, value in request.POST.items()
        if not name.startswith("initial-")
        and (name.endswith(("-text", "-reason", "-why_open")) or name.startswith(_CORRECTED))
        and isinstance(value, str)
        and value.strip()
        and value != request.POST.get(f"initial-{name}")
    )


def step(view: Step) -> Callable[..., HttpResponse]:
    """A POST-only step of the company; what was first or is over is said on the case's page.

    What was written is shown again whatever happens: with the case when it moved on meanwhile,
    and by itself when this browser may no longer read the case.
    """

    @login_not_required
    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, number: str) -> HttpResponse:
        try:
            case = followed(request, number)
        except Http404:
            return render(
                request,
                "intake/link_over.html",
                {"purpose": "case", "unsent": _written(request)},
                status=404,
            )
        try:
            return view(request, case)
        except actions.RefusedError as error:
            messages.error(request, str(error))
        except workflow.IllegalStepError:
            messages.error(
                request,
                _(
                    "The case has moved on meanwhile, so this was not possible. "
                    "This is how it stands."
                ),
            )
        case = followed(request, number)
        return show(request, case, status=409, unsent=_written(request))

    return wrapped


@login_not_required
@require_safe
def attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponseBase:
    """One file of a case that this browser may read."""
    case = followed(request, number)
    row = get_object_or_404(
        case.attachments.for_submitter().select_related("file"), file__public_id=public_id
    )
    return serving.download(row.file)
