"""The case page: the story on the left, facts and clock on the right, the next steps on top."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import business_number, roles
from files import serving
from intake import consents, proposals, workflow
from intake.actions import extending
from intake.admin import cells, facts, gate, steps, story
from intake.models import Case
from notifications import outbox


@dataclass(frozen=True)
class Button:
    """A step that is open now."""

    verb: str
    label: str
    primary: bool
    at_once: bool


def buttons(case: Case) -> list[Button]:
    """The steps open to the secretariat: the leading ones first, then in the table's order."""
    verbs = [step.verb for step in workflow.available(state=case.state, role=workflow.SECRETARY)]
    if case.state == workflow.RECEIVED:
        verbs.insert(1, "refer")
    used_up = extending.spent(case)
    found = [
        Button(verb, steps.label(verb, case), verb in steps.PRIMARY, verb == "claim")
        for verb in verbs
        if verb in steps.DESK_FORMS and verb not in used_up
    ]
    return sorted(found, key=lambda button: not button.primary)


@require_safe
def case_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything about one case."""
    case = gate.fetch(request, pk)
    acts = roles.is_secretary(request.user)
    events = list(case.events.select_related("actor", "organisation"))
    referrals = list(case.referrals.select_related("organisation", "suggested", "asked_by"))
    attachments = list(case.attachments.select_related("file"))
    language = get_language()
    context = {
        **admin.site.each_context(request),
        "title": case.number,
        "case": case,
        "buttons": buttons(case) if acts else [],
        "acts": acts,
        "story": story.tell(
            case,
            events,
            case.messages.select_related("author", "organisation"),
            attachments,
            outbox.for_subject(case.number),
        ),
        "referrals": [(row, _referral_verbs(row, case) if acts else []) for row in referrals],
        "attachments": attachments,
        "clock": facts.clock(case),
        "facts": facts.difficulty(case),
        "company": facts.company(case),
        "consents": _consents(case),
        "proposed": proposals.for_case(case, language) if case.is_open else [],
        "due_cell": cells.due(case),
        "waiting": cells.waiting(case),
        "business_number": business_number.pretty(case.company.business_number or ""),
    }
    return render(request, "admin/intake/case.html", context)


def _referral_verbs(referral: object, case: Case) -> list[tuple[str, str]]:
    """The steps that are open for one referral: name in the address, and label."""
    state = getattr(referral, "state", "")
    if case.state != workflow.REFERRED:
        return []
    moves = workflow.REFERRAL_MOVES.items()
    open_now = [verb for verb, (sources, _target) in moves if state in sources]
    if state in workflow.REFERRAL_OPEN:
        open_now.insert(0, "remind_referral")
    return [
        (verb.removesuffix("_referral"), _(workflow.STEPS[verb].label))
        for verb in open_now
        if not (verb == "decline_referral" and getattr(referral, "designated", False))
    ]


def _consents(case: Case) -> list[tuple[str, bool, object]]:
    labels = {text.kind: str(text.title) for text in consents.CONSENTS}
    return [
        (labels.get(row.kind, row.kind), row.given and row.withdrawn_at is None, row)
        for row in case.consents.order_by("id")
    ]


@require_safe
def attachment(request: HttpRequest, pk: int, public_id: str) -> HttpResponseBase:
    """One file of a case, for who may read the case."""
    case = gate.fetch(request, pk)
    rows = case.attachments.select_related("file")
    return serving.download(get_object_or_404(rows, file__public_id=public_id).file)
