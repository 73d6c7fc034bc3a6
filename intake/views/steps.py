"""What the company can do on its case's page, beside the supplement: each a POST of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from intake import actions, workflow
from intake.forms.following import (
    AgreeForm,
    DisputeForm,
    MessageForm,
    OutcomeForm,
    SolvedForm,
    WithdrawForm,
)
from intake.models import Case
from intake.timeline import COMPANY
from intake.views import uploads
from intake.views.case import show, step


@step
def send_message(request: HttpRequest, case: Case) -> HttpResponse:
    """Write to the officer."""
    form = MessageForm(request.POST, prefix="send_message")
    workflow.check("send_message", state=case.state, role=workflow.SUBMITTER)
    files = uploads.take(request, case, form)
    if not form.is_valid():
        return show(request, case, status=422, send_message=form)
    actions.send_message(case=case, text=form.cleaned_data["text"], files=files, by=COMPANY)
    messages.success(request, _("Your message was sent to the officer."))
    return redirect("intake:case", number=case.number)


@step
def agree(request: HttpRequest, case: Case) -> HttpResponse:
    """Agree to more time; the date moves."""
    form = AgreeForm(request.POST, prefix="agree_extension")
    if not form.is_valid():
        return show(request, case, status=422, agree_extension=form)
    actions.agree_extension(case=case, text=form.cleaned_data["text"], by=COMPANY)
    messages.success(request, _("Thank you. The officer was told that you agree."))
    return redirect("intake:case", number=case.number)


@step
def refuse(request: HttpRequest, case: Case) -> HttpResponse:
    """Do not agree to more time; the date stands."""
    form = AgreeForm(request.POST, prefix="refuse_extension")
    if not form.is_valid():
        return show(request, case, status=422, refuse_extension=form)
    actions.refuse_extension(case=case, text=form.cleaned_data["text"], by=COMPANY)
    messages.success(request, _("Thank you. The officer was told that the date stands."))
    return redirect("intake:case", number=case.number)


@step
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Take the case back."""
    form = WithdrawForm(request.POST, prefix="withdraw")
    workflow.check("withdraw", state=case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, case, status=422, withdraw=form)
    actions.withdraw(case=case, reason=form.cleaned_data["reason"], by=COMPANY)
    messages.success(request, _("The case was withdrawn."))
    return redirect("intake:case", number=case.number)


@step
def solved(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that the answer helped; the case is closed."""
    form = SolvedForm(request.POST, prefix="close")
    workflow.check("close", state=case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, case, status=422, close=form)
    actions.close(case=case, by=COMPANY, **form.cleaned_data)
    messages.success(request, _("Thank you for telling us. The case is closed."))
    return redirect("intake:case", number=case.number)


@step
def not_solved(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that the answer did not help; the officer takes it up again."""
    form = DisputeForm(request.POST, prefix="dispute")
    workflow.check("dispute", state=case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, case, status=422, dispute=form)
    actions.dispute(case=case, text=form.cleaned_data["text"], by=COMPANY)
    messages.success(request, _("Thank you. The officer takes the case up again."))
    return redirect("intake:case", number=case.number)


@step
def outcome(request: HttpRequest, case: Case) -> HttpResponse:
    """Tell what became of a closed case."""
    form = OutcomeForm(request.POST, prefix="tell_outcome")
    workflow.check("tell_outcome", state=case.state, role=workflow.SUBMITTER)
    if not form.is_valid():
        return show(request, case, status=422, tell_outcome=form)
    actions.tell_outcome(case=case, by=COMPANY, **form.cleaned_data)
    messages.success(request, _("Thank you for telling us how it ended."))
    return redirect("intake:case", number=case.number)
