"""The first page of a partner's desk: what waits, and for whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render


@at_desk()
@require_safe
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the officers of this organisation have to do next."""
    return render(request, desk, "partner/start.html")
