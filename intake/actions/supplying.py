"""What the company gives for a supplement, kept item by item until it sends everything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from files import storing
from files.models import StoredFile
from intake import workflow
from intake.actions.filing import attach
from intake.actions.moving import RefusedError, hold, refuse_former_proxy
from intake.models import Attachment, Case, SupplementDraft, SupplementItem
from intake.timeline import Actor
from privacy import warning

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
class Given:
    """What the company says to one item. `seen` is the mark of what its page showed."""

    text: str = ""
    cannot: bool = False
    files: Sequence[StoredFile] = ()
    seen: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the company wrote on its page: to the items by their keys, and beside them.

    Only what it changed: `text` is None and a correction is missing where it left them alone.
    """

    items: Mapping[int, Given] = field(default_factory=dict)
    text: str | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)


def mark(item: SupplementItem) -> str:
    """A mark of what an item holds, so that a page in another window overwrites nothing."""
    return _mark(item.given_text, item.cannot)


def _mark(text: str, cannot: bool) -> str:
    said = f"{cannot:d}{text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_awaited(case: Case) -> bool:
    """Whether the company can send a supplement now: asked for, or late and still welcome."""
    return case.state == workflow.SUPPLEMENT or (case.state == workflow.REJECTED and case.lapsed)


@transaction.atomic
def keep_supplement(*, case: Case, reply: Reply, by: Actor) -> list[SupplementItem]:
    """Keep what the company has so far, without sending it: the clock still stands.

    Returns the items that another window changed meanwhile; of those nothing was overwritten.
    """
    hold(case)
    if not is_awaited(case):
        raise workflow.IllegalStepError("supplement", case.state, by.role)
    refuse_former_proxy(case, "supplement", by)
    overtaken = _write(case, reply, by)
    draft = SupplementDraft.objects.filter(case=case).first()
    if reply.text is None and not reply.corrections:
        return overtaken
    draft = draft or SupplementDraft(case=case)
    SupplementDraft.objects.update_or_create(
        case=case,
        defaults={
            "text": draft.text if reply.text is None else warning.without_forbidden(reply.text),
            "corrections": warning.without_forbidden_anywhere(
                changed(case, {**draft.corrections, **reply.corrections})
            ),
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
        if given.seen == _mark(text, cannot):
            # Left as the page showed it, whatever another window wrote since.
            text, cannot = item.given_text, item.cannot
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
    refuse_former_proxy(case, "supplement", by)
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


def changed(case: Case, corrections: Mapping[str, str]) -> dict[str, str]:
    """The corrections that say something else than the case does."""
    return {
        name: words
        for name, words in corrections.items()
        if name in CORRECTABLE and words != getattr(case, name)
    }
