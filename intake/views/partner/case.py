"""The page of one case at the desk of the organisation that filed it, and its steps there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import User
from files import serving
from intake import consents, timeline, workflow
from intake.forms.partner.case import PromiseForm
from intake.forms.partner.filing import as_told
from intake.models import Case, CaseEvent, Consent, Message
from intake.models.case import FOLLOWING
from intake.views.face import Face, Step, show, take, to_contact
from notifications import outbox
from notifications.models import Notice
from privacy import readings

# Where a case stands, to the officer who filed it for a company.
_PLAIN: dict[str, Text] = {
    workflow.RECEIVED: gettext_lazy("The secretariat has it. An officer will take it up."),
    workflow.REVIEWING: gettext_lazy("An officer of the secretariat is working on it."),
    workflow.SUPPLEMENT: gettext_lazy(
        "The secretariat needs something more from the company. The clock is stopped until it "
        "arrives."
    ),
    workflow.REFERRED: gettext_lazy(
        "The bodies in charge were asked. The secretariat will put their answers together."
    ),
    workflow.ANSWERED: gettext_lazy(
        "The answer is there. Ask the company whether it helped, and say so here."
    ),
    workflow.CLOSED: gettext_lazy("This case is closed."),
    workflow.WITHDRAWN: gettext_lazy("This case was taken back."),
    workflow.REJECTED: gettext_lazy(
        "The case was returned. The reason and where the company can turn are below."
    ),
    workflow.DUPLICATE: gettext_lazy("It was merged with an earlier case on the same matter."),
    workflow.TRANSFERRED: gettext_lazy(
        "It was passed to the place that can help the company, named below."
    ),
}
# Names of addresses that do not begin with "case-" and the company's own name for the step.
_NAMES = {
    "case": "case",
    "attachment": "case-file",
    "promise-add": "promise-add",
    "promise-keep": "promise-keep",
    "promise-drop": "promise-drop",
}
# Mails to people; codes that let somebody in are between them and the portal.
_PRIVATE = ("one_time_code",)


@dataclass(frozen=True)
class PartnerFace(Face):
    """The page at the desk of the organisation that filed."""

    desk: Desk
    # A form of the desk's own that was refused, as it was sent.
    refused: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str = "case", *more: Any) -> str:
        """Below /partner/<CODE>/cases/."""
        return self.desk.path(_NAMES.get(name, f"case-{name}"), self.case.number, *more)

    def again(self) -> PartnerFace:
        """As it is now, if the company has not dismissed us since."""
        return face_of(self.desk, self.case.number)

    @property
    def barred(self) -> str:
        """Who only follows acts no more."""
        if self.case.proxy == FOLLOWING:
            return _(
                "The company has taken this case into its own hands. You can follow it; what is "
                "to be done, the company does itself."
            )
        return ""

    def speaker(self, message: Message) -> tuple[str, bool]:
        """Officers by name and organisation, the company by its name."""
        author, body = message.author, message.organisation
        if message.role != workflow.SUBMITTER:
            return author.name if author else message.role_label, False
        if body is None:
            return self.case.company_name, False
        mine = body.pk in self.desk.reach
        return f"{author.name} · {body.name}" if author else body.name, mine

    def notices(self) -> QuerySet[Notice]:
        """What went to the company, and to this organisation's own officers."""
        case = self.case
        officers = User.objects.filter(memberships__organisation__in=self.desk.reach).values("pk")
        ours = Q(recipient__in=officers)
        if case.contact_email:
            ours |= to_contact(case)
        return outbox.for_subject(case.number).filter(ours).exclude(kind__in=_PRIVATE)

    def draw(self, request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        """A page of the desk, with what only the desk keeps."""
        case, desk = self.case, self.desk
        promised = case.promises.open().filter(organisation__in=desk.reach)
        return render(
            request,
            desk,
            "partner/case.html",
            {
                **context,
                "plain": _PLAIN[case.state] if not case.lapsed else context["plain"],
                "agreed": _agreed(case),
                "as_told": _as_told(context["events"]),
                "promises": list(promised.select_related("user")),
                "promise_form": self.refused.get("promise") or PromiseForm(prefix="promise"),
                "remind": _path(desk, "remind") if _may_remind(case) else "",
                "keeper": case.keeper,
            },
            status=status,
        )


def _path(desk: Desk, name: str, *more: Any) -> str:
    """The address of a page of the desk; empty while nobody has built it."""
    try:
        return desk.path(name, *more)
    except NoReverseMatch:
        return ""


def _may_remind(case: Case) -> bool:
    return case.awaits_confirmation and case.is_open and case.proxy != FOLLOWING


@dataclass(frozen=True)
class Agreed:
    """What stands of one consent: the company's own word before what the officer was told."""

    title: Any
    given: bool
    withdrawn: bool
    by_company: bool
    row: Consent


def _as_told(events: Iterable[CaseEvent]) -> list[tuple[str, str]]:
    """What the officer who filed said beside the case."""
    return next((as_told(event.facts) for event in events if event.verb == "submit"), [])


def _agreed(case: Case) -> list[Agreed]:
    titles = {text.kind: text.title for text in consents.CONSENTS}
    latest: dict[str, Consent] = {}
    # The company's own word comes last and stands.
    for row in case.consents.order_by("-by_officer", "pk"):
        latest[row.kind] = row
    return [
        Agreed(titles[kind], said.given, said.withdrawn_at is not None, not said.by_officer, said)
        for kind in titles
        if (said := latest.get(kind)) is not None
    ]


def face_of(desk: Desk, number: str) -> PartnerFace:
    """The case at the desk of the organisation that filed it; else 404."""
    cases = Case.objects.visible_to(desk.user).filed_through(desk.reach)
    case = get_object_or_404(
        cases.select_related("country", "category", "assignee", "company", "keeper"),
        number=number,
    )
    return PartnerFace(case, timeline.submitter(desk.user, desk.organisation), desk)


@at_desk()
@require_safe
def case_page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One case that the organisation filed: where it stands and what can be done for it."""
    face = face_of(desk, number)
    readings.note_reading(number, desk.user, readings.PARTNER, desk.code, request=request)
    return show(request, face)


def step(view: Step) -> Callable[..., HttpResponse]:
    """A POST-only step for the company, in the name of the organisation that filed."""

    @at_desk()
    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
        return take(request, face_of(desk, number), view)

    return wrapped


@at_desk()
@require_safe
def attachment(request: HttpRequest, desk: Desk, number: str, public_id: str) -> HttpResponseBase:
    """One file that the submitter's side may fetch."""
    case = face_of(desk, number).case
    rows = case.attachments.for_submitter().select_related("file")
    file = get_object_or_404(rows, file__public_id=public_id).file
    way, what = readings.PARTNER, readings.of_file(public_id)
    readings.note_reading(number, desk.user, way, desk.code, request=request, what=what)
    return serving.download(file)
