"""Takes the mail that answers our notices or is forwarded by a mission (notifications.incoming)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import Membership, Organisation, User
from intake import letters, timeline
from intake.actions import mailing
from intake.actions.mailing import Mailed
from intake.actions.moving import RefusedError
from intake.models import Case, LocalAddress, Referral
from intake.models.case import ACTING
from intake.timeline import Actor
from notifications import catalog, replying
from notifications.incoming.hooks import CannotTakeError, Letter, Word
from notifications.models import Notice
from notifications.models.incoming import AS_DRAFT, QUARANTINED, TAKEN

LOCAL = "local"
_FORWARDED = re.compile(r"\A\s*(?:(?:fwd?|fw|전달|wg|tr)\s*:\s*)+", re.IGNORECASE)
_SOURCE = re.compile(
    r"^[\s>*]*(?:from|보낸\s*사람|보낸이|발신(?:인|자)?)\s*\*?\s*[:：]\s*([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}")


@dataclass(frozen=True)
class Thread:
    """What a notice was about, and to which side of the case it went."""

    case: Case
    side: str  # catalog's audience
    referral: Referral | None = None


def _thread(notice: Notice) -> Thread | None:
    """The case behind a notice; None where it, or the question, is not there any more."""
    case = Case.objects.select_related("assignee", "filer_organisation").filter(
        number=notice.subject_key
    )
    found = case.first()
    if found is None:
        return None
    side = catalog.of(notice.kind).audience
    if side != catalog.BODY:
        return Thread(found, side)
    code = notice.thread.partition("/")[2]
    rows = found.referrals.filter(organisation__code=code).select_related("organisation")
    referral = rows.order_by("-pk").first()
    return Thread(found, side, referral) if referral is not None else None


def _user(sender: str) -> User | None:
    """The person whose own address this is: an officer's, or one that was proved."""
    user = User.objects.filter(email__iexact=sender, is_active=True).first()
    if user is not None and roles.is_officer(user):
        return user
    proved = EmailAddress.objects.filter(email__iexact=sender, verified=True)
    row = proved.select_related("user").filter(user__is_active=True).first()
    return row.user if row is not None else None


def _stands(thread: Thread, side: str, sender: str) -> Actor | None:
    """As whom a sender may write on this side of the case; None for everybody else."""
    if side in (catalog.COMPANY, catalog.FILER):
        return _as_submitter(thread.case, sender)
    if side == catalog.BODY and thread.referral is not None:
        return _as_body(thread.referral, sender)
    user = _user(sender)
    if side in (catalog.OFFICER, catalog.SECRETARIAT) and roles.is_secretary(user):
        return timeline.secretary(user) if user is not None else None
    return None


def _stands_elsewhere(case: Case, sender: str) -> bool:
    """Whether the sender has to do with the case, on whichever side."""
    questions = case.referrals.select_related("organisation")
    threads = [Thread(case, side) for side in (catalog.COMPANY, catalog.OFFICER)]
    threads += [Thread(case, catalog.BODY, row) for row in questions]
    return any(_stands(thread, thread.side, sender) is not None for thread in threads)


def _as_submitter(case: Case, sender: str) -> Actor | None:
    if sender and sender == case.contact_address:
        return timeline.COMPANY
    guest = case.guests.present().known_by([sender]).filter(may_reply=True).first()
    if guest is not None:
        return timeline.submitter(guest.user)
    user = _user(sender)
    if user is None:
        return None
    if case.filer_organisation_id in roles.organisations_of(user) and case.proxy == ACTING:
        return timeline.submitter(user, case.filer_organisation)
    if roles.is_of_company(user) and case.company_id in roles.companies_of(user):
        return timeline.submitter(user)
    return None


def _as_body(referral: Referral, sender: str) -> Actor | None:
    today = referral.organisation.today
    user = _user(sender)
    officer = user is not None and today.memberships.active().filter(user=user).exists()
    if not officer and sender != today.email.lower():
        return None
    seen = Case.objects.filter(pk=referral.case_id)
    if officer and not seen.visible_to(user).exists():
        return None
    return timeline.body(user if officer else None, referral.organisation)


