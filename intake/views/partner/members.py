"""The member directory of an organisation: the list, one member with its cases, and its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import directory, members
from accounts.desk import Desk, at_desk, render
from accounts.forms.members import FilterForm, LeaveForm, MemberForm
from accounts.models import Member
from accounts.models.companies import MemberQuerySet
from accounts.told import describe
from intake import filed_for
from intake.models import Case
from intake.views.partner import shelves
from privacy import readings

# The page of a member shows so many of its cases; the list of cases shows them all.
_CASES_AT_MOST = 20


def of(desk: Desk) -> MemberQuerySet:
    """The directory of this desk."""
    return Member.objects.reached(desk.reach).select_related("company")


def _member(desk: Desk, pk: int) -> Member:
    return get_object_or_404(of(desk).select_related("updated_by"), pk=pk)


def asked_for(desk: Desk, params: Any) -> tuple[MemberQuerySet, dict[str, str]]:
    """The rows that the filter in an address asks for, and what it asks."""
    wanted = FilterForm(params).wanted()
    rows = directory.filtered(of(desk), wanted)
    if wanted.get("cases") == "open":
        rows = filed_for.with_open_case(desk, rows)
    return rows, wanted


@at_desk()
@require_safe
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The directory: search, filter, order, a page at a time."""
    rows, wanted = asked_for(desk, request.GET)
    page = directory.page(rows, wanted.get("sort", ""), request.GET)
    still = filed_for.open_cases(desk, page.rows)
    above = shelves.above(desk, "members", shelves.LISTS["members"].query(desk, wanted))
    query = urlencode(wanted)

    def beside(name: str, pk: int | None) -> str:
        return "?" + "&".join(filter(None, [query, urlencode({name: pk})])) if pk else ""

    whole = page.before is None and page.after is None
    context = {
        "above": above,
        "filter": FilterForm(wanted, auto_id="filter-%s"),
        "wanted": wanted,
        "open_filters": bool(wanted.keys() - {"q"}) and not above.at_view,
        "strange": any(
            request.GET.get(name, "").strip() and name not in wanted
            for name in FilterForm.base_fields
        ),
        "address": query,
        "rows": [(row, still.get(row.pk, 0)) for row in page.rows],
        "total": len(page.rows) if whole else rows.count(),
        "is_empty": not page.rows and not wanted and not of(desk).exists(),
        "previous": beside("before", page.before),
        "next": beside("after", page.after),
        "first": f"?{query}" if page.before else "",
    }
    return render(request, desk, "partner/members.html", context)


