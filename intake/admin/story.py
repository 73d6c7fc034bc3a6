"""The whole story of a case as one list: steps, messages, referrals, notices, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from intake import explain, proposals, release, workflow
from intake import naming as companies
from intake.admin import naming
from intake.forms.partner.filing import as_told
from intake.models import Attachment, Case, CaseEvent, Message, Referral
from intake.models.case import OUTCOME_LABELS
from intake.models.event import AUDIENCE_LABELS, INTERNAL
from intake.wording import merging
from notifications import catalog
from notifications.models import FAILED, PARKED, Notice

STEP, WORDS, NOTICE = "step", "words", "notice"
# A step's rows are written within moments of each other.
_ONE_STEP = dt.timedelta(seconds=5)
# Kept by their codes, read by their names.
_CODED = ("province", "sector", "size_class", "export_band")
# Their words stand in the message that they made.
_SPOKEN = ("send_message", "note")


@dataclass(frozen=True)
class Revised:
    """One text that a supplement changed: before, after, and the difference word by word."""

    label: str
    before: list[merging.Change]
    after: list[merging.Change]


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
    # Referrals that the step is about: their cards stand on the same page.
    referrals: list[Referral] = field(default_factory=list)
    revised: list[Revised] = field(default_factory=list)
    # Came as a mail: what it quotes and its signature, folded away.
    by_mail: bool = False
    folded: str = ""

    @property
    def here(self) -> dt.datetime:
        """The moment on Korea's clocks."""
        return timezone.localtime(self.at)

    @property
    def iso(self) -> str:
        """The moment for machines."""
        return self.here.isoformat()

    @property
    def when(self) -> str:
        """The moment for readers."""
        return f"{self.here:%Y-%m-%d %H:%M}"


def tell(
    case: Case,
    events: Iterable[CaseEvent],
    messages: Iterable[Message],
    attachments: Iterable[Attachment],
    notices: Iterable[Notice],
    *,
    referrals: Sequence[Referral] = (),
) -> list[Item]:
    """Everything, newest first.

    Events may come once per text that they revised (admin.gathered): they are told once.
    """
    shown, revised = _folded(case, events)
    officers = _officers(shown)
    files = _Files(companies.files(case, attachments))
    items = [
        _step(event, officers, files.of_step(event), _about(event, referrals), revised[event.pk])
        for event in shown
        if event.verb not in _SPOKEN
    ]
    items += [_words(message, files.by_message.get(message.pk, [])) for message in messages]
    items += [_notice(notice, companies.address(case, notice)) for notice in notices]
    for item in items:
        item.text = companies.words(case, item.text)
        item.folded = companies.words(case, item.folded)
        item.details = [(label, companies.words(case, words)) for label, words in item.details]
    # What one step did at one moment keeps its order: the step, its words, its notices.
    places = {STEP: 0, WORDS: 1, NOTICE: 2}
    items.sort(key=lambda item: (item.at, places[item.kind]), reverse=True)
    return items


def _folded(
    case: Case,
    events: Iterable[CaseEvent],
) -> tuple[list[CaseEvent], dict[int, list[Revised]]]:
    """Each event once, and what each revised."""
    shown: dict[int, CaseEvent] = {}
    revised: dict[int, list[Revised]] = {}
    for event in events:
        shown.setdefault(event.pk, event)
        changes = revised.setdefault(event.pk, [])
        name = getattr(event, "revised", None)
        if name:
            before, after = getattr(event, "revised_before"), getattr(event, "revised_after")  # noqa: B009
            if name in companies.LEFT_OUT or name == "company_name":
                # Under a veil nothing of it is left to compare, but that it was corrected.
                before, after = companies.kept_out(case, before), companies.kept_out(case, after)
            before, after = companies.words(case, before), companies.words(case, after)
            changes.append(compare(name, before, after))
    return list(shown.values()), revised


def compare(name: str, before: str, after: str) -> Revised:
    """A text of the case before and after, with what went and what came."""
    label = str(getattr(Case._meta.get_field(name), "verbose_name", name))
    if name in _CODED:
        before, after = naming.words(name, before), naming.words(name, after)
    found = merging.words(before, after)
    return Revised(
        label,
        [change for change in found if change.kind != merging.NEW],
        [change for change in found if change.kind != merging.GONE],
    )


