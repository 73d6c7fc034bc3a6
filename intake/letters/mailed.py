"""What is told when mail comes in: that one waits for a word, that one became a draft."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone, translation

from accounts.letters import about
from accounts.models import Organisation, User
from intake.letters.parts import facts, for_officer, in_charge
from intake.models import Case, Draft
from notifications import outbox
from notifications.models import IncomingMail


def reply_held(case: Case, mail: IncomingMail) -> None:
    """The officers in charge learn, once a day and case, that a mail waits for their word."""
    day = timezone.localdate().isoformat()
    notices = []
    for person in in_charge(case):
        with translation.override(person.language):
            notices.append(
                outbox.notice(
                    "reply_held",
                    to=person.email,
                    context=facts(
                        case,
                        why=mail.reason_label,
                        link=f"{reverse('admin:notifications_incomingmail_changelist')}?state=quarantined",
                    ),
                    subject_key=case.number,
                    language=person.language,
                    recipient=person,
                    thread=case.number,
                    dedupe=f"{case.number}/{person.pk}/{day}",
                )
            )
    outbox.enqueue_many(notices)


def message_after_end(case: Case) -> None:
    """Somebody of the secretariat learns of words on a case that has ended."""
    notices = []
    for person in in_charge(case):
        notices += for_officer("message_to_officer", case, to=person, awaited=False, ended=True)
    outbox.enqueue_many(notices)


def local_draft(draft: Draft, *, officer: User, organisation: Organisation) -> None:
    """The officer of a mission gets the link to what became of the mail that they forwarded."""
    page = reverse("partner:local-new", args=[organisation.code])
    with translation.override(officer.language):
        outbox.enqueue(
            "local_draft",
            to=officer.email,
            context={
                "name": officer.name,
                "organisation": organisation.name,
                "link": f"{page}?draft={draft.key}",
            },
            subject_key=about(organisation),
            language=officer.language,
            recipient=officer,
        )
