"""Before many cases take a step: the chosen ones, and what will happen to each.

The choice is a question (GET); only the confirmed page acts (POST), with the version of each case
that it showed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from intake import workflow
from intake.actions.bulk import AT_MOST
from intake.admin import gate
from intake.admin.bulk.parts import VERBS, cases_of, label, not_in_this_state, queue_address
from intake.admin.bulk.running import reminded_today, run
from intake.admin.bulk.telling import keep
from intake.admin.queue import listing
from intake.forms.bulk import BULK_FORMS, BulkForm, written
from intake.models import Case, Referral
from intake.timeline import Actor


@dataclass
class Row:
    """One chosen case: whether the step is possible now, and what it will do or why not."""

    case: Case
    possible: bool
    words: str


@dataclass
class Choice:
    """The chosen cases as they are now, and how the choice was cut."""

    what: str
    query: str
    rows: list[Row] = field(default_factory=list)
    cut: bool = False

    @property
    def possible(self) -> list[Row]:
        """What will be done."""
        return [row for row in self.rows if row.possible]

    @property
    def impossible(self) -> list[Row]:
        """What will be left alone."""
        return [row for row in self.rows if not row.possible]

    @property
    def seen(self) -> dict[int, int]:
        """The version of each case that can take the step."""
        return {row.case.pk: row.case.version for row in self.possible}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """What would happen to the chosen cases; the confirmed page makes it happen."""
    by = gate.actor(request)
    said = request.POST if request.method == "POST" else request.GET
    what, query = said.get("do", ""), said.get("in", "")[:1000]
    form_class = BULK_FORMS.get(what)
    if form_class is None:
        raise Http404
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            keep(request, what, query, run(what, form, by))
            return redirect("admin:intake_triagecase_bulk_done")
        pks = list(_numbers(request.POST.get("seen", "")))
        return _page(request, _choice(request, what, query, pks, by), form, status=422)
    pks, cut = _chosen(request, query)
    if not pks:
        messages.warning(request, _("Tick the cases first."))
        return redirect(queue_address(query))
    choice = _choice(request, what, query, pks, by)
    choice.cut = cut
    return _page(request, choice, form_class(initial={"seen": written(choice.seen)}))


def _numbers(text: str) -> list[int]:
    """The whole numbers that lead the words of a text; anything else is left out."""
    found = (word.partition(":")[0] for word in text.replace(",", " ").split())
    return [int(word) for word in found if word.isdecimal() and len(word) < 19][:AT_MOST]


def _chosen(request: HttpRequest, query: str) -> tuple[list[int], bool]:
    """The cases ticked, those of the whole page, or everything that the filter leaves."""
    if "all" in request.GET:
        rows = listing.filtered(request.user, QueryDict(query))
        pks = list(rows.values_list("pk", flat=True)[: AT_MOST + 1])
        return pks[:AT_MOST], len(pks) > AT_MOST
    found = _numbers(" ".join([*request.GET.getlist("case"), request.GET.get("page", "")]))
    return list(dict.fromkeys(found)), False


def _choice(request: HttpRequest, what: str, query: str, pks: list[int], by: Actor) -> Choice:
    """The chosen cases, each with what the step would do to it."""
    cases = cases_of(request, pks)
    if what == "remind":
        waiting = Referral.objects.open().select_related("organisation").order_by("due_at")
        cases = cases.prefetch_related(Prefetch("referrals", waiting, to_attr="waiting"))
    return Choice(what, query, [_row(what, case, by) for case in cases])


def _row(what: str, case: Case, by: Actor) -> Row:
    """What a step would do to a case, or why not."""
    if what == "claim" and case.state != workflow.RECEIVED and case.assignee == by.user:
        return Row(case, False, _("You have it already."))
    try:
        workflow.check(VERBS[what], state=case.state, role=by.role)
    except workflow.IllegalStepError:
        return Row(case, False, not_in_this_state(what, case))
    return _EFFECTS[what](case)


def _claimed(case: Case) -> Row:
    return Row(case, True, _("You will be in charge."))


def _assigned(case: Case) -> Row:
    now = case.assignee.name if case.assignee else _("Nobody yet")
    return Row(case, True, _("Officer in charge now: %(name)s") % {"name": now})


def _classified(case: Case) -> Row:
    kind = case.category.name if case.category else _("Not known")
    return Row(case, True, _("Now: %(words)s") % {"words": f"{kind} · {case.country}"})


def _reminded(case: Case) -> Row:
    waiting: list[Referral] = getattr(case, "waiting", [])
    late = _("overdue")
    bodies = ", ".join(
        f"{row.organisation} ({late})" if row.is_overdue else str(row.organisation)
        for row in waiting
    )
    if all(reminded_today(row) for row in waiting):
        return Row(case, False, _("Reminded today already: %(bodies)s") % {"bodies": bodies})
    return Row(case, True, _("A reminder goes to: %(bodies)s") % {"bodies": bodies})


_EFFECTS: Mapping[str, Callable[[Case], Row]] = {
    "claim": _claimed,
    "assign": _assigned,
    "classify": _classified,
    "remind": _reminded,
}


def _page(
    request: HttpRequest, choice: Choice, form: BulkForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **gate.site_context(request),
        "title": label(choice.what),
        "choice": choice,
        "form": form,
        "at_most": AT_MOST,
        "back": queue_address(choice.query),
    }
    return render(request, "admin/intake/queue/bulk_confirm.html", context, status=status)
