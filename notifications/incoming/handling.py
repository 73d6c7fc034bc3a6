"""From a kept mail to what it means: told apart, judged, read, and handed to who takes it.

Everything that may fail or last happens before the one transaction in which the mail is taken.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files import storing
from files.models import StoredFile
from files.refusal import FileRefused
from notifications import outbox, replying
from notifications.incoming import automatic, headers, hooks, keeping, quoting, reading
from notifications.incoming.hooks import Letter, Taker, Word
from notifications.models import IncomingMail
from notifications.models.incoming import (
    BOUNCE,
    IGNORED,
    NEW,
    QUARANTINED,
    REASON_LABELS,
    TAKEN,
    UNREADABLE,
)

log = logging.getLogger(__name__)

BATCH = 50
# A mail that stops its worker so often is set aside for a person.
ATTEMPTS_AT_MOST = 3
AN_HOUR_AT_MOST = 30
TEXT_AT_MOST = 20_000
_DMARC_FAILED = re.compile(r"\bdmarc\s*=\s*(?:fail|reject|quarantine)", re.IGNORECASE)
Decided = dict[str, Any]


def handle_waiting(limit: int = BATCH) -> int:
    """Handle what waits, oldest first; one that fails holds up no other. Gives their number."""
    keys = list(IncomingMail.objects.waiting().order_by("id").values_list("pk", flat=True)[:limit])
    for key in keys:
        try:
            handle(key)
        except (OperationalError, InterfaceError):
            # The database is away: everything stays as it is until it is back.
            raise
        except Exception:
            log.exception("mail %s could not be handled", key)
    return len(keys)


def handle(key: int) -> None:
    """Make of one mail what it is; nothing when somebody else has done so already."""
    if not IncomingMail.objects.filter(pk=key, state=NEW).update(attempts=F("attempts") + 1):
        return
    mail = IncomingMail.objects.select_related("raw").get(pk=key)
    if mail.attempts > ATTEMPTS_AT_MOST:
        log.error("mail %s was given up", key)
        end(mail, Word(UNREADABLE, "given_up"))
        return
    raw = keeping.raw_of(mail)
    word = _told_apart(mail, raw)
    if word is not None:
        end(mail, word)
        return
    try:
        letter = letter_of(mail, raw)
    except reading.TooNestedError:
        end(mail, Word(UNREADABLE, "too_nested"))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Whatever is wrong with this one mail, the others flow; an officer sees it.
        log.exception("mail %s could not be read", key)
        end(mail, Word(UNREADABLE, "unreadable"))
    else:
        _judge(mail, letter)


def _told_apart(mail: IncomingMail, raw: bytes) -> Word | None:
    """What need not be read: machines' mail, and what was sent nowhere. None for the others."""
    head = headers.read(raw)
    kind = automatic.kind(head)
    if kind == automatic.RETURNED:
        understood = hooks.returned(raw)
        return Word(BOUNCE, "returned", result={"understood": understood})
    if kind:
        return Word(IGNORED, kind)
    found = replying.parsed(mail.to_address)
    if found is None:
        return Word(IGNORED, "no_address")
    taker = hooks.takers.get(found[0])
    if taker is None:
        return Word(IGNORED, "nobody_takes")
    if not taker.knows(found[1]):
        return Word(IGNORED, "unknown_address")
    return None


def taker_of(mail: IncomingMail) -> tuple[Taker, str]:
    """Who takes mail at the address that this one was sent to, and the address's code.

    Raises CannotTakeError where nobody does.
    """
    prefix, code = replying.parsed(mail.to_address) or ("", "")
    taker = hooks.takers.get(prefix)
    if taker is None:
        raise hooks.CannotTakeError(str(REASON_LABELS["nobody_takes"]))
    return taker, code


def letter_of(mail: IncomingMail, raw: bytes, by: Any = None) -> tuple[Letter, reading.Read]:
    """The mail in words; its files are still to be checked."""
    prefix, code = replying.parsed(mail.to_address) or ("", "")
    if mail.reason == "too_big":
        found, words = reading.Read(), quoting.Words("", "")
    else:
        found = reading.read(raw)
        words = quoting.split(found.text)
    text, rest = words.text[:TEXT_AT_MOST], words.rest
    if len(words.text) > TEXT_AT_MOST:
        rest = f"{words.text[TEXT_AT_MOST:]}\n\n{rest}"
    letter = Letter(
        mail=mail,
        code=code,
        sender=mail.sender,
        sender_name=found.sender_name,
        subject=mail.subject,
        text=text,
        rest=rest[: TEXT_AT_MOST * 10],
        attached="\n\n".join(_told(inner) for inner in found.attached)[: TEXT_AT_MOST * 2],
        notice=replying.answered(code) if prefix == replying.PREFIX else None,
        by=by,
    )
    return letter, found


def _told(inner: reading.Read) -> str:
    """A mail that was forwarded as a file, as text."""
    return f"{inner.sender_name} <{inner.sender}>\n{inner.subject}\n\n{inner.text}"


