"""Bare twins of the portal's pages: what Django itself costs for as many rows and bytes."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.models import Case, TriageCase

ROWS = 26
MENU = tuple((f"/bench/place/{n}/", f"메뉴 {n}") for n in range(12))
_CHOICES = tuple((f"?filter={n}", f"선택 {n}", n % 7) for n in range(4000))
# Written as the planner likes it best: one walk along the queue's own index.
RAW = (
    "SELECT id, number, title, state, due_at, received_at, country_id, company_name "
    "FROM intake_case WHERE lane < 99 ORDER BY lane, queue_at, id LIMIT %s"
)


@require_safe
def nothing(request: HttpRequest) -> HttpResponse:
    """L0: two letters through the whole middleware."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """L2: session, user, 26 rows by the ORM, a plain template; `choices` brings the bytes.

    A page that is larger than its rows has filters and menus; here too they are made by the
    template, choice by choice, from values that are at hand.
    """
    rows = int(request.GET.get("rows", ROWS))
    found = TriageCase.objects.queued().next_first()
    context = {
        "officer": request.user,
        "menu": MENU,
        "choices": _CHOICES[: int(request.GET.get("choices", 0))],
        "cases": found.select_related("country")[:rows],
    }
    return render(request, "bench_queue.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case by its key on a page of 7 KB; one statement beside session and user."""
    case = Case.objects.get(pk=pk)
    context = {"officer": request.user, "menu": MENU, "choices": _CHOICES[:70], "case": case}
    return render(request, "bench_detail.html", context)


def raw(rows: int = ROWS) -> int:
    """The queue's rows by one statement on a bare cursor; how many came."""
    with connection.cursor() as cursor:
        cursor.execute(RAW, [rows])
        return len(cursor.fetchall())
