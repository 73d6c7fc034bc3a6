"""What an officer has begun and not finished: kept at the desk, gone on with from its list."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.desk import Desk
from intake.actions import drafting
from intake.models import Draft
from intake.timeline import submitter
from intake.views.drafted import key_of, typed

# More than this nobody looks through; the rest waits behind them and ends by itself.
SHOWN = 5


@dataclass(frozen=True)
class Begun:
    """One unfinished draft as the list shows it."""

    draft: Draft
    title: str


def keep(request: HttpRequest, desk: Desk, ours: Collection[str], purpose: str) -> Draft:
    """Store what was posted at this desk; under another key where this one is not the desk's."""
    try:
        return drafting.keep_draft(
            key=key_of(request),
            data=typed(request, ours),
            language=get_language() or settings.LANGUAGE_CODE,
            by=submitter(desk.user, desk.organisation),
            purpose=purpose,
        )
    except drafting.OthersDraftError:
        return keep_beside(request, desk, ours, purpose)


def keep_beside(request: HttpRequest, desk: Desk, ours: Collection[str], purpose: str) -> Draft:
    """Store what was posted as a draft of its own: what came before under its key stands."""
    return drafting.keep_draft(
        key=uuid.uuid4(),
        data=typed(request, ours),
        language=get_language() or settings.LANGUAGE_CODE,
        by=submitter(desk.user, desk.organisation),
        purpose=purpose,
    )


def begun(desk: Desk, purpose: str, *, but: Draft | None = None) -> list[Begun]:
    """The person's own unfinished drafts at this desk that say something, the latest first."""
    rows = Draft.objects.unfinished().of([desk.organisation.pk], purpose)
    rows = rows.filter(officer=desk.user).exclude(data={}).order_by("-updated_at")
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    told = [Begun(row, _title(row)) for row in rows[: 4 * SHOWN]]
    return [row for row in told if row.title][:SHOWN]


def resumed(desk: Desk, key: str, purpose: str) -> Draft | None:
    """A draft of this desk by its key."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    rows = Draft.objects.of([desk.organisation.pk], purpose).select_related("case")
    return rows.filter(key=wanted).first()


def _title(draft: Draft) -> str:
    for name in ("company_name", "title", "situation"):
        said = (draft.data.get(name) or [""])[0].strip()
        if said:
            return said[:60]
    return ""


def remove_file(request: HttpRequest, draft: Draft) -> None:
    """Take the file out whose button was pressed."""
    number = request.POST["remove"]
    if number.isdecimal() and len(number) < 19:
        drafting.remove_file(draft=draft, pk=int(number))
