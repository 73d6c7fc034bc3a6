"""What the desk shows of one case: its story, its facts, and a card for each body asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import business_number
from intake import consents, naming, proposals, release, workflow
from intake.admin import cells, facts, gathered, story
from intake.admin.coming import coming
from intake.models import Attachment, Case, CaseEvent, Referral, SupplementItem
from notifications import addresses
from notifications.models import Address
from notifications.models.address import BAD, UNKNOWN


@dataclass(frozen=True)
class Card:
    """One body that was asked, with everything between it and us."""

    referral: Referral
    # The steps that are open for it: name in the address, and label.
    verbs: list[tuple[str, str]]
    released: list[str]
    released_files: list[Attachment]
    # What it sent with its answer.
    files: list[Attachment]
    reminders: list[CaseEvent]


@dataclass
class Gathered:
    """The rows of a case, each read once."""

    case: Case
    events: list[CaseEvent]
    referrals: list[Referral]
    attachments: list[Attachment]
    items: list[SupplementItem] = field(default_factory=list)


def gather(case: Case) -> Gathered:
    """The timeline, referrals, files and supplement items of a case; four queries at most."""
    referrals = [naming.referral(case, row) for row in gathered.referrals(case.pk)]
    attachments = naming.files(case, gathered.attachments(case.pk))
    items = list(case.supplement_items.all()) if case.supplements else []
    for item in items:
        item.given_text = naming.words(case, item.given_text)
        # The files are here already.
        own = [row for row in attachments if row.supplement_item_id == item.pk]
        item._prefetched_objects_cache = {"attachments": _Rows(own)}  # type: ignore[attr-defined]
    return Gathered(case, gathered.events(case.pk), referrals, attachments, items)


class _Rows(list[Attachment]):
    """Rows that a template may ask for `all`."""

    def all(self) -> list[Attachment]:
        """The rows."""
        return self


def told(rows: Gathered) -> list[story.Item]:
    """The story, newest first; two more queries, for messages and notices."""
    case = rows.case
    return story.tell(
        case,
        rows.events,
        gathered.messages(case.pk),
        rows.attachments,
        gathered.notices(case.number),
        referrals=rows.referrals,
    )


def beside(case: Case) -> dict[str, Any]:
    """What stands beside the form of a step: story and facts."""
    rows = gather(case)
    return {"story": told(rows), **_facts(rows), "cards": cards(rows, acts=False)}


def whole(case: Case, *, acts: bool) -> dict[str, Any]:
    """Everything about a case; `acts` offers the steps of its referrals."""
    rows = gather(case)
    proposed = proposals.for_case(case, get_language()) if case.is_open else []
    return {
        "story": told(rows),
        **_facts(rows),
        "cards": cards(rows, acts=acts),
        "attachments": rows.attachments,
        "supplement_items": rows.items,
        "consents": _consents(case),
        "contact": _contact(case),
        "proposed": [body for body in proposed if not body.one_of_many],
        "shown": gathered.shown(case),
    }


def _contact(case: Case) -> Address | None:
    """What is known of the contact's address; why mail comes back only where it does."""
    state = getattr(case, "contact_state", None) or UNKNOWN
    if not case.contact_address:
        return None
    return addresses.state_of(case.contact_address) if state == BAD else Address(state=state)


def _facts(rows: Gathered) -> dict[str, Any]:
    case = rows.case
    return {
        "clock": facts.clock(case, rows.events),
        "coming": coming(case),
        "facts": facts.difficulty(case),
        "company": facts.company(case),
        "local": facts.local(case),
        "due_cell": cells.due(case),
        "waiting": cells.waiting(case),
        "business_number": business_number.pretty(case.company.business_number or ""),
    }


def cards(rows: Gathered, *, acts: bool) -> list[Card]:
    """A card for each body asked: open ones first, then the latest."""
    found = [
        Card(
            row,
            _verbs(row, rows.case) if acts else [],
            [str(release.FACTS[name]) for name in release.shown(row)],
            _released_files(row, rows.attachments),
            [file for file in rows.attachments if file.referral_id == row.pk],
            _reminders(row, rows.events),
        )
        for row in rows.referrals
    ]
    return sorted(found, key=lambda card: (not card.referral.is_open, -card.referral.pk))


def _released_files(referral: Referral, attachments: Iterable[Attachment]) -> list[Attachment]:
    keys = gathered.released_keys(referral)
    return [file for file in attachments if file.pk in keys]


def _reminders(referral: Referral, events: Iterable[CaseEvent]) -> list[CaseEvent]:
    verbs = ("remind_referral", "escalate_referral")
    return [
        event
        for event in events
        if event.verb in verbs and event.facts.get("referral") == referral.pk
    ]


def _verbs(referral: Referral, case: Case) -> list[tuple[str, str]]:
    """The steps that are open for one referral: name in the address, and label."""
    if case.state != workflow.REFERRED:
        return []
    moves = workflow.REFERRAL_MOVES.items()
    open_now = [verb for verb, (sources, _target) in moves if referral.state in sources]
    if referral.state in workflow.REFERRAL_OPEN:
        open_now += ["remind_referral", "release_referral"]
    return [
        (verb.removesuffix("_referral"), _(workflow.STEPS[verb].label))
        for verb in open_now
        if not (verb == "decline_referral" and referral.designated)
    ]


def _consents(case: Case) -> list[tuple[str, gathered.Agreed]]:
    labels = {text.kind: str(text.title) for text in consents.CONSENTS}
    order = {kind: place for place, kind in enumerate(labels)}
    rows = sorted(gathered.agreed(case), key=lambda row: order.get(row.kind, len(order)))
    return [(labels.get(row.kind, row.kind), row) for row in rows]
