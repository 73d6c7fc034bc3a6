"""An officer asks companies again to confirm what was filed for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.desk import Desk, at_desk
from intake import actions, timeline, workflow
from intake.models import Case

# What one press of the button asks: the cases of a page of the list.
AT_MOST = 100


@at_desk()
@require_POST
def remind(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask the companies of the chosen cases (`case`, by key); each once in a working day."""
    keys = [key for key in request.POST.getlist("case") if key.isascii() and key.isdigit()]
    wanted = list(dict.fromkeys(int(key) for key in keys if len(key) < 19))
    cases = list(
        Case.objects.visible_to(request.user).filed_through(desk.reach).filter(pk__in=wanted)
    )
    if len(cases) != len(wanted):
        # One of them is nobody's here: as if it did not exist, and nothing is sent.
        raise Http404
    by = timeline.submitter(desk.user, desk.organisation)
    if not cases:
        messages.error(request, _("Tick the cases first."))
    asked = 0
    for case in sorted(cases[:AT_MOST], key=lambda case: case.pk):
        try:
            asked += actions.remind_confirmation(case=case, by=by)
        except actions.RefusedError as error:
            messages.warning(request, f"{case.number}: {error}")
        except workflow.IllegalStepError:
            messages.warning(
                request, _("%(number)s has ended: no reminder was sent.") % {"number": case.number}
            )
    if asked:
        messages.success(
            request,
            ngettext(
                "%(count)d company was asked again to confirm.",
                "%(count)d companies were asked again to confirm.",
                asked,
            )
            % {"count": asked},
        )
    return redirect(_back(request, desk))


def _back(request: HttpRequest, desk: Desk) -> str:
    """Where the button stood, on this site; else the list of cases."""
    back = request.POST.get("back", "")
    if back.startswith(desk.path("enter")) and url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return back
    try:
        return desk.path("cases")
    except NoReverseMatch:
        return desk.path("start")
