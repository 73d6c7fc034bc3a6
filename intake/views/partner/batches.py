"""Filing from a spreadsheet: the template, the upload, the file's page and its progress."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from files import sheets, storing, tables
from intake.actions import RefusedError, batches
from intake.bulk import template, words
from intake.bulk.reading import MOST_ROWS
from intake.forms.partner.batches import UndoForm, UploadForm
from intake.models import Batch
from intake.models.batch import (
    BAD,
    FILED,
    GOOD,
    LIKELY_DUPLICATE,
    REFUSED,
    ROW_FILED,
    ROW_LABELS,
)

ON_A_PAGE = 50
LISTED = 50


def is_line(text: str) -> bool:
    """Whether a part of an address is a number that a database can hold."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def batch_of(desk: Desk, key: uuid.UUID) -> Batch:
    """A batch of this desk; 404 for everybody else's."""
    rows = Batch.objects.visible_to(desk.user).filter(organisation__in=desk.reach)
    return get_object_or_404(
        rows.select_related("uploaded_by", "filed_by", "organisation"), key=key
    )


@at_desk()
@require_safe
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was uploaded, the newest first, and the form for another file."""
    return _list(request, desk, UploadForm())


def _list(request: HttpRequest, desk: Desk, form: UploadForm, *, status: int = 200) -> HttpResponse:
    rows = Batch.objects.visible_to(desk.user).filter(organisation__in=desk.reach)
    if before := request.GET.get("before", ""):
        rows = rows.filter(pk__lt=int(before)) if is_line(before) else rows.none()
    found = list(
        rows.select_related("uploaded_by").annotate(rows_in_it=Count("rows"))[: LISTED + 1]
    )
    context = {
        "form": form,
        "batches": found[:LISTED],
        "before": found[LISTED - 1].pk if len(found) > LISTED else None,
        "most": MOST_ROWS,
        "days": batches.KEPT_DAYS,
    }
    return render(request, desk, "partner/batches.html", context, status=status)


@at_desk()
@require_POST
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a file and lead to its page, where a worker is seen reading it."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, desk, form, status=422)
    file = form.cleaned_data["file"]
    try:
        if getattr(file, "store_full", False) is False:
            sheets.check(file.file, file.name)
        stored = storing.store(file)
        batch = batches.receive(
            organisation=desk.organisation, file=stored, name=stored.original_name, by=desk.user
        )
    except batches.SameFileError as same:
        messages.warning(request, str(same))
        return redirect(desk.path("batch", same.batch.key))
    except ValidationError as refused:
        form.add_error("file", refused)
        return _list(request, desk, form, status=422)
    return redirect(desk.path("batch", batch.key))


@at_desk()
@require_safe
def template_file(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse | FileResponse:
    """The workbook to fill in, in the reader's language, or the same as CSV."""
    language = get_language() or "ko"
    name = _("Template for filing difficulties")
    if kind == tables.CSV:
        response = HttpResponse(
            template.csv_text(language), content_type=tables.CONTENT_TYPES[tables.CSV]
        )
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
        return response
    return FileResponse(
        template.xlsx(language),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type=tables.CONTENT_TYPES[tables.XLSX],
    )


