"""Write a notice in the caller's transaction; it leaves after commit, whatever happens then."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone

from notifications import arranging, catalog, channels, texts, waking
from notifications.catalog import UnknownKindError
from notifications.gateway import phones, wording
from notifications.models import FAILED, MAIL, PARKED, QUEUED, TEXT, Notice, NoticeQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)


class BadAddressError(ValueError):
    """The address cannot be written to: the form should have said so beside its field."""


class NotStuckError(Exception):
    """Somebody was first, or the notice is on its way by itself."""


def notice(
    kind: str,
    *,
    to: str,
    context: Mapping[str, Any],
    subject_key: str,
    language: str = "ko",
    recipient: AbstractBaseUser | None = None,
    thread: str = "",
    dedupe: str = "",
    urgent: bool = False,
) -> Notice:
    """A checked notice that is not yet written, for `enqueue_many`.

    `context` must survive JSON: texts, numbers, yes/no, lists, and dates as ISO text. `urgent`
    notices wait for no digest and no morning.
    """
    catalog.of(kind)
    if kind not in texts.kinds():
        raise UnknownKindError(f"no templates/notices/{kind}.<language>.md")
    try:
        if not to.isprintable():
            # Line breaks of any script end a header; Django lets some pass in the domain (F90).
            raise ValidationError("unprintable")
        validate_email(to)
    except ValidationError as error:
        # The address stays out of the message: it would end up in a log.
        raise BadAddressError("not an e-mail address") from error
    known = dict(settings.LANGUAGES)
    return Notice(
        kind=kind,
        to_address=to,
        domain=to.rpartition("@")[2].lower()[:190],
        urgent=urgent,
        recipient_id=recipient.pk if recipient else None,
        language=language if language in known else settings.LANGUAGE_CODE,
        subject_key=subject_key,
        thread=thread,
        dedupe=dedupe,
        context=_storable(dict(context)),
    )


def text_message(
    kind: str,
    *,
    to: str,
    context: Mapping[str, Any],
    subject_key: str,
    language: str = "ko",
    thread: str = "",
    urgent: bool = False,
) -> Notice:
    """A checked text message (SMS) that is not yet written, for `enqueue_many`.

    `to` is +82…; of `context` only what a locked screen may show is kept. At night it waits for
    eight o'clock, unless it is urgent.
    """
    if not catalog.of(kind).text or kind not in wording.kinds():
        raise UnknownKindError(f"no text message is made for {kind}")
    if not phones.is_e164(to):
        raise BadAddressError("not a phone number with + and country code")
    return Notice(
        kind=kind,
        channel=TEXT,
        to_address=to,
        urgent=urgent,
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        subject_key=subject_key,
        thread=thread,
        context=_storable(wording.narrowed(context)),
    )


def enqueue(
    kind: str,
    *,
    to: str,
    context: Mapping[str, Any],
    subject_key: str,
    language: str = "ko",
    recipient: AbstractBaseUser | None = None,
    thread: str = "",
    dedupe: str = "",
    urgent: bool = False,
) -> Notice:
    """Tell somebody something once the caller's transaction is committed.

    With `dedupe`, a second notice of the same kind and key is not written; the first returns.
    """
    row = notice(
        kind,
        to=to,
        context=context,
        subject_key=subject_key,
        language=language,
        recipient=recipient,
        thread=thread,
        dedupe=dedupe,
        urgent=urgent,
    )
    return enqueue_many([row])[0]


def enqueue_many(notices: Iterable[Notice]) -> list[Notice]:
    """Write several notices in one INSERT; in the order given."""
    if not connection.in_atomic_block:
        raise RuntimeError("a notice is written in the transaction of what it tells about")
    rows = list(notices)
    arranging.arrange(rows)
    once_only = any(row.dedupe for row in rows)
    Notice.objects.bulk_create(rows, ignore_conflicts=once_only)
    if once_only:
        rows = [_written(row) for row in rows]
    if rows and not any(entry[1] is waking.wake for entry in connection.run_on_commit):
        transaction.on_commit(waking.wake, robust=True)
    return rows


def _written(row: Notice) -> Notice:
    """The row as it stands in the table: ours, or the one that was there before."""
    if row.dedupe:
        return Notice.objects.get(kind=row.kind, dedupe=row.dedupe)
    return Notice.objects.get(message_id=row.message_id)


def _storable(value: Any) -> Any:
    """The value without the characters that PostgreSQL's JSON refuses: NUL and half surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {str(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def retry(stuck: Notice, *, by: AbstractBaseUser) -> None:
    """Send a failed or parked notice again, from the first attempt on."""
    if not retry_many([stuck.pk], by=by):
        raise NotStuckError(stuck.pk)


def retry_many(keys: Iterable[int], *, by: AbstractBaseUser) -> int:
    """Send those again that are failed or parked; how many. The others are left as they are."""
    with transaction.atomic():
        now = timezone.now()
        changed = Notice.objects.filter(pk__in=list(keys), state__in=(FAILED, PARKED)).update(
            state=QUEUED,
            attempts=0,
            losses=0,
            permanent=False,
            paced=False,
            next_try_at=now,
            retried_at=now,
            retried_by=by,
        )
        if changed:
            transaction.on_commit(waking.wake, robust=True)
    log.info("%s notices are sent again by user %s", changed, by.pk)
    return changed


def for_subject(subject_key: str) -> NoticeQuerySet:
    """What was told about a subject, oldest first; `state_label` says where each stands."""
    return Notice.objects.about(subject_key).order_by("pk")


def behind() -> dt.timedelta:
    """How long the oldest due notice has waited: an alarm when this grows beyond a minute.

    One that waits for an older one to its reader is as late as that one is due.
    """
    now = timezone.now()
    oldest = (
        Notice.objects.due(now)
        .filter(channel__in={MAIL, *(channel.name for channel in channels.every())})
        .order_by("next_try_at")
        .values_list("next_try_at", flat=True)
        .first()
    )
    return now - oldest if oldest else dt.timedelta()
