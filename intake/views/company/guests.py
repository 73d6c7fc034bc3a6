"""Whom a company lets see one case: invite, and send away at once."""

from __future__ import annotations

import dataclasses

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake.actions import RefusedError
from intake.actions.guests import end_guest, invite_guest
from intake.forms.company import GuestForm
from intake.views.company.case import own_face
from intake.views.company.home import for_company
from intake.views.face import show


@for_company
@require_POST
def invite(request: HttpRequest, number: str) -> HttpResponse:
    """Let somebody see the case for some days."""
    face = own_face(request.user, number)
    form = GuestForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            guest = invite_guest(case=face.case, by=face.user, **form.cleaned_data)
        except RefusedError as error:
            form.add_error("email", str(error))
            status = 409
        else:
            messages.success(
                request, _("%(name)s gets a mail that says how to come in.") % {"name": guest.name}
            )
            return redirect("intake:company-case", number=number)
    return show(request, dataclasses.replace(face, guest_form=form), status=status)


@for_company
@require_POST
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Send a guest away at once."""
    face = own_face(request.user, number)
    guest = get_object_or_404(face.case.guests.select_related("case"), pk=pk)
    try:
        end_guest(guest=guest, by=face.user)
    except RefusedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("%(name)s sees the case no more.") % {"name": guest.name})
    return redirect("intake:company-case", number=number)
