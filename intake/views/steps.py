"""What the submitter's side can do on its page of a case, beside the supplement.

Each is taken by the company and by the organisation that filed for it (intake.views.face).
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from intake import actions, workflow
from intake.forms.contact import ContactForm, TextsForm
from intake.forms.following import (
    AgreeForm,
    DisputeForm,
    MessageForm,
    OutcomeForm,
    SolvedForm,
    WithdrawForm,
)
from intake.views import uploads
from intake.views.face import Face, show, takes


@takes("send_message")
def send_message(request: HttpRequest, face: Face) -> HttpResponse:
    """Write to the officer."""
    form = MessageForm(request.POST, prefix="send_message")
    workflow.check("send_message", state=face.case.state, role=workflow.SUBMITTER)
    files = uploads.take(request, face.case, form)
    if not form.is_valid():
        return show(request, face, status=422, send_message=form)
    actions.send_message(case=face.case, text=form.cleaned_data["text"], files=files, by=face.by)
    messages.success(request, _("Your message was sent to the officer."))
    return redirect(face.address())


@takes("agree_extension")
def agree(request: HttpRequest, face: Face) -> HttpResponse:
    """Agree to more time; the date moves."""
    form = AgreeForm(request.POST, prefix="agree_extension")
    if not form.is_valid():
        return show(request, face, status=422, agree_extension=form)
    actions.agree_extension(case=face.case, text=form.cleaned_data["text"], by=face.by)
    messages.success(request, _("Thank you. The officer was told that you agree."))
    return redirect(face.address())


@takes("refuse_extension")
def refuse(request: HttpRequest, face: Face) -> HttpResponse:
    """Do not agree to more time; the date stands."""
    form = AgreeForm(request.POST, prefix="refuse_extension")
    if not form.is_valid():
        return show(request, face, status=422, refuse_extension=form)
    actions.refuse_extension(case=face.case, text=form.cleaned_data["text"], by=face.by)
    messages.success(request, _("Thank you. The officer was told that the date stands."))
    return redirect(face.address())


@takes("withdraw")
def withdraw(request: HttpRequest, face: Face) -> HttpResponse:
    """Take the case back."""
    form = WithdrawForm(request.POST, prefix="withdraw")
    workflow.check("withdraw", state=face.case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, face, status=422, withdraw=form)
    actions.withdraw(case=face.case, reason=form.cleaned_data["reason"], by=face.by)
    messages.success(request, _("The case was withdrawn."))
    return redirect(face.address())


@takes("close")
def solved(request: HttpRequest, face: Face) -> HttpResponse:
    """Say that the answer helped; the case is closed."""
    form = SolvedForm(request.POST, prefix="close")
    workflow.check("close", state=face.case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, face, status=422, close=form)
    actions.close(case=face.case, by=face.by, **form.cleaned_data)
    messages.success(request, _("Thank you for telling us. The case is closed."))
    return redirect(face.address())


@takes("dispute")
def not_solved(request: HttpRequest, face: Face) -> HttpResponse:
    """Say that the answer did not help; the officer takes it up again."""
    form = DisputeForm(request.POST, prefix="dispute")
    workflow.check("dispute", state=face.case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, face, status=422, dispute=form)
    actions.dispute(case=face.case, text=form.cleaned_data["text"], by=face.by)
    messages.success(request, _("Thank you. The officer takes the case up again."))
    return redirect(face.address())


@takes("tell_outcome")
def outcome(request: HttpRequest, face: Face) -> HttpResponse:
    """Tell what became of a closed case."""
    form = OutcomeForm(request.POST, prefix="tell_outcome")
    workflow.check("tell_outcome", state=face.case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, face, status=422, tell_outcome=form)
    actions.tell_outcome(case=face.case, by=face.by, **form.cleaned_data)
    messages.success(request, _("Thank you for telling us how it ended."))
    return redirect(face.address())


@takes("correct_contact")
def correct_contact(request: HttpRequest, face: Face) -> HttpResponse:
    """Give another e-mail address, where mail to the first one comes back or will."""
    form = ContactForm(request.POST, prefix="correct_contact")
    if not form.is_valid():
        return show(request, face, status=422, correct_contact=form)
    actions.correct_contact(case=face.case, by=face.by, **form.cleaned_data)
    messages.success(request, _("News of this case goes to the new address from now on."))
    return redirect(face.address())


@takes("choose_texts")
def choose_texts(request: HttpRequest, face: Face) -> HttpResponse:
    """Ask for short text messages beside the mail, or end them."""
    form = TextsForm(request.POST, prefix="choose_texts")
    form.is_valid()
    wanted = bool(form.cleaned_data.get("wanted"))
    actions.choose_texts(case=face.case, wanted=wanted, by=face.by)
    if wanted:
        said = _("From now on a short text message goes to the contact person’s phone too.")
    else:
        said = _("No more text messages are sent about this case.")
    messages.success(request, said)
    return redirect(face.address())


@takes("withdraw_sharing")
def withdraw_sharing(request: HttpRequest, face: Face) -> HttpResponse:
    """Take the consent to sharing back; pressed twice, it says the same."""
    actions.withdraw_sharing(case=face.case, by=face.by)
    messages.success(
        request,
        _("Your consent to sharing is taken back. Nothing of this case is told to others."),
    )
    return redirect(face.address())
