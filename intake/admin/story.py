"""The whole story of a case as one list: steps, messages, referrals, notices, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from intake import explain, proposals, workflow
from intake.models import Attachment, Case, CaseEvent, Message
from intake.models.case import OUTCOME_LABELS
from intake.models.event import AUDIENCE_LABELS, INTERNAL
from notifications.models import FAILED, PARKED, Notice

STEP, WORDS, NOTICE = "step", "words", "notice"
# Their words stand in the message that they made.
_SPOKEN = ("send_message", "note")
NOTICE_LABELS = {
    "answer": gettext_lazy("Answer"),
    "assigned": gettext_lazy("Case given to an officer"),
    "assigned_many": gettext_lazy("Cases given to an officer"),
    "closed": gettext_lazy("Closing notice"),
    "disputed": gettext_lazy("Not solved, says the company"),
    "draft_link": gettext_lazy("Link to a draft"),
    "duplicate": gettext_lazy("Merged with an earlier case"),
    "extended": gettext_lazy("Extension of the period"),
    "extension_asked": gettext_lazy("Question for more time"),
    "extension_decided": gettext_lazy("Answer about more time"),
    "filer_update": gettext_lazy("News for who filed"),
    "lapsed": gettext_lazy("Returned for want of the supplement"),
    "mentioned": gettext_lazy("Called to a note"),
    "message": gettext_lazy("New message"),
    "message_to_body": gettext_lazy("New message to a body"),
    "message_to_officer": gettext_lazy("New message from the company"),
    "new_date": gettext_lazy("New date"),
    "one_time_code": gettext_lazy("One-time code"),
    "progress": gettext_lazy("How far the case is"),
    "receipt": gettext_lazy("Receipt"),
    "referral": gettext_lazy("Question to a body"),
    "referral_asked_back": gettext_lazy("A body asked back"),
    "referral_ended": gettext_lazy("A body answered or declined"),
    "referral_escalated": gettext_lazy("Overdue answer, to the head of a body"),
    "referral_extended": gettext_lazy("A body took more time"),
    "referral_forwarded": gettext_lazy("Question handed on inside the body"),
    "referral_overdue": gettext_lazy("Overdue answer of a body"),
    "referral_recalled": gettext_lazy("Question taken back"),
    "referral_reminder": gettext_lazy("Reminder to a body"),
    "referred": gettext_lazy("Bodies were asked"),
    "rejected": gettext_lazy("Return of the case"),
    "reopened": gettext_lazy("Case reopened"),
    "supplement_arrived": gettext_lazy("Supplement arrived"),
    "supplement_request": gettext_lazy("Supplement request"),
    "transferred": gettext_lazy("Transfer"),
    "withdrawn": gettext_lazy("Case withdrawn"),
    "withdrawn_to_body": gettext_lazy("Case withdrawn (to the body)"),
    "withdrawn_to_officer": gettext_lazy("Case withdrawn (to the officer)"),
}


@dataclass
class Item:
    """One thing that happened."""

    at: dt.datetime
    kind: str
    heading: str
    who: str = ""
    text: str = ""
    # What the step changed, as pairs of a label and words.
    details: list[tuple[str, str]] = field(default_factory=list)
    audience: str = ""
    internal: bool = False
    files: list[Attachment] = field(default_factory=list)
    failed: bool = False


def tell(
    case: Case,
    events: Iterable[CaseEvent],
    messages: Iterable[Message],
    attachments: Iterable[Attachment],
    notices: Iterable[Notice],
) -> list[Item]:
    """Everything, newest first."""
    shown = list(events)
    officers = _officers(shown)
    by_message: dict[int | None, list[Attachment]] = {}
    by_referral: dict[int, list[Attachment]] = {}
    for attachment in attachments:
        if attachment.referral_id is not None:
            by_referral.setdefault(attachment.referral_id, []).append(attachment)
        else:
            by_message.setdefault(attachment.message_id, []).append(attachment)
    items = [
        _step(event, officers, _came_with(event, by_message.get(None, []), by_referral))
        for event in shown
        if event.verb not in _SPOKEN
    ]
    items += [_words(message, by_message.get(message.pk, [])) for message in messages]
    items += [_notice(notice) for notice in notices]
    # What one step did at one moment keeps its order: the step, its words, its notices.
    places = {STEP: 0, WORDS: 1, NOTICE: 2}
    items.sort(key=lambda item: (item.at, places[item.kind]), reverse=True)
    return items


def _came_with(
    event: CaseEvent, filed: list[Attachment], by_referral: Mapping[int, list[Attachment]]
) -> list[Attachment]:
    """The files that a step brought: those of the filing, or those of a body's answer."""
    if event.verb == "submit":
        return filed
    if event.verb == "answer_referral":
        return by_referral.get(event.facts.get("referral", 0), [])
    return []


