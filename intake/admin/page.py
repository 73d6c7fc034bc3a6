"""The case page: story on the left, facts and clock on the right, the next steps below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import roles
from files import serving
from intake import naming, readers, triage, workflow
from intake.actions import extending
from intake.actions.supplying import is_awaited
from intake.admin import attempt, gate, overview, steps, walk
from intake.models import Case, SupplementItem
from privacy import readings

# What most cases need next, in this order; the others follow in the table's order.
COMMON = (
    "claim",
    "refer",
    "answer",
    "close",
    "reopen",
    "classify",
    "supplement",
    "record_item",
    "request_supplement",
    "send_message",
    "note",
    "assign",
)
LEADING, SECOND, FURTHER = "leading", "second", "further"


@dataclass(frozen=True)
class Button:
    """A step that is open now."""

    verb: str
    label: str
    # leading (the one to take), second (in the bar), further (behind “More steps”).
    rank: str
    at_once: bool


def buttons(case: Case, items: Sequence[SupplementItem] = ()) -> list[Button]:
    """The steps open to the secretariat: the leading one, the common ones, then the others.

    `items` are those of the case's supplement requests.
    """
    verbs = [step.verb for step in workflow.available(state=case.state, role=workflow.SECRETARY)]
    if case.state == workflow.RECEIVED:
        verbs.insert(1, "refer")
    used_up = {*extending.spent(case), *_not_of_the_supplement(case, items)}
    if case.is_anonymous:
        # Nobody at the desk may know its address, old or new.
        used_up.add("correct_contact")
    offered = [verb for verb in verbs if verb in steps.DESK_FORMS and verb not in used_up]
    leading = _leading(case)
    if leading not in offered:
        leading = ""
    found = [
        Button(verb, attempt.label(verb, case), _rank(verb, leading), verb == "claim")
        for verb in offered
    ]
    places = {verb: place for place, verb in enumerate(COMMON)}
    return sorted(
        found, key=lambda button: (button.verb != leading, places.get(button.verb, len(places)))
    )


def _not_of_the_supplement(case: Case, items: Sequence[SupplementItem]) -> set[str]:
    """Items are recorded while one is open; the pause ends when none is."""
    if not is_awaited(case):
        return {"record_item", "supplement"}
    still_open = any(item.round == case.supplements and not item.is_given for item in items)
    return {"supplement"} if still_open else {"record_item"}


def _leading(case: Case) -> str:
    """The step that the case waits for."""
    if case.state == workflow.REVIEWING:
        heard = (triage.ANSWERS_IN, triage.DISPUTED)
        return "answer" if case.attention in heard else "refer"
    return {
        workflow.RECEIVED: "claim",
        workflow.SUPPLEMENT: "supplement",
        workflow.REFERRED: "send_message" if case.attention == triage.ASKED_BACK else "",
        workflow.ANSWERED: "close",
        workflow.CLOSED: "reopen",
    }.get(case.state, "")


def _rank(verb: str, leading: str) -> str:
    if verb == leading:
        return LEADING
    return SECOND if verb in COMMON else FURTHER


@require_safe
def case_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything about one case."""
    case = gate.fetch(request, pk, whole=True)
    acts = roles.is_secretary(request.user)
    way = readings.DESK if acts else readings.AUDIT
    readings.note_reading(case.number, request.user, way, request=request)
    walked = walk.of(request, case)
    told = overview.whole(case, acts=acts)
    shown = buttons(case, told["supplement_items"]) if acts else []
    context = {
        **gate.site_context(request),
        "title": case.number,
        "case": case,
        "buttons": shown,
        "further": [button for button in shown if button.rank == FURTHER],
        "acts": acts,
        "walk": walked,
        "tail": walked.tail if walked else "",
        **told,
    }
    return render(request, "admin/intake/case.html", context)


@require_safe
def readers_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who has read a case, by person: the access log as the law wants it kept."""
    case = gate.fetch(request, pk)
    context = {
        **gate.site_context(request),
        "title": case.number,
        "case": case,
        "readers": readers.readers_of(case.number, persons=True),
    }
    return render(request, "admin/intake/readers.html", context)


@require_safe
def attachment(request: HttpRequest, pk: int, public_id: str) -> HttpResponseBase:
    """One file of a case, for who may read the case."""
    case = gate.fetch(request, pk)
    rows = case.attachments.select_related("file")
    row = get_object_or_404(rows, file__public_id=public_id)
    if naming.is_withheld(case, row):
        raise Http404
    row.file.original_name = naming.words(case, row.file.original_name)
    way = readings.DESK if roles.is_secretary(request.user) else readings.AUDIT
    what = readings.of_file(public_id)
    readings.note_reading(case.number, request.user, way, request=request, what=what)
    return serving.download(row.file)
