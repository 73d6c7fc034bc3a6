"""Which organisations' systems are told of a step: those whose own pages show it, and no more.

Written with the timeline (`intake.timeline.write`). An organisation that filed sees what the
company reads; one that was asked sees what concerns its own question.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Organisation
from intake import workflow
from intake.models import CaseEvent, Referral
from intake.models.event import TO_BODIES, TO_SUBMITTER
from intake.models.gate import BODY_SEES_ENDED_FOR, DISMISSED
from notifications.hooks import events, presence
from notifications.hooks.events import ASKED, FILED, Family, News, Sight


def msg(text: str) -> str:
    """Mark a label for translation without translating it here."""
    return text


RECEIPT, PROGRESS, SUPPLEMENT, ANSWER, TALK, QUESTION = (
    "receipt",
    "progress",
    "supplement",
    "answer",
    "talk",
    "question",
)
FAMILIES = (
    Family(RECEIPT, msg("A case is received or confirmed")),
    Family(PROGRESS, msg("A case moves on, or its date does")),
    Family(SUPPLEMENT, msg("Something is asked for, or arrives")),
    Family(ANSWER, msg("A case is answered or ends")),
    Family(TALK, msg("Somebody writes on a case")),
    Family(QUESTION, msg("Your organisation is asked, reminded or released")),
)
_FAMILY = {
    "submit": RECEIPT,
    "confirm": RECEIPT,
    "remind_confirmation": RECEIPT,
    "request_supplement": SUPPLEMENT,
    "supplement": SUPPLEMENT,
    "record_item": SUPPLEMENT,
    "lapse": SUPPLEMENT,
    "remind_company": SUPPLEMENT,
    "answer": ANSWER,
    "reject": ANSWER,
    "withdraw": ANSWER,
    "mark_duplicate": ANSWER,
    "transfer_out": ANSWER,
    "close": ANSWER,
    "send_message": TALK,
}
# Steps that every body of a case learns of, with no word in the facts of which bodies it has.
_TO_ALL_ASKED = ("withdraw",)


@dataclass(frozen=True)
class _Reach:
    """Owners of active hooks by what they act for: their own, and what they succeeded."""

    by_pk: Mapping[int, frozenset[str]]
    by_code: Mapping[str, frozenset[str]]


_reach: tuple[frozenset[str], _Reach] = (frozenset(), _Reach({}, {}))


def tell(written: Iterable[CaseEvent]) -> None:
    """Write what hooks are told of these steps; without a hook anywhere, nothing is asked."""
    owners = presence.owners()
    if not owners:
        return
    reach = _reach_of(owners)
    events.spread(
        News(
            number=event.case.number,
            verb=event.verb,
            family=_family(event),
            at=event.at,
            sights=_sights(event, reach),
        )
        for event in written
    )


def _family(event: CaseEvent) -> str:
    if event.verb.endswith("_referral") or event.verb == "refer":
        return QUESTION
    return _FAMILY.get(event.verb, PROGRESS)


def _sights(event: CaseEvent, reach: _Reach) -> dict[str, Sight]:
    """What each owner of a hook sees of a step; who filed sees it as the one who filed."""
    case, found = event.case, {}
    for code in _asked(event, reach):
        for owner in reach.by_code.get(code, ()):
            found[owner] = Sight(ASKED, _asked_state(event), _asked_due(event, code))
    filer = case.filer_organisation_id
    if event.audience == TO_SUBMITTER and filer is not None and case.proxy != DISMISSED:
        for owner in reach.by_pk.get(filer, ()):
            found[owner] = Sight(FILED, event.to_state, case.due_at)
    return found


def _asked(event: CaseEvent, reach: _Reach) -> list[str]:
    """The codes of bodies whose question a step is about."""
    case = event.case
    if case.ended_at is not None and case.ended_at < timezone.now() - BODY_SEES_ENDED_FOR:
        return []
    if event.verb == "refer":
        return list(event.facts.get("bodies", []))
    if event.verb.endswith("_referral"):
        return [code] if (code := event.facts.get("body")) else []
    if event.audience == TO_BODIES or event.verb in _TO_ALL_ASKED:
        rows = Referral.objects.open().filter(case=case, organisation__code__in=reach.by_code)
        return list(rows.values_list("organisation__code", flat=True))
    return []


def _asked_state(event: CaseEvent) -> str:
    """How a body's own question stands; of the case itself it learns nothing here."""
    if event.verb == "refer":
        return workflow.ASKED
    if event.verb == "withdraw":
        return workflow.RECALLED
    return workflow.REFERRAL_MOVES.get(event.verb, ((), ""))[1]


def _asked_due(event: CaseEvent, code: str) -> dt.datetime | None:
    """The body's own date, where the step sets one."""
    said = event.facts.get("dues", {}).get(code)
    return dt.datetime.fromisoformat(said) if said else None


def _reach_of(owners: frozenset[str]) -> _Reach:
    """Asked anew when the owners change; a succession is followed when the process forgets."""
    global _reach  # noqa: PLW0603 - one small fact of the process
    known, found = _reach
    if known is owners:
        return found
    by_pk: defaultdict[int, set[str]] = defaultdict(set)
    by_code: defaultdict[str, set[str]] = defaultdict(set)
    for pk, owner in Organisation.objects.filter(code__in=owners).values_list("pk", "code"):
        for one, code in Organisation.objects.reached_from([pk]).values_list("pk", "code"):
            by_pk[one].add(owner)
            by_code[code].add(owner)
    found = _Reach(
        {pk: frozenset(codes) for pk, codes in by_pk.items()},
        {code: frozenset(codes) for code, codes in by_code.items()},
    )
    _reach = (owners, found)
    return found
