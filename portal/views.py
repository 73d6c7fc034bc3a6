"""Pages that belong to no single app: home, search over everything, guide, health."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import roles
from accounts.desk import desks_of
from accounts.models import PARTNERS
from intake.models import has_desk
from portal import hooks, search_page, suggestions


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, three ways in, and what is new."""
    return render(
        request,
        "portal/home.html",
        {
            "library": hooks.home_results("library", request.user),
            "cases": hooks.home_results("cases", request.user),
        },
    )


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over the library and the archive, with what the results are of beside them."""
    page = search_page.asked(request.GET, request.user)
    return render(request, "portal/search.html", {"page": page, "query": page.query})


@login_not_required
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What the search box offers for what was typed so far: a list, asked for by `search.js`."""
    offered = suggestions.offered(request.GET.get("q", ""))
    page = render(request, "portal/suggestions.html", {"offered": offered})
    page["Cache-Control"] = "private, max-age=60"
    return page


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Who may file, how it goes, how long it takes, and which desk is nearer for what."""
    return _prose(request, "guide")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """개인정보 처리방침."""
    return _prose(request, "privacy")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What this site does for accessibility and whom to tell about a barrier."""
    return _prose(request, "accessibility")


def _prose(request: HttpRequest, name: str) -> HttpResponse:
    """A page of running text, which has one template per language; Korean is the original."""
    return render(request, [f"portal/{name}.{get_language()}.html", f"portal/{name}.ko.html"])


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Send each role to the page where its work waits."""
    user = request.user
    if roles.is_secretary(user):
        return redirect("admin:intake_triagecase_changelist")
    if user.is_authenticated and user.is_staff:
        return redirect("admin:index")
    if len(desks_of(user)) > 1 or any(row.organisation.kind in PARTNERS for row in desks_of(user)):
        return redirect("partner:choose")
    if has_desk(user):
        return redirect("intake:body-desk")
    return redirect("intake:company-home" if roles.is_of_company(user) else "home")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process can reach its database."""
    connection.ensure_connection()
    return JsonResponse({"status": "ok"})
