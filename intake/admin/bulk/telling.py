"""After many cases took a step: what became of each, and who was first where somebody was."""

from __future__ import annotations

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from intake.actions import bulk
from intake.admin import gate
from intake.admin.bulk.parts import QUEUE, cases_of, label, not_in_this_state, queue_address
from intake.admin.bulk.running import Ran
from intake.forms.bulk import written
from intake.models import Case, CaseEvent

_KEPT = "desk-bulk"


def keep(request: HttpRequest, what: str, query: str, ran: Ran) -> None:
    """For the page after: numbers of rows and short words, a few kilobytes at most."""
    request.session[_KEPT] = {
        "what": what,
        "in": query,
        "done": ran.outcome.done,
        "already": ran.outcome.already,
        "refused": [[pk, why[:300]] for pk, why in ran.outcome.refused.items()],
        "left": written(ran.left),
        "said": ran.said,
    }


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What became of each case, and the way on to what there was no time for."""
    gate.actor(request)
    kept = request.session.get(_KEPT)
    if not kept:
        return redirect(QUEUE)
    what: str = kept["what"]
    refused = {int(pk): str(why) for pk, why in kept["refused"]}
    pks = [*kept["done"], *kept["already"], *refused]
    rows = {case.pk: case for case in cases_of(request, pks)}
    first = _who_was_first([pk for pk, why in refused.items() if why == bulk.FIRST])
    context = {
        **gate.site_context(request),
        "title": _("%(step)s: what was done") % {"step": label(what)},
        "what": what,
        "step_label": label(what),
        "done": [rows[pk] for pk in kept["done"] if pk in rows],
        "done_words": _done_words(what, len(kept["done"])),
        "already": [rows[pk] for pk in kept["already"] if pk in rows],
        "refused": [
            (rows.get(pk), _why(what, why, rows.get(pk), first.get(pk)))
            for pk, why in refused.items()
        ],
        "left": kept["left"],
        "left_count": len(kept["left"].split()),
        "said": kept["said"],
        "query": kept["in"],
        "back": queue_address(kept["in"]),
    }
    return render(request, "admin/intake/queue/bulk_done.html", context)


def _done_words(what: str, count: int) -> str:
    texts = {
        "claim": ngettext("You took up %d case.", "You took up %d cases.", count),
        "assign": ngettext("%d case was given.", "%d cases were given.", count),
        "classify": ngettext("%d case was classified.", "%d cases were classified.", count),
        "remind": ngettext(
            "The bodies of %d case were reminded.", "The bodies of %d cases were reminded.", count
        ),
    }
    return texts[what] % count


def _who_was_first(pks: list[int]) -> dict[int, CaseEvent]:
    """The latest step of each case, in one query."""
    latest = CaseEvent.objects.filter(case__in=pks).values("case").annotate(last=Max("pk"))
    rows = CaseEvent.objects.filter(pk__in=latest.values("last")).select_related("actor")
    return {row.case_id: row for row in rows} if pks else {}


def _why(what: str, why: str, case: Case | None, first: CaseEvent | None) -> str:
    """Why a case was left alone, in the reader's language."""
    if why == bulk.GONE or case is None:
        return _("The case is not there any more.")
    if why == bulk.STATE:
        return not_in_this_state(what, case)
    if why == bulk.FIRST:
        if first is None:
            return _("Somebody was first.")
        return _("Somebody was first: %(who)s – %(what)s (%(when)s).") % {
            "who": str(first.actor or first.role_label),
            "what": first.sentence,
            "when": timezone.localtime(first.at).strftime("%H:%M:%S"),
        }
    return why