class _Files:
    """The files of a case by what brought them."""

    def __init__(self, attachments: Iterable[Attachment]) -> None:
        self.by_key: dict[int, Attachment] = {}
        self.by_message: dict[int, list[Attachment]] = {}
        self.by_referral: dict[int, list[Attachment]] = {}
        self.filed: list[Attachment] = []
        for row in attachments:
            self.by_key[row.pk] = row
            if row.referral_id is not None:
                self.by_referral.setdefault(row.referral_id, []).append(row)
            elif row.message_id is not None:
                self.by_message.setdefault(row.message_id, []).append(row)
            elif row.supplement_item_id is None and row.role != workflow.SECRETARY:
                self.filed.append(row)

    def of_step(self, event: CaseEvent) -> list[Attachment]:
        """Those of the filing, of a body's answer, or of the secretariat's own."""
        if event.verb == "submit":
            return self.filed
        if event.verb == "answer_referral":
            return self.by_referral.get(event.facts.get("referral", 0), [])
        return [self.by_key[key] for key in event.facts.get("files", []) if key in self.by_key]


def _about(event: CaseEvent, referrals: Sequence[Referral]) -> list[Referral]:
    """The referrals that a step asked, or the one that it moved."""
    if "referral" in event.facts:
        return [row for row in referrals if row.pk == event.facts["referral"]]
    if event.verb != "refer":
        return []
    codes = event.facts.get("bodies", [])
    # A body may be asked again later: of those asked at that moment or since, the first.
    asked: dict[str, Referral] = {}
    for row in referrals:
        if row.organisation.code in codes and row.asked_at >= event.at - _ONE_STEP:
            asked.setdefault(row.organisation.code, row)
    return list(asked.values())


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


def _step(
    event: CaseEvent,
    officers: dict[int, str],
    files: list[Attachment],
    referrals: list[Referral],
    revised: list[Revised],
) -> Item:
    details = _details(event, officers)
    if referrals:
        bodies = (_("Bodies"), _("Body"))
        details = [pair for pair in details if pair[0] not in bodies]
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
        referrals=referrals,
        revised=revised,
    )


def _details(event: CaseEvent, officers: dict[int, str]) -> list[tuple[str, str]]:
    """What the facts of an event say, for a reader."""
    facts: dict[str, Any] = event.facts
    language = get_language()
    found = as_told(facts) if event.verb == "submit" else []
    if event.verb == "classify":
        was, becomes = facts.get("was", {}), facts.get("is", {})
        for name, value in becomes.items():
            label = str(getattr(Case._meta.get_field(name), "verbose_name", name))
            found.append(
                (label, f"{naming.words(name, was.get(name))} → {naming.words(name, value)}")
            )
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
    for name, label in (("shown", _("Now shown")), ("hidden", _("No longer shown"))):
        if event.verb == "release_referral":
            found += _released(label, facts.get(name, []), facts.get(f"files_{name}", 0))
    if facts.get("templates"):
        named = (f"{row['name']} v{row['version']}" for row in facts["templates"])
        found.append((_("Reply template"), ", ".join(named)))
    return found + _outcome(facts)


def _outcome(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """What the company told of how it ended, and what the help was worth."""
    found = []
    if facts.get("outcome"):
        outcome = OUTCOME_LABELS.get(facts["outcome"], facts["outcome"])
        found.append((_("Outcome"), str(outcome)))
    if facts.get("saved"):
        worth = number_format(Decimal(facts["saved"]), force_grouping=True)
        found.append((_("Value saved"), f"{worth} {facts['currency']}"))
    return found


def _released(label: str, names: list[str], files: int) -> list[tuple[str, str]]:
    """What of a case a body sees or no longer sees, in one line."""
    parts = [str(release.FACTS[name]) for name in names if name in release.FACTS]
    if files:
        parts.append(ngettext("%(count)d file", "%(count)d files", files) % {"count": files})
    return [(label, ", ".join(parts))] if parts else []


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
        by_mail=message.by_mail,
        folded=message.folded,
    )


def _notice(notice: Notice, address: str) -> Item:
    """A mail: what it was, to whom, and whether it arrived."""
    details = [(_("Delivery"), notice.state_label)]
    failed = notice.state in (FAILED, PARKED) or notice.bounced_at is not None
    if notice.bounced_at is not None:
        details[0] = (_("Delivery"), _("Returned by the reader's mail server"))
    # Under a veil a mail server's words may repeat the address that is kept out.
    said = notice.bounce or (_(notice.answer) if notice.answer else "")
    if failed and said and address == notice.masked_address:
        details.append((_("Answer of the mail server"), said))
    label = _(catalog.label(notice.kind))
    return Item(notice.created_at, NOTICE, label, address, details=details, failed=failed)
