"""The first page of a company's person: every case that they may see, and their companies."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import company_accounts, roles
from accounts.forms.company_accounts import RefuseForm
from accounts.models import Company, CompanyMembership, User
from accounts.rights import RefusedError
from intake import standing
from intake.forms.company import AskForm
from intake.models import Case

PAGE = 25


def for_company(view: Callable[..., Any]) -> Callable[..., Any]:
    """People without an office only: officers have desks, and would see others' cases here."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not roles.is_of_company(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@for_company
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Cases with state, whose turn and due date; then the companies and their people."""
    return _page(request)


def _page(request: HttpRequest, *, ask: AskForm | None = None, status: int = 200) -> HttpResponse:
    user: Any = request.user
    cases = Case.objects.visible_to(user).select_related("country").order_by("-id")
    text = request.GET.get("after", "")
    start = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
    found = list((cases.filter(pk__lt=start) if start else cases)[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    why = standing.of(user, found)
    own = _own_companies(user)
    context = {
        "rows": [(case, why[case.pk]) for case in found if case.pk in why],
        "next": f"?after={found[-1].pk}" if more else "",
        "deeper": bool(start),
        "companies": _companies(user),
        "waiting": _waiting(user),
        "ask": ask or AskForm(own=own),
    }
    return render(request, "company/home.html", context, status=status)


def _said(user: User, company: str) -> Subquery:
    """The name of a company as it stands in the person's own newest case.

    Anybody can file under a number: it must not tell by which name somebody else did.
    """
    own = Case.objects.filter(
        contact_address__in=roles.addresses_of(user), company=OuterRef(company)
    )
    return Subquery(own.order_by("-pk").values("company_name")[:1])


def _waiting(user: User) -> list[CompanyMembership]:
    """Requests for companies whose cases name the person; who typed a number learns no name."""
    rows = user.companies.asked().annotate(said=_said(user, "company")).exclude(said=None)
    found: list[Any] = list(rows.select_related("company").order_by("pk"))
    for row in found:
        row.company.name = row.said
    return found


def _own_companies(user: User) -> list[Company]:
    """Companies for which the person is a contact and to which they were not let in yet."""
    proved = roles.addresses_of(user)
    if not proved:
        return []
    named = Case.objects.filter(contact_address__in=proved).values("company")
    known = user.companies.filter(ended_at__isnull=True).values("company")
    rows = Company.objects.filter(pk__in=named).exclude(pk__in=known)
    found: list[Any] = list(rows.annotate(said=_said(user, "pk")).order_by("said", "pk")[:20])
    for company in found:
        company.name = company.said
    return found


def _companies(user: User) -> list[dict[str, Any]]:
    """Each company of the person with those who are in and those who ask."""
    mine = roles.companies_of(user)
    rows = (
        CompanyMembership.objects.filter(company__in=mine, ended_at__isnull=True)
        .select_related("company", "user")
        .order_by("company__name", "pk")
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        group = found.setdefault(row.company_id, {"company": row.company, "in": [], "ask": []})
        group["in" if row.granted_at else "ask"].append(row)
    return list(found.values())


@for_company
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to see every case of a company. Whether the number is known here is not told."""
    user: Any = request.user
    form = AskForm(request.POST, own=_own_companies(user))
    if not form.is_valid():
        return _page(request, ask=form, status=422)
    chosen = form.cleaned_data.get("company")
    number = form.cleaned_data["business_number"]
    note = form.cleaned_data["note"]
    try:
        if chosen:
            company_accounts.ask(user=user, company=Company.objects.get(pk=chosen), note=note)
        else:
            company_accounts.ask_by_number(user=user, number=number, note=note)
    except RefusedError as error:
        form.add_error(None, str(error))
        return _page(request, ask=form, status=409)
    messages.success(
        request,
        _("Your request was passed on. You get a mail when somebody of the company or we decide."),
    )
    return redirect("intake:company-home")


def _row(request: HttpRequest, pk: int) -> CompanyMembership:
    """A row of a company to which the person was let in."""
    mine = roles.companies_of(request.user)
    rows = CompanyMembership.objects.filter(company__in=mine, ended_at__isnull=True)
    return get_object_or_404(rows.select_related("user", "company"), pk=pk)


def _decided(
    request: HttpRequest, verb: Callable[..., None], done: str, **what: Any
) -> HttpResponse:
    try:
        verb(by=request.user, **what)
    except RefusedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect("intake:company-home")


@for_company
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a colleague in."""
    row = _row(request, pk)
    return _decided(request, company_accounts.grant, _("The person was let in."), row=row)


@for_company
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not let somebody in."""
    row = _row(request, pk)
    form = RefuseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else _("No reason was given.")
    done = _("The request was refused.")
    return _decided(request, company_accounts.refuse, done, row=row, reason=reason)


@for_company
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a colleague's access, or one's own."""
    row = _row(request, pk)
    return _decided(request, company_accounts.end, _("The access has ended."), row=row)