def _officers(events: Iterable[CaseEvent]) -> dict[int, str]:
    keys = {
        event.facts.get(name)
        for event in events
        if event.verb in ("assign", "forward_referral")
        for name in ("from", "to")
    } - {None}
    if not keys:
        return {}
    return {user.pk: user.name for user in User.objects.filter(pk__in=keys)}


def _who(row: CaseEvent | Message) -> str:
    person = row.actor if isinstance(row, CaseEvent) else row.author
    parts = [person.name] if person is not None else [row.role_label]
    if row.organisation is not None:
        parts.append(row.organisation.name)
    return " · ".join(parts)


def _step(event: CaseEvent, officers: dict[int, str], files: list[Attachment]) -> Item:
    details = _details(event, officers)
    if event.from_state and event.from_state != event.to_state:
        before, after = (
            _(workflow.STATES[code].label) for code in (event.from_state, event.to_state)
        )
        details.insert(0, (_("State"), f"{before} → {after}"))
    return Item(
        event.at,
        STEP,
        event.sentence,
        _who(event),
        event.text,
        details,
        str(AUDIENCE_LABELS[event.audience]),
        event.audience == INTERNAL,
        files,
    )


def _details(event: CaseEvent, officers: dict[int, str]) -> list[tuple[str, str]]:
    """What the facts of an event say, for a reader."""
    facts: dict[str, Any] = event.facts
    language = get_language()
    found: list[tuple[str, str]] = []
    if event.verb == "classify":
        was, becomes = facts.get("was", {}), facts.get("is", {})
        for name, value in becomes.items():
            label = str(getattr(Case._meta.get_field(name), "verbose_name", name))
            found.append((label, f"{_plain(was.get(name))} → {_plain(value)}"))
    if event.verb in ("assign", "forward_referral"):
        found.append((_("Officer"), officers.get(facts.get("to", 0), "–")))
    if "bodies" in facts:
        found.append((_("Bodies"), ", ".join(proposals.names(facts["bodies"], language))))
    if "body" in facts:
        found.append((_("Body"), proposals.names([facts["body"]], language)[0]))
    for name, label in (
        ("units", _("Length")),
        ("next_place", _("Where the company can turn")),
        ("place", _("To which place")),
        ("original", _("Earlier case")),
    ):
        if facts.get(name):
            found.append((label, str(facts[name])))
    if event.verb == "extend_referral":
        until = timezone.localtime(dt.datetime.fromisoformat(facts["to"]))
        found.append((_("New date"), explain.moment(until)))
    if facts.get("outcome"):
        outcome = OUTCOME_LABELS.get(facts["outcome"], facts["outcome"])
        found.append((_("Outcome"), str(outcome)))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def _words(message: Message, files: list[Attachment]) -> Item:
    internal = message.audience == INTERNAL
    return Item(
        message.at,
        WORDS,
        _("Internal note") if internal else _("Message"),
        _who(message),
        message.text,
        [],
        str(AUDIENCE_LABELS[message.audience]),
        internal,
        files,
    )


def _notice(notice: Notice) -> Item:
    """A mail: what it was, to whom, and whether it arrived."""
    details = [(_("Delivery"), notice.state_label)]
    failed = notice.state in (FAILED, PARKED)
    if failed and notice.answer:
        details.append((_("Answer of the mail server"), _(notice.answer)))
    label = str(NOTICE_LABELS.get(notice.kind, notice.kind))
    return Item(
        notice.created_at, NOTICE, label, notice.masked_address, details=details, failed=failed
    )
