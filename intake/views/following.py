"""Following a case without an account: finding it, reading it, taking part in it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from files import serving, storing
from files.models import StoredFile
from intake import actions, deadline, links, workflow
from intake.actions import access
from intake.forms.following import (
    AskCodeForm,
    DisputeForm,
    EnterCodeForm,
    MessageForm,
    SolvedForm,
    SupplementForm,
    TrackingForm,
    WithdrawForm,
)
from intake.models import Case
from intake.timeline import COMPANY
from notifications import outbox

# How long a case stays open in a browser after its code or link was shown.
_GRANT_SECONDS = 4 * 3600
_GRANTS = "followed"


def _address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


def _grant(request: HttpRequest, case: Case) -> HttpResponse:
    """Let this browser read one case for a while."""
    grants = dict(request.session.get(_GRANTS, {}))
    grants[case.number] = int(time.time()) + _GRANT_SECONDS
    request.session[_GRANTS] = grants
    request.session.cycle_key()
    return redirect("intake:case", number=case.number)


def followed(request: HttpRequest, number: str) -> Case:
    """The case when this browser has shown its code or link not long ago; else 404."""
    if request.session.get(_GRANTS, {}).get(number, 0) <= time.time():
        raise Http404
    return get_object_or_404(
        Case.objects.select_related("country", "category", "assignee", "company"), number=number
    )


@login_not_required
def follow(request: HttpRequest) -> HttpResponse:
    """Two ways in: number with tracking code, or number with a code by mail."""
    form = TrackingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = access.open_by_code(address=_address(request), **form.cleaned_data)
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
        else:
            if case is not None:
                return _grant(request, case)
            form.add_error(None, _wrong())
    status = 422 if form.errors else 200
    return render(
        request,
        "intake/follow.html",
        {"form": form, "ask": AskCodeForm(prefix="ask")},
        status=status,
    )


def _wrong() -> str:
    return _(
        "We found no case with this number and code. Compare both with your receipt; after "
        "five wrong tries you have to wait for a quarter of an hour."
    )


@login_not_required
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """Mail a one-time code; the page says the same whether the number exists or not."""
    form = AskCodeForm(request.POST, prefix="ask")
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            access.mail_code(number=number, address=_address(request))
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
        else:
            return render(
                request,
                "intake/enter_code.html",
                {"form": EnterCodeForm(initial={"number": number}), "number": number},
            )
    return render(request, "intake/follow.html", {"form": TrackingForm(), "ask": form}, status=422)


@login_not_required
@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    """Open the case with the code from the mail."""
    form = EnterCodeForm(request.POST)
    if form.is_valid():
        try:
            case = access.open_by_one_time_code(address=_address(request), **form.cleaned_data)
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
        else:
            if case is not None:
                return _grant(request, case)
            form.add_error(
                "code",
                _("This code is wrong or over. Use the newest mail, or ask for a new code."),
            )
    if "number" in form.errors:
        return redirect("intake:follow")
    return render(
        request,
        "intake/enter_code.html",
        {"form": form, "number": form.cleaned_data.get("number", "")},
        status=422,
    )


@login_not_required
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: shows where the case stands; its button opens the whole page."""
    try:
        number = links.read(links.FOLLOW, token)
    except links.ExpiredLinkError:
        return render(request, "intake/link_over.html", {"purpose": "follow"}, status=410)
    except links.BadLinkError:
        return render(request, "intake/link_over.html", {"purpose": "cut"}, status=404)
    case = get_object_or_404(Case, number=number)
    if request.method == "POST":
        return _grant(request, case)
    return render(request, "intake/open_link.html", {"case": case, "deadline": deadline.of(case)})


