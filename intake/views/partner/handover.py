"""Handover: one page with everything that a leaving officer has open, and who goes on with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import ANY, Desk, at_desk, render
from accounts.models import Membership, User
from intake import deadline
from intake.actions import handing_over
from intake.actions.moving import RefusedError
from intake.clock import working_days_between
from intake.forms.partner.handover import HandoverForm, chosen, sections
from intake.models import Case, Handover, LocalDifficulty, Promise, Referral
from intake.workload import (
    ASSIGNED,
    CASES,
    LABELS,
    LOCALS,
    PROMISES,
    RECORDS,
    REFERRALS,
    Workload,
    readable,
)
from marketinfo.models import Requirement

# A handover that nobody said to have taken is shown to the managers after so many working days.
LATE_AFTER = 2
# Of each list on the page of a handover that was made.
SHOWN = 300
PAST = 50


@at_desk(ANY)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose who leaves; see what they have open; pass it on."""
    leaver = _leaver(desk, request.GET.get("from", ""))
    if leaver is None:
        return render(request, desk, "partner/handover.html", _overview(desk))
    load = Workload(leaver, desk.organisation)
    data: QueryDict | None = request.POST if request.method == "POST" else None
    form = HandoverForm(data, load=load)
    refused = ""
    if data is not None and form.is_valid():
        try:
            made = handing_over.hand_over(
                organisation=desk.organisation,
                leaver=leaver,
                successor=form.cleaned_data["successor"],
                chosen=chosen(load, data),
                note=form.cleaned_data["note"],
                by=desk.user,
            )
        except RefusedError as error:
            refused = str(error)
        else:
            messages.success(
                request,
                _("Handed over to %(name)s, who has been told.") % {"name": made.successor.name},
            )
            return redirect(desk.path("handover-detail", made.pk))
    context = {
        "leaver": leaver,
        "form": form,
        "sections": sections(load, data, viewer=desk.user),
        "members": load.members.count(),
        "refused": refused,
    }
    status = 409 if refused else 200
    return render(request, desk, "partner/handover_new.html", context, status=status)


@at_desk(ANY)
@require_safe
def detail(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """What passed and where it stands today; to be printed or acknowledged."""
    row = get_object_or_404(_readable(desk), pk=pk)
    context = {
        "row": row,
        "lists": _lists(row, desk),
        "mine": row.successor == desk.user and row.acknowledged_at is None,
        "late": is_late(row),
    }
    return render(request, desk, "partner/handover_detail.html", context)


@at_desk(ANY)
@require_POST
def acknowledge(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The successor has taken the work over."""
    row = get_object_or_404(_readable(desk), pk=pk, successor=desk.user)
    handing_over.acknowledge(handover=row, by=desk.user)
    messages.success(request, _("Thank you. Your colleagues see that you have taken it over."))
    return redirect(desk.path("handover-detail", row.pk))


def _leaver(desk: Desk, asked: str) -> User | None:
    """Whose work it is: anybody's for a manager, one's own otherwise. Nobody: choose first."""
    if not asked:
        return None if desk.is_manager else desk.user
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    if int(asked) == desk.user.pk:
        return desk.user
    if not desk.is_manager:
        raise Http404
    here = Membership.objects.filter(organisation__in=desk.reach).values("user")
    return get_object_or_404(User.objects.filter(pk__in=here), pk=int(asked))


def _readable(desk: Desk) -> QuerySet[Handover]:
    """Managers read every handover of the house; officers those that they have a part in."""
    rows = Handover.objects.filter(organisation__in=desk.reach)
    if not desk.is_manager:
        me = desk.user
        rows = rows.filter(Q(leaver=me) | Q(successor=me) | Q(by=me))
    return rows.select_related("organisation", "leaver", "successor", "by")


def is_late(row: Handover) -> bool:
    """Whether the successor should have said by now that the work has arrived."""
    if row.acknowledged_at is not None:
        return False
    made = timezone.localdate(row.created_at)
    days = working_days_between(made, timezone.localdate(), deadline.korea())
    return days >= LATE_AFTER


def waiting(desk: Desk) -> list[Handover]:
    """What a colleague handed over to this person who has not said yet that it has arrived."""
    rows = Handover.objects.filter(
        organisation__in=desk.reach, successor=desk.user, acknowledged_at__isnull=True
    )
    return list(rows.select_related("organisation", "leaver"))


def _overview(desk: Desk) -> dict[str, Any]:
    """Who could leave, and what was handed over before."""
    rows = list(_readable(desk)[:PAST])
    people = (
        Membership.objects.filter(organisation=desk.organisation)
        .select_related("user")
        .order_by("ended_at", "user__name")
    )
    now: dict[int, Membership] = {}
    for one in people:
        if one.user_id not in now or one.ended_at is None:
            now[one.user_id] = one
    return {
        "people": sorted(now.values(), key=lambda one: (one.ended_at is not None, one.user.name)),
        "rows": [(row, is_late(row)) for row in rows],
        "waiting": [row for row in rows if row.successor == desk.user and not row.acknowledged_at],
        "late": [row for row in rows if is_late(row)] if desk.is_manager else [],
    }


def _lists(row: Handover, desk: Desk) -> list[tuple[str, Any, list[Any], int]]:
    """The rows that passed, as the reader may see them now: kind, label, rows, how many passed."""
    user = desk.user
    passed: dict[str, list[Any]] = {key: row.items.get(key, []) for key in LABELS}
    cases = Case.objects.visible_to(user)
    sources: dict[str, QuerySet[Any]] = {
        CASES: cases.filter(number__in=passed[CASES]).order_by("queue_at", "pk"),
        ASSIGNED: cases.filter(number__in=passed[ASSIGNED]).order_by("queue_at", "pk"),
        PROMISES: Promise.objects.visible_to(user)
        .filter(pk__in=passed[PROMISES], case__in=cases.values("pk"))
        .select_related("case"),
        REFERRALS: Referral.objects.visible_to(user)
        .filter(pk__in=passed[REFERRALS])
        .select_related("case", "organisation"),
        LOCALS: LocalDifficulty.objects.visible_to(user)
        .filter(key__in=passed[LOCALS])
        .select_related("country"),
        RECORDS: Requirement.objects.visible_to(user).filter(reference__in=passed[RECORDS]),
    }
    return [
        (key, LABELS[key], readable(key, sources[key][:SHOWN], user), len(names))
        for key, names in passed.items()
        if names
    ]
