"""The marks “a colleague is on it”: the sign of an open page, and what the queue shows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from intake import workflow
from intake.actions import presence
from intake.admin import gate
from intake.models import Case, Presence

# So many rows of the queue can be asked about in one request.
ROWS_AT_MOST = 100


def words(row: Presence, *, form: str = "") -> str:
    """One mark in the reader's language; `form` is the step whose form the reader has open."""
    if not row.verb:
        return _("%(name)s is looking at this case now.") % {"name": row.user.name}
    said = {"name": row.user.name, "step": _(workflow.STEPS[row.verb].label)}
    if row.verb == form:
        return _("%(name)s has this form of the same case open now. Agree who sends it.") % said
    return _("%(name)s has “%(step)s” of this case open now.") % said


def _officer(request: HttpRequest) -> User:
    """Only officers of the secretariat see the marks and leave them."""
    user = gate.actor(request).user
    if user is None:
        raise Http404
    return user


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The sign of an open page; the answer tells who else is on the case."""
    user = _officer(request)
    verb = request.POST.get("verb", "")
    if not Case.objects.visible_to(user).filter(pk=pk).exists():
        raise Http404
    if "left" in request.POST:
        presence.leave(case_id=pk, user=user, verb=verb)
        return HttpResponse(status=204)
    presence.sign(case_id=pk, user=user, verb=verb)
    marks = [
        {"words": words(row, form=verb), "same": bool(verb) and row.verb == verb}
        for row in presence.others([pk], but=user)
    ]
    return JsonResponse({"marks": marks})


@require_safe
def of_rows(request: HttpRequest) -> HttpResponse:
    """Who is on the cases of a page of the queue, by case: short names and the whole sentence."""
    user = _officer(request)
    asked = [text for text in request.GET.getlist("case") if text.isdecimal() and len(text) < 19]
    rows: dict[str, dict[str, str]] = {}
    for row in presence.others(map(int, asked[:ROWS_AT_MOST]), but=user):
        mark = rows.setdefault(str(row.case_id), {"names": "", "words": ""})
        mark["names"] = ", ".join(filter(None, [mark["names"], row.user.name]))
        mark["words"] = " ".join(filter(None, [mark["words"], words(row)]))
    return JsonResponse({"rows": rows})
