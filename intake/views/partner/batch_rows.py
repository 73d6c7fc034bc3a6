"""Rows of a spreadsheet: mending one, leaving some out, taking the wrong ones along and back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from files import sheets, tables
from intake.actions import RefusedError, batches
from intake.bulk import mending, template
from intake.forms.partner.batches import UploadForm
from intake.models import Batch, BatchRow
from intake.models.batch import BAD, KEPT, ROW_FILED, ROW_UNDONE
from intake.views.partner.batches import batch_of, is_line, show

_DONE = (ROW_FILED, ROW_UNDONE, KEPT)


def _next_wrong(batch: Batch, line: int) -> int | None:
    """The row that is to be mended after this one, from the top again after the last."""
    wrong = batch.rows.filter(state=BAD).exclude(line=line).order_by("line")
    lines = wrong.values_list("line", flat=True)
    return lines.filter(line__gt=line).first() or lines.first()


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, desk: Desk, key: uuid.UUID, line: int) -> HttpResponse:
    """One row with every cell: its wrong cells first; what is typed is kept, right or not."""
    batch = batch_of(desk, key)
    found = get_object_or_404(batch.rows.select_related("twin", "case"), line=line)
    if found.state in _DONE or not batch.is_open:
        return redirect(desk.path("batch", batch.key))
    if request.method != "POST":
        form = mending.RowForm(found.cells, batch=batch, line=line)
        form.is_valid()
        return _row(request, desk, batch, found, form)
    form = mending.RowForm(mending.typed(request.POST), batch=batch, line=line)
    form.is_valid()
    try:
        mending.save(batch, found, form)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect(desk.path("batch", batch.key))
    if form.errors:
        return _row(request, desk, batch, found, form, status=422)
    messages.success(request, _("Row %(line)s is right now.") % {"line": line})
    after = _next_wrong(batch, line)
    if after is not None and "next" in request.POST:
        return redirect(desk.path("batch-row", batch.key, after))
    return redirect(desk.path("batch", batch.key))


def _row(
    request: HttpRequest,
    desk: Desk,
    batch: Batch,
    found: BatchRow,
    form: mending.RowForm,
    *,
    status: int = 200,
) -> HttpResponse:
    wrong = batch.rows.filter(state=BAD).count()
    context = {"batch": batch, "row": found, "form": form, "wrong": wrong}
    return render(request, desk, "partner/batch_row.html", context, status=status)


@at_desk()
@require_POST
def mark(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Leave the ticked rows out, take them in again, or file them although they look filed."""
    batch = batch_of(desk, key)
    what = request.POST.get("what", "")
    lines = [int(text) for text in request.POST.getlist("line") if is_line(text)][:1000]
    if what not in (*batches.MARKS, "take_in"):
        raise Http404
    if not lines:
        messages.warning(request, _("Tick the rows first."))
        return _back(request, desk, batch)
    try:
        if what == "take_in":
            count = mending.take_in(batch, lines)
        else:
            count = batches.mark(batch=batch, lines=lines, what=what)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(count)s row changed.", "%(count)s rows changed.", count)
        messages.success(request, text % {"count": count})
    return _back(request, desk, batch)


def _back(request: HttpRequest, desk: Desk, batch: Batch) -> HttpResponse:
    shown = request.POST.get("show", "")
    path = desk.path("batch", batch.key)
    return redirect(f"{path}?show={shown}" if shown.isidentifier() else path)


@at_desk()
@require_safe
def wrong(request: HttpRequest, desk: Desk, key: uuid.UUID) -> FileResponse:
    """The rows that are to be mended as a workbook, each with what is wrong with it."""
    batch = batch_of(desk, key)
    rows = batch.rows.filter(state=BAD).order_by("line")
    file = template.to_mend(rows.iterator(chunk_size=200), get_language() or "ko")
    stem = batch.name.rpartition(".")[0] or batch.name
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{stem} - {_('rows to mend')}.xlsx",
        content_type=tables.CONTENT_TYPES[tables.XLSX],
    )


@at_desk()
@require_POST
def mend(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Replace rows by those of a file that was downloaded here and mended."""
    batch = batch_of(desk, key)
    form = UploadForm(request.POST, request.FILES, prefix="mend")
    if not form.is_valid():
        return show(request, desk, batch, mend=form, status=422)
    file = form.cleaned_data["file"]
    try:
        sheets.check(file.file, file.name)
        replaced, aside = mending.take_back(batch, file.file, file.name)
    except ValidationError as refused:
        form.add_error("file", refused)
        return show(request, desk, batch, mend=form, status=422)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(count)s row replaced.", "%(count)s rows replaced.", replaced)
        messages.success(request, text % {"count": replaced})
        if aside:
            text = ngettext(
                "%(count)s row was left aside: it is not one of this file's, or filed already.",
                "%(count)s rows were left aside: they are not of this file, or filed already.",
                aside,
            )
            messages.warning(request, text % {"count": aside})
    return redirect(desk.path("batch", batch.key))
