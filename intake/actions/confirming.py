"""A company confirms what was filed in its name, and decides who goes on acting for it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files import storing
from files.models import StoredFile
from intake import consents, deadline, letters, reminding, triage, workflow
from intake.actions.filing import attach, make_findable, withdraw
from intake.actions.moving import RefusedError, hold, mind, move
from intake.models import Case, CaseEvent, ConfirmationDraft, Consent, Reminder, Revision
from intake.models.case import ANONYMOUS, NAMED, SECRETARIAT_ONLY, WEB
from intake.models.event import TO_SUBMITTER
from intake.models.gate import ACTING, DISMISSED, FOLLOWING
from intake.timeline import Actor, draw, write
from notifications import addresses
from privacy import warning

# What was said in the company's name and what it may set right, in the order of the page.
TEXTS = ("title", "situation", "problem", "request", "tried", "counterpart")
GOODS = ("product", "hs_code", "value", "currency", "needed_by")
COMPANY = ("company_name", "province", "municipality")
CONTACT = ("contact_name", "contact_position", "contact_phone", "contact_email")
CORRECTABLE = (*TEXTS, *GOODS, *COMPANY, *CONTACT)
# Papers that a company may add while it confirms; more go with messages.
PAPERS_AT_MOST = 10
# The portal asks again by itself after so many working days.
AGAIN_AFTER = (3, 7)
ABOUT, REMIND = "confirmation", "remind"


class AlreadyConfirmedError(RefusedError):
    """Somebody confirmed it already, in another window or a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("This was confirmed already. Nothing was changed by it now."))


@dataclass(frozen=True)
class Confirmation:
    """What the company says: corrections that are checked and clean, and what it decides."""

    visibility: str
    consents: Mapping[str, bool]
    corrections: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def choices_of(case: Case) -> tuple[str, ...]:
    """Who may see the company: anonymity needs an organisation to stand in for it."""
    if case.filer_organisation_id is None:
        return (NAMED, SECRETARIAT_ONLY)
    return (NAMED, SECRETARIAT_ONLY, ANONYMOUS)


def confirmation_of(case: Case) -> CaseEvent | None:
    """The step in which the company confirmed."""
    return case.events.filter(verb="confirm").last()


def _open(case: Case) -> None:
    """The case as it is, while it waits for the company's word; refused otherwise."""
    hold(case)
    workflow.check("confirm", state=case.state, role=workflow.SUBMITTER)
    if case.confirmed_at is not None:
        raise AlreadyConfirmedError
    if case.confirm_asked_at is None:
        raise RefusedError(_("Nobody filed this case for you: there is nothing to confirm."))


# --- What is kept before it is sent -------------------------------------------------------
@transaction.atomic
def keep_confirmation(
    *, case: Case, said: Mapping[str, str], files: Sequence[StoredFile] = (), by: Actor
) -> ConfirmationDraft:
    """Keep what the company has so far, without sending it.

    Only what `said` names is written: another window's other fields stay. A file that is there
    already is kept once.
    """
    _open(case)
    draft = ConfirmationDraft.objects.filter(case=case).first() or ConfirmationDraft(case=case)
    papers = papers_of(draft)
    known = {(file.sha256, file.original_name) for file in papers}
    fresh = [file for file in files if (file.sha256, file.original_name) not in known]
    if len(papers) + len(fresh) > PAPERS_AT_MOST:
        raise RefusedError(
            _("At most %(count)d papers fit here. Send the others with a message afterwards.")
            % {"count": PAPERS_AT_MOST}
        )
    storing.claim(fresh)
    draft.data = {
        "said": warning.without_forbidden_anywhere({**draft.data.get("said", {}), **said}),
        "papers": [str(file.public_id) for file in (*papers, *fresh)],
    }
    draft.updated_at = timezone.now()
    draft.save()
    return draft


def papers_of(draft: ConfirmationDraft | None) -> list[StoredFile]:
    """The papers that wait for the confirmation, in the order in which they came."""
    wanted = [uuid.UUID(one) for one in draft.data.get("papers", [])] if draft else []
    found = {file.public_id: file for file in StoredFile.objects.filter(public_id__in=wanted)}
    return [found[key] for key in wanted if key in found]


