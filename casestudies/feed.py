"""The archive's Atom feed, whole or of one country, HS code or category."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudy
from marketinfo import feeds


@login_not_required
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Solved difficulties that were published last."""
    scope = feeds.scope_of(request)
    rows = [scope.of(CaseStudy.objects.published())]
    return feeds.answer(request, scope, rows, title=_("Solved cases"))
