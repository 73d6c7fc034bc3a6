"""Pages that belong to no single app: home, search over everything, health."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, three ways in, and what is new."""
    return render(request, "portal/home.html")


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over the library and the archive."""
    return render(request, "portal/search.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """개인정보 처리방침."""
    return render(request, "portal/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What this site does for accessibility and whom to tell about a barrier."""
    return render(request, "portal/accessibility.html")


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Send each role to the page where its work waits."""
    user = request.user
    return redirect("admin:index" if user.is_authenticated and user.is_staff else "home")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process can reach its database."""
    connection.ensure_connection()
    return JsonResponse({"status": "ok"})
