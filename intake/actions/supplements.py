"""Asking for what is missing, item by item; keeping what the company gives; the papers' return."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from files import storing
from files.models import StoredFile
from intake import letters, workflow
from intake.actions.filing import attach, make_findable, say
from intake.actions.moving import RefusedError, hold, move
from intake.models import Attachment, Case, Message, Revision, SupplementDraft, SupplementItem
from intake.models.event import TO_SUBMITTER
from intake.timeline import SYSTEM, Actor

SUPPLEMENTS_AT_MOST = 2
ITEMS_AT_MOST = 30
# Files that one item may hold: more than one letter takes, and still a list that a person reads.
FILES_PER_ITEM = 10
# The company's own texts that it may correct along with a supplement.
CORRECTABLE = (
    "title",
    "situation",
    "problem",
    "request",
    "tried",
    "product",
    "hs_code",
    "counterpart",
)


@dataclass(frozen=True)
class Wanted:
    """One paper or fact that is missing, in the company's language."""

    label: str
    hint: str = ""
    kind: str = SupplementItem.PAPER


@dataclass(frozen=True)
class Given:
    """What the company says to one item. `seen` is the mark of what its page showed."""

    text: str = ""
    cannot: bool = False
    files: Sequence[StoredFile] = ()
    seen: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the company has written so far: to the items by their keys, and beside them."""

    items: Mapping[int, Given] = field(default_factory=dict)
    text: str = ""
    # Only the texts that it changed, by the field's name.
    corrections: Mapping[str, str] = field(default_factory=dict)


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


def mark(item: SupplementItem) -> str:
    """A mark of what an item holds, so that a page in another window overwrites nothing."""
    said = f"{item.cannot:d}{item.given_text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_awaited(case: Case) -> bool:
    """Whether the company can send a supplement now: asked for, or late and still welcome."""
    return case.state == workflow.SUPPLEMENT or (case.state == workflow.REJECTED and case.lapsed)


@transaction.atomic
def request_supplement(
    *, case: Case, due: dt.date, by: Actor, text: str = "", items: Sequence[Wanted] = ()
) -> None:
    """Ask the company for what is missing; the clock stops. Twice at most (Decree 25).

    Words alone are one item: the company answers them as it answers a list.
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
    move(
        case,
        "request_supplement",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts={"round": number, "items": [one.label for one in wanted]},
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
    # Words that became the one item are not said twice.
    letters.supplement_request(case, text if items else "", rows)


def _first_line(text: str) -> list[str]:
    said = text.strip()
    if not said:
        return []
    limit = SupplementItem._meta.get_field("label").max_length or 200
    line = " ".join(said.split())
    return [line if len(line) <= limit else f"{line[: limit - 1]}…"]


@transaction.atomic
def keep_supplement(*, case: Case, reply: Reply, by: Actor) -> list[SupplementItem]:
    """Keep what the company has so far, without sending it: the clock still stands.

    Returns the items that another window changed meanwhile; of those nothing was overwritten.
    """
    hold(case)
    if not is_awaited(case):
        raise workflow.IllegalStepError("supplement", case.state, by.role)
    overtaken = _write(case, reply, by)
    corrections = _changed(case, reply.corrections)
    if reply.text or corrections or SupplementDraft.objects.filter(case=case).exists():
        SupplementDraft.objects.update_or_create(
            case=case,
            defaults={
                "text": reply.text,
                "corrections": corrections,
                "updated_at": timezone.now(),
            },
        )
    return overtaken


def _write(case: Case, reply: Reply, by: Actor) -> list[SupplementItem]:
    """Put words and files to their items; an item of another case or round is none."""
    now, overtaken = timezone.now(), []
    # The case is held: nobody else writes these rows meanwhile.
    for item in current_items(case):
        given = reply.items.get(item.pk)
        if given is None:
            continue
        text, cannot = given.text, given.cannot and bool(given.text)
        wrote = (text, cannot) != (item.given_text, item.cannot)
        if wrote and given.seen is not None and given.seen != mark(item):
            overtaken.append(item)
            wrote = False
            text, cannot = item.given_text, item.cannot
        fresh = _fresh(item, given.files)
        attach(case, fresh, by=by, item=item)
        has_files = bool(fresh) or item.attachments.exists()
        given_at = item.given_at or now if text or has_files else None
        if wrote or fresh or given_at != item.given_at:
            SupplementItem.objects.filter(pk=item.pk).update(
                given_text=text, cannot=cannot, given_at=now if given_at and wrote else given_at
            )
    return overtaken


def current_items(case: Case) -> list[SupplementItem]:
    """The items of the latest request, in its order."""
    return list(
        SupplementItem.objects.filter(case=case, round=case.supplements).prefetch_related(
            "attachments__file"
        )
    )


def _fresh(item: SupplementItem, files: Sequence[StoredFile]) -> list[StoredFile]:
    """The files that the item does not hold yet: a page sent twice brings each file twice."""
    known = {(row.file.sha256, row.file.original_name) for row in item.attachments.all()}
    found = []
    for file in files:
        key = (file.sha256, file.original_name)
        if key not in known:
            known.add(key)
            found.append(file)
    if len(known) > FILES_PER_ITEM:
        raise RefusedError(
            _("“%(item)s” holds %(count)d files at most. Put papers together, or remove one.")
            % {"item": item.label, "count": FILES_PER_ITEM}
        )
    return found


@transaction.atomic
def remove_supplement_file(*, case: Case, attachment: int, by: Actor) -> bool:
    """Take a file back that was kept for an item and is not sent yet."""
    hold(case)
    if not is_awaited(case):
        raise workflow.IllegalStepError("supplement", case.state, by.role)
    row = (
        Attachment.objects.filter(
            pk=attachment,
            case=case,
            supplement_item__round=case.supplements,
            message__isnull=True,
        )
        .select_related("file", "supplement_item")
        .first()
    )
    if row is None or row.supplement_item is None:
        return False
    item, file = row.supplement_item, row.file
    row.delete()
    storing.release([file])
    if not item.given_text and not item.attachments.exists():
        SupplementItem.objects.filter(pk=item.pk).update(given_at=None)
    return True


@transaction.atomic
def supplement(
    *,
    case: Case,
    by: Actor,
    text: str = "",
    files: Sequence[StoredFile] = (),
    reply: Reply | None = None,
    why_open: str | None = None,
) -> Message:
    """Send what was asked for: the clock runs again and the officer is told.

    A case that was returned because the supplement never came reopens by itself. With a `reply`
    (the company's page), items that are still open need `why_open`: OpenItemsError names them,
    and what came with the reply is not lost, since the page has kept it before.
    """
    hold(case)
    if not is_awaited(case):
        raise workflow.IllegalStepError("supplement", case.state, by.role)
    if reply is not None:
        _write(case, reply, by)
        text = reply.text
    items = current_items(case)
    left = [item for item in items if not item.is_given]
    corrections = _changed(case, reply.corrections if reply else {})
    if reply is not None and left and not why_open:
        raise OpenItemsError(left)
    target = workflow.REVIEWING if case.assignee_id else workflow.RECEIVED
    before = {name: getattr(case, name) for name in corrections}
    event = move(
        case,
        "supplement",
        by=by,
        to=target,
        audience=TO_SUBMITTER,
        text=why_open if left and why_open else "",
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
        words = _summary(items, text, why_open or "", reply is not None)
    message = say(case, words, files, by=by, audience=TO_SUBMITTER)
    Attachment.objects.filter(
        case=case, supplement_item__in=[item.pk for item in items], message__isnull=True
    ).update(message=message)
    SupplementDraft.objects.filter(case=case).delete()
    letters.supplement_arrived(case)
    return message


def _changed(case: Case, corrections: Mapping[str, str]) -> dict[str, str]:
    return {
        name: words
        for name, words in corrections.items()
        if name in CORRECTABLE and words != getattr(case, name)
    }


def _summary(items: Sequence[SupplementItem], text: str, why_open: str, by_items: bool) -> str:
    """The supplement in words, as the conversation keeps it: covering words, then each item."""
    if not by_items:
        return text
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