def _judge(mail: IncomingMail, read: tuple[Letter, reading.Read]) -> None:
    """Ask whoever takes such mail about its sender, then let it be taken."""
    letter, found = read
    taker, code = taker_of(mail)
    word = taker.judge(code, mail.sender)
    if word.state == TAKEN:
        word = _doubted(mail, word)
    if word.state != TAKEN:
        with transaction.atomic():
            if _swap(mail, word, letter, _listed(found.files)) and word.state == QUARANTINED:
                taker.held(letter, word)
        return
    nothing = not (letter.text or letter.rest or letter.attached or found.files)
    if nothing and mail.reason != "too_big":
        end(mail, Word(IGNORED, "empty", word.subject_key))
        return
    take_letter(mail, letter, found, taker)


def _doubted(mail: IncomingMail, word: Word) -> Word:
    """A known sender in whose name somebody else may write, or a machine that does not say so."""
    if settings.REPLY_AUTHSERV:
        head = headers.read(keeping.raw_of(mail))
        for said in head.texts("Authentication-Results"):
            # Only what our own server wrote counts: anybody can write such a line.
            if said.lower().startswith(settings.REPLY_AUTHSERV.lower()):
                if _DMARC_FAILED.search(said):
                    return Word(QUARANTINED, "disowned", word.subject_key)
                break
    since = timezone.now() - dt.timedelta(hours=1)
    lately = IncomingMail.objects.filter(sender=mail.sender, received_at__gte=since)
    if lately.count() > AN_HOUR_AT_MOST:
        return Word(QUARANTINED, "too_often", word.subject_key)
    return word


def take_letter(
    mail: IncomingMail, letter: Letter, found: reading.Read, taker: Taker, **decided: Any
) -> Word:
    """Check the files, then take the mail in one transaction."""
    language = letter.notice.language if letter.notice else settings.LANGUAGE_CODE
    with translation.override(language):
        files, refused = _checked(found.files)
        if mail.reason == "too_big":
            refused = [_too_big()]
    whole = Letter(**{**vars(letter), "files": files, "refused": refused})
    listed = _listed(found.files)
    with transaction.atomic():
        if not _swap(mail, Word(TAKEN), letter, listed, **decided):
            return Word(mail.state)
        if mail.reason == "too_big":
            word = Word(UNREADABLE, "too_big", letter.notice.subject_key if letter.notice else "")
        else:
            word = taker.take(whole)
        IncomingMail.objects.filter(pk=mail.pk).update(
            state=word.state,
            reason=word.reason,
            subject_key=word.subject_key,
            result={**(word.result or {}), "refused": list(refused)},
        )
        if word.state == QUARANTINED:
            taker.held(letter, word)
        elif refused:
            _tell_refused(mail, word, refused, language)
    return word


def _too_big() -> str:
    limit = settings.REPLY_MAX_BYTES // (1024 * 1024)
    return _("The whole mail is larger than %(limit)d MB, so nothing of it could be taken.") % {
        "limit": limit
    }


def _checked(parts: Sequence[reading.Part]) -> tuple[list[StoredFile], list[str]]:
    """The files that may be kept, checked and scanned like uploads; and why others may not."""
    files: list[StoredFile] = []
    refused: list[str] = []
    most = settings.MAX_FILES_PER_MESSAGE
    for number, part in enumerate(parts):
        if number >= most:
            refused.append(
                _("Only the first %(most)d files were taken, of %(all)d.")
                % {"most": most, "all": len(parts)}
            )
            break
        try:
            content: File = File(io.BytesIO(part.content), name=part.name)
            content.size = len(part.content)
            files.append(storing.store(content))
        except FileRefused as error:
            refused += [str(one) for one in error.messages]
    return files, refused


def _listed(parts: Sequence[reading.Part]) -> list[dict[str, Any]]:
    return [{"name": part.name, "size": len(part.content)} for part in parts[:50]]


def _tell_refused(mail: IncomingMail, word: Word, refused: Sequence[str], language: str) -> None:
    """Tell the sender which files were left out: once a day at most, and never a machine."""
    day = timezone.localdate().isoformat()
    try:
        outbox.enqueue(
            "reply_refused",
            to=mail.sender,
            context={
                "number": word.subject_key,
                "refused": [*refused],
                "kept": word.state == TAKEN,
            },
            subject_key=word.subject_key,
            language=language,
            thread=word.subject_key,
            dedupe=replying.fingerprint("refused", mail.sender, day),
        )
    except outbox.BadAddressError:
        log.warning("mail %s: its sender cannot be written to", mail.pk)


def end(mail: IncomingMail, word: Word) -> bool:
    """Write what became of a mail that nobody takes."""
    return _swap(mail, word)


def _swap(
    mail: IncomingMail,
    word: Word,
    letter: Letter | None = None,
    files: Sequence[Any] = (),
    **decided: Any,
) -> bool:
    """From new (from quarantined, when an officer decides) to its state; False: too late."""
    said: dict[str, Any] = {}
    if letter is not None:
        said = {
            "text": letter.text,
            "rest": letter.rest,
            "files": list(files),
            "notice": letter.notice,
        }
    before = QUARANTINED if decided else NEW
    done = IncomingMail.objects.filter(pk=mail.pk, state=before).update(
        state=word.state,
        reason=word.reason,
        subject_key=word.subject_key or mail.subject_key,
        result=word.result or {},
        handled_at=timezone.now(),
        **said,
        **decided,
    )
    return bool(done)
