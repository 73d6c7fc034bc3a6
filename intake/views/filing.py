"""Filing a difficulty: form, check-your-answers, completion. One key, one case.

The form carries a key. Everything that is posted is kept as a draft under that key, files
included, so that an error, a lost line or the back button loses nothing; the key becomes the
case's idempotency key, so that nothing is filed twice (FAULTS rule 3). What went well leads on
with a redirect, so that a reload sends nothing again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from intake import actions, explain, letters, links
from intake.actions import access, drafting
from intake.answering_first import offering
from intake.answering_first.verbs import take_back
from intake.forms.answers import answers
from intake.forms.filing import FilingForm
from intake.models import Case, Draft, DraftFile
from intake.models.policy import BORDER_POLICY, DEFAULT_POLICY
from intake.timeline import COMPANY
from intake.views.drafted import as_post, key_of, take_files, typed
from intake.views.following import address
from notifications import addresses

# The category whose cases are urgent when the goods wait (reference data, codes never reused).
_HELD_AT_CUSTOMS = "CUS-01"


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _keep(request: HttpRequest, key: uuid.UUID) -> Draft:
    kept: dict[str, Any] = {"data": typed(request, FilingForm.names()), "language": _language()}
    try:
        return drafting.keep_draft(key=key, **kept)
    except drafting.OthersDraftError:
        return drafting.keep_draft(key=uuid.uuid4(), **kept)


def _page(
    request: HttpRequest,
    form: FilingForm,
    draft: Draft | None,
    *,
    status: int = 200,
    came_by: str = "",
) -> HttpResponse:
    date, _sentence = explain.if_filed_now(DEFAULT_POLICY)
    files = list(draft.files.select_related("file")) if draft else []
    response = render(
        request,
        "intake/file.html",
        {
            "form": form,
            "key": draft.key if draft else uuid.uuid4(),
            "came_by": came_by or request.POST.get("came_by", "")[:300],
            "resume": links.draft_path(draft.key) if draft else "",
            "files": files,
            "room": settings.MAX_FILES_PER_MESSAGE - len(files),
            "max_files": settings.MAX_FILES_PER_MESSAGE,
            "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
            "due_if_now": date,
            "draft_days": settings.DRAFT_DAYS,
        },
        status=status,
    )
    if draft is None and not request.user.is_authenticated:
        # The empty form tells nothing about anybody. Kept by the browser, it comes back with
        # its text and its key when somebody goes back to it, also without JavaScript.
        response["Cache-Control"] = "private, no-cache"
    return response


@login_not_required
def file(request: HttpRequest) -> HttpResponse:
    """The form; posted, it checks, keeps a draft and leads to the answers to be confirmed."""
    if request.method != "POST":
        return _page(request, FilingForm(), None)
    if request.POST.get("action") == "clear":
        drafting.forget_draft(key=key_of(request))
        return redirect("intake:file")
    draft = _keep(request, key_of(request))
    if draft.case is not None:
        return _posted_after_filing(request, draft, draft.case)
    _go_on(draft)
    if "remove" in request.POST:
        return _remove(request, draft)
    return _ACTIONS.get(request.POST.get("action", ""), _check)(request, draft)


def _go_on(draft: Draft) -> None:
    """Whoever writes on after an entry was answer enough has opened the draft again."""
    if draft.settled_at is not None:
        take_back(draft)


def _check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Lead to the answers to be confirmed, or show what is wrong with them."""
    refused = take_files(request, draft)
    form = FilingForm(request.POST)
    if not form.is_valid() or refused:
        return _page(request, _with(form, refused), draft, status=422)
    _prove(request, form.cleaned_data["contact_email"])
    return redirect("intake:check", links.make(links.DRAFT, str(draft.key)))


def _prove(request: HttpRequest, email: str) -> None:
    """Whoever goes on from a mailed link and presses the button reads the mail of that address."""
    with suppress(links.BadLinkError):
        if links.came_through(links.DRAFT, request.POST.get("came_by", "")[:300], email):
            addresses.prove(email)


