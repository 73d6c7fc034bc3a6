"""The page on which the reader of a mail leaves a topic, and the one click of mail programs.

Looking changes nothing, so that scanners which open every link leave nobody out. A POST is taken
without cookie and token (RFC 8058): the signed address is what shows that it is the reader.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notifications import catalog, leaving
from notifications.models import Notice

ONE_CLICK = "One-Click"


def _row(token: str) -> Notice:
    try:
        return leaving.read(token)
    except leaving.BadTokenError as error:
        raise Http404 from error


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is left and what still comes; POST leaves."""
    row = _row(token)
    kind = catalog.of(row.kind)
    if request.method == "POST":
        leaving.leave(row.to_address, kind.topic)
        if request.POST.get("List-Unsubscribe") == ONE_CLICK:
            return HttpResponse(status=200, content_type="text/plain")
        return redirect("notices:leave", token)
    context = {
        "token": token,
        "address": row.masked_address,
        "kinds": [_(one.label) for one in leaving.left_with(kind.topic, kind.audience)],
        "gone": leaving.has_left(row.to_address, kind.topic),
    }
    return render(request, "notifications/leave.html", context)


@login_not_required
@require_POST
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Want the topic again."""
    row = _row(token)
    leaving.come_back(row.to_address, catalog.of(row.kind).topic)
    return redirect("notices:leave", token)