@transaction.atomic
def remove_paper(*, case: Case, paper: str, by: Actor) -> bool:
    """Take out a paper that was kept and not sent yet."""
    _open(case)
    draft = ConfirmationDraft.objects.filter(case=case).first()
    gone = [file for file in papers_of(draft) if str(file.public_id) == paper]
    if draft is None or not gone:
        return False
    draft.data = draft.data | {"papers": [one for one in draft.data["papers"] if one != paper]}
    draft.save(update_fields=["data"])
    storing.release(gone)
    return True


# --- The company's word -------------------------------------------------------------------
@transaction.atomic
def confirm(*, case: Case, said: Confirmation, by: Actor) -> CaseEvent:
    """Confirm what was filed: corrections with before and after, papers, visibility, consents.

    The company's consents stand beside what the officer was told, and outweigh it.
    """
    _open(case)
    if said.visibility not in choices_of(case):
        raise RefusedError(_("Choose who may see your company's name."))
    if missing := [kind for kind in consents.REQUIRED if not said.consents.get(kind)]:
        raise RefusedError(
            _("Without the consent “%(consent)s” we cannot handle the case.")
            % {"consent": next(str(one.title) for one in consents.CONSENTS if one.kind in missing)}
        )
    now = timezone.now()
    changed = {
        name: value
        for name, value in said.corrections.items()
        if name in CORRECTABLE and value != getattr(case, name)
    }
    before = {name: as_text(getattr(case, name)) for name in changed}
    was = case.visibility
    draft = ConfirmationDraft.objects.filter(case=case).first()
    rows = attach(case, papers_of(draft), by=by)
    event = move(
        case,
        "confirm",
        by=by,
        text=said.note,
        audience=TO_SUBMITTER,
        facts={
            "fields": list(changed),
            "visibility": said.visibility,
            "visibility_was": was,
            "consents": {kind: bool(given) for kind, given in said.consents.items()},
            **({"files": [row.pk for row in rows]} if rows else {}),
        },
        confirmed_at=now,
        visibility=said.visibility,
        **changed,
    )
    Revision.objects.bulk_create(
        Revision(
            case=case, event=event, field=name, before=before[name], after=as_text(changed[name])
        )
        for name in changed
    )
    _consent(case, said.consents, now)
    if draft is not None:
        draft.delete()
    if changed or rows or said.note:
        mind(case, attention=triage.stronger(case.attention, triage.MESSAGE))
    make_findable(case)
    letters.confirmed(case, fields=list(changed), files=len(rows))
    if "contact_email" in changed:
        addresses.vouch(case.contact_email)
        letters.readdressed(case, was=before["contact_email"])
    return event


def as_text(value: Any) -> str:
    """A fact as people type it: what a revision keeps, and what the page starts from."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return str(value)


def _consent(case: Case, given: Mapping[str, bool], now: dt.datetime) -> None:
    for text in consents.CONSENTS:
        if text.kind in given:
            Consent.objects.update_or_create(
                case=case,
                kind=text.kind,
                text_version=consents.VERSION,
                by_officer=False,
                defaults={
                    "text_hash": text.text_hash,
                    "given": bool(given[text.kind]),
                    "channel": WEB,
                    "at": now,
                    "withdrawn_at": None,
                },
            )


@transaction.atomic
def refuse_consent(*, case: Case, kinds: Iterable[str], by: Actor) -> None:
    """The company refuses what nobody can do without: the case ends, as it would by withdrawal."""
    _open(case)
    refused = [text for text in consents.CONSENTS if text.required and text.kind in set(kinds)]
    if not refused:
        raise RefusedError(_("No consent was refused without which the case must end."))
    _consent(case, {text.kind: False for text in refused}, timezone.now())
    with translation.override(case.language):
        titles = ", ".join(str(text.title) for text in refused)
        reason = _("The company did not agree to: %(consents)s") % {"consents": titles}
    withdraw(case=case, reason=reason, by=by)


# --- Asking again -------------------------------------------------------------------------
def may_remind_from(case: Case) -> dt.date:
    """The first day on which the company may be asked again: once in a working day."""
    last = max(filter(None, (case.confirm_asked_at, case.confirm_reminded_at)))
    return reminding.again_from(timezone.localdate(last), deadline.korea())


def occasion(case: Case, now: dt.datetime) -> str:
    """Which of the portal's own reminders has come due, as a key; empty before the first."""
    if case.confirm_asked_at is None:
        return ""
    days = reminding.late_by(
        timezone.localdate(case.confirm_asked_at), timezone.localdate(now), deadline.korea()
    )
    return str(max((after for after in AGAIN_AFTER if days >= after), default=""))


