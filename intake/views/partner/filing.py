"""An officer files for a company: one page, one key, one case; nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import business_number
from accounts.desk import Desk, at_desk, render
from accounts.models import CENTRE, COUNCIL_ASSOCIATION, Member
from intake import actions
from intake.actions import drafting
from intake.forms.partner.filing import OfficerFilingForm
from intake.models import Case, Draft, DraftFile
from intake.models.draft import FILING
from intake.timeline import submitter
from intake.views.drafted import as_post, take_files
from intake.views.partner import drafts, lookup

KINDS = (COUNCIL_ASSOCIATION, CENTRE)
# For how long an earlier filing of the same company may be the same matter.
_RECENT = dt.timedelta(days=90)
_NAMES = OfficerFilingForm.names()
_FROM_MEMBER = (
    "province",
    "municipality",
    "sector",
    "size_class",
    "export_band",
    "product",
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "language",
)


def _form(desk: Desk, data: Any = None, *, checked: bool = True, **more: Any) -> OfficerFilingForm:
    settled = {"kind": desk.kind, "zone": desk.organisation.time_zone, **more}
    if data is not None and not checked:
        return OfficerFilingForm.unchecked(data, **settled)
    return OfficerFilingForm(data, **settled)


def _page(
    request: HttpRequest,
    desk: Desk,
    form: OfficerFilingForm,
    draft: Draft | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    files = list(draft.files.select_related("file")) if draft else []
    context = {
        "form": form,
        "key": draft.key if draft else uuid.uuid4(),
        "begun": drafts.begun(desk, FILING, but=draft),
        "files": files,
        "room": settings.MAX_FILES_PER_MESSAGE - len(files),
        "max_files": settings.MAX_FILES_PER_MESSAGE,
        "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
        "draft_days": settings.DRAFT_DAYS,
        "quick": desk.kind == CENTRE,
    }
    return render(request, desk, "partner/file.html", context | more, status=status)


@at_desk(KINDS)
def file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The quick form; posted, it files, or keeps what was typed and says what is missing."""
    if request.method != "POST":
        return _opened(request, desk)
    draft = drafts.keep(request, desk, _NAMES, FILING)
    if draft.case is not None:
        return _posted_after_filing(request, desk, draft, draft.case)
    if "remove" in request.POST:
        drafts.remove_file(request, draft)
    if "pick" in request.POST:
        return _fill(request, desk, draft)
    return _ACTIONS.get(request.POST.get("action", ""), _save)(request, desk, draft)


