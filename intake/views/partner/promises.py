"""Promises on the case page of a partner's desk: noted, kept, dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from accounts.desk import Desk, at_desk
from intake.actions import RefusedError, promising
from intake.forms.partner.case import PromiseForm
from intake.models import Promise
from intake.views.face import show
from intake.views.partner.case import face_of


@at_desk()
@require_POST
def add(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Note a promise; the company and the secretariat never read it."""
    face = face_of(desk, number)
    form = PromiseForm(request.POST, prefix="promise")
    if form.is_valid():
        try:
            promising.promise(case=face.case, by=face.by, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, str(error))
    if not form.is_valid():
        return show(request, replace(face, refused={"promise": form}), status=422)
    messages.success(request, _("The promise is noted."))
    return redirect(face.address() + "#promises")


def _settled(verb: Callable[..., None], done: str) -> Callable[..., HttpResponse]:
    """A POST-only view that settles one promise of this desk."""

    @at_desk()
    @require_POST
    def view(request: HttpRequest, desk: Desk, number: str, pk: int) -> HttpResponse:
        face = face_of(desk, number)
        row = get_object_or_404(Promise, pk=pk, case=face.case, organisation__in=desk.reach)
        try:
            verb(promise=row)
        except RefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _(done))
        return redirect(face.address() + "#promises")

    return view


keep = _settled(promising.keep_promise, gettext_noop("The promise is kept."))
drop = _settled(promising.drop_promise, gettext_noop("The promise is dropped."))
