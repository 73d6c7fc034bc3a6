"""Filing a difficulty: form, check-your-answers, completion. One key, one case.

The form carries a key. Everything that is posted is kept as a draft under that key, files
included, so that an error, a lost line or the back button loses nothing; the key becomes the
case's idempotency key, so that nothing is filed twice (FAULTS rule 3).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from intake import actions, deadline, links
from intake.actions import drafting
from intake.forms.filing import FilingForm
from intake.models import Case, Draft
from intake.models.policy import DEFAULT_POLICY
from intake.timeline import COMPANY

_NOT_KEPT = {"csrfmiddlewaretoken", "key", "action", "remove", "files"}


def _key(request: HttpRequest) -> uuid.UUID:
    """The form's key; a new one where none or nonsense came along."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was typed, as the draft keeps it. NUL cannot be stored and means nothing."""
    return {
        name: [value.replace("\x00", "") for value in values]
        for name, values in request.POST.lists()
        if name not in _NOT_KEPT
    }


def _as_post(data: dict[str, list[str]]) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, values in data.items():
        post.setlist(name, values)
    return post


def _page(
    request: HttpRequest,
    form: FilingForm,
    draft: Draft | None,
    *,
    file_errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "intake/file.html",
        {
            "form": form,
            "key": draft.key if draft else uuid.uuid4(),
            "files": list(draft.files.select_related("file")) if draft else [],
            "file_errors": file_errors or [],
            "max_files": settings.MAX_FILES_PER_MESSAGE,
            "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
            "due_if_now": deadline.in_working_days(deadline.policies()[DEFAULT_POLICY].length),
        },
        status=status,
    )


@login_not_required
def file(request: HttpRequest) -> HttpResponse:
    """The form; posted, it checks, keeps a draft and shows the answers to be confirmed."""
    if request.method != "POST":
        return _page(request, FilingForm(), None)
    draft = drafting.keep_draft(
        key=_key(request), data=_typed(request), language=get_language() or "ko"
    )
    if draft.case is not None:
        return _posted_after_filing(request, draft, draft.case)
    return _ACTIONS.get(request.POST.get("action", ""), _check)(request, draft)


def _check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the answers to be confirmed, or what is wrong with them."""
    file_errors = _take_files(request, draft)
    form = FilingForm(request.POST)
    if not form.is_valid() or file_errors:
        return _page(request, form, draft, file_errors=file_errors, status=422)
    return _check_page(request, form, draft)


def _upload(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Take the files and show the form as it was."""
    file_errors = _take_files(request, draft)
    return _page(request, _unchecked(request.POST), draft, file_errors=file_errors)


def _remove(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Take one file out and show the form as it was."""
    number = request.POST.get("remove", "")
    if number.isdecimal() and len(number) < 19:
        drafting.remove_file(draft=draft, pk=int(number))
    return _page(request, _unchecked(request.POST), draft)


def _unchecked(data: Any) -> FilingForm:
    """The form with what was typed, before anybody asked whether it is right."""
    form = FilingForm(data)
    form._errors = {}  # type: ignore[assignment]
    return form


def _check_page(request: HttpRequest, form: FilingForm, draft: Draft) -> HttpResponse:
    return render(
        request,
        "intake/check.html",
        {
            "key": draft.key,
            "sections": form.answers(),
            "files": list(draft.files.select_related("file")),
            "due_if_now": deadline.in_working_days(deadline.policies()[DEFAULT_POLICY].length),
            "at_border": form.cleaned_data["at_border"],
        },
    )


def _take_files(request: HttpRequest, draft: Draft) -> list[str]:
    """Store the uploaded files with the draft; what is refused says why, by name."""
    errors = []
    room = settings.MAX_FILES_PER_MESSAGE - draft.files.count()
    for upload in request.FILES.getlist("files"):
        if room <= 0:
            errors.append(
                _("%(name)s: at most %(count)d files can be attached. Remove one first.")
                % {"name": upload.name, "count": settings.MAX_FILES_PER_MESSAGE}
            )
            continue
        try:
            drafting.add_file(draft=draft, upload=upload)
            room -= 1
        except ValidationError as error:
            errors += error.messages
    return errors


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep the draft and mail the link that resumes it; an address is all that it needs."""
    file_errors = _take_files(request, draft)
    form = FilingForm(request.POST)
    form.is_valid()
    email = form.cleaned_data.get("contact_email", "")
    unchecked = _unchecked(request.POST)
    if not email:
        unchecked.add_error(
            "contact_email",
            ValidationError(
                _("Write your e-mail address: the link to go on goes there."), code="draft"
            ),
        )
        return _page(request, unchecked, draft, file_errors=file_errors, status=422)
    drafting.mail_draft_link(draft=draft, to=email)
    messages.success(
        request,
        _("Your draft is kept for %(days)d days. We have mailed you a link to go on with it.")
        % {"days": settings.DRAFT_DAYS},
    )
    return _page(request, unchecked, draft, file_errors=file_errors)


@login_not_required
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """File what was confirmed. The same key gives the same receipt, however often it comes."""
    draft = Draft.objects.select_related("case").filter(key=_key(request)).first()
    if draft is None:
        messages.error(request, _("This form is no longer known here. Please check it again."))
        return redirect("intake:file")
    if draft.case is not None:
        return redirect(links.receipt_path(draft.case))
    form = FilingForm(_as_post(draft.data))
    if not form.is_valid():
        return _page(request, form, draft, status=422)
    files = [row.file for row in draft.files.select_related("file")]
    case, _new = actions.submit(filing=form.filing(draft.key, files), by=COMPANY)
    return redirect(links.receipt_path(case))


# What the form's buttons ask for; anything else is the check.
_ACTIONS: dict[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "upload": _upload,
    "remove": _remove,
    "save": _save,
}


def _posted_after_filing(request: HttpRequest, draft: Draft, case: Case) -> HttpResponse:
    """The back button after filing: the same text shows the receipt, another one is kept."""
    form = FilingForm(request.POST)
    files = [row.file for row in draft.files.select_related("file")]
    said = form.filing(draft.key, files) if form.is_valid() and not request.FILES else None
    if said is not None and said.fingerprint == case.fingerprint:
        return redirect(links.receipt_path(case))
    second = drafting.keep_draft(
        key=uuid.uuid4(), data=_typed(request), language=get_language() or "ko"
    )
    return render(
        request,
        "intake/already_received.html",
        {"case": case, "link": links.follow_path(case), "key": second.key},
        status=409,
    )


@login_not_required
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The completion page: number, tracking code, date and who holds the case."""
    try:
        number = links.read(links.RECEIPT, token)
    except links.BadLinkError:
        return render(request, "intake/link_over.html", {"purpose": "receipt"}, status=410)
    case = Case.objects.filter(number=number).first()
    if case is None:
        return render(request, "intake/link_over.html", {"purpose": "receipt"}, status=410)
    return render(request, "intake/receipt.html", {"case": case, "deadline": deadline.of(case)})


@login_not_required
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Open a draft from the mailed link."""
    try:
        key = links.read(links.DRAFT, token)
    except links.BadLinkError:
        return render(request, "intake/link_over.html", {"purpose": "draft"}, status=410)
    draft = Draft.objects.select_related("case").filter(key=key).first()
    if draft is None:
        return render(request, "intake/link_over.html", {"purpose": "draft"}, status=410)
    if draft.case is not None:
        return redirect(links.receipt_path(draft.case))
    return _page(request, _unchecked(_as_post(draft.data)), draft)