def _opened(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new form, one that was begun, or the next one after a receipt."""
    draft = drafts.resumed(desk, request.GET.get("draft", ""), FILING)
    if draft is not None and draft.case is not None:
        return redirect(desk.path("receipt", draft.case.number))
    if draft is not None:
        return _page(request, desk, _form(desk, as_post(draft.data), checked=False), draft)
    initial = _as_before(request, desk) | _member(request, desk)
    return _page(request, desk, _form(desk, initial=initial), None)


def _member(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """What this organisation's own directory knows of the company in the address."""
    pk = request.GET.get("member", "")
    if not (pk.isdecimal() and len(pk) < 19):
        return {}
    row = Member.objects.filter(organisation__in=desk.reach, pk=int(pk)).first()
    if row is None:
        return {}
    number = business_number.pretty(row.company.business_number or "")
    known = {name: getattr(row, name) for name in _FROM_MEMBER}
    return known | {"company_name": row.name, "business_number": number, "no_number": not number}


def _as_before(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """How the case before came in: the next visitor of the same event comes in the same way."""
    before = (
        Case.objects.visible_to(desk.user)
        .filed_through(desk.reach)
        .filter(number=request.GET.get("after", ""))
        .first()
    )
    if before is None:
        return {}
    event = before.events.filter(verb="submit").first()
    initial = {
        "channel": before.channel,
        "event_name": event.facts.get("event", "") if event else "",
    }
    received, entered = (
        timezone.localtime(before.received_at),
        timezone.localtime(before.created_at),
    )
    if received.date() != entered.date():
        initial["received_on"] = received.date()
    return initial


def _file(request: HttpRequest, desk: Desk, draft: Draft) -> HttpResponse:
    """File it, unless something is wrong or the same matter is open here already."""
    refused = take_files(request, draft)
    form = _form(desk, request.POST)
    if not form.is_valid() or refused:
        return _page(request, desk, _with(form, refused), draft, status=422)
    similar = _similar(desk, form.cleaned_data, but=draft.key)
    if similar and request.POST.get("seen") != _seen(similar):
        more = {"similar": similar, "seen": _seen(similar)}
        return _page(request, desk, form, draft, status=409, **more)
    files = [row.file for row in draft.files.select_related("file")]
    try:
        case, _new = actions.submit(
            filing=form.filing(draft.key, files), by=submitter(desk.user, desk.organisation)
        )
    except actions.AlreadyReceivedError as error:
        return _second(request, desk, draft, error.case)
    return redirect(desk.path("receipt", case.number))


def _similar(desk: Desk, data: dict[str, Any], *, but: uuid.UUID) -> list[Case]:
    """Open cases of the same company, filed here lately, on the same country or kind."""
    if not data["business_number"]:
        return []
    rows = (
        Case.objects.visible_to(desk.user)
        .filed_through(desk.reach)
        .open()
        .filter(
            company__business_number=data["business_number"],
            created_at__gte=timezone.now() - _RECENT,
        )
        # A second press that comes while the first is being filed is no other matter.
        .exclude(idempotency_key=but)
        .order_by("-id")[:20]
    )
    return [
        row
        for row in rows
        if data["country"] == row.country_id or data["category"] == row.category_id
    ][:3]


def _seen(similar: list[Case]) -> str:
    return " ".join(case.number for case in similar)


def _save(request: HttpRequest, desk: Desk, draft: Draft) -> HttpResponse:
    """Keep what was typed and show the form as it was; files chosen meanwhile are taken in."""
    refused = take_files(request, draft)
    if refused:
        form = _with(_form(desk, request.POST, checked=False), refused)
        return _page(request, desk, form, draft, status=422)
    if request.POST.get("action") == "save":
        messages.success(request, _("Kept. It waits at the top of this page until you go on."))
    return redirect(_resume(desk, draft))


def _resume(desk: Desk, draft: Draft) -> str:
    return f"{desk.path('file')}?draft={draft.key}"


def _clear(request: HttpRequest, desk: Desk, draft: Draft) -> HttpResponse:
    """Throw away what was typed."""
    drafting.forget_draft(key=draft.key, by=submitter(desk.user, desk.organisation))
    messages.success(request, _("The draft was deleted."))
    return redirect(desk.path("file"))


def _fill(request: HttpRequest, desk: Desk, draft: Draft) -> HttpResponse:
    """Fill the form from what this organisation knows, where no script has done so already."""
    said = request.POST.get("business_number", "").strip() or request.POST.get("company_name", "")
    found = lookup.found(desk, said.replace("\x00", "").strip()[: lookup.LONGEST]) if said else []
    wanted = request.POST.get("pick", "")
    picked = [row for row in found if _pick(row) == wanted] or (found if len(found) == 1 else [])
    if len(picked) != 1:
        form = _form(desk, request.POST, checked=False)
        return _page(request, desk, form, draft, candidates=_offers(found), looked=True)
    data = dict(draft.data) | {
        "company_name": [picked[0]["name"]],
        **{name: [picked[0][name]] for name in _FROM_MEMBER if picked[0].get(name)},
    }
    if picked[0]["business_number"]:
        data["business_number"] = [business_number.pretty(picked[0]["business_number"])]
        data.pop("no_number", None)
    by = submitter(desk.user, desk.organisation)
    drafting.keep_draft(key=draft.key, data=data, language=draft.language, by=by)
    take_files(request, draft)
    return redirect(_resume(desk, draft))


def _pick(row: dict[str, Any]) -> str:
    """What names one of the companies found on a button."""
    return str(row["id"] or f"{row['name']} {row['business_number']}")


def _offers(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "pick": _pick(row),
            "name": row["name"],
            "number": business_number.pretty(row["business_number"]),
            "contact": row["contact_name"],
        }
        for row in found
    ]


_ACTIONS: dict[str, Callable[[HttpRequest, Desk, Draft], HttpResponse]] = {
    "file": _file,
    "clear": _clear,
    "fill": _fill,
}


def _with(form: OfficerFilingForm, refused: list[ValidationError]) -> OfficerFilingForm:
    for error in refused:
        form.add_error("files", error)
    return form


def _posted_after_filing(
    request: HttpRequest, desk: Desk, draft: Draft, case: Case
) -> HttpResponse:
    """A second press or the back button: the same text shows the receipt, another one is kept."""
    second = drafts.keep_beside(request, desk, _NAMES, FILING)
    take_files(request, second)
    form = _form(desk, request.POST)
    if form.is_valid():
        files = {
            row.file.sha256: row.file
            for row in DraftFile.objects.filter(draft__in=[draft, second]).select_related("file")
        }
        if form.filing(draft.key, list(files.values())).fingerprint == case.fingerprint:
            drafting.forget_draft(key=second.key, by=submitter(desk.user, desk.organisation))
            return redirect(desk.path("receipt", case.number))
    return _second(request, desk, second, case)


def _second(request: HttpRequest, desk: Desk, second: Draft, case: Case) -> HttpResponse:
    """The first case stands; the other text waits as a draft of its own."""
    if second.key == case.idempotency_key:
        second = drafts.keep_beside(request, desk, _NAMES, FILING)
    context = {"case": case, "second": _resume(desk, second), "draft_days": settings.DRAFT_DAYS}
    return render(request, desk, "partner/file_twice.html", context, status=409)