@at_desk()
@require_safe
def member(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One member: its facts, our note, and the cases that were filed here for it."""
    row = _member(desk, pk)
    way = readings.PARTNER
    readings.note_reading(f"member-{pk}", desk.user, way, desk.code, request=request)
    return _page(request, desk, row)


def _page(
    request: HttpRequest,
    desk: Desk,
    row: Member,
    *,
    leaving: LeaveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    cases = list(
        filed_for.of_member(desk, row)
        .select_related("country")
        .order_by("-id")[: _CASES_AT_MOST + 1]
    )
    context = {
        "member": row,
        "facts": describe(row),
        "cases": [(case, _case_url(desk, case)) for case in cases[:_CASES_AT_MOST]],
        "more": len(cases) > _CASES_AT_MOST,
        "leaving": leaving or LeaveForm(),
        "file_url": file_url(desk, row),
    }
    return render(request, desk, "partner/member.html", context, status=status)


def _case_url(desk: Desk, case: Case) -> str:
    return desk.path("case", case.number)


def file_url(desk: Desk, row: Member) -> str:
    """Where a case of this member is filed, with its facts filled in; empty for missions."""
    if desk.kind == "mission":
        return ""
    return f"{reverse('partner:file', args=[desk.code])}?{urlencode({'member': row.pk})}"


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new member."""
    if request.method != "POST":
        form = MemberForm(initial={"language": "ko", "name": request.GET.get("name", "")[:120]})
        return _form(request, desk, form)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _form(request, desk, form, status=422)
    try:
        row = members.add(
            organisation=desk.organisation,
            reach=desk.reach,
            business_number=form.cleaned_data["business_number"],
            facts=form.facts,
            by=desk.user,
        )
    except members.AlreadyMemberError as error:
        return _form(request, desk, form, known=error.member, status=409)
    messages.success(request, _("%(name)s was added to your directory.") % {"name": row.name})
    return redirect("partner:member", desk.code, row.pk)


@dataclass(frozen=True)
class Difference:
    """One field that a colleague changed while somebody else was writing."""

    label: str
    theirs: str
    yours: str


def _form(
    request: HttpRequest,
    desk: Desk,
    form: MemberForm,
    *,
    row: Member | None = None,
    seen: int = 0,
    known: Member | None = None,
    first: Member | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "member": row,
        "seen": seen,
        "known": known,
        "first": first,
        "differences": _differences(form, first) if first else [],
    }
    return render(request, desk, "partner/member_form.html", context, status=status)


def _differences(form: MemberForm, first: Member) -> list[Difference]:
    """Where the form and the row as a colleague left it say different things."""
    theirs = MemberForm.showing(first)
    found = []
    for field in form:
        here, there = form.cleaned_data.get(field.name), theirs.initial.get(field.name)
        if (here or "") != (there or ""):
            found.append(
                Difference(str(field.label), spoken(field.field, there), spoken(field.field, here))
            )
    return found


def spoken(field: Any, value: Any) -> str:
    """What a person reads for a stored value: the label of a choice, "–" for nothing."""
    if value in (None, ""):
        return "–"
    for code, label in getattr(field, "choices", ()):
        if isinstance(label, tuple | list):
            for inner, words in label:
                if str(inner) == str(value):
                    return str(words)
        elif str(code) == str(value):
            return str(label)
    return str(value)


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Change a member. Of two officers at once the second sees both versions and decides."""
    row = _member(desk, pk)
    if request.method != "POST":
        return _form(request, desk, MemberForm.showing(row), row=row, seen=row.version)
    form = MemberForm(request.POST)
    seen = _version(request)
    if not form.is_valid():
        return _form(request, desk, form, row=row, seen=seen, status=422)
    try:
        members.change(
            member=row,
            seen=seen,
            business_number=form.cleaned_data["business_number"],
            facts=form.facts,
            by=desk.user,
        )
    except members.ChangedMeanwhileError as error:
        now = error.member
        return _form(request, desk, form, row=now, seen=now.version, first=now, status=409)
    except members.AlreadyMemberError as error:
        return _form(request, desk, form, row=row, seen=seen, known=error.member, status=409)
    messages.success(request, _("The changes to %(name)s were saved.") % {"name": row.name})
    return redirect("partner:member", desk.code, row.pk)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@at_desk()
@require_POST
def leave(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The company is no longer a member; nothing of it is deleted."""
    row = _member(desk, pk)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, row, leaving=form, status=422)
    try:
        members.leave(
            member=row, seen=_version(request), on=form.cleaned_data["left_on"], by=desk.user
        )
    except members.ChangedMeanwhileError:
        return _changed(request, desk, pk)
    messages.success(request, _("%(name)s is no longer listed as a member.") % {"name": row.name})
    return redirect("partner:member", desk.code, row.pk)


@at_desk()
@require_POST
def rejoin(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The company is a member again."""
    row = _member(desk, pk)
    try:
        members.rejoin(member=row, seen=_version(request), by=desk.user)
    except members.ChangedMeanwhileError:
        return _changed(request, desk, pk)
    messages.success(request, _("%(name)s is a member again.") % {"name": row.name})
    return redirect("partner:member", desk.code, row.pk)


def _changed(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    row = _member(desk, pk)
    messages.warning(
        request,
        _("%(who)s changed this member meanwhile. Look at it as it is now and decide again.")
        % {"who": row.updated_by or _("Somebody")},
    )
    return _page(request, desk, row, status=409)