def _upload(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Take the files and show the form as it was."""
    refused = take_files(request, draft)
    if refused:
        form = _with(FilingForm.unchecked(request.POST), refused)
        return _page(request, form, draft, status=422)
    return redirect(links.draft_path(draft.key) + "#files")


def _remove(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Take one file out and show the form as it was; files chosen meanwhile are taken in."""
    number = request.POST["remove"]
    if number.isdecimal() and len(number) < 19:
        drafting.remove_file(draft=draft, pk=int(number))
    return _upload(request, draft)


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep the draft and mail the link that resumes it; an address is all that it needs."""
    refused = take_files(request, draft)
    checked = FilingForm(request.POST)
    checked.is_valid()
    form = _with(FilingForm.unchecked(request.POST), refused)
    email = checked.cleaned_data.get("contact_email", "")
    if not email:
        form.add_error(
            "contact_email",
            ValidationError(
                _("Write your e-mail address: the link to go on goes there."), code="draft"
            ),
        )
        return _page(request, form, draft, status=422)
    try:
        drafting.mail_draft_link(draft=draft, to=email, address=address(request))
    except access.TooManyTriesError as error:
        form.add_error("contact_email", str(error))
        return _page(request, form, draft, status=429)
    messages.success(
        request,
        _("Your draft is kept for %(days)d days. We have mailed you a link to go on with it.")
        % {"days": settings.DRAFT_DAYS},
    )
    if refused:
        return _page(request, form, draft, status=422)
    return redirect(links.draft_path(draft.key))


# What the form's buttons ask for; anything else is the check.
_ACTIONS: dict[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "upload": _upload,
    "save": _save,
}


def _with(form: FilingForm, refused: list[ValidationError]) -> FilingForm:
    """The form with what was wrong about the files beside its field."""
    for error in refused:
        form.add_error("files", error)
    return form


def _drafted(token: str) -> Draft | None:
    """The draft of a link; None when the link is over, cut, or its draft is gone."""
    try:
        key = links.read(links.DRAFT, token)
    except links.BadLinkError:
        return None
    return Draft.objects.of_companies().select_related("case").filter(key=key).first()


def _over(request: HttpRequest, purpose: str) -> HttpResponse:
    return render(request, "intake/link_over.html", {"purpose": purpose}, status=410)


def _filed(request: HttpRequest, case: Case) -> HttpResponse:
    """Where the link of a filed draft leads: to the receipt for as long as a receipt is shown.

    Draft links are mailed, perhaps to a mistyped address, and the receipt shows the tracking
    code: afterwards the link is over.
    """
    if timezone.now() - case.created_at > links.LIFETIME[links.RECEIPT]:
        return _over(request, "receipt")
    return redirect(links.receipt_path(case))


@login_not_required
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """The answers to be confirmed; each has a way back to its field."""
    draft = _drafted(token)
    if draft is None:
        return _over(request, "draft")
    if draft.case is not None:
        return _filed(request, draft.case)
    if draft.settled_at is not None:
        return redirect("intake:settled", token)
    form = FilingForm(as_post(draft.data))
    if not form.is_valid():
        return _page(request, form, draft, status=422)
    policy = BORDER_POLICY if form.cleaned_data["at_border"] else DEFAULT_POLICY
    date, sentence = explain.if_filed_now(policy)
    return render(
        request,
        "intake/check.html",
        {
            "key": draft.key,
            "change": links.draft_path(draft.key),
            "sections": answers(form),
            "files": list(draft.files.select_related("file")),
            "due_if_now": date,
            "due_sentence": sentence,
            # Who chose “held at customs” in a hurry may have left the box beside it empty.
            "ask_border": not form.cleaned_data["at_border"]
            and form.cleaned_data["category"] == _HELD_AT_CUSTOMS,
            "offers": offering.fitting(offering.read(as_post(draft.data))),
        },
    )


@login_not_required
@require_safe
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Open a draft from the mailed link, or go back to it from the check."""
    draft = _drafted(token)
    if draft is None:
        return _over(request, "draft")
    if draft.case is not None:
        return _filed(request, draft.case)
    if draft.settled_at is not None:
        return redirect("intake:settled", token)
    return _page(request, FilingForm.unchecked(as_post(draft.data)), draft, came_by=token)


@login_not_required
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """File what was confirmed. The same key gives the same receipt, however often it comes."""
    draft = Draft.objects.of_companies().with_files().filter(key=key_of(request)).first()
    if draft is None:
        messages.error(
            request,
            _("This draft is no longer here; it may have been too old. Please fill in anew."),
        )
        return redirect("intake:file")
    if draft.case is not None:
        return redirect(links.receipt_path(draft.case))
    _go_on(draft)
    form = FilingForm(as_post(draft.data))
    if not form.is_valid():
        return _page(request, form, draft, status=422)
    files = [row.file for row in draft.files.select_related("file")] if draft.has_files else []
    try:
        case, _new = actions.submit(
            filing=form.filing(draft.key, files, language=draft.language), by=COMPANY
        )
    except actions.AlreadyReceivedError as error:
        second = drafting.keep_draft(key=uuid.uuid4(), data=draft.data, language=draft.language)
        return _already_received(request, error.case, second)
    return redirect(links.receipt_path(case))


def _posted_after_filing(request: HttpRequest, draft: Draft, case: Case) -> HttpResponse:
    """The back button after filing: the same text shows the receipt, another one is kept."""
    second = _keep(request, uuid.uuid4())
    take_files(request, second)
    form = FilingForm(request.POST)
    if form.is_valid():
        # A browser sends the chosen files again with the page; the same ones are the same text.
        files = {
            row.file.sha256: row.file
            for row in DraftFile.objects.filter(draft__in=[draft, second]).select_related("file")
        }
        said = form.filing(draft.key, list(files.values()), language=case.language)
        if said.fingerprint == case.fingerprint:
            drafting.forget_draft(key=second.key)
            return redirect(links.receipt_path(case))
    return _already_received(request, case, second)


def _already_received(request: HttpRequest, case: Case, second: Draft) -> HttpResponse:
    """The first case stands; the second text waits as a draft of its own."""
    return render(
        request,
        "intake/already_received.html",
        {
            "case": case,
            "receipt": links.receipt_path(case),
            "second": links.draft_path(second.key),
            "files": list(second.files.select_related("file")),
            "draft_days": settings.DRAFT_DAYS,
        },
        status=409,
    )


@login_not_required
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The completion page: number, tracking code, date and who holds the case."""
    try:
        number = links.read(links.RECEIPT, token)
    except links.BadLinkError:
        return _over(request, "receipt")
    case = Case.objects.filter(number=number).select_related("assignee").first()
    if case is None:
        return _over(request, "receipt")
    return render(
        request,
        "intake/receipt.html",
        {
            "case": case,
            "due": explain.date(case),
            "sentence": explain.sentence(case),
            "officer": letters.officer(case),
            "follow_url": links.follow_path(case),
            "file_count": case.attachments.for_submitter().count(),
        },
    )
