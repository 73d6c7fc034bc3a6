"""The numbers beside the filters and the views: loaded after the page, or asked for by a link."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from intake.admin import gate, mentions
from intake.admin.queue import arranging, listing
from intake.lists import counting
from intake.lists.filtering import MINE, NONE, OTHERS
from intake.models import QueueCount

Counts = dict[str, dict[str, int]]


def kept(user: Any) -> tuple[Counts, dt.datetime | None]:
    """The counters by filter and choice, "mine" and "others" being the reader's; and from when."""
    found: Counts = {}
    at: dt.datetime | None = None
    for row in QueueCount.objects.values_list("filter", "choice", "count", "at"):
        found.setdefault(row[0], {})[row[1]] = row[2]
        at = row[3] if at is None else min(at, row[3])
    if found:
        who = found.setdefault("who", {})
        total = found.get("all", {}).get("", 0)
        who[MINE] = who.get(str(user.pk), 0)
        others = total - who.get(NONE, 0) - who[MINE]
        who[OTHERS] = max(0, others)
    return found, at


def when(at: dt.datetime | None) -> str:
    """When it was counted, in words."""
    if at is None:
        return _("The filters have not been counted yet.")
    return _("Filters counted at %(time)s.") % {"time": f"{timezone.localtime(at):%H:%M}"}


def of_views(user: Any, views: list[arranging.View]) -> dict[str, str]:
    """How many cases each view holds now, counted no further than the lists do."""
    return {
        view.key: counting.in_words(counting.capped(listing.filtered(user, QueryDict(view.query))))
        for view in views
    }


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers for the script of the page."""
    if not gate.reads(request.user):
        raise PermissionDenied
    found, at = kept(request.user)
    views = arranging.of(request.user).views
    return JsonResponse(
        {
            "filters": found,
            "views": of_views(request.user, views),
            "said": when(at),
            "calls": mentions.open_for(request.user).count(),
        }
    )
