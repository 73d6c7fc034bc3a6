"""The rows of invented cases, by number alone: same seed and moment, same rows."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from bench import words
from intake import triage, workflow

SEED = 7
SEOUL = ZoneInfo("Asia/Seoul")
# Every so manieth case has a whole life: events, files, referrals, messages, notices.
FULL_EVERY = 100
EVENTS, FILES, REFERRALS, MESSAGES, NOTICES = 20, 5, 3, 4, 6
SKEWED_SHARE = 0.02
_OPEN_STATES = ("received", "reviewing", "supplement", "referred", "answered")
_OPEN_WEIGHTS = (30, 25, 10, 25, 10)
_ENDED_STATES = ("closed", "withdrawn", "rejected", "duplicate", "transferred")
_ENDED_WEIGHTS = (85, 4, 4, 3, 4)
# What an open case may want attention for, by its state.
_ATTENTION = {
    "received": (triage.MESSAGE, triage.REOPENED),
    "reviewing": (
        *(triage.DECLINED, triage.ANSWERS_IN, triage.DISPUTED),
        *(triage.SUPPLEMENTED, triage.MESSAGE, triage.REOPENED),
    ),
    "referred": (triage.DECLINED, triage.ANSWERS_IN, triage.ASKED_BACK, triage.MESSAGE),
    "supplement": (triage.MESSAGE,),
    "answered": (),
}


@dataclass(frozen=True)
class Known:
    """Keys of the reference rows that cases point to, each in a fixed order."""

    countries: Sequence[str]
    categories: Sequence[str]
    sectors: Sequence[str]
    provinces: Sequence[str]
    partners: Sequence[int]
    bodies: Sequence[int]
    officers: Sequence[int]


class Skewed:
    """Choices of which the first comes most often: the n-th weighs 1/n."""

    def __init__(self, choices: Sequence[Any], power: float = 1.0) -> None:
        self.choices = choices
        self.bounds = list(accumulate(1 / (n + 1) ** power for n in range(len(choices))))

    def at(self, share: float) -> Any:
        """The choice at a share between 0 and 1."""
        return self.choices[bisect(self.bounds, share * self.bounds[-1])]


@dataclass
class Cases:
    """`n` cases as of `now`; iterate `case(number)` from 1, or use the streams below."""

    n: int
    now: dt.datetime
    known: Known
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Fix everything that is drawn once."""
        self.rng = random.Random(SEED)
        self.texts = words.texts(self.rng, 2400)
        self.countries = Skewed(self.known.countries[:50])
        self.partners = Skewed(self.known.partners, 0.5)
        self.categories = Skewed(self.known.categories, 0.5)
        local = self.now.astimezone(SEOUL)
        self.day_ends = local.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(1)
        self.companies_number = max(20, self.n // 5)

    def companies(self) -> Iterator[dict[str, Any]]:
        """One company for every five cases."""
        for pk in range(1, self.companies_number + 1):
            yield {
                "id": pk,
                "business_number": f"{pk:010d}",
                "name": self._company_name(pk),
                "created_at": self.now - dt.timedelta(days=2000),
            }

    def _company_name(self, pk: int) -> str:
        first = words.COMPANIES[pk % len(words.COMPANIES)]
        return f"(주){first}{words.TRADES[pk // 11 % len(words.TRADES)]} {pk}"

    def cases(self) -> Iterator[dict[str, Any]]:
        """Every case in the order of its number."""
        for pk in range(1, self.n + 1):
            yield self._case(pk)

    def _case(self, pk: int) -> dict[str, Any]:
        rng = self.rng
        draw = rng.random
        full = pk % FULL_EVERY == 0
        # A tenth is open; of those with a whole life the thousandth ones, all at the bodies.
        is_open = pk % 1000 == 0 if full else draw() < 0.1
        text = self.texts[int(draw() * len(self.texts))]
        company = 1 + int(draw() * self.companies_number)
        partner = self.partners.at(draw()) if draw() < 0.6 else None
        officer = self.known.officers[int(draw() * len(self.known.officers))]
        situation = text.situation
        if pk <= self.n * SKEWED_SHARE:
            situation += f" {words.SKEWED} 대상으로 지정되었습니다."
        row = {
            "id": pk,
            "number": f"BENCH-{pk:08d}",
            "idempotency_key": uuid.UUID(int=rng.getrandbits(128), version=4),
            "fingerprint": "0" * 64,
            "company_id": company,
            "company_name": self._company_name(company),
            "province": self.known.provinces[int(draw() * len(self.known.provinces))],
            "sector": self.known.sectors[int(draw() * len(self.known.sectors))],
            "contact_name": "홍길동",
            "contact_position": "해외영업팀 과장",
            "contact_phone": "02-000-0000",
            "contact_email": f"clerk{company}@company.example",
            "policy": "default",
            "filer_organisation_id": partner,
            "proxy": "acting" if partner else "",
            "title": text.title,
            "product": text.product,
            "situation": situation,
            "problem": text.problem,
            "request": text.request,
            "country_id": self.countries.at(draw()),
            "category_id": self.categories.at(draw()) if draw() < 0.95 else None,
            "hs_code": "330499",
        }
        row |= self._open(pk, officer, full) if is_open else self._ended(pk, officer)
        return row

    def _open(self, pk: int, officer: int, full: bool) -> dict[str, Any]:
        draw, now = self.rng.random, self.now
        state = "referred" if full else self.rng.choices(_OPEN_STATES, _OPEN_WEIGHTS)[0]
        received = now - dt.timedelta(minutes=30 + int(draw() * 43_200))
        since = received + (now - received) * draw()
        fate = draw()
        if fate < 0.08:  # overdue, by up to a week
            due = now - dt.timedelta(minutes=1 + int(draw() * 10_000))
        elif fate < 0.14:  # due today
            due = now + (self.day_ends - now) * draw() * 0.99
        else:
            due = self.day_ends + dt.timedelta(minutes=int(draw() * 20_000))
        wanted = _ATTENTION[state] if draw() < 0.2 else ()
        attention = wanted[int(draw() * len(wanted))] if wanted else triage.NOTHING
        at_border = draw() < 0.03
        claimed = state != workflow.RECEIVED
        answered = since if state == workflow.ANSWERED else None
        stopped = state in (workflow.SUPPLEMENT, workflow.ANSWERED)
        return {
            "state": state,
            "state_since": since,
            "received_at": received,
            "created_at": received,
            "due_at": None if stopped else due,
            "at_border": at_border,
            "policy": "border" if at_border else "default",
            "attention": attention,
            "lane": triage.lane(
                state=state,
                at_border=at_border,
                due_at=None if stopped else due,
                attention=attention,
                now=now,
                day_ends=self.day_ends,
            ),
            "assignee_id": officer if claimed else None,
            "claimed_at": since if claimed else None,
            "first_response_at": since if claimed else None,
            "supplements": 1 if state == workflow.SUPPLEMENT else 0,
            "supplement_due": (now + dt.timedelta(days=7)).date()
            if state == workflow.SUPPLEMENT
            else None,
            "answered_at": answered,
            "answer": words.ANSWERS[pk % 2] if answered else "",
        }

    def _ended(self, pk: int, officer: int) -> dict[str, Any]:
        draw, now = self.rng.random, self.now
        state = self.rng.choices(_ENDED_STATES, _ENDED_WEIGHTS)[0] if pk > 7 else "closed"
        # Six years of receipts, in the order of the numbers.
        received = now - dt.timedelta(minutes=50_000 + int((1 - pk / self.n) * 3_100_000))
        first = received + dt.timedelta(minutes=int(draw() * 3_000))
        answered = first + dt.timedelta(minutes=int(draw() * 12_000))
        ended = answered + dt.timedelta(minutes=int(draw() * 30_000))
        closed = state == workflow.CLOSED
        refused = state in (workflow.REJECTED, workflow.TRANSFERRED)
        return {
            "state": state,
            "state_since": ended,
            "received_at": received,
            "created_at": received,
            "due_at": received + dt.timedelta(days=11),
            "lane": triage.ENDED,
            "assignee_id": officer,
            "claimed_at": first,
            "first_response_at": first,
            "answered_at": answered if closed else None,
            "answer": words.ANSWERS[pk % 2] if closed else "",
            "ended_at": ended,
            "end_reason": "소관이 아닌 사항으로 다른 창구를 안내함." if refused else "",
            "transferred_to": "국민신문고" if state == workflow.TRANSFERRED else "",
            "duplicate_of_id": pk - 7 if state == workflow.DUPLICATE else None,
            "outcome": "solved" if closed else "",
            "outcome_at": ended if closed else None,
        }

    def full(self) -> Iterator[int]:
        """The cases with a whole life."""
        return iter(range(FULL_EVERY, self.n + 1, FULL_EVERY))

    def life(self) -> Life:
        """What belongs to the cases with a whole life."""
        return Life(self)


@dataclass(frozen=True)
class Life:
    """Streams of the rows around the cases with a whole life; keys follow from the case's."""

    of: Cases

    def _moment(self, pk: int, step: int) -> dt.datetime:
        return self.of.now - dt.timedelta(days=40 - step, minutes=pk % 600)

    def _officer(self, number: int) -> int:
        return self.of.known.officers[number % len(self.of.known.officers)]

    def events(self) -> Iterator[dict[str, Any]]:
        """A story of twenty steps."""
        verbs = ["submit", "claim", "classify", "refer"]
        verbs += ["note", "send_message", "say_progress", "assign"] * 4
        for pk in self.of.full():
            for step in range(EVENTS):
                submitted = step == 0
                yield {
                    "case_id": pk,
                    "at": self._moment(pk, step),
                    "verb": verbs[step],
                    "from_state": "" if submitted else "referred",
                    "to_state": "received" if submitted else "referred",
                    "role": workflow.SUBMITTER if submitted else workflow.SECRETARY,
                    "actor_id": None if submitted else self._officer(step),
                    "text": words.NOTES[step % 3] if verbs[step] == "note" else "",
                    "audience": "internal" if verbs[step] == "note" else "submitter",
                }

    def messages(self) -> Iterator[dict[str, Any]]:
        """A conversation."""
        for pk in self.of.full():
            for step in range(MESSAGES):
                by_company = step % 2 == 0
                yield {
                    "case_id": pk,
                    "at": self._moment(pk, 20 + step),
                    "role": workflow.SUBMITTER if by_company else workflow.SECRETARY,
                    "author_id": None if by_company else self._officer(step),
                    "text": words.REQUESTS[step % 3].format(
                        place="세관", paper="시험 성적서", trouble="통관 지연"
                    ),
                    "audience": "submitter",
                }

    def files(self) -> Iterator[dict[str, Any]]:
        """Rows of stored files; their bytes are not there."""
        for place, pk in enumerate(self.of.full()):
            for step in range(FILES):
                number = place * FILES + step + 1
                yield {
                    "id": number,
                    "public_id": uuid.UUID(int=(SEED << 96) + number, version=4),
                    "storage_name": f"bench/{number}",
                    "original_name": f"시험 성적서 {step + 1}.pdf",
                    "content_type": "application/pdf",
                    "size": 120_000 + number,
                    "sha256": f"{number:064x}",
                    "uploaded_at": self._moment(pk, 0),
                    "claimed_at": self._moment(pk, 0),
                }

    def attachments(self) -> Iterator[dict[str, Any]]:
        """Five files of the company."""
        for place, pk in enumerate(self.of.full()):
            for step in range(FILES):
                yield {
                    "case_id": pk,
                    "file_id": place * FILES + step + 1,
                    "role": workflow.SUBMITTER,
                    "audience": "submitter",
                    "at": self._moment(pk, 0),
                }

    def referrals(self) -> Iterator[dict[str, Any]]:
        """Three bodies asked: one answered, one declined, one still owes an answer."""
        bodies = self.of.known.bodies
        for pk in self.of.full():
            for step in range(REFERRALS):
                answered, declined = step == 0, step == 1
                still_open = step == 2 and pk % 1000 == 0
                ended = None if still_open else self._moment(pk, 25)
                state = "answered" if answered else "declined" if declined else "recalled"
                yield {
                    "case_id": pk,
                    "organisation_id": bodies[(pk // FULL_EVERY + step * 7) % len(bodies)],
                    "state": "asked" if still_open else state,
                    "question": words.QUESTIONS[step],
                    "due_at": self._moment(pk, 45),
                    "asked_at": self._moment(pk, 5),
                    "asked_by_id": self._officer(pk),
                    "ended_at": ended,
                    "answer": words.ANSWERS[0] if answered else "",
                    "decline_reason": "소관 사항이 아닙니다." if declined else "",
                }

    def consents(self) -> Iterator[dict[str, Any]]:
        """What the company agreed to."""
        for pk in self.of.full():
            for kind in ("collect", "share"):
                yield {
                    "case_id": pk,
                    "kind": kind,
                    "text_version": "1",
                    "text_hash": "0" * 64,
                    "given": True,
                    "at": self._moment(pk, 0),
                }

    def notices(self) -> Iterator[dict[str, Any]]:
        """What was sent about the case."""
        for pk in self.of.full():
            for step in range(NOTICES):
                sent = self._moment(pk, step * 3)
                yield {
                    "kind": "received",
                    "to_address": f"clerk{pk}@company.example",
                    "subject_key": f"BENCH-{pk:08d}",
                    "message_id": f"<bench-{pk}-{step}@portal.example>",
                    "state": "sent",
                    "attempts": 1,
                    "created_at": sent,
                    "next_try_at": sent,
                    "sent_at": sent,
                }
