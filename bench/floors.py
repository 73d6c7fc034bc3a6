"""Bare twins of the portal's pages: what Django itself costs for as many rows and bytes."""

from __future__ import annotations

import functools
import uuid

from django import forms
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from intake.models import Case, CaseEvent, TriageCase
from notifications.models import PARKED, Notice

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


class BareForm(forms.Form):
    """As many answers as a company gives, checked as Django checks them and no further."""

    title = forms.CharField(max_length=120)
    country = forms.CharField(max_length=2)
    category = forms.CharField(max_length=20)
    situation = forms.CharField(max_length=4000, widget=forms.Textarea)
    problem = forms.CharField(max_length=4000, widget=forms.Textarea)
    request = forms.CharField(max_length=4000, widget=forms.Textarea)
    company_name = forms.CharField(max_length=120)
    business_number = forms.RegexField(r"\A\d{10}\Z")
    province = forms.CharField(max_length=10)
    contact_name = forms.CharField(max_length=80)
    contact_phone = forms.CharField(max_length=40)
    contact_email = forms.EmailField()
    visibility = forms.ChoiceField(choices=[("named", "1"), ("secretariat", "2")])


@functools.cache
def _example() -> dict[str, object]:
    """The columns of some case of the stock: what a bare insert writes anew."""
    case = Case.objects.order_by("pk").first()
    if case is None:
        raise LookupError("the stock holds no case")
    left = {"id", "number", "idempotency_key"}
    return {
        field.attname: getattr(case, field.attname)
        for field in Case._meta.concrete_fields
        if field.name not in left
    }


@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """The form and three inserts in one transaction: what filing cannot do without (P7)."""
    form = BareForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=422)
    key = uuid.uuid4()
    with transaction.atomic():
        case = Case.objects.create(**_example(), number=f"B-{key.hex[:20]}", idempotency_key=key)
        CaseEvent.objects.create(
            case=case, verb="submit", to_state=case.state, role="submitter", facts={}
        )
        Notice.objects.create(
            kind="sample",
            to_address=form.cleaned_data["contact_email"],
            subject_key=case.number,
            thread=case.number,
            # It is nobody's to deliver: the worker of the run has its own.
            state=PARKED,
            context={"number": case.number, "title": form.cleaned_data["title"]},
        )
    return redirect("/bench/ok/")
