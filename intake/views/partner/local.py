"""Local difficulties at a mission: the minute's form, and the page of each."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.forms import DateField, Form, TimeField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION
from intake import explain, proposals
from intake.actions import RefusedError, drafting
from intake.actions import local as verbs
from intake.forms.bodies import choices as body_choices
from intake.forms.partner.local import LocalForm
from intake.forms.partner.local_steps import GradeForm, NoteForm, ResultForm
from intake.lists import local as lists
from intake.models import Draft, LocalDifficulty
from intake.models.draft import LOCAL
from intake.models.local import OPEN, PASSED
from intake.timeline import submitter
from intake.views.drafted import as_post
from intake.views.partner import drafts
from privacy import readings

_NAMES = LocalForm.names()


def _by(desk: Desk) -> verbs.Mission:
    return verbs.Mission(desk.user, desk.organisation)


def _form_page(
    request: HttpRequest,
    desk: Desk,
    form: LocalForm,
    draft: Draft | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "key": draft.key if draft else uuid.uuid4(),
        "begun": drafts.begun(desk, LOCAL, but=draft),
        "draft_days": settings.DRAFT_DAYS,
        "bodies": body_choices(),
    }
    return render(request, desk, "partner/local_form.html", context | more, status=status)


@at_desk([MISSION])
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The minute's form: kept at the mission, or passed to Seoul in the same step."""
    if request.method != "POST":
        draft = drafts.resumed(desk, request.GET.get("draft", ""), LOCAL)
        if draft is None:
            return _form_page(request, desk, LocalForm(mission=desk.organisation), None)
        form = LocalForm.unchecked(as_post(draft.data), mission=desk.organisation)
        return _form_page(request, desk, form, draft)
    draft = drafts.keep(request, desk, _NAMES, LOCAL)
    action = request.POST.get("action", "")
    if action == "clear":
        drafting.forget_draft(key=draft.key, by=submitter(desk.user, desk.organisation))
        messages.success(request, _("The draft was deleted."))
        return redirect(desk.path("local-new"))
    if action not in ("record", "home"):
        messages.success(request, _("Kept. It waits at the top of this page until you go on."))
        return redirect(f"{desk.path('local-new')}?draft={draft.key}")
    return _record(request, desk, draft, home=action == "home")


def _record(request: HttpRequest, desk: Desk, draft: Draft, *, home: bool) -> HttpResponse:
    form = LocalForm(request.POST, mission=desk.organisation)
    if form.is_valid() and home:
        form.require_for_home()
    if form.errors:
        return _form_page(request, desk, form, draft, status=422)
    try:
        local, _new = verbs.record_local(key=draft.key, facts=form.facts(), by=_by(desk), home=home)
    except verbs.AlreadyRecordedError as error:
        second = drafts.keep_beside(request, desk, _NAMES, LOCAL)
        drafting.forget_draft(key=draft.key, by=submitter(desk.user, desk.organisation))
        messages.warning(request, str(error))
        return redirect(f"{desk.path('local-new')}?draft={second.key}")
    drafting.forget_draft(key=draft.key, by=submitter(desk.user, desk.organisation))
    if local.case is not None:
        return redirect(desk.path("receipt", local.case.number))
    messages.success(request, _("Recorded. It stays with the mission until you pass it on."))
    return redirect(desk.path("local-page", local.pk))


def _get(desk: Desk, pk: int) -> LocalDifficulty:
    rows = lists.kept(desk.user, desk.reach).select_related(
        "country", "keeper", "case", "organisation", "recorded_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, desk: Desk, local: LocalDifficulty, *, status: int = 200, **more: Any
) -> HttpResponse:
    seen = {"version": local.version}
    there = timezone.localtime(local.received_at, ZoneInfo(local.organisation.time_zone))
    context = {
        "local": local,
        "events": list(local.events.select_related("actor")),
        "bodies": proposals.names(local.help_bodies, get_language()),
        "lacks": verbs.lacks(local) if local.state == OPEN else [],
        "received": explain.moment(there),
        "received_seoul": explain.moment(timezone.localtime(local.received_at)),
        "abroad": local.organisation.time_zone != settings.TIME_ZONE,
        "is_open": local.state == OPEN,
        "can_regrade": local.state in (OPEN, PASSED),
        "note": NoteForm(prefix="note"),
        "solve": ResultForm(prefix="solve", initial=seen),
        "drop": ResultForm(prefix="drop", initial=seen),
        "regrade": GradeForm(prefix="regrade", initial=seen | {"grade": local.grade}),
    }
    return render(request, desk, "partner/local_page.html", context | more, status=status)


