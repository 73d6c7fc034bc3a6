"""The status page of a case as the company sees it, and how the company takes its steps."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from files import serving
from intake import beside, readers, workflow
from intake.models import Message
from intake.timeline import COMPANY
from intake.views.face import Face, Step, show, take, to_contact, written
from intake.views.following import came_by, followed
from notifications import outbox
from notifications.models import Notice
from privacy import readings


@dataclass(frozen=True)
class CompanyFace(Face):
    """The company's own page, for whoever opened the case in this browser."""

    request: HttpRequest

    def address(self, name: str = "case", *more: Any) -> str:
        """Below /follow/."""
        return reverse(f"intake:{name}", args=[self.case.number, *more])

    def again(self) -> CompanyFace:
        """As it is now, if this browser may still read it."""
        return face_of(self.request, self.case.number)

    def speaker(self, message: Message) -> tuple[str, bool]:
        """The company is “you”; whoever filed for it is named with its organisation."""
        author, body = message.author, message.organisation
        if message.role != workflow.SUBMITTER:
            return author.name if author else message.role_label, False
        if body is None:
            return _("You"), True
        return f"{body.name} · {author.name}" if author else body.name, False

    def notices(self) -> QuerySet[Notice]:
        """What went to the contact person."""
        case = self.case
        return outbox.for_subject(case.number).filter(to_contact(case))

    def draw(self, request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        """A page of the public site."""
        read_by = readers.readers_of(self.case.number)
        more = {"readers": read_by, "beside": beside.of(self.case)}
        return render(request, "intake/case.html", context | more, status=status)


def face_of(request: HttpRequest, number: str) -> CompanyFace:
    """The company's page of a case that this browser may read; else 404."""
    return CompanyFace(followed(request, number), COMPANY, request)


@login_not_required
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The status page: where it stands, whose turn, until when, and the conversation."""
    try:
        face = face_of(request, number)
    except Http404:
        # Whoever follows an old bookmark is led to the way in, not to a dead end.
        return redirect("intake:follow")
    readings.note_reading(number, request.user, came_by(request, number), request=request)
    return show(request, face)


def step(view: Step) -> Callable[..., HttpResponse]:
    """A POST-only step of the company.

    What was written is shown again whatever happens: with the case when it moved on meanwhile,
    and by itself when this browser may no longer read the case.
    """

    @login_not_required
    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, number: str) -> HttpResponse:
        try:
            face = face_of(request, number)
        except Http404:
            return render(
                request,
                "intake/link_over.html",
                {"purpose": "case", "unsent": written(request)},
                status=404,
            )
        return take(request, face, view)

    return wrapped


@login_not_required
@require_safe
def attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponseBase:
    """One file of a case that this browser may read."""
    case = followed(request, number)
    row = get_object_or_404(
        case.attachments.for_submitter().select_related("file"), file__public_id=public_id
    )
    readings.note_reading(
        number,
        request.user,
        came_by(request, number),
        request=request,
        what=readings.of_file(public_id),
    )
    return serving.download(row.file)
