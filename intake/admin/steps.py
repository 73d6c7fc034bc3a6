"""The steps of a case at the desk: a form on a page of its own, and a POST that acts.

The form carries the version that the officer saw. When somebody was first, the page comes back
with what was typed, who was first, and the case as it is now; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import actions, workflow
from intake.actions import RefusedError, StaleCaseError, StaleReferralError
from intake.admin import gate
from intake.admin.rehearsal import Letter, letters
from intake.forms.desk import FORMS, StepForm
from intake.forms.referring import REFERRAL_FORMS, ReferForm
from intake.letters import unreachable
from intake.models import Case
from intake.timeline import Actor

DESK_FORMS: dict[str, type[StepForm]] = {**FORMS, "refer": ReferForm}
# These lead the page; the others follow in the table's order.
PRIMARY = ("claim", "classify", "refer", "answer", "close", "reopen")
# Their mails are shown before they go out.
PREVIEWED = frozenset(
    {
        "request_supplement",
        "refer",
        "remind_referral",
        "answer",
        "extend",
        "ask_extension",
        "agree_extension",
        "say_progress",
        "reject",
        "mark_duplicate",
        "transfer_out",
    }
)
# These do not make the case another than the one that was seen.
_BYSTANDERS = ("note", "send_message", "say_progress")


@dataclass
class Attempt:
    """One step on its way: what is shown, and how it is taken."""

    request: HttpRequest
    case: Case
    by: Actor
    verb: str
    form_class: type[StepForm]
    act: Callable[[Case, StepForm], object]
    form_kwargs: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def form(self, data: Any = None) -> StepForm:
        """The form, empty or with what was posted."""
        return self.form_class(data, case=self.case, **self.form_kwargs)

    def page(
        self, form: StepForm, *, status: int = 200, refused: str = "", mails: Any = None
    ) -> HttpResponse:
        """The step's page; with a refusal it shows the case as it is now."""
        step = workflow.STEPS[self.verb]
        case = self.case
        context = {
            **admin.site.each_context(self.request),
            "title": f"{label(self.verb, case)} · {case.number}",
            "step": step,
            "step_label": label(self.verb, case),
            "told": [_(workflow.HOLDER_LABELS[role]) for role in step.told],
            "becomes": _(workflow.STATES[step.to].label) if step.to else "",
            "case": case,
            "form": form,
            "refused": refused,
            "mails": mails,
            "can_preview": self.verb in PREVIEWED,
            "latest": _latest(case) if refused else [],
            **self.more,
        }
        template = getattr(form, "template", "step")
        return render(self.request, f"admin/intake/{template}.html", context, status=status)

    def run(self) -> HttpResponse:
        """Show the form, or take the step."""
        request = self.request
        if request.method != "POST":
            return self._shown()
        if "more" in request.POST and (longer := getattr(self.form_class, "longer", None)):
            return self.page(longer(request.POST, case=self.case))
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        seen: int = form.cleaned_data["version"]
        self.case.version = seen
        try:
            if "preview" in request.POST and self.verb in PREVIEWED:
                return self._previewed(form)
            done = self.act(self.case, form)
        except (RefusedError, workflow.IllegalStepError) as error:
            return self._refused(error, seen)
        messages.success(request, f"{self.case.number}: {_(workflow.STEPS[self.verb].done)}.")
        if self.verb == "refer":
            self._name_the_unreachable(done)
        return redirect("admin:intake_case_change", self.case.pk)

    def _name_the_unreachable(self, referrals: Any) -> None:
        """Say which of the bodies just asked got no mail, so that somebody calls them."""
        silent = unreachable(referral.organisation for referral in referrals)
        if silent:
            messages.warning(
                self.request,
                _(
                    "No mail went to %(bodies)s: the portal knows no address and no officer there. "
                    "Call them, and record what they say."
                )
                % {"bodies": ", ".join(str(body) for body in silent)},
            )

    def _shown(self) -> HttpResponse:
        try:
            workflow.check(needed(self.verb, self.case), state=self.case.state, role=self.by.role)
        except workflow.IllegalStepError as error:
            refused = refusal(error, self.case, seen=self.case.version)
            return self.page(self.form(), status=409, refused=refused)
        return self.page(self.form())

    def _previewed(self, form: StepForm) -> HttpResponse:
        mails: list[Letter] = letters(self.case, lambda: self.act(self.case, form))
        self.case = gate.fetch(self.request, self.case.pk)
        return self.page(self.form(self.request.POST), mails=mails)

    def _refused(self, error: Exception, seen: int) -> HttpResponse:
        """The same page with who was first, the typed words, and the case as it is now."""
        self.case = gate.fetch(self.request, self.case.pk)
        form = self.form_class.again(self.request.POST, case=self.case, **self.form_kwargs)
        return self.page(form, status=409, refused=refusal(error, self.case, seen=seen))