class Replies:
    """Answers to notices become messages of their case."""

    def knows(self, code: str) -> bool:
        """Whether we signed the code for one of our notices."""
        return replying.answered(code) is not None

    def judge(self, code: str, sender: str) -> Word:
        """Taken from the notice's reader and others of their side; else an officer looks."""
        notice = replying.answered(code)
        thread = _thread(notice) if notice is not None else None
        if notice is None or thread is None:
            return Word(QUARANTINED, "gone", notice.subject_key if notice else "")
        number = thread.case.number
        if _stands(thread, thread.side, sender) is not None:
            return Word(TAKEN, "", number)
        if sender == notice.to_address.lower():
            return Word(QUARANTINED, "no_access", number)
        if _stands_elsewhere(thread.case, sender):
            return Word(QUARANTINED, "other_side", number)
        return Word(QUARANTINED, "other_sender", number)

    def take(self, letter: Letter) -> Word:
        """Write the message; what the case refuses by now waits for the officer."""
        thread = _thread(letter.notice) if letter.notice is not None else None
        if thread is None:
            raise CannotTakeError(_("The case or the question is not there any more."))
        by = _stands(thread, thread.side, letter.sender)
        strange = ""
        if letter.by is not None:
            strange = "" if by is not None else letter.sender
            by = by or _unproved(thread, letter)
        if by is None:
            return Word(QUARANTINED, "no_access", thread.case.number)
        mailed = Mailed(letter.text, _folded(letter), letter.files, strange)
        try:
            message = _write(thread, mailed, by)
        except RefusedError as error:
            if letter.by is not None:
                raise CannotTakeError(str(error)) from error
            return Word(QUARANTINED, "no_access", thread.case.number)
        return Word(TAKEN, "", thread.case.number, {"message": message.pk})

    def held(self, letter: Letter, word: Word) -> None:
        """The officer in charge learns that a mail waits for a decision."""
        case = Case.objects.filter(number=word.subject_key).first()
        if case is not None:
            letters.reply_held(case, letter.mail)


def _write(thread: Thread, mailed: Mailed, by: Actor) -> mailing.Message:
    if thread.referral is not None:
        return mailing.body_by_mail(referral=thread.referral, mailed=mailed, by=by)
    if thread.side in (catalog.COMPANY, catalog.FILER):
        return mailing.message_by_mail(case=thread.case, mailed=mailed, by=by)
    return mailing.note_by_mail(case=thread.case, mailed=mailed, by=by)


def _unproved(thread: Thread, letter: Letter) -> Actor:
    """The side that the notice went to, under nobody's name: who wrote, the words say."""
    if thread.referral is not None:
        return timeline.body(None, thread.referral.organisation)
    if thread.side in (catalog.COMPANY, catalog.FILER):
        return timeline.COMPANY
    return timeline.secretary(cast(User, letter.by))


def _folded(letter: Letter) -> str:
    return "\n\n".join(part for part in (letter.rest, letter.attached) if part)


# --- A mission forwards a local mail ----------------------------------------------------------
def local_address(organisation: Organisation) -> str:
    """The address for forwarding of a mission as its desk shows it; empty without one."""
    row = LocalAddress.objects.filter(organisation=organisation, revoked_at__isnull=True).first()
    if row is None or not replying.is_on():
        return ""
    return replying.address(LOCAL, replying.token(row.pk, *_bound(row)))


def _bound(row: LocalAddress) -> tuple[str, str]:
    return LOCAL, row.secret


def _mission(code: str) -> Organisation | None:
    key = replying.key_of(code)
    if key is None:
        return None
    row = LocalAddress.objects.select_related("organisation").filter(
        pk=key, revoked_at__isnull=True
    )
    found = row.first()
    if found is None or not replying.is_signed(code, *_bound(found)):
        return None
    return found.organisation


def _officer(organisation: Organisation, sender: str) -> User | None:
    rows = Membership.objects.active().filter(
        organisation=organisation.today, user__is_active=True, user__email__iexact=sender
    )
    row = rows.select_related("user").first()
    return row.user if row is not None else None


class Forwarded:
    """A mail that a mission's officer forwards waits at their desk as a begun record."""

    def knows(self, code: str) -> bool:
        """Whether the address is in use; a revoked one is nobody's."""
        return _mission(code) is not None

    def judge(self, code: str, sender: str) -> Word:
        """From an active officer of the mission alone; anybody else's mail is left aside."""
        mission = _mission(code)
        if mission is None:
            return Word("ignored", "revoked")
        if _officer(mission, sender) is None:
            return Word("ignored", "other_sender", mission.code)
        return Word(TAKEN, "", mission.code)

    def take(self, letter: Letter) -> Word:
        """Keep what it says as a draft of the officer who forwarded it."""
        mission = _mission(letter.code)
        officer = _officer(mission, letter.sender) if mission is not None else None
        if mission is None or officer is None:
            return Word("ignored", "revoked")
        draft = mailing.draft_by_mail(
            officer=officer,
            organisation=mission.today,
            data=told(letter),
            files=letter.files,
        )
        return Word(AS_DRAFT, "", mission.code, {"draft": str(draft.key)})

    def held(self, letter: Letter, word: Word) -> None:
        """Nothing of this kind waits for the secretariat."""


def told(letter: Letter) -> dict[str, str]:
    """What a forwarded mail says, as fields of the mission's form; its writer is the contact."""
    inner = letter.attached or letter.rest
    source = _SOURCE.search(inner)
    line = source[1].strip() if source else inner.partition("\n")[0][:200] if inner else ""
    address = _ADDRESS.search(line)
    name = _ADDRESS.sub("", line).strip(" <>[]()\"'*mailto:")
    said = [letter.text, inner]
    if letter.files:
        names = ", ".join(str(file) for file in letter.files)
        said.append(_("Files of the mail: %(names)s") % {"names": names})
    return {
        "title": _FORWARDED.sub("", letter.subject)[:150],
        "situation": "\n\n".join(part for part in said if part.strip()),
        "contact_name": name[:80] if source or letter.attached else "",
        "contact_email": address[0][:254] if address else "",
    }