@at_desk()
@require_safe
def page(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """One file: how far it is, what is right and what is not, and what can be done."""
    return show(request, desk, batch_of(desk, key))


def show(
    request: HttpRequest,
    desk: Desk,
    batch: Batch,
    *,
    undo: UndoForm | None = None,
    mend: UploadForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a file; forms with errors come back on it."""
    counts = dict(
        batch.rows.order_by()
        .values_list("state")
        .annotate(Count("pk"))
        .values_list("state", "pk__count")
    )
    shown = request.GET.get("show", "")
    if shown not in ROW_LABELS:
        shown = ""
    after = request.GET.get("after", "")
    found = batch.rows.select_related("case", "twin")
    if shown:
        found = found.filter(state=shown)
    if is_line(after):
        found = found.filter(line__gt=int(after))
    rows = list(found.order_by("line")[: ON_A_PAGE + 1])
    context = {
        "batch": batch,
        "refusal": words.refusal(batch.refusal) if batch.state == REFUSED else "",
        "previews": _previews(batch),
        "remarks": [words.remark(one) for one in batch.remarks],
        "counts": counts,
        "total": sum(counts.values()),
        "chips": [
            (state, label, counts[state]) for state, label in ROW_LABELS.items() if state in counts
        ],
        "shown": shown,
        "rows": [(row, faults(row)) for row in rows[:ON_A_PAGE]],
        "next": rows[ON_A_PAGE - 1].line if len(rows) > ON_A_PAGE else None,
        "after": after,
        "good": counts.get(GOOD, 0) if batch.is_open else 0,
        "bad": counts.get(BAD, 0) if batch.is_open else 0,
        "doubtful": counts.get(LIKELY_DUPLICATE, 0) if batch.is_open else 0,
        "can_undo": batch.state == FILED and counts.get(ROW_FILED, 0),
        "undo": undo or UndoForm(),
        "mend": mend or UploadForm(prefix="mend"),
        "days": batches.KEPT_DAYS,
        "progress": progress_of(batch),
    }
    return render(request, desk, "partner/batch.html", context, status=status)


def faults(row: Any) -> list[dict[str, str]]:
    """What is wrong with a row: cell, column, what was typed, and the sentence."""
    return [
        {
            "cell": one.get("cell", ""),
            "label": words.label_of(one["column"]) if one.get("column") else "",
            "typed": row.cells.get(one.get("column", ""), "")[:80],
            "text": words.fault(one, row.cells),
        }
        for one in row.errors
    ]


def _previews(batch: Batch) -> list[tuple[str, str, list[str]]]:
    """The first lines of a file in each way in which its letters can be read."""
    found = batch.refusal.get("facts", {}).get("previews", {}) if batch.state == REFUSED else {}
    return [(code, sheets.ENCODINGS[code], lines) for code, lines in found.items()]


def progress_of(batch: Batch) -> dict[str, Any]:
    """How far a worker is, for the bar and for the reader."""
    known = batch.state in ("filing", "undoing")
    text = ngettext("%(count)s row done", "%(count)s rows done", batch.done)
    said = text % {"count": batch.done}
    if known:
        said = _("%(done)s of %(total)s rows done") % {"done": batch.done, "total": batch.total}
    return {
        "at_work": batch.is_at_work,
        "state": batch.state,
        "label": batch.state_label,
        "text": said,
        "done": batch.done,
        "total": batch.total if known else 0,
    }


@at_desk()
@require_safe
def progress(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """How far it is, for the page that asks every second."""
    return JsonResponse(progress_of(batch_of(desk, key)))


@at_desk()
@require_POST
def read_as(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Read the file in the letters that somebody has chosen."""
    batch = batch_of(desk, key)
    encoding = request.POST.get("encoding", "")
    if encoding not in batch.refusal.get("facts", {}).get("previews", {}):
        raise Http404
    return _tried(request, desk, batch, lambda: batches.read_as(batch=batch, encoding=encoding))


@at_desk()
@require_POST
def file(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """File every right row."""
    batch = batch_of(desk, key)
    return _tried(request, desk, batch, lambda: batches.start_filing(batch=batch, by=desk.user))


@at_desk()
@require_POST
def undo(request: HttpRequest, desk: Desk, key: uuid.UUID) -> HttpResponse:
    """Take back what nobody has begun."""
    batch = batch_of(desk, key)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return show(request, desk, batch, undo=form, status=422)
    reason = form.cleaned_data["reason"]
    return _tried(
        request,
        desk,
        batch,
        lambda: batches.start_undoing(batch=batch, reason=reason, by=desk.user),
    )


def _tried(request: HttpRequest, desk: Desk, batch: Batch, step: Any) -> HttpResponse:
    """Take a step and lead back to the page, which says why when it was not possible."""
    try:
        step()
    except batches.SameFileError as same:
        messages.warning(request, str(same))
        return redirect(desk.path("batch", same.batch.key))
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(desk.path("batch", batch.key))