def needed(verb: str, case: Case) -> str:
    """The step that must be open for a step's form: who refers a new case takes it up first."""
    return "claim" if verb == "refer" and case.state == workflow.RECEIVED else verb


def label(verb: str, case: Case) -> str:
    """What the button says."""
    if needed(verb, case) != verb:
        return _("Take up and refer")
    return _(workflow.STEPS[verb].label)


def refusal(error: Exception, case: Case, *, seen: int | None) -> str:
    """Why a step was not taken; who was first, when the case is no longer as it was seen."""
    moved = seen is None or case.version != seen
    if isinstance(error, StaleReferralError):
        return f"{error} {StaleCaseError(case)}"
    if isinstance(error, workflow.IllegalStepError):
        if moved:
            return str(StaleCaseError(case))
        return _("“%(step)s” is not possible while the case is “%(state)s”.") % {
            "step": _(workflow.STEPS[error.verb].label),
            "state": case.state_label,
        }
    return str(error)


def _latest(case: Case) -> list[dict[str, Any]]:
    """The last steps of the case, newest first."""
    rows = case.events.select_related("actor").order_by("-id")[:3]
    return [
        {
            "when": timezone.localtime(row.at),
            "who": row.actor or row.role_label,
            "what": row.sentence,
        }
        for row in rows
    ]


def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A step of the case: the form on GET, the step on POST."""
    case = gate.fetch(request, pk)
    by = gate.actor(request)
    form_class = DESK_FORMS.get(verb)
    if form_class is None:
        raise Http404

    def act(on: Case, form: StepForm) -> object:
        if verb == "refer" and on.state == workflow.RECEIVED:
            return _take_up_and_refer(on, form, by)
        return getattr(actions, verb)(case=on, by=by, **form.arguments())

    return Attempt(request, case, by, verb, form_class, act).run()


@transaction.atomic
def _take_up_and_refer(case: Case, form: StepForm, by: Actor) -> object:
    """Ask bodies about a new case: two steps of the table in one, both done or neither."""
    actions.claim(case=case, by=by)
    return actions.refer(case=case, by=by, **form.arguments())


def referral_step(request: HttpRequest, pk: int, referral_pk: int, verb: str) -> HttpResponse:
    """Record what a body said by phone or letter, or take its question back."""
    case = gate.fetch(request, pk)
    by = gate.actor(request)
    referral = get_object_or_404(
        case.referrals.visible_to(request.user).select_related("organisation"), pk=referral_pk
    )
    form_class = REFERRAL_FORMS.get(verb)
    if form_class is None:
        raise Http404

    def act(on: Case, form: StepForm) -> object:
        referral.case = on
        call = getattr(actions, f"{verb}_referral")
        return call(referral=referral, by=by, **form.arguments())

    return Attempt(
        request,
        case,
        by,
        f"{verb}_referral",
        form_class,
        act,
        form_kwargs={"referral": referral},
        more={"referral": referral},
    ).run()
