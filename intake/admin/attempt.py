"""One step of a case on its way: the form is shown, judged, previewed, taken or refused.

The form carries what the officer saw. When somebody was first, the page comes back with what was
typed beside what the other did, and asks; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from intake import workflow
from intake.actions import RefusedError, StaleCaseError, StaleReferralError
from intake.admin import gate, overview, picking, since, walk
from intake.admin.rehearsal import Letter, letters
from intake.forms import attaching
from intake.forms.step import StepForm
from intake.letters import unreachable
from intake.models import Case
from intake.timeline import Actor

# Their mails are shown before they go out.
PREVIEWED = frozenset(
    {
        "request_supplement",
        "supplement",
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
# What the address asks for when the case page opens a step's form inside itself.
PART = "part"


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
        self,
        form: StepForm,
        *,
        status: int = 200,
        refused: str = "",
        mails: Any = None,
        news: since.News | None = None,
    ) -> HttpResponse:
        """The step's page; with a refusal it shows what happened meanwhile beside what was typed.

        Asked for by the case page itself (`part=form`), it is the form alone.
        """
        step = workflow.STEPS[self.verb]
        case = self.case
        alone = PART in self.request.GET and self.request.method == "GET"
        possible = self._is_possible()
        context = {
            **gate.site_context(self.request),
            "frame": "admin/intake/case/fragment.html" if alone else "admin/base_site.html",
            "title": f"{label(self.verb, case)} · {case.number}",
            "step": step,
            "step_label": label(self.verb, case),
            "told": [_(workflow.HOLDER_LABELS[role]) for role in step.told],
            "becomes": _(workflow.STATES[step.to].label) if step.to else "",
            "action": self._address(),
            "tail": walk.carried(self.request),
            "case": case,
            "form": form,
            "refused": refused,
            "possible": possible,
            "news": news,
            "ways_out": [
                (way, label(way, case))
                for way in since.ways_out(case, self.verb)
                if news and news.mine and (news.theirs or not possible)
            ],
            "mails": mails,
            "can_preview": self.verb in PREVIEWED,
            "alone": alone,
            **({} if alone else overview.beside(case)),
            **picking.context(self.request, case, self.verb, form),
            **self.more,
        }
        template = getattr(form, "template", "step")
        return render(self.request, f"admin/intake/{template}.html", context, status=status)

    def _is_possible(self) -> bool:
        try:
            workflow.check(needed(self.verb, self.case), state=self.case.state, role=self.by.role)
        except workflow.IllegalStepError:
            return False
        return True

    def _address(self) -> str:
        """Where the form goes, wherever it is shown; the way through the queue goes along."""
        return f"{self.request.path}{walk.carried(self.request)}"

    def run(self) -> HttpResponse:
        """Show the form, or take the step."""
        request = self.request
        if request.method != "POST":
            return self._shown()
        if "more" in request.POST and (longer := getattr(self.form_class, "longer", None)):
            return self._longer(longer(request.POST, case=self.case))
        form = self.form(request.POST)
        if isinstance(form, attaching.WithFiles):
            attaching.take(request.POST, request.FILES, self.case, form)
        if picking.asked(request):
            return self.page(picking.put_in(request, self.case, self.verb, form))
        if form.is_valid():
            return self._taken(form)
        if getattr(form, "keeps_all_of_theirs", False):
            return self._nothing_to_do()
        return self.page(form, status=422)

    def _longer(self, form: StepForm) -> HttpResponse:
        """The form with one more row; files that came with it stay, nothing else is judged yet."""
        if isinstance(form, attaching.WithFiles):
            form.full_clean()
            form.cleaned_data = {}
            attaching.take(self.request.POST, self.request.FILES, self.case, form)
        return self.page(form)

    def _taken(self, form: StepForm) -> HttpResponse:
        """The step, or its preview; whatever is in the way is said on the same page."""
        seen: int = form.cleaned_data["version"]
        self.case.version = seen
        try:
            if "preview" in self.request.POST and self.verb in PREVIEWED:
                return self._previewed(form)
            done = self.act(self.case, form)
        except (RefusedError, workflow.IllegalStepError) as error:
            return self._refused(error, form, seen)
        except ValidationError as error:
            # A file that was kept over a refused form was swept before it was claimed.
            return self._gone(form, error)
        said = _(workflow.STEPS[self.verb].done)
        way_on = walk.next_link(walk.of(self.request, self.case))
        messages.success(self.request, format_html("{}: {}. {}", self.case.number, said, way_on))
        if self.verb == "refer":
            self._name_the_unreachable(done)
        return self._back()

    def _back(self) -> HttpResponse:
        page = reverse("admin:intake_case_change", args=[self.case.pk])
        return redirect(f"{page}{walk.carried(self.request)}")

    def _nothing_to_do(self) -> HttpResponse:
        """Every conflict was settled for the other officer's value."""
        messages.info(self.request, _("Your colleague's values stand. Nothing was written."))
        return self._back()

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
        shown = self.form(self.request.POST)
        self._keep_files(form, shown)
        return self.page(shown, mails=mails)

    def _refused(self, error: Exception, form: StepForm, seen: int) -> HttpResponse:
        """The same page with who was first, the typed words, and what happened meanwhile."""
        self.case = gate.fetch(self.request, self.case.pk)
        news = since.news(self.case, self.verb, self.request.POST, seen=seen)
        again = self.form_class.again(self.request.POST, case=self.case, **self.form_kwargs)
        self._keep_files(form, again)
        refused = refusal(error, self.case, seen=seen)
        return self.page(again, status=409, refused=refused, news=news)

    def _gone(self, form: StepForm, error: ValidationError) -> HttpResponse:
        self.case = gate.fetch(self.request, self.case.pk)
        attaching.remember(form, self.case, [])
        form.add_error("files", error)
        return self.page(form, status=422)

    def _keep_files(self, form: StepForm, other: StepForm) -> None:
        if isinstance(form, attaching.WithFiles):
            attaching.remember(other, self.case, form.kept_files)


def needed(verb: str, case: Case) -> str:
    """The step that must be open for a step's form: who refers a new case takes it up first."""
    return "claim" if verb == "refer" and case.state == workflow.RECEIVED else verb


def label(verb: str, case: Case) -> str:
    """What the button says."""
    if needed(verb, case) != verb:
        return _("Take up and refer")
    if verb == "supplement":
        return _("End the pause: everything is here")
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
