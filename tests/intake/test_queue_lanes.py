"""Where a case stands in the queue: stored by the verbs and moved on by the beat, as computed."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, triage, workflow
from intake.actions import calendar, moving
from intake.models import Case, QueueCount, TriageCase
from intake.models.queue import day_ends, lane_of
from intake.tasks import queue
from intake.timeline import COMPANY, SYSTEM, body, secretary

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 9, 21, 3, 0, tzinfo=dt.UTC)
LIVES, STEPS = 24, 14


def computed(case: Case, now: dt.datetime | None = None) -> int:
    """The lane that the pure rule gives for the row as it is."""
    return lane_of(
        state=case.state,
        at_border=case.at_border,
        due_at=case.due_at,
        attention=case.attention,
        now=now or timezone.now(),
    )


# --- The rule ---------------------------------------------------------------------------------
def rule(**facts) -> int:
    """The lane of a plain case in hand, with changes."""
    plain = {
        "state": workflow.REVIEWING,
        "at_border": False,
        "due_at": NOW + dt.timedelta(days=9),
        "attention": "",
    }
    return lane_of(now=NOW, **plain | facts)


@pytest.mark.parametrize(
    ("facts", "lane"),
    [
        ({}, triage.IN_HAND),
        ({"state": workflow.RECEIVED}, triage.NEW),
        ({"state": workflow.REFERRED}, triage.WITH_BODIES),
        ({"due_at": NOW - dt.timedelta(minutes=1)}, triage.OVERDUE),
        ({"due_at": NOW + dt.timedelta(hours=6)}, triage.DUE_TODAY),
        # Midnight in Seoul is 15:00 UTC.
        ({"due_at": NOW.replace(hour=15)}, triage.IN_HAND),
        ({"due_at": NOW.replace(hour=14, minute=59)}, triage.DUE_TODAY),
        ({"at_border": True, "due_at": NOW - dt.timedelta(days=1)}, triage.BORDER),
        ({"at_border": True, "state": workflow.SUPPLEMENT}, triage.WITH_COMPANY),
        ({"attention": triage.DECLINED}, 3),
        ({"attention": triage.DECLINED, "due_at": NOW - dt.timedelta(days=1)}, triage.OVERDUE),
        ({"attention": triage.MESSAGE, "state": workflow.ANSWERED}, 8),
        ({"attention": "", "state": workflow.ANSWERED}, triage.ANSWERED),
        ({"state": workflow.CLOSED, "at_border": True}, triage.ENDED),
    ],
)
def test_lane_says_what_comes_first(facts, lane):
    assert rule(**facts) == lane


def test_every_lane_has_its_reason_in_words():
    lanes = {rule(state=state, attention=a) for state in workflow.OPEN for a in triage.BY_ATTENTION}
    quiet = {rule(state=state) for state in workflow.OPEN}

    assert lanes | quiet <= triage.REASONS.keys()


@pytest.mark.parametrize(
    ("verb", "role", "was", "state", "answers_in", "becomes"),
    [
        ("decline_referral", "body", "", "referred", False, triage.DECLINED),
        ("decline_referral", "secretary", "", "reviewing", False, triage.DECLINED),
        ("answer_referral", "body", "", "referred", False, ""),
        ("answer_referral", "body", "", "reviewing", True, triage.ANSWERS_IN),
        # A decline wants a decision even when the others have answered.
        ("answer_referral", "body", triage.DECLINED, "reviewing", True, triage.DECLINED),
        ("recall_referral", "secretary", "", "reviewing", True, triage.ANSWERS_IN),
        ("ask_back_referral", "body", "", "referred", False, triage.ASKED_BACK),
        ("answer_referral", "body", triage.ASKED_BACK, "reviewing", True, triage.ANSWERS_IN),
        ("dispute", "submitter", "", "reviewing", False, triage.DISPUTED),
        ("supplement", "submitter", "", "reviewing", False, triage.SUPPLEMENTED),
        ("refuse_extension", "submitter", "", "reviewing", False, triage.MESSAGE),
        ("refuse_extension", "secretary", "", "reviewing", False, ""),
        ("reopen", "secretary", "", "reviewing", False, triage.REOPENED),
        ("refer", "secretary", triage.DECLINED, "referred", False, ""),
        ("answer", "secretary", triage.ANSWERS_IN, "answered", False, ""),
        ("claim", "secretary", triage.MESSAGE, "reviewing", False, triage.MESSAGE),
        ("classify", "secretary", triage.ANSWERS_IN, "reviewing", False, triage.ANSWERS_IN),
        ("withdraw", "submitter", triage.DECLINED, "withdrawn", False, ""),
    ],
)
def test_attention_follows_what_happens(verb, role, was, state, answers_in, becomes):
    said = triage.attention(verb=verb, role=role, was=was, state=state, answers_in=answers_in)

    assert said == becomes


# --- What the verbs store ---------------------------------------------------------------------
class Life:
    """Takes random steps with a case, as everybody concerned might."""

    def __init__(self, cases, cast, rng: random.Random, taken: Counter) -> None:
        self.cases, self.cast, self.rng, self.taken = cases, cast, rng, taken
        self.by = secretary(cast.secretary)
        self.case = cases.new(at_border=rng.random() < 0.2)

    def step(self) -> str:
        """One step that the table allows now, of some at random the rarest so far; its name."""
        some = self.rng.sample(sorted(STEPS_TAKEN), 14)
        for name in sorted(some, key=self.taken.__getitem__):
            self.case = Case.objects.get(pk=self.case.pk)
            try:
                if STEPS_TAKEN[name](self) is not False:
                    self.taken[name] += 1
                    return name
            except (actions.RefusedError, workflow.IllegalStepError, MissingError):
                continue
        return ""

    @property
    def referral(self):
        """An open referral."""
        found = list(self.case.referrals.open())
        if not found:
            raise MissingError
        return self.rng.choice(found)

    def of_body(self, referral):
        """An officer of the body that was asked."""
        return body(self.cast.customs_officer, referral.organisation)

    def ask(self) -> None:
        codes = self.rng.sample(["KCS", "KATS", "MFDS"], self.rng.randint(1, 2))
        known = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
        self.cases.refer(self.case, *sorted(known))


class MissingError(Exception):
    """The step needs something that is not there."""


def _body_step(verb, **said):
    def take(life: Life) -> None:
        referral = life.referral
        getattr(actions, verb)(referral=referral, by=life.of_body(referral), **said)

    return take


def _step(verb, *, who="by", **said):
    def take(life: Life) -> None:
        by = {"by": life.by, "company": COMPANY, "system": SYSTEM}[who]
        getattr(actions, verb)(case=life.case, by=by, **said)

    return take


def _due(life: Life) -> None:
    """Time goes by: the date lies hours or days away, and the beat looks."""
    hours = life.rng.choice([-50, -1, 3, 20, 300])
    if life.case.due_at is None:
        raise MissingError
    moment = timezone.now() + dt.timedelta(hours=hours)
    Case.objects.filter(pk=life.case.pk).update(due_at=moment)
    settle(life.case.pk)


def settle(pk: int) -> None:
    """Store the lane anew: what a changed date means until the beat or a verb comes by."""
    case = Case.objects.get(pk=pk)
    Case.objects.filter(pk=pk).update(lane=computed(case))


STEPS_TAKEN = {
    "time": _due,
    "claim": _step("claim"),
    "assign": lambda life: actions.assign(
        case=life.case, officer=life.cast.second_secretary, by=life.by
    ),
    "border": lambda life: actions.classify(
        case=life.case, by=life.by, at_border=not life.case.at_border
    ),
    "policy": lambda life: actions.classify(case=life.case, by=life.by, policy="border"),
    "ask for more": lambda life: life.cases._supplement(life.case),
    "supplement": _step("supplement", who="company", text="보냅니다."),
    "lapse": _step("lapse", who="system"),
    "refer": Life.ask,
    "accept": _body_step("accept_referral"),
    "decline": _body_step("decline_referral", reason="소관이 아닙니다."),
    "body answers": _body_step("answer_referral", text="서류 목록입니다."),
    "ask back": _body_step("ask_back_referral", text="품목 번호가 무엇입니까?"),
    "recall": lambda life: actions.recall_referral(
        referral=life.referral, reason="해결되었습니다.", by=life.by
    ),
    "answer": _step("answer", text="필요 서류는 다음과 같습니다."),
    "dispute": _step("dispute", who="company", text="해결되지 않았습니다."),
    "close": _step("close", who="company", outcome="solved"),
    "reopen": _step("reopen", reason="다시 확인합니다."),
    "company writes": _step("send_message", who="company", text="언제입니까?"),
    "we write": _step("send_message", text="곧 답하겠습니다."),
    "note": _step("note", text="확인함."),
    "extend": _step("extend", reason="기관 협의가 필요합니다."),
    "withdraw": lambda life: (
        life.rng.random() < 0.2 and actions.withdraw(case=life.case, reason="해결됨", by=COMPANY)
    ),
    "reject": lambda life: life.rng.random() < 0.1 and life.cases._rejected(life.case),
}


def wrong_places(cases, cast, seed: int) -> list[tuple[str, str, int, int]]:
    """Steps of a random life after which the stored lane was not the computed one."""
    life = Life(cases, cast, random.Random(seed), Counter())  # noqa: S311
    found = []
    for _number in range(STEPS):
        name = life.step()
        case = Case.objects.get(pk=life.case.pk)
        if case.lane != computed(case):
            found.append((name, case.state, case.lane, computed(case)))
    return found


def test_stored_lane_is_the_computed_one_after_every_step_of_random_lives(cases, cast):
    taken: Counter[str] = Counter()
    for seed in range(LIVES):
        life = Life(cases, cast, random.Random(seed), taken)  # noqa: S311
        for _number in range(STEPS):
            life.step()
            case = Case.objects.get(pk=life.case.pk)
            assert case.lane == computed(case), (seed, case.state, case.attention)

    # The lives went everywhere: a step that is never taken proves nothing.
    assert STEPS_TAKEN.keys() - taken.keys() == set()


def test_lives_find_a_verb_that_forgets_the_lane(cases, cast, monkeypatch):
    """The broken twin: a lane that no step moves."""
    monkeypatch.setattr(moving, "lane_of", lambda **_facts: triage.NEW)

    assert any(wrong_places(cases, cast, seed) for seed in range(5))


def test_message_wants_attention_without_making_a_step_stale(cases, cast):
    case = cases.at("reviewing")
    seen = Case.objects.get(pk=case.pk)

    actions.send_message(case=case, text="언제입니까?", by=COMPANY)

    now = Case.objects.get(pk=case.pk)
    assert (now.attention, now.lane, now.version) == ("message", 8, seen.version)
    cases._answered(seen)
    assert Case.objects.get(pk=case.pk).attention == ""


@pytest.mark.parametrize("write", ["send_message", "note"])
def test_officer_who_writes_has_read_what_the_company_wrote(cases, cast, write):
    case = cases.at("reviewing")
    actions.send_message(case=case, text="고맙습니다.", by=COMPANY)

    getattr(actions, write)(case=Case.objects.get(pk=case.pk), text="확인함.", by=cases.by)

    case.refresh_from_db()
    assert (case.attention, case.lane) == ("", triage.IN_HAND)


def test_first_response_is_the_first_word_of_a_person(cases):
    case = cases.at("reviewing")
    actions.note(case=case, text="확인함.", by=cases.by)
    actions.classify(case=case, by=cases.by, category_id="CUS-02")
    case.refresh_from_db()
    assert case.first_response_at is None

    actions.send_message(case=case, text="곧 답하겠습니다.", by=cases.by)
    case.refresh_from_db()
    first = case.first_response_at
    cases._answered(case)

    case.refresh_from_db()
    assert first is not None
    assert case.first_response_at == first


# --- What the beat moves ----------------------------------------------------------------------
def in_time(cases, rng: random.Random, count: int = 24) -> list[int]:
    """Cases in several states whose dates came nearer while nobody touched them."""
    states = ["received", "reviewing", "supplement", "referred", "answered"]
    found = []
    for _number in range(count):
        case = cases.at(rng.choice(states), at_border=rng.random() < 0.2)
        if rng.random() < 0.3:
            actions.send_message(case=case, text="언제입니까?", by=COMPANY)
        if case.due_at is not None:
            moment = timezone.now() + dt.timedelta(hours=rng.choice([-90, -1, 0, 2, 30, 400]))
            Case.objects.filter(pk=case.pk).update(due_at=moment)
        found.append(case.pk)
    return found


def misplaced() -> list[Case]:
    """Open cases whose stored lane is not the computed one."""
    return [case for case in Case.objects.open() if case.lane != computed(case)]


def test_beat_brings_every_case_into_its_lane_and_leaves_the_version(cases):
    in_time(cases, random.Random(3))  # noqa: S311
    versions = dict(Case.objects.values_list("pk", "version"))
    assert misplaced(), "nothing to move: the test would prove nothing"

    moved = queue.advance()

    assert moved > 0
    assert misplaced() == []
    assert dict(Case.objects.values_list("pk", "version")) == versions
    assert queue.advance() == 0


def test_beat_moves_many_batch_by_batch(cases, monkeypatch):
    monkeypatch.setattr(queue, "_BATCH", 2)
    for _number in range(5):
        case = cases.new()
        moment = timezone.now() - dt.timedelta(days=1)
        Case.objects.filter(pk=case.pk).update(due_at=moment)

    assert queue.advance() == 5
    assert set(Case.objects.values_list("lane", flat=True)) == {triage.OVERDUE}


def test_moved_calendar_moves_the_lane(cases, monkeypatch):
    case = cases.at("reviewing")
    monkeypatch.setattr(
        calendar.deadline.Rules, "due_at", lambda *_args: timezone.now() - dt.timedelta(days=2)
    )

    calendar.catch_up()

    case.refresh_from_db()
    assert case.lane == triage.OVERDUE


# --- What the beat counts ---------------------------------------------------------------------
def counted() -> dict[tuple[str, str], int]:
    """The counters that are not zero."""
    rows = QueueCount.objects.exclude(count=0)
    return {(row.filter, row.choice): row.count for row in rows}


def test_counters_say_what_each_filter_leaves(cases, cast):
    from intake.admin.queue.listing import filtered

    in_time(cases, random.Random(5), 14)  # noqa: S311
    cases.new(category_id=None, country_id="US")
    cases.at("closed")
    queue.advance()

    queue.count()

    found = counted()
    assert found["all", ""] == Case.objects.open().count()
    for (name, choice), number in found.items():
        if name != "all":
            left = filtered(cast.secretary, {name: choice}).count()
            assert number == left, (name, choice)
    names = {name for name, _choice in found}
    assert {"turn", "who", "state", "category", "country", "filer", "body", "channel"} <= names
    assert {"border", "overdue", "why"} <= names


def test_counters_forget_what_is_gone(cases):
    case = cases.new(country_id="US")
    queue.count()
    assert counted()["country", "US"] == 1
    actions.withdraw(case=case, reason="해결됨", by=COMPANY)

    queue.count()

    assert counted() == {}
    assert QueueCount.objects.filter(filter="country", choice="US").exists()


def test_day_ends_at_midnight_in_seoul():
    assert day_ends(NOW) == NOW.replace(hour=15)
    assert day_ends(NOW.replace(hour=15)) == NOW.replace(day=22, hour=15)


def test_queue_holds_open_cases_and_no_ended_one(cases):
    states = ["received", "supplement", "answered", "closed", "withdrawn", "rejected"]
    made = {state: cases.at(state).pk for state in states}

    held = set(TriageCase.objects.queued().values_list("pk", flat=True))

    assert held == {made[state] for state in ("received", "supplement", "answered")}
