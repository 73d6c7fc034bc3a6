"""The words in use: what the secretariat wrote instead of the shipped text, and how it comes about.

A text is drafted, checked and put into use; what was used is never changed. Should it ever fail
with the facts of a real notice, the shipped words go out and the version is marked.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, IntegrityError, InterfaceError, transaction
from django.db.models import Max
from django.utils import timezone

from notifications import catalog, manuscript, proofing, texts
from notifications.manuscript import Fault
from notifications.models import Notice, Wording
from notifications.models.wording import DRAFT, PUBLISHED, RETIRED
from notifications.texts import Text

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)
# Another process may go on with the earlier words for this long (seconds).
FRESH = 10.0
# A version that fails is marked so often at most, however many notices it fails for (seconds).
MARKED_EVERY = 60.0


class OvertakenError(Exception):
    """Somebody was first; `latest` is what stands there now, None for the shipped words."""

    def __init__(self, latest: Wording | None) -> None:
        super().__init__(str(latest))
        self.latest = latest


class UnfitError(Exception):
    """The words must not go out; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{row.line}: {row.code} {row.found}" for row in faults))
        self.faults = faults


# --- Writing ------------------------------------------------------------------------------
def versions(kind: str, language: str) -> list[Wording]:
    """Every version of a text, newest first."""
    rows = Wording.objects.filter(kind=kind, language=language).select_related(
        "author", "published_by"
    )
    return list(rows.order_by("-version"))


def current(kind: str, language: str) -> Wording | None:
    """The version in use; None while the shipped words are."""
    return Wording.objects.published().filter(kind=kind, language=language).first()


@transaction.atomic
def draft(
    *,
    kind: str,
    language: str,
    subject: str,
    body: str,
    seen: int,
    by: AbstractBaseUser,
    note: str = "",
) -> Wording:
    """Keep words as a new version that nobody gets yet; `seen` is the newest one its writer saw."""
    catalog.of(kind)
    rows = Wording.objects.filter(kind=kind, language=language)
    newest = rows.aggregate(newest=Max("version"))["newest"] or 0
    if newest != seen:
        raise OvertakenError(rows.order_by("-version").first())
    try:
        with transaction.atomic():
            return Wording.objects.create(
                kind=kind,
                language=language,
                version=newest + 1,
                subject=" ".join(subject.split()),
                body=body.replace("\r\n", "\n").strip(),
                note=note,
                author_id=by.pk,
            )
    except IntegrityError:
        raise OvertakenError(rows.order_by("-version").first()) from None


@transaction.atomic
def put_into_use(*, wording: Wording, seen: int | None, by: AbstractBaseUser) -> None:
    """From now on these words go out; `seen` is the version that its reader saw in use."""
    found = proofing.faults(wording.kind, wording.language, wording.subject, wording.body)
    if found:
        raise UnfitError(found)
    _retire(wording.kind, wording.language, seen)
    try:
        with transaction.atomic():
            done = Wording.objects.filter(pk=wording.pk, state=DRAFT).update(
                state=PUBLISHED, published_at=timezone.now(), published_by=by
            )
    except IntegrityError:
        done = 0
    if not done:
        raise OvertakenError(current(wording.kind, wording.language))
    log.info("%s was put into use by user %s", wording, by.pk)
    _changed()


@transaction.atomic
def restore(*, wording: Wording, seen: int, in_use: int | None, by: AbstractBaseUser) -> Wording:
    """The words of an earlier version go out again, as a version of their own."""
    again = draft(
        kind=wording.kind,
        language=wording.language,
        subject=wording.subject,
        body=wording.body,
        note=f"v{wording.version}",
        seen=seen,
        by=by,
    )
    put_into_use(wording=again, seen=in_use, by=by)
    return again


@transaction.atomic
def back_to_shipped(*, kind: str, language: str, seen: int, by: AbstractBaseUser) -> None:
    """The words that came with the portal go out again."""
    _retire(kind, language, seen)
    log.info("%s.%s: the shipped words again, by user %s", kind, language, by.pk)
    _changed()


def _retire(kind: str, language: str, seen: int | None) -> None:
    """Take the version that was seen out of use; raises where another one is in use by now."""
    now = current(kind, language)
    if (now.version if now else None) != seen:
        raise OvertakenError(now)
    if now is not None:
        done = Wording.objects.filter(pk=now.pk, state=PUBLISHED).update(state=RETIRED)
        if not done:
            raise OvertakenError(current(kind, language))


# --- Use ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Used:
    """Words in use, ready to be filled."""

    pk: int
    source: str


class _Known:
    """What this process knows of the words in use; read again when it is no longer fresh."""

    def __init__(self) -> None:
        self.words: dict[tuple[str, str], Used] = {}
        self.until = 0.0
        self.marked: dict[int, float] = {}

    def of(self, kind: str, language: str) -> Used | None:
        """The edited words of a kind; the one statement in ten seconds reads those of all."""
        if time.monotonic() >= self.until:
            self._read()
        return self.words.get((kind, language))

    def _read(self) -> None:
        try:
            rows = Wording.objects.published().values_list(
                "kind", "language", "pk", "subject", "body"
            )
            self.words = {
                (kind, language): Used(pk, texts.joined(subject, body))
                for kind, language, pk, subject, body in rows
            }
        except (DatabaseError, InterfaceError):
            # No notice is parked because the database was away: what was known still holds.
            log.warning("the words in use could not be read; what was known goes on")
        self.until = time.monotonic() + FRESH

    def forget(self) -> None:
        """Read again before the next notice."""
        self.until = 0.0
        self.marked.clear()


known = _Known()


def _changed() -> None:
    known.forget()
    transaction.on_commit(known.forget, robust=True)


def words(kind: str, language: str, facts: Mapping[str, Any]) -> tuple[Text, int | None]:
    """The notice in the words in use, and the version; None for the shipped ones."""
    used = known.of(kind, language)
    if used is not None:
        try:
            written = manuscript.compiled(used.source)
            return texts.render(kind, language, facts, written=written), used.pk
        except Exception as error:
            # Whatever is wrong with the edited words, the reader gets the shipped ones.
            log.exception("wording %s of %s.%s failed", used.pk, kind, language)
            _mark(used.pk, error)
    return texts.render(kind, language, facts), None


def of_row(row: Notice, more: Mapping[str, Any]) -> Text:
    """The words of a notice with `more` facts; the row remembers which version they are of."""
    text, row.wording_id = words(row.kind, row.language, row.context | dict(more))
    return text


def _mark(pk: int, error: Exception) -> None:
    """Note on the version that it failed; the page of the wordings shows it."""
    now = time.monotonic()
    if now - known.marked.get(pk, -MARKED_EVERY) < MARKED_EVERY:
        return
    known.marked[pk] = now
    try:
        with transaction.atomic():
            Wording.objects.filter(pk=pk).update(
                failed_at=timezone.now(), failure=f"{type(error).__name__}: {_told(error)}"[:300]
            )
    except (DatabaseError, InterfaceError):
        log.warning("wording %s could not be marked as failing", pk)


def _told(error: Exception) -> str:
    """Our own remarks; anything else might quote what somebody wrote."""
    own = isinstance(error, manuscript.ManuscriptError | texts.BadTemplateError)
    return (
        str(error) if own or str(error).startswith(("a date in", "a time in", "a link in")) else ""
    )


def failing() -> dict[tuple[str, str], dt.datetime]:
    """Kinds and languages whose words in use failed since they were put into use."""
    rows = Wording.objects.published().filter(failed_at__isnull=False)
    return {(row.kind, row.language): row.failed_at for row in rows if row.failed_at}