@at_desk([MISSION])
@require_safe
def page(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One local difficulty: its facts, what was done, and what can be done next."""
    local = _get(desk, pk)
    way = readings.PARTNER
    readings.note_reading(f"local-{pk}", request.user, way, desk.code, request=request)
    return _page(request, desk, local)


@at_desk([MISSION])
def change(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Correct the record; what a colleague wrote meanwhile is shown beside one's own words."""
    local = _get(desk, pk)
    if local.state != OPEN:
        return redirect(desk.path("local-page", pk))
    initial = LocalForm.initial_of(local)
    if request.method != "POST":
        form = LocalForm(initial=initial, mission=local.organisation)
        return _form_page(request, desk, form, None, local=local, version=local.version)
    form = LocalForm(request.POST, initial=initial, mission=local.organisation)
    if not form.is_valid():
        more = {"local": local, "version": request.POST.get("version", "")}
        return _form_page(request, desk, form, None, status=422, **more)
    seen = _number(request.POST.get("version", ""))
    if seen != local.version:
        return _both(request, desk, form, local)
    try:
        verbs.change_local(local=local, facts=form.facts(), by=_by(desk))
    except verbs.StaleLocalError as error:
        return _both(request, desk, form, error.local)
    except RefusedError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("The record was corrected."))
    return redirect(desk.path("local-page", pk))


def _both(
    request: HttpRequest, desk: Desk, form: LocalForm, local: LocalDifficulty
) -> HttpResponse:
    """Both versions side by side; sending again takes one's own."""
    now = LocalForm(initial=LocalForm.initial_of(local), mission=local.organisation)
    rows = [
        (
            now[name].label,
            _shown(now, name, now[name].initial),
            _shown(form, name, form[name].value()),
        )
        for name in form.fields
    ]
    more = {
        "local": local,
        "version": local.version,
        "stale": str(verbs.StaleLocalError(local)),
        "versions": [row for row in rows if row[1] != row[2]],
    }
    return _form_page(request, desk, form, None, status=409, **more)


def _shown(form: LocalForm, name: str, value: Any) -> str:
    """A value as a person reads it, whether it was typed or stored."""
    if value in (None, "", False):
        return ""
    if value is True or value == "on":
        return _("Yes")
    field = form.fields[name]
    if isinstance(field, DateField | TimeField):
        # As typed and as stored, both as the field writes them.
        return str(field.widget.format_value(field.clean(value)) or "")
    for code, label in getattr(field, "choices", ()):
        inner = label if isinstance(label, list | tuple) else [(code, label)]
        for one, words in inner:
            if str(one) == str(value):
                return str(words)
    return str(value)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


Act = Callable[[LocalDifficulty, dict[str, Any], verbs.Mission], Any]


def _step(prefix: str, form_class: type[Form], act: Act, done: Any) -> Any:
    """A button of the page: its form, its verb, and what is said afterwards."""

    @at_desk([MISSION])
    @require_POST
    def view(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
        local = _get(desk, pk)
        form = form_class(request.POST, prefix=prefix)
        if not form.is_valid():
            return _page(request, desk, local, status=422, **{prefix: form})
        if "version" in form.cleaned_data and form.cleaned_data["version"] != local.version:
            return _page(request, desk, local, status=409, **_again(prefix, form, local))
        try:
            act(local, form.cleaned_data, _by(desk))
        except verbs.StaleLocalError as error:
            again = _again(prefix, form, error.local)
            return _page(request, desk, _get(desk, pk), status=409, **again)
        except RefusedError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, done)
        return redirect(desk.path("local-page", pk))

    view.__name__ = prefix
    return view


def _again(prefix: str, form: Form, local: LocalDifficulty) -> dict[str, Any]:
    """The same words on the record as it is now."""
    said = {
        f"{prefix}-{name}": local.version if name == "version" else value
        for name, value in form.cleaned_data.items()
    }
    renewed = type(form)(said, prefix=prefix)
    renewed.add_error(None, str(verbs.StaleLocalError(local)))
    return {prefix: renewed}


note = _step(
    "note",
    NoteForm,
    lambda local, data, by: verbs.note_local(local=local, text=data["text"], by=by),
    gettext_lazy("The note was added."),
)
solve = _step(
    "solve",
    ResultForm,
    lambda local, data, by: verbs.solve_local(local=local, result=data["text"], by=by),
    gettext_lazy("Solved locally."),
)
drop = _step(
    "drop",
    ResultForm,
    lambda local, data, by: verbs.drop_local(local=local, reason=data["text"], by=by),
    gettext_lazy("It was put aside; the reason stays."),
)
regrade = _step(
    "regrade",
    GradeForm,
    lambda local, data, by: verbs.regrade(
        local=local, grade=data["grade"], reason=data["text"], by=by
    ),
    gettext_lazy("The confidentiality was changed."),
)


@at_desk([MISSION])
@require_POST
def pass_home(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Pass it to Seoul as it stands; the receipt follows."""
    local = _get(desk, pk)
    if local.case is not None:
        return redirect(desk.path("receipt", local.case.number))
    if _number(request.POST.get("version", "")) != local.version:
        messages.warning(request, str(verbs.StaleLocalError(local)))
        return redirect(desk.path("local-page", pk))
    try:
        case = verbs.pass_home(local=local, by=_by(desk))
    except RefusedError as error:
        messages.warning(request, str(error))
        return redirect(desk.path("local-page", pk))
    return redirect(desk.path("receipt", case.number))
