"""The case paper: what goes in is chosen on a page, and the PDF comes back from a POST.

Making one writes a line of the timeline, so a GET never makes one.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.actions import papers as actions
from intake.admin import gate, walk
from intake.forms.paper import AbroadPaperForm, KoreanPaperForm
from intake.models import Case
from intake.paper import composing, parts
from intake.paper.fonts import NoFontError
from intake.paper.sheet import pdf
from intake.timeline import Actor
from privacy import readings


def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The page with both kinds of paper; a POST answers with the PDF."""
    case = gate.fetch(request, pk)
    by = gate.actor(request)
    kinds = parts.standing(case)
    posted = request.POST if request.method == "POST" else None
    kind = posted.get("kind", "") if posted is not None else ""
    abroad = kind == parts.BILINGUAL
    korean_form = KoreanPaperForm(posted if kind == parts.KOREAN else None)
    abroad_form = AbroadPaperForm(posted if abroad else None, case=case, kinds=kinds)
    form = abroad_form if abroad else korean_form
    status = 200 if posted is None else 422
    if posted is not None and form.is_bound and form.is_valid():
        try:
            made = _made(case, kind, form.cleaned_data, kinds=kinds, by=by)
            way = readings.DESK
            readings.note_reading(case.number, request.user, way, request=request, what="paper")
            return made
        except NoFontError:
            form.add_error(
                None,
                _(
                    "There is no Korean typeface on this server, so no PDF can be made. Ask "
                    "whoever runs the portal to start it once with access to the internet, or to "
                    "install the package fonts-noto-cjk."
                ),
            )
            status = 503
    context = {
        **gate.site_context(request),
        "title": f"{_('Case paper')} · {case.number}",
        "case": case,
        "tail": walk.carried(request),
        "korean": korean_form,
        "abroad": abroad_form,
        "why_unnamed": parts.why_unnamed(case, kinds),
    }
    return render(request, "admin/intake/case/paper.html", context, status=status)


def _made(
    case: Case, kind: str, said: dict[str, Any], *, kinds: frozenset[str], by: Actor
) -> HttpResponse:
    now = timezone.now()
    if kind == parts.BILINGUAL:
        chosen = list(said["parts"])
        sheet = composing.abroad(case, chosen=chosen, kinds=kinds, summary=said["summary"], at=now)
        labels = ", ".join(str(parts.LABELS[name]) for name in chosen)
        words = _("A case paper for a foreign authority was made. On it: %(parts)s.") % {
            "parts": labels
        }
    else:
        chosen = [name for name, wanted in said.items() if wanted]
        sheet = composing.korean(case, at=now, **said)
        words = _("A case paper was made.")
    content = pdf(sheet, now)
    actions.record_paper(case=case, kind=kind, parts=chosen, words=words, by=by)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number}-{kind}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
