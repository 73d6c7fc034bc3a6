"""The address to which a mission's officers forward mail: shown, made anew, taken away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION
from intake import incoming
from intake.actions import RefusedError, mailing
from notifications import replying


@require_safe
@at_desk([MISSION])
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The address, and how to use it."""
    context = {
        "address": incoming.local_address(desk.organisation),
        "is_on": replying.is_on(),
        "limit": settings.MAX_FILES_PER_MESSAGE,
        "own": desk.user.email,
    }
    return render(request, desk, "partner/local_mail.html", context)


@require_POST
@at_desk([MISSION])
def make(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new address; the one before takes no more mail."""
    try:
        mailing.make_local_address(organisation=desk.organisation, by=desk.user)
    except RefusedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The address stands below. Forward mail to it from now on."))
    return redirect(desk.path("local-mail"))


@require_POST
@at_desk([MISSION])
def revoke(request: HttpRequest, desk: Desk) -> HttpResponse:
    """No address any more."""
    try:
        mailing.revoke_local_address(organisation=desk.organisation, by=desk.user)
    except RefusedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The address takes no more mail."))
    return redirect(desk.path("local-mail"))
