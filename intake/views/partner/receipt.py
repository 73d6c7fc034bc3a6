"""The receipt that a company takes home: one sheet, its number, its date, and a QR code."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION
from intake import explain, letters, qr
from intake.models import Case
from privacy import readings


def follow_address(case: Case, *, code: bool) -> str:
    """The address behind the QR code: the number in the query, the tracking code after the hash.

    What stands after the hash never leaves the phone: no log and no proxy sees it.
    """
    address = f"{settings.PUBLIC_URL}{reverse('intake:follow')}?number={case.number}"
    return f"{address}#code={case.tracking_code}" if code else address


@at_desk()
@require_safe
@never_cache
def receipt(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The sheet in the company's language inside the officer's page, ready to be printed."""
    case = get_object_or_404(
        Case.objects.visible_to(desk.user)
        .filed_through(desk.reach)
        .select_related("filer_organisation", "keeper", "assignee", "filed_by"),
        number=number,
    )
    readings.note_reading(number, request.user, readings.PARTNER, desk.code, request=request)
    # Once the company has answered for itself, its code is its own: the desk prints no more of it.
    open_code = case.confirmed_at is None and not case.in_own_hands
    context = {
        "case": case,
        "sheet": _sheet(request, case, code=open_code),
        "open_code": open_code,
        "mission": desk.kind == MISSION,
    }
    return render(request, desk, "partner/receipt.html", context)


def _sheet(request: HttpRequest, case: Case, *, code: bool) -> SafeString:
    """The printed part, in the words that the company reads."""
    filer = case.filer_organisation
    officer = case.keeper or case.filed_by
    with translation.override(case.language):
        local = ""
        if filer is not None and filer.time_zone != settings.TIME_ZONE:
            local = explain.moment(timezone.localtime(case.received_at, ZoneInfo(filer.time_zone)))
        context = {
            "case": case,
            "code": code,
            "received": explain.moment(timezone.localtime(case.received_at)),
            "received_there": local,
            "due": explain.date(case),
            "sentence": explain.sentence(case),
            "filer": filer,
            "officer": officer,
            "phone": (officer.phone if officer else "") or (filer.phone if filer else ""),
            "secretariat": letters.officer(case),
            "follow": settings.PUBLIC_URL + reverse("intake:follow"),
            "qr": qr.picture(follow_address(case, code=code)),
        }
        return render_to_string("partner/receipt_sheet.html", context, request)
