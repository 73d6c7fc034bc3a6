"""What comes by mail: an answer becomes a message, a forwarded mail an officer's draft."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from files import storing
from files.models import StoredFile
from intake import letters, triage, workflow
from intake.actions.drafting import keep_draft
from intake.actions.filing import attach, note, say, send_message
from intake.actions.moving import RefusedError, hold, mind, refuse_former_proxy
from intake.actions.referrals import ask_back_referral
from intake.models import Case, Draft, DraftFile, LocalAddress, Message, Referral
from intake.models.draft import LOCAL
from intake.models.event import INTERNAL, TO_SUBMITTER
from intake.timeline import Actor, draw, submitter, write


@dataclass(frozen=True)
class Mailed:
    """What somebody wrote in a mail, and what came along."""

    text: str
    folded: str = ""
    files: Sequence[StoredFile] = ()
    # Set where the mail came from another address than expected, and an officer took it.
    strange_sender: str = ""

    def words(self, language: str) -> str:
        """The text of the message: never empty, and never under a name that is not proved."""
        with translation.override(language):
            text = self.text.strip()
            if not text and self.files:
                text = _("(Only files came with this mail.)")
            elif not text:
                text = _("(Nothing was written above the earlier mail.)")
            if self.strange_sender:
                lead = _("[From another address, taken by the officer: %(sender)s]")
                text = f"{lead % {'sender': self.strange_sender}}\n\n{text}"
        return text


@transaction.atomic
def message_by_mail(*, case: Case, mailed: Mailed, by: Actor) -> Message:
    """The company or its filer answered by mail: a message, whatever the case waits for.

    No step is taken by it and no clock runs: the officer says whether it is the supplement. A
    case that has ended is left as it is too; the officer learns that somebody wrote.
    """
    hold(case)
    refuse_former_proxy(case, "send_message", by)
    text = mailed.words(case.language)
    if case.state in workflow.STEPS["send_message"].sources:
        message = send_message(case=case, text=text, files=mailed.files, by=by)
    else:
        message = say(case, text, mailed.files, by=by, audience=TO_SUBMITTER)
        _drawn(case, "send_message", message, by, audience=TO_SUBMITTER)
        letters.message_after_end(case)
    return _marked(message, mailed)


@transaction.atomic
def body_by_mail(*, referral: Referral, mailed: Mailed, by: Actor) -> Message:
    """A body answered by mail: its words reach the desk beside its question.

    They neither accept nor answer the question: the officer records them as the answer where
    they are one, or the body does so on its page.
    """
    case = hold(referral.case)
    text = mailed.words("ko")
    if referral.is_open and case.state == workflow.REFERRED:
        message = ask_back_referral(referral=referral, text=text, by=by)
        attach(case, mailed.files, by=by, message=message, audience=INTERNAL)
        return _marked(message, mailed)
    message = say(case, text, mailed.files, by=by, audience=INTERNAL)
    facts = {"body": referral.organisation.code, "referral": referral.pk}
    _drawn(case, "ask_back_referral", message, by, facts=facts)
    mind(case, attention=triage.stronger(case.attention, triage.MESSAGE))
    letters.referral_asked_back(referral, text)
    return _marked(message, mailed)


@transaction.atomic
def note_by_mail(*, case: Case, mailed: Mailed, by: Actor) -> Message:
    """An officer answered a notice of the desk: their own memory, which nobody outside reads."""
    text = mailed.words(by.user.language if by.user else "ko")
    return _marked(note(case=case, text=text, files=mailed.files, by=by), mailed)


def _marked(message: Message, mailed: Mailed) -> Message:
    message.by_mail, message.folded = True, mailed.folded
    message.save(update_fields=["by_mail", "folded"])
    return message


def _drawn(
    case: Case,
    verb: str,
    message: Message,
    by: Actor,
    *,
    audience: str = INTERNAL,
    facts: dict[str, Any] | None = None,
) -> None:
    """Words outside the table: they leave the case as it was, in whatever state that is."""
    write(
        draw(
            case,
            verb,
            by=by,
            from_state=case.state,
            to_state=case.state,
            audience=audience,
            facts={**(facts or {}), "message": message.pk},
        )
    )


# --- The address for forwarding -----------------------------------------------------------------
@transaction.atomic
def make_local_address(*, organisation: Organisation, by: User) -> LocalAddress:
    """Give a mission an address for forwarding; the one before takes no more mail."""
    now = timezone.now()
    LocalAddress.objects.filter(organisation=organisation, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by=by
    )
    try:
        with transaction.atomic():
            return LocalAddress.objects.create(organisation=organisation, made_by=by, made_at=now)
    except IntegrityError:
        raise RefusedError(_("A colleague has just made a new address.")) from None


@transaction.atomic
def revoke_local_address(*, organisation: Organisation, by: User) -> None:
    """Take the address away: mail to it is left aside from now on."""
    done = LocalAddress.objects.filter(organisation=organisation, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    if not done:
        raise RefusedError(_("There is no address to revoke."))


@transaction.atomic
def draft_by_mail(
    *, officer: User, organisation: Organisation, data: dict[str, str], files: Sequence[StoredFile]
) -> Draft:
    """A forwarded mail waits at the mission's desk as a begun record; its officer is told."""
    draft = keep_draft(
        key=uuid.uuid4(),
        data={name: [value] for name, value in data.items() if value},
        language=officer.language,
        by=submitter(officer, organisation),
        purpose=LOCAL,
    )
    storing.claim(files)
    DraftFile.objects.bulk_create(DraftFile(draft=draft, file=file) for file in files)
    letters.local_draft(draft, officer=officer, organisation=organisation)
    return draft