@login_not_required
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The status page: where it stands, whose turn, until when, and the conversation."""
    try:
        case = followed(request, number)
    except Http404:
        # Whoever follows an old bookmark is led to the way in, not to a dead end.
        return redirect("intake:follow")
    return _page(request, case)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    status: int = 200,
    **bound: Any,
) -> HttpResponse:
    steps = [step.verb for step in workflow.available(state=case.state, role=workflow.SUBMITTER)]
    if case.state == workflow.REJECTED and not case.lapsed:
        steps.remove("supplement")
    if case.disputed_at is not None and "dispute" in steps:
        steps.remove("dispute")
    forms = {
        "supplement": SupplementForm(prefix="supplement"),
        "send_message": MessageForm(prefix="message"),
        "withdraw": WithdrawForm(prefix="withdraw"),
        "close": SolvedForm(prefix="solved"),
        "dispute": DisputeForm(prefix="dispute"),
    } | bound
    return render(
        request,
        "intake/case.html",
        {
            "case": case,
            "deadline": deadline.of(case),
            "events": case.events.for_submitter(),
            "talk": case.messages.for_submitter()
            .select_related("author", "organisation")
            .prefetch_related("attachments__file"),
            "attachments": case.attachments.for_submitter()
            .filter(message__isnull=True)
            .select_related("file"),
            "referrals": case.referrals.select_related("organisation"),
            "notices": outbox.for_subject(case.number).filter(to_address=case.contact_email),
            "steps": steps,
            "forms": {verb: forms[verb] for verb in steps if verb in forms},
            "max_files": settings.MAX_FILES_PER_MESSAGE,
        },
        status=status,
    )


Step = Callable[[HttpRequest, Case], HttpResponse]


def _step(view: Step) -> Callable[..., HttpResponse]:
    """A POST-only step of the company; what was first or is over is said on the case's page."""

    @login_not_required
    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, number: str) -> HttpResponse:
        case = followed(request, number)
        try:
            return view(request, case)
        except actions.RefusedError as error:
            messages.error(request, str(error))
        except workflow.IllegalStepError:
            messages.error(
                request,
                _(
                    "The case has moved on meanwhile, so this was not possible. "
                    "This is how it stands."
                ),
            )
        return _page(request, Case.objects.get(pk=case.pk), status=409)

    return wrapped


def _uploads(request: HttpRequest, form: Any) -> list[StoredFile]:
    """Store the files of a message; refused ones put their reason on the form."""
    stored: list[StoredFile] = []
    uploads = request.FILES.getlist("files")
    if len(uploads) > settings.MAX_FILES_PER_MESSAGE:
        form.add_error(
            None,
            _("At most %(count)d files can be sent at once.")
            % {"count": settings.MAX_FILES_PER_MESSAGE},
        )
        return stored
    for upload in uploads:
        try:
            stored.append(storing.store(upload))
        except ValidationError as error:
            form.add_error(None, error)
    return stored


@_step
def supplement(request: HttpRequest, case: Case) -> HttpResponse:
    """Send the supplement with its files."""
    form = SupplementForm(request.POST, prefix="supplement")
    files = _uploads(request, form) if form.is_valid() else []
    if not form.is_valid():
        return _page(request, case, status=422, supplement=form)
    actions.supplement(case=case, text=form.cleaned_data["text"], files=files, by=COMPANY)
    messages.success(request, _("Thank you. Your supplement has arrived and the clock runs again."))
    return redirect("intake:case", number=case.number)


@_step
def send_message(request: HttpRequest, case: Case) -> HttpResponse:
    """Write to the officer."""
    form = MessageForm(request.POST, prefix="message")
    files = _uploads(request, form) if form.is_valid() else []
    if not form.is_valid():
        return _page(request, case, status=422, send_message=form)
    actions.send_message(case=case, text=form.cleaned_data["text"], files=files, by=COMPANY)
    messages.success(request, _("Your message was sent to the officer."))
    return redirect("intake:case", number=case.number)


@_step
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Take the case back."""
    form = WithdrawForm(request.POST, prefix="withdraw")
    if not form.is_valid():
        return _page(request, case, status=422, withdraw=form)
    actions.withdraw(case=case, reason=form.cleaned_data["reason"], by=COMPANY)
    messages.success(request, _("The case was withdrawn."))
    return redirect("intake:case", number=case.number)


@_step
def solved(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that the answer helped; the case is closed."""
    form = SolvedForm(request.POST, prefix="solved")
    if not form.is_valid():
        return _page(request, case, status=422, close=form)
    actions.close(case=case, by=COMPANY, **form.cleaned_data)
    messages.success(request, _("Thank you for telling us. The case is closed."))
    return redirect("intake:case", number=case.number)


@_step
def not_solved(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that the answer did not help; the officer takes it up again."""
    form = DisputeForm(request.POST, prefix="dispute")
    if not form.is_valid():
        return _page(request, case, status=422, dispute=form)
    actions.dispute(case=case, text=form.cleaned_data["text"], by=COMPANY)
    messages.success(request, _("Thank you. The officer takes the case up again."))
    return redirect("intake:case", number=case.number)


@login_not_required
@require_safe
def attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    """One file of a case that this browser may read."""
    case = followed(request, number)
    row = get_object_or_404(
        case.attachments.for_submitter().select_related("file"), file__public_id=public_id
    )
    return serving.download(row.file)


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget every case that this browser has opened."""
    with transaction.atomic():
        request.session.pop(_GRANTS, None)
    messages.success(request, _("This browser no longer has access to the case."))
    return redirect("intake:follow")
