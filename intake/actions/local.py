"""What a mission does with a difficulty that it heard of: record, correct, pass home, end.

One verb is one transaction: state by compare and swap on the version, and a step that stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from intake import consents
from intake.actions.filing import Filing, submit
from intake.actions.moving import RefusedError
from intake.models import Case, LocalDifficulty, LocalEvent
from intake.models.case import MISSION, SECRETARIAT_ONLY
from intake.models.local import DROPPED, OPEN, PASSED, SOLVED
from intake.timeline import Actor

# Facts that a correction may change, and that two officers may have changed at once.
FIELDS = (
    "country_id",
    "company_name",
    "is_subsidiary",
    "local_registration",
    "parent_name",
    "contact",
    "local_authority",
    "title",
    "situation",
    "actions",
    "help_needed",
    "help_text",
    "help_bodies",
    "grade",
    "received_at",
    "data",
)
# Without these nobody at home could be told who asks, or act for them.
_CONTACT = ("contact_name", "contact_phone")


class StaleLocalError(RefusedError):
    """A colleague was first; nothing was written."""

    def __init__(self, local: LocalDifficulty) -> None:
        self.local = local
        last = local.events.select_related("actor").first()
        super().__init__(
            _("%(who)s was first (%(what)s, %(when)s). Nothing of yours was written yet.")
            % {
                "who": last.actor if last else "",
                "what": last.step_label if last else "",
                "when": timezone.localtime(last.at).strftime("%H:%M:%S") if last else "",
            }
        )


class AlreadyRecordedError(RefusedError):
    """The same key brought other words: the first record stands."""

    def __init__(self, local: LocalDifficulty) -> None:
        self.local = local
        super().__init__(_("This was recorded already as “%(title)s”.") % {"title": local.title})


@dataclass(frozen=True)
class Mission:
    """Who acts at a mission."""

    user: User
    organisation: Organisation

    @property
    def actor(self) -> Actor:
        """As the timeline of a case names them."""
        return Actor("submitter", self.user, self.organisation)


def record_local(
    *, key: uuid.UUID, facts: Mapping[str, Any], by: Mission, home: bool = False
) -> tuple[LocalDifficulty, bool]:
    """Take a difficulty down, and pass it to Seoul in the same step when `home`.

    The same key with the same words gives the first record again; AlreadyRecordedError is
    raised for other words.
    """
    known = LocalDifficulty.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                return _recorded(key, facts, by, home), True
        except IntegrityError:
            known = LocalDifficulty.objects.filter(key=key).first()
            if known is None:
                raise
    first = known.events.filter(step="record").first()
    mine = known.organisation_id == by.organisation.pk
    if not mine or first is None or first.facts.get("fingerprint") != _fingerprint(facts):
        raise AlreadyRecordedError(known)
    return known, False


def _recorded(key: uuid.UUID, facts: Mapping[str, Any], by: Mission, home: bool) -> LocalDifficulty:
    now = timezone.now()
    said = {**facts, "received_at": facts.get("received_at") or now}
    local = LocalDifficulty(
        key=key, organisation=by.organisation, recorded_by=by.user, keeper=by.user, **said
    )
    local.save(force_insert=True)
    _step(local, "record", by, facts={"fingerprint": _fingerprint(facts)})
    if home:
        pass_home(local=local, by=by, received_at=local.received_at)
    return local


def _fingerprint(facts: Mapping[str, Any]) -> str:
    said = {name: facts[name] for name in sorted(facts) if name != "received_at"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _step(
    local: LocalDifficulty, step: str, by: Mission, *, text: str = "", facts: Any = None
) -> None:
    LocalEvent.objects.create(local=local, step=step, actor=by.user, text=text, facts=facts or {})


def _swap(local: LocalDifficulty, states: tuple[str, ...], **changes: Any) -> None:
    """Write the changes if nobody was faster; says who was."""
    if local.state not in states:
        raise RefusedError(_("This is not possible now: %(state)s.") % {"state": local.state_label})
    now = timezone.now()
    written = LocalDifficulty.objects.filter(pk=local.pk, version=local.version).update(
        version=F("version") + 1, updated_at=now, **changes
    )
    if written != 1:
        raise StaleLocalError(LocalDifficulty.objects.get(pk=local.pk))
    for name, value in changes.items():
        setattr(local, name, value)
    local.version += 1
    local.updated_at = now


@transaction.atomic
def change_local(*, local: LocalDifficulty, facts: Mapping[str, Any], by: Mission) -> None:
    """Correct what was taken down, as long as it was not passed on; the step keeps what it was."""
    new = {name: facts[name] for name in FIELDS if name in facts}
    if not new.get("received_at"):
        new.pop("received_at", None)
    changed = {name: value for name, value in new.items() if getattr(local, name) != value}
    if not changed:
        raise RefusedError(_("Nothing was changed."))
    was = {name: _plain(getattr(local, name)) for name in changed}
    _swap(local, (OPEN,), **changed)
    becomes = {name: _plain(value) for name, value in changed.items()}
    _step(local, "change", by, facts={"was": was, "is": becomes})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


@transaction.atomic
def note_local(*, local: LocalDifficulty, text: str, by: Mission) -> None:
    """Write down what was done; words are added and never changed, so nobody can be first."""
    _step(local, "note", by, text=text)
    LocalDifficulty.objects.filter(pk=local.pk).update(updated_at=timezone.now())


@transaction.atomic
def regrade(*, local: LocalDifficulty, grade: str, reason: str, by: Mission) -> None:
    """Say anew how far it may be told, before and after it was passed to Seoul."""
    if grade == local.grade:
        raise RefusedError(_("Nothing was changed."))
    was = local.grade
    _swap(local, (OPEN, PASSED), grade=grade)
    _step(local, "regrade", by, text=reason, facts={"was": {"grade": was}, "is": {"grade": grade}})


@transaction.atomic
def pass_home(
    *, local: LocalDifficulty, by: Mission, received_at: dt.datetime | None = None
) -> Case:
    """Make it a case of the secretariat; the period counts from now unless `received_at` says.

    Raises RefusedError where Seoul could not act: no wish, nobody to ask, or no agreement.
    """
    missing = lacks(local)
    if missing:
        raise RefusedError(
            _("Before it can be passed to Seoul it needs: %(what)s.") % {"what": ", ".join(missing)}
        )
    if local.state != OPEN:
        _swap(local, (OPEN,))
    case, _new = submit(filing=filing_of(local, received_at), by=by.actor)
    _swap(local, (OPEN,), state=PASSED, case=case)
    _step(local, "pass_home", by, facts={"case": case.number})
    return case


def lacks(local: LocalDifficulty) -> list[str]:
    """What Seoul would need and the record does not hold; empty when it can be passed."""
    wanted = [
        (local.help_needed and local.help_text, _("what help is needed at home")),
        (all(local.data.get(name) for name in _CONTACT), _("a contact person with a phone")),
        (local.data.get("agreed"), _("the company's agreement")),
    ]
    return [words for there, words in wanted if not there]


def filing_of(local: LocalDifficulty, received_at: dt.datetime | None) -> Filing:
    """The case that a local difficulty becomes, in the words of the mission."""
    data = local.data
    needed_by = data.get("needed_by")
    told = {consents.COLLECTION, consents.BODIES}
    return Filing(
        key=local.key,
        facts={
            "title": local.title,
            "country_id": local.country_id,
            "category_id": data.get("category") or None,
            "situation": local.situation,
            "problem": "",
            "request": local.help_text,
            "tried": local.actions,
            "counterpart": local.local_authority,
            "other_desk": "",
            "product": data.get("product", ""),
            "hs_code": "",
            "company_name": local.company_name,
            "province": "",
            "municipality": "",
            "sector": "",
            "size_class": "",
            "export_band": "",
            "contact_name": data["contact_name"],
            "contact_position": "",
            "contact_phone": data["contact_phone"],
            "contact_email": data.get("contact_email", ""),
            "language": data.get("language") or "ko",
            "visibility": SECRETARIAT_ONLY,
            "since": None,
            "needed_by": dt.date.fromisoformat(needed_by) if needed_by else None,
            "value": None,
            "currency": "",
            "at_border": bool(data.get("at_border")),
            "more_countries": [],
        },
        business_number=None,
        consents={text.kind: text.kind in told for text in consents.CONSENTS},
        channel=MISSION,
        received_at=received_at,
        more={"agreed": data.get("agreed_how", ""), "local": local.pk},
    )


@transaction.atomic
def solve_local(*, local: LocalDifficulty, result: str, by: Mission) -> None:
    """It was solved without Seoul; the result says how."""
    _swap(local, (OPEN,), state=SOLVED, result=result, ended_at=timezone.now())
    _step(local, "solve", by, text=result)


@transaction.atomic
def drop_local(*, local: LocalDifficulty, reason: str, by: Mission) -> None:
    """Nobody needs it any more; the reason stays."""
    _swap(local, (OPEN,), state=DROPPED, result=reason, ended_at=timezone.now())
    _step(local, "drop", by, text=reason)
