"""The company decides who acts for it: take the case over, or end the proxy. Each is asked once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from intake import actions, workflow
from intake.models import Case
from intake.models.gate import ACTING, DISMISSED
from intake.timeline import COMPANY
from intake.views.following import came_by, followed, grant

TAKE_OVER, DISMISS = "take-over", "dismiss"


def _is_possible(case: Case, what: str) -> bool:
    verb = "take_over" if what == TAKE_OVER else "dismiss_proxy"
    if case.state not in workflow.STEPS[verb].sources or case.filer_organisation is None:
        return False
    return case.proxy == ACTING if what == TAKE_OVER else case.proxy != DISMISSED


def _page(request: HttpRequest, number: str, what: str) -> HttpResponse:
    try:
        case = followed(request, number)
    except Http404:
        return render(request, "intake/link_over.html", {"purpose": "case"}, status=404)
    if request.method == "POST":
        verb = actions.take_over if what == TAKE_OVER else actions.dismiss_proxy
        try:
            verb(case=case, by=COMPANY)
        except (actions.RefusedError, workflow.IllegalStepError):
            messages.error(request, _("This was decided already, or the case has ended."))
        else:
            done = (
                _("You act for yourself now. Who filed for you can only read along.")
                if what == TAKE_OVER
                else _("The proxy has ended. Who filed for you sees nothing of the case any more.")
            )
            messages.success(request, done)
            messages.warning(
                request,
                _(
                    "The tracking code on your receipt no longer works, because who filed for you "
                    "knows it. Please write down the new one: %(code)s"
                )
                % {"code": case.pretty_tracking_code},
            )
            return grant(request, case, came_by(request, number))
        return redirect("intake:case", number=number)
    if not _is_possible(case, what):
        return redirect("intake:case", number=number)
    return render(request, "intake/proxy.html", {"case": case, "what": what, "open": case.is_open})


@login_not_required
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """GET says what it means; POST does it."""
    return _page(request, number, TAKE_OVER)


@login_not_required
def dismiss(request: HttpRequest, number: str) -> HttpResponse:
    """GET says what it means; POST does it."""
    return _page(request, number, DISMISS)
