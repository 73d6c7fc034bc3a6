"""Spreadsheets of a directory: the template, and importing with a preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import member_imports, member_sheets, member_tables
from accounts.business_number import pretty
from accounts.desk import Desk, at_desk, render
from accounts.forms.members import SheetForm
from accounts.member_imports import CHANGED, KINDS, NEW, SAME, WRONG
from accounts.models import MemberSheet
from files import sheets, tables
from intake.views.partner.members import spoken

# So many rows of a preview stand on one page.
PAGE = 100


def _sheet(desk: Desk, pk: int) -> MemberSheet:
    """A sheet of this desk that this person uploaded and has not applied."""
    return get_object_or_404(
        MemberSheet,
        pk=pk,
        organisation=desk.organisation,
        uploaded_by=desk.user,
        applied_at__isnull=True,
    )


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose a spreadsheet; what it would do is shown before anything is written."""
    form = SheetForm()
    status = 200
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                sheet = _read(desk, form.cleaned_data)
            except sheets.EncodingAsked as error:
                form.ask_encoding()
                form.add_error("encoding", error)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return redirect("partner:member-sheet", desk.code, sheet.pk)
    waiting = MemberSheet.objects.filter(
        organisation=desk.organisation, uploaded_by=desk.user, applied_at__isnull=True
    ).first()
    context = {"form": form, "waiting": waiting, "at_most": member_sheets.ROWS_AT_MOST}
    return render(request, desk, "partner/member_sheets.html", context, status=status)


def _read(desk: Desk, data: dict[str, Any]) -> MemberSheet:
    file = data["file"]
    rows = member_sheets.read(file, file.name, data.get("encoding", ""))
    if not rows:
        raise sheets.SheetRefused("no_rows")
    return member_imports.keep(
        organisation=desk.organisation, file_name=file.name, rows=rows, by=desk.user
    )


@at_desk()
@require_safe
def preview(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Row by row: new, changed with before and after, the same, wrong with how to mend it."""
    return _preview(request, desk, _sheet(desk, pk))


def _preview(
    request: HttpRequest, desk: Desk, sheet: MemberSheet, *, status: int = 200
) -> HttpResponse:
    comparison = member_imports.compare(sheet, desk)
    counts = comparison.counts
    kind = request.GET.get("show", "")
    if kind not in KINDS:
        kind = next((one for one in (WRONG, CHANGED, NEW) if counts[one]), SAME)
    rows = comparison.of(kind)
    text = request.GET.get("from", "")
    start = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    shown = rows[start : start + PAGE]

    def at(**where: Any) -> str:
        return "?" + urlencode(where)

    context = {
        "sheet": sheet,
        "seen": comparison.seen,
        "counts": counts,
        "good": counts[NEW] + counts[CHANGED],
        "kind": kind,
        "kinds": [
            (one, label, counts[one], at(show=one))
            for one, label in (
                (WRONG, _("Wrong")),
                (CHANGED, _("Changed")),
                (NEW, _("New companies")),
                (SAME, _("The same")),
            )
        ],
        "rows": [(row, _told(row)) for row in shown],
        "previous": at(show=kind, **{"from": max(0, start - PAGE)}) if start else "",
        "next": at(show=kind, **{"from": start + PAGE}) if len(rows) > start + PAGE else "",
    }
    return render(request, desk, "partner/member_sheet.html", context, status=status)


def _told(row: member_imports.Row) -> list[tuple[str, str, str]]:
    """The changes of a row in words: which field, before, after."""
    return [
        (
            str(member_sheets.LABELS[change.name]),
            _words(change.name, change.before),
            _words(change.name, change.after),
        )
        for change in row.changes
    ]


def _words(name: str, value: Any) -> str:
    if name == member_sheets.NUMBER:
        return pretty(value or "") or "–"
    return spoken(member_sheets.MemberForm.base_fields.get(name), value)


@at_desk()
@require_POST
def apply(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Write the good rows in one step."""
    sheet = _sheet(desk, pk)
    try:
        counts = member_imports.apply(sheet=sheet, desk=desk, seen=request.POST.get("seen", ""))
    except member_imports.StaleSheetError:
        messages.warning(
            request,
            _(
                "The directory has changed since this was shown. Nothing was written; look at "
                "what the file would do now and decide again."
            ),
        )
        return _preview(request, desk, _sheet(desk, pk), status=409)
    messages.success(
        request,
        _("%(new)d companies were added and %(changed)d changed; %(wrong)d rows were left out.")
        % counts,
    )
    return redirect("partner:members", desk.code)


@at_desk()
@require_POST
def discard(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Forget what was read; the directory stays as it is."""
    _sheet(desk, pk).delete()
    messages.success(request, _("Nothing was imported. What the file held was deleted."))
    return redirect("partner:member-sheets", desk.code)


@at_desk()
@require_safe
def template(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """An empty sheet with pick-lists."""
    response = FileResponse(
        member_tables.template(),
        as_attachment=True,
        filename=f"{_('Member companies')}.xlsx",
        content_type=tables.CONTENT_TYPES[tables.XLSX],
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
