"""What the company does: submit, write, withdraw; and the words of either side."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Company, User
from files import storing
from files.models import StoredFile
from intake import consents, deadline, letters, naming, receipt, triage, workflow
from intake.actions import mentions
from intake.actions.moving import RefusedError, hold, mind, move, refuse_former_proxy
from intake.models import Attachment, Case, Consent, Draft, Message, SupplementItem
from intake.models.case import ACTING
from intake.models.event import INTERNAL, TO_BODIES, TO_SUBMITTER
from intake.models.policy import BORDER_POLICY, DEFAULT_POLICY
from intake.models.queue import lane_of
from intake.timeline import Actor, draw, write
from privacy import warning
from search import index


class AlreadyReceivedError(RefusedError):
    """The same key brought other content: the first case stands, nothing was overwritten."""

    def __init__(self, case: Case) -> None:
        self.case = case
        super().__init__(_("This was already received as %(number)s.") % {"number": case.number})


@dataclass(frozen=True)
class Filing:
    """Everything that a submission says, checked and clean, whoever brought it."""

    key: uuid.UUID
    facts: Mapping[str, Any]  # fields of Case
    business_number: str | None
    consents: Mapping[str, bool]
    files: Sequence[StoredFile] = ()
    channel: str = "web"
    received_at: dt.datetime | None = None
    # What the timeline keeps beside the channel: how the company agreed, at which event.
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what was said: the same key with another fingerprint is another text."""
        said = {
            "facts": {name: str(getattr(value, "pk", value)) for name, value in self.facts.items()},
            "number": self.business_number,
            "files": sorted(file.sha256 for file in self.files),
        }
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def submit(*, filing: Filing, by: Actor) -> tuple[Case, bool]:
    """File a difficulty: number, case, consents, files, timeline, clock and receipt notice.

    Returns the case and whether it is new: the same key with the same content gives the first
    case again. Raises AlreadyReceivedError for the same key with other content.
    """
    try:
        # Written first and asked only when the key is taken: nearly every filing is new.
        with transaction.atomic():
            return _write(filing, by), True
    except IntegrityError:
        # A request with this key came before; anything else is a fault of ours.
        known = Case.objects.filter(idempotency_key=filing.key).first()
        if known is None:
            raise
    if known.fingerprint != filing.fingerprint:
        raise AlreadyReceivedError(known)
    return known, False


def proxy_of(by: Actor, now: dt.datetime) -> dict[str, Any]:
    """What a case keeps of an organisation that files for the company; nothing without one."""
    if by.organisation is None:
        return {}
    return {"proxy": ACTING, "keeper": by.user, "confirm_asked_at": now}


def _write(filing: Filing, by: Actor) -> Case:
    now = timezone.now()
    received_at = filing.received_at or now
    policy = BORDER_POLICY if filing.facts.get("at_border") else DEFAULT_POLICY
    number, company = _numbered(timezone.localtime(now).year, filing)
    case = Case(
        number=number,
        idempotency_key=filing.key,
        fingerprint=filing.fingerprint,
        received_at=received_at,
        created_at=now,
        state_since=now,
        policy=policy,
        company_id=company,
        channel=filing.channel,
        filed_by=by.user,
        filer_organisation=by.organisation,
        **proxy_of(by, now),
        **warning.without_forbidden_anywhere(filing.facts),
    )
    event = draw(
        case,
        "submit",
        by=by,
        from_state="",
        to_state=workflow.RECEIVED,
        audience=TO_SUBMITTER,
        facts={
            **filing.more,
            "channel": filing.channel,
            "received_at": received_at.isoformat(),
        },
        at=now,
    )
    case.due_at = deadline.due_at(policy, [event])
    case.lane = lane_of(
        state=case.state, at_border=case.at_border, due_at=case.due_at, attention="", now=now
    )
    case.save(force_insert=True)
    write(event)
    Consent.objects.bulk_create(
        Consent(
            case=case,
            kind=text.kind,
            text_version=consents.VERSION,
            text_hash=text.text_hash,
            given=bool(filing.consents.get(text.kind)),
            channel=filing.channel,
            at=now,
            by_officer=by.organisation is not None,
        )
        for text in consents.CONSENTS
    )
    attach(case, filing.files, by=by)
    Draft.objects.filter(key=filing.key).update(case=case, data={}, updated_at=now)
    make_findable(case)
    letters.receipt(case)
    return case


def make_findable(case: Case) -> None:
    """Put the case into the desk's search: its title, then its number, company and words.

    Of a company that stays anonymous nothing by which it could be found.
    """
    case = naming.veiled(case)
    index.put(
        Case,
        case.pk,
        title=case.title,
        body=(
            f"{case.number} {case.company_name} {case.product} {case.hs_code} "
            f"{case.situation} {case.problem} {case.request} {case.tried}"
        ),
    )


