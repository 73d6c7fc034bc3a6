"""The steps of a case at the desk: which form each has, and the addresses that take them."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from intake import actions, naming, workflow
from intake.admin import gate, picking
from intake.admin.attempt import PREVIEWED, Attempt, label, needed, refusal
from intake.forms.asking import ReferForm
from intake.forms.desk import FORMS
from intake.forms.referring import REFERRAL_FORMS
from intake.forms.step import StepForm
from intake.models import Case
from intake.timeline import Actor

__all__ = ["DESK_FORMS", "PREVIEWED", "label", "needed", "referral_step", "refusal", "step"]
DESK_FORMS: dict[str, type[StepForm]] = {**FORMS, "refer": ReferForm}


def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A step of the case: the form on GET, the step on POST."""
    case = gate.fetch(request, pk)
    by = picking.crediting(request, gate.actor(request))
    form_class = DESK_FORMS.get(verb)
    if form_class is None:
        raise Http404

    def act(on: Case, form: StepForm) -> object:
        on = naming.itself(on)
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

    read = naming.referral(case, referral)

    def act(on: Case, form: StepForm) -> object:
        referral.case = naming.itself(on)
        call = getattr(actions, f"{verb}_referral")
        return call(referral=referral, by=by, **form.arguments())

    return Attempt(
        request,
        case,
        by,
        f"{verb}_referral",
        form_class,
        act,
        form_kwargs={"referral": read},
        more={"referral": read},
    ).run()
