"""How a template reads for a real case: what the preview shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from intake import naming
from intake.forms.wording import sentence
from intake.models import Case
from intake.wording import filling, markup, values

CASES_TO_TRY = 20


def case_to_try(request: HttpRequest) -> tuple[Case | None, list[Case]]:
    """The case that a preview is filled from, and the recent ones to choose from."""
    rows = Case.objects.visible_to(request.user).select_related(
        "country", "category", "assignee", "company", "filer_organisation"
    )
    cases = naming.veil_all(rows.order_by("-id")[:CASES_TO_TRY], request.user)
    asked = request.POST.get("case") or request.GET.get("case") or ""
    chosen = next((case for case in cases if str(case.pk) == asked), None)
    return chosen or (cases[0] if cases else None), cases


def tried(body: str, case: Case | None, language: str, verb: str) -> dict[str, Any]:
    """A text filled from a case as the preview shows it, or what is wrong with it."""
    language = language if language in ("ko", "en") else "ko"
    if not body.strip():
        return {"faults": [], "chunks": [], "gaps": 0}
    try:
        parsed = markup.parse(body)
    except markup.WordingError as error:
        return {"faults": [sentence(row) for row in error.faults], "chunks": [], "gaps": 0}
    to_bodies = verb in values.TO_BODIES
    known = values.for_case(case, language, to_bodies=to_bodies) if case else {}
    shown = filling.chunks(parsed, known)
    gaps = sum(part.kind == filling.GAP for chunk in shown for part in chunk.segments)
    return {"faults": [], "chunks": shown, "gaps": gaps}
