"""Asking for what is missing, item by item; its arrival; the return of what never came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from files.models import StoredFile
from intake import letters, workflow
from intake.actions.filing import attach, brought, make_findable, say
from intake.actions.moving import RefusedError, hold, move
from intake.actions.supplying import changed, current_items, is_awaited
from intake.models import Attachment, Case, Message, Revision, SupplementDraft, SupplementItem
from intake.models.event import TO_SUBMITTER
from intake.timeline import SYSTEM, Actor

SUPPLEMENTS_AT_MOST = 2
ITEMS_AT_MOST = 30


@dataclass(frozen=True)
class Wanted:
    """One paper or fact that is missing, in the company's language."""

    label: str
    hint: str = ""
    kind: str = SupplementItem.PAPER


class OpenItemsError(RefusedError):
    """Items are still open, and nobody has said why the supplement goes without them."""

    def __init__(self, items: Sequence[SupplementItem]) -> None:
        self.items = list(items)
        super().__init__(
            ngettext(
                "%(count)d item is still open. Say why it is missing, and send again.",
                "%(count)d items are still open. Say why they are missing, and send again.",
                len(items),
            )
            % {"count": len(items)}
        )


@transaction.atomic
def request_supplement(
    *,
    case: Case,
    due: dt.date,
    by: Actor,
    text: str = "",
    items: Sequence[Wanted] = (),
    files: Sequence[StoredFile] = (),
) -> None:
    """Ask the company for what is missing; the clock stops. Twice at most (Decree 25).

    Words alone are one item: the company answers them as it answers a list. `files`, such as a
    form to fill in, stand on its page beside the request.
    """
    workflow.check("request_supplement", state=case.state, role=by.role)
    if case.supplements >= SUPPLEMENTS_AT_MOST:
        raise RefusedError(
            _("A supplement was requested twice already. Answer with what is there, or return.")
        )
    if due <= timezone.localdate():
        raise RefusedError(_("The date for the supplement must lie in the future."))
    wanted = list(items) or [Wanted(line, kind=SupplementItem.FACT) for line in _first_line(text)]
    if not wanted:
        raise RefusedError(_("Name at least one thing that is missing."))
    if len(wanted) > ITEMS_AT_MOST:
        raise RefusedError(
            _("At most %(count)d items fit into one request.") % {"count": ITEMS_AT_MOST}
        )
    number = case.supplements + 1
    attached = attach(case, files, by=by)
    move(
        case,
        "request_supplement",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts={"round": number, "items": [one.label for one in wanted], **brought(attached)},
        supplements=number,
        supplement_due=due,
    )
    rows = SupplementItem.objects.bulk_create(
        SupplementItem(
            case=case,
            round=number,
            position=place,
            kind=one.kind,
            label=one.label,
            hint=one.hint,
        )
        for place, one in enumerate(wanted, start=1)
    )
    # What was begun for the first request belongs to the first request.
    SupplementDraft.objects.filter(case=case).delete()
    # Words that became the one item are not said twice, unless they were too long for it.
    said = "" if rows[0].label == text else text
    letters.supplement_request(case, said, rows, files=len(attached))


def _first_line(text: str) -> list[str]:
    said = text.strip()
    if not said:
        return []
    limit = SupplementItem._meta.get_field("label").max_length or 200
    line = " ".join(said.split())
    return [line if len(line) <= limit else f"{line[: limit - 1]}…"]


@transaction.atomic
def supplement(
    *,
    case: Case,
    by: Actor,
    text: str = "",
    files: Sequence[StoredFile] = (),
    kept: bool = False,
    why_open: str = "",
) -> Message:
    """Send what was asked for: the clock runs again and the officer is told.

    A case that was returned because the supplement never came reopens by itself. `kept` sends
    what `keep_supplement` has kept; items that are still open then need `why_open`, else
    OpenItemsError names them. Texts of the case are corrected with their words before and after.

    An officer may end the pause when every item is settled, by the company's page or by what was
    recorded of its words (`record_item`); then the company is told what was recorded.
    """
    recorded = by.role == workflow.SECRETARY
    if not recorded:
        hold(case)
    if not is_awaited(case):
        raise workflow.IllegalStepError("supplement", case.state, by.role)
    draft = SupplementDraft.objects.filter(case=case).first() if kept else None
    text = draft.text if draft else text
    corrections = changed(case, draft.corrections) if draft else {}
    items = current_items(case)
    left = [item for item in items if not item.is_given]
    if left and recorded:
        raise RefusedError(
            _("Items are still open. Record first what the company gave for each of them.")
        )
    if kept and left and not why_open:
        raise OpenItemsError(left)
    target = workflow.REVIEWING if case.assignee_id else workflow.RECEIVED
    before = {name: getattr(case, name) for name in corrections}
    event = move(
        case,
        "supplement",
        by=by,
        to=target,
        audience=TO_SUBMITTER,
        text=why_open if left else "",
        facts={
            "round": case.supplements,
            "given": len(items) - len(left),
            "of": len(items),
            "open": [item.label for item in left],
            "corrected": list(corrections),
        },
        supplement_due=None,
        ended_at=None,
        end_reason="",
        lapsed=False,
        **corrections,
    )
    Revision.objects.bulk_create(
        Revision(case=case, event=event, field=name, before=before[name], after=after)
        for name, after in corrections.items()
    )
    if corrections:
        make_findable(case)
    with translation.override(case.language):
        words = _summary(items, text, why_open) if kept else text
    message = say(case, words, files, by=by, audience=TO_SUBMITTER)
    Attachment.objects.filter(
        case=case, supplement_item__in=[item.pk for item in items], message__isnull=True
    ).update(message=message)
    SupplementDraft.objects.filter(case=case).delete()
    if recorded:
        letters.supplement_recorded(case, items)
    else:
        letters.supplement_arrived(case)
        letters.acted("supplement", case, by=by, text=words)
    return message


def _summary(items: Sequence[SupplementItem], text: str, why_open: str) -> str:
    """The supplement in words, as the conversation keeps it: covering words, then each item."""
    parts = [text] if text else []
    for place, item in enumerate(items, start=1):
        files = [row.file.original_name for row in item.attachments.all()]
        said = [item.given_text] if item.given_text else []
        if files:
            said.append(_("Files: %(names)s") % {"names": ", ".join(files)})
        head = f"{place}. {item.label}"
        if item.cannot:
            head += " – " + _("cannot be given")
        elif not said:
            head += " – " + _("not sent")
        parts.append("\n".join([head, *said]))
    if why_open:
        parts.append(_("Why items are missing: %(reason)s") % {"reason": why_open})
    return "\n\n".join(parts)


@transaction.atomic
def lapse(*, case: Case, by: Actor = SYSTEM) -> None:
    """Return a case whose supplement never came; it reopens by itself when the papers arrive."""
    hold(case)
    with translation.override(case.language):
        reason = _(
            "The supplement did not arrive by the date. Send it at any time and the case goes on."
        )
    move(
        case,
        "lapse",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        lapsed=True,
        ended_at=timezone.now(),
        end_reason=reason,
    )
    letters.lapsed(case)