def _numbered(year: int, filing: Filing) -> tuple[str, int]:
    """The next receipt number of a year, from the counter row, and the company's one row.

    One statement asks for both, the same in PostgreSQL and SQLite; it holds the counter until
    commit. A later filing never renames a company.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_receiptcounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = intake_receiptcounter.last + 1 "
            "RETURNING last, (SELECT id FROM accounts_company WHERE business_number = %s)",
            [year, filing.business_number],
        )
        serial, company = cursor.fetchone()
    if company is None:
        company = _new_company(filing.business_number, filing.facts["company_name"])
    return receipt.number(year, serial), company


def _new_company(business_number: str | None, name: str) -> int:
    """The row of a company that was not known; without a number each filing has its own."""
    if business_number is None:
        return Company.objects.create(name=name).pk
    # Two first filings of one company may meet here: the second takes the first's row.
    Company.objects.bulk_create(
        [Company(business_number=business_number, name=name)], ignore_conflicts=True
    )
    return Company.objects.values_list("pk", flat=True).get(business_number=business_number)


def attach(
    case: Case,
    files: Sequence[StoredFile],
    *,
    by: Actor,
    message: Message | None = None,
    audience: str = TO_SUBMITTER,
    item: SupplementItem | None = None,
) -> list[Attachment]:
    """Give files to a case: with its filing, with a message, or for one supplement item."""
    if not files:
        return []
    storing.claim(files)
    return Attachment.objects.bulk_create(
        Attachment(
            case=case,
            message=message,
            file=file,
            role=by.role,
            uploaded_by=by.user,
            audience=audience,
            supplement_item=item,
        )
        for file in files
    )


def brought(rows: Sequence[Attachment]) -> dict[str, list[int]]:
    """What the event of a step keeps of the files that it brought; empty without any."""
    return {"files": [row.pk for row in rows]} if rows else {}


@transaction.atomic
def send_message(
    *,
    case: Case,
    text: str,
    files: Sequence[StoredFile] = (),
    audience: str = TO_SUBMITTER,
    by: Actor,
) -> Message:
    """Write a message on an open case; the other side is told when it may read it."""
    hold(case)
    workflow.check("send_message", state=case.state, role=by.role)
    refuse_former_proxy(case, "send_message", by)
    if by.role == workflow.SUBMITTER:
        audience = TO_SUBMITTER
    message = say(case, text, files, by=by, audience=audience)
    write(
        draw(
            case,
            "send_message",
            by=by,
            from_state=case.state,
            to_state=case.state,
            audience=audience,
            facts={"message": message.pk},
        )
    )
    mind(
        case,
        attention=triage.after_words(by.role, case.attention, to_bodies=audience == TO_BODIES),
        responded=by.role == workflow.SECRETARY and audience == TO_SUBMITTER,
    )
    letters.message(case, by=by, audience=audience)
    letters.acted("send_message", case, by=by, text=text)
    return message


@transaction.atomic
def note(
    *,
    case: Case,
    text: str,
    files: Sequence[StoredFile] = (),
    called: Sequence[User] = (),
    by: Actor,
) -> Message:
    """Write an internal note, the secretariat's own memory of a case, and call colleagues to it.

    Whoever writes has seen where they were called on this case themselves.
    """
    workflow.check("note", state=case.state, role=by.role)
    message = say(case, text, files, by=by, audience=INTERNAL)
    write(
        draw(
            case,
            "note",
            by=by,
            from_state=case.state,
            to_state=case.state,
            facts={"message": message.pk},
        )
    )
    if case.attention:
        hold(case)
        mind(case, attention=triage.after_words(by.role, case.attention))
    mentions.call(message, called, by=by)
    if by.user is not None:
        mentions.see(case=case, user=by.user)
    return message


def say(case: Case, text: str, files: Sequence[StoredFile], *, by: Actor, audience: str) -> Message:
    """Write words on a case for an audience, with files; no event and no notice."""
    message = Message.objects.create(
        case=case,
        role=by.role,
        author=by.user,
        organisation=by.organisation,
        # Mails and spreadsheets pass no form that would have warned.
        text=warning.without_forbidden(text),
        audience=audience,
    )
    attach(case, files, by=by, message=message, audience=audience)
    return message


@transaction.atomic
def withdraw(*, case: Case, reason: str = "", by: Actor) -> None:
    """Take the case back; open referrals are recalled and everybody concerned is told."""
    hold(case)
    now = timezone.now()
    asked = list(case.referrals.open().select_related("organisation"))
    move(
        case,
        "withdraw",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        ended_at=now,
        end_reason=reason,
        due_at=None,
        supplement_due=None,
    )
    case.referrals.open().update(state=workflow.RECALLED, ended_at=now)
    letters.withdrawn(case, [referral.organisation for referral in asked])