@transaction.atomic
def remind_confirmation(*, case: Case, by: Actor) -> bool:
    """Ask the company again to confirm; whether a mail went out.

    The portal asks by itself once for each occasion and else does nothing; an officer may ask
    once in a working day, and is told from when again.
    """
    hold(case)
    workflow.check("remind_confirmation", state=case.state, role=by.role)
    now = timezone.now()
    again = may_remind_from(case) if case.awaits_confirmation else None
    if by.role == workflow.SYSTEM:
        key = occasion(case, now)
        if again is None or not case.contact_email or not key or timezone.localdate(now) < again:
            return False
        if not Reminder.objects.get_or_create(case=case, subject=ABOUT, kind=REMIND, key=key)[1]:
            return False
    else:
        _refuse_reminder(case, again, by, now)
    Case.objects.filter(pk=case.pk).update(confirm_reminded_at=now)
    case.confirm_reminded_at = now
    # The case stays as the officers see it: nobody's form becomes stale by it.
    write(
        draw(
            case,
            "remind_confirmation",
            by=by,
            from_state=case.state,
            to_state=case.state,
            audience=TO_SUBMITTER,
            at=now,
        )
    )
    letters.confirm_reminder(case)
    return True


def _refuse_reminder(case: Case, again: dt.date | None, by: Actor, now: dt.datetime) -> None:
    """Say why an officer cannot ask now."""
    if again is None:
        raise RefusedError(_("%(number)s is confirmed already.") % {"number": case.number})
    if case.proxy != ACTING:
        raise RefusedError(
            _("The company has taken %(number)s into its own hands.") % {"number": case.number}
        )
    if not case.contact_email:
        raise RefusedError(
            _("%(company)s left no e-mail address. Please call, or hand over the receipt.")
            % {"company": case.company_name}
        )
    if timezone.localdate(now) < again:
        raise RefusedError(
            _("%(company)s was asked on %(day)s already. It can be asked again from %(again)s.")
            % {
                "company": case.company_name,
                "day": timezone.localdate(
                    max(filter(None, (case.confirm_asked_at, case.confirm_reminded_at)))
                ),
                "again": again,
            }
        )


@transaction.atomic
def send_new_link(*, case: Case) -> bool:
    """Mail the company a link that works again, to its own address; once a day at most."""
    hold(case)
    if not case.awaits_confirmation or not case.is_open or not case.contact_email:
        return False
    key = str(timezone.localdate())
    if not Reminder.objects.get_or_create(case=case, subject=ABOUT, kind="link", key=key)[1]:
        return False
    letters.confirm_reminder(case)
    return True


# --- Who acts for the company -------------------------------------------------------------
@transaction.atomic
def take_over(*, case: Case, by: Actor) -> None:
    """The company acts for itself from now on; who filed may read along and nothing else."""
    hold(case)
    if case.proxy != ACTING or by.organisation is not None:
        raise RefusedError(_("Nobody acts for you in this case."))
    move(case, "take_over", by=by, audience=TO_SUBMITTER, proxy=FOLLOWING)
    letters.taken_over(case)


@transaction.atomic
def dismiss_proxy(*, case: Case, by: Actor) -> None:
    """Who filed sees nothing of the case any more; it is told that this is so."""
    hold(case)
    if case.proxy not in (ACTING, FOLLOWING) or by.organisation is not None:
        raise RefusedError(_("Nobody follows this case for you."))
    told = letters.filers(case)
    move(case, "dismiss_proxy", by=by, audience=TO_SUBMITTER, proxy=DISMISSED)
    letters.proxy_ended(case, told)
