"""One case of a company as a signed-in person sees it: its contact, a colleague, or a guest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import CompanyMembership, User
from files import serving
from intake import beside, readers, standing, timeline, workflow
from intake.forms.company import GuestForm
from intake.models import Case, Message
from intake.standing import Standing
from intake.views import following
from intake.views.company.home import for_company
from intake.views.face import Face, Step, show, take, to_contact
from notifications import outbox
from notifications.models import Notice
from privacy import readings


@dataclass(frozen=True)
class AccountFace(Face):
    """The page of a person who signed in, by the gate and not by a code."""

    user: User
    standing: Standing
    guest_form: GuestForm | None = field(default=None)

    def address(self, name: str = "case", *more: Any) -> str:
        """Below /company/."""
        return reverse(f"intake:company-{name}", args=[self.case.number, *more])

    def again(self) -> AccountFace:
        """As it is now, if the person may still see it."""
        return face_of(self.user, self.case.number)

    def offers(self, verb: str) -> bool:
        """A guest reads, and writes only where the company said so."""
        return self.standing.may(verb)

    def speaker(self, message: Message) -> tuple[str, bool]:
        """“You” for the reader's own words; others of the company's side by their names."""
        author, body = message.author, message.organisation
        if message.role != workflow.SUBMITTER:
            return author.name if author else message.role_label, False
        if author is not None and author.pk == self.user.pk:
            return _("You"), True
        if body is not None:
            return f"{body.name} · {author.name}" if author else body.name, False
        if author is not None:
            return author.name or author.email, True
        return self.case.contact_name or self.case.company_name, True

    def notices(self) -> QuerySet[Notice]:
        """What went to the contact person; nothing of it to guests."""
        case = self.case
        if self.standing.is_guest or not case.contact_email:
            return Notice.objects.none()
        return outbox.for_subject(case.number).filter(to_contact(case))

    def draw(self, request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        """With who has access and who has read, for the company's own people."""
        own = {} if self.standing.is_guest else _access(self.case)
        more = {"standing": self.standing, "guest_form": self.guest_form or GuestForm(), **own}
        return render(request, "company/case.html", context | more, status=status)


def _access(case: Case) -> dict[str, Any]:
    """Everybody on the company's side who may see the case, who has read it, and its study."""
    return {
        "beside": beside.of(case),
        "colleagues": list(
            CompanyMembership.objects.granted()
            .filter(company=case.company_id)
            .select_related("user")
            .order_by("pk")
        ),
        "guests": list(case.guests.present()),
        "readers": readers.readers_of(case.number),
    }


def face_of(user: Any, number: str) -> AccountFace:
    """The case when this person may see it; else 404."""
    cases = Case.objects.visible_to(user).select_related(
        "country", "category", "assignee", "company", "filer_organisation", "filed_by", "keeper"
    )
    case = get_object_or_404(cases, number=number)
    why = standing.of(user, [case]).get(case.pk) or Standing(standing.GUEST, may_reply=False)
    return AccountFace(case, timeline.submitter(user), user, why)


@for_company
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, whose turn, until when, the conversation, and who has access."""
    face = face_of(request.user, number)
    way = readings.GUEST if face.standing.is_guest else readings.COMPANY
    readings.note_reading(number, request.user, way, request=request)
    return show(request, face)


def step(view: Step) -> Callable[..., HttpResponse]:
    """A POST-only step of the company, by a person who signed in."""

    @for_company
    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, number: str) -> HttpResponse:
        return take(request, face_of(request.user, number), view)

    return wrapped


@for_company
@require_safe
def attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponseBase:
    """One file of a case that the person may see."""
    face = face_of(request.user, number)
    rows = face.case.attachments.for_submitter().select_related("file")
    file = get_object_or_404(rows, file__public_id=public_id).file
    way = readings.GUEST if face.standing.is_guest else readings.COMPANY
    what = readings.of_file(public_id)
    readings.note_reading(number, request.user, way, request=request, what=what)
    return serving.download(file)


def own_face(user: Any, number: str) -> AccountFace:
    """The case for the company's own people; 404 for guests too."""
    face = face_of(user, number)
    if face.standing.is_guest:
        raise Http404
    return face


@for_company
@require_POST
def open_here(request: HttpRequest, number: str) -> HttpResponse:
    """Open the page on which the company confirms and decides who acts for it."""
    return following.grant(request, own_face(request.user, number).case, readings.COMPANY)
