"""The table of notices is true: what each step of a case really sends is what it says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from intake import actions, consents, deadline, workflow
from intake.actions import bulk, calendar, handing_over
from intake.models import Case, ClockPolicy, Reminder
from intake.models.event import TO_BODIES
from intake.timeline import COMPANY, SYSTEM, Actor, body, secretary, submitter
from notifications import catalog, texts
from notifications.catalog import Kind
from notifications.models import Notice
from portal import notices_page
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)
from tests.intake.factories import CaseFactory, filing

# Steps that need days to pass, or kinds that need a failing mail: what shows them instead.
ELSEWHERE = {
    "ask_outcome": "the beat asks after thirty days: tests/intake/test_remind_waiting.py",
    "remind_company": "the beat reminds before a date: tests/intake/test_remind_waiting.py",
    "correct_contact": "follows a returned mail: tests/intake/test_contact.py",
    "choose_texts": "is about the channel, and tells nobody: tests/intake/test_texts.py",
    "withdraw_sharing": "tells the archive, and it the desk: tests/casestudies/test_consent.py",
}
TOMORROW = dt.timedelta(days=1)


class Proxied(CaseFactory):
    """The same walks for cases that an association files for its member."""

    def __init__(self, officer: User, by: Actor) -> None:
        super().__init__(officer)
        self.filer = by

    def new(self, **changes: object) -> Case:
        return actions.submit(filing=filing(**changes), by=self.filer)[0]


class Walk:
    """Takes every step of the table and keeps which kinds each of them sent."""

    def __init__(self, factory: CaseFactory, cast) -> None:  # noqa: F811
        self.sent: dict[str, set[str]] = defaultdict(set)
        self.cast, self.company = cast, factory
        self.kbiz = Organisation.objects.get(code="KBIZ")
        self.customs = Organisation.objects.get(code="KCS")
        self.proxy = submitter(cast.association_officer, self.kbiz)
        self.proxied = Proxied(cast.secretary, self.proxy)
        self.by = secretary(cast.secretary)

    @contextmanager
    def step(self, verb: str) -> Iterator[None]:
        """What is sent inside belongs to this step."""
        last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        yield
        self.sent[verb] |= set(Notice.objects.filter(pk__gt=last).values_list("kind", flat=True))

    def take(self, verb: str, case: Case, by: Actor | None = None, **facts: object) -> None:
        """One step that needs nothing but its words."""
        with self.step(verb):
            getattr(actions, verb)(case=case, by=by or self.by, **facts)

    def everything(self) -> None:
        """Every step, for a company of its own and for one that an association filed for."""
        for factory, by in ((self.company, COMPANY), (self.proxied, COMPANY), (self.proxied, None)):
            self._submitter(factory, by or self.proxy)
        for factory in (self.company, self.proxied):
            self._desk(factory)
            self._bodies(factory)
            self._ends(factory)
        self._confirmation()
        self._people()

    def _submitter(self, factory: CaseFactory, by: Actor) -> None:
        with self.step("submit"):
            factory.new()
        self.take("supplement", factory.at("supplement"), by, text="보냅니다.")
        self.take("send_message", factory.at("reviewing"), by, text="문의드립니다.")
        self.take("dispute", factory.at("answered"), by, text="해결되지 않았습니다.")
        self.take("close", factory.at("answered"), by, outcome="solved")
        self.take("tell_outcome", factory.at("closed"), by, outcome="partly", text="일부입니다.")
        self.take("withdraw", factory.at("referred"), by, reason="해결되었습니다.")
        for verb in ("agree_extension", "refuse_extension"):
            case = factory.at("reviewing")
            actions.extend(case=case, reason="협의 중입니다.", by=self.by)
            self.take("ask_extension", case, reason="회신이 늦습니다.")
            self.take(verb, case, by, text="말씀드립니다.")

    def _desk(self, factory: CaseFactory) -> None:
        by, second = self.by, self.cast.second_secretary
        self.take("claim", factory.new())
        self.take("assign", factory.at("reviewing"), officer=second)
        many = [factory.at("reviewing") for _ in range(2)]
        with self.step("assign"):
            seen = {case.pk: case.version for case in many}
            bulk.assign_many(seen=seen, officer=second, by=by)
        self.take("classify", factory.at("reviewing"), policy="inquiry_law", hs_code="3304")
        due = timezone.localdate() + dt.timedelta(days=7)
        asked = factory.at("reviewing")
        self.take("request_supplement", asked, text="보내 주십시오.", due=due)
        item = asked.supplement_items.order_by("pk").first()
        today = timezone.localdate()
        if item is not None:
            said = {item.pk: "전화로 알림"}
            self.take("record_item", asked, said=said, said_by="김대리", said_on=today)
        self.take("supplement", asked, text="전화로 받음")
        self.take("lapse", factory.at("supplement"), SYSTEM)
        self.take("extend", factory.at("reviewing"), reason="협의 중입니다.")
        self.take("say_progress", factory.at("reviewing"), text="진행 중입니다.")
        self.take("send_message", factory.at("reviewing"), text="알려 드립니다.")
        self.take("note", factory.at("reviewing"), text="메모", called=[second])
        moved = factory.at("reviewing")
        ClockPolicy.objects.filter(code="default").update(length=20)
        deadline.forget()
        with self.step("new_deadline"):
            calendar.settle([Case.objects.get(pk=moved.pk)], lambda: "휴일", SYSTEM)
        ClockPolicy.objects.filter(code="default").update(length=7)
        deadline.forget()

    def _bodies(self, factory: CaseFactory) -> None:
        theirs = body(self.cast.customs_officer, self.customs)
        late = timezone.now() + dt.timedelta(days=9)
        with self.step("refer"):
            case = factory.at("reviewing")
            factory.refer(case, "KCS")
        self.sent["refer"] -= {"receipt", "filed_for_you"}
        case = factory.at("referred")
        self.take("send_message", case, text="참고하십시오.", audience=TO_BODIES)
        referral = case.referrals.get()
        for verb, by, facts in (
            ("accept_referral", theirs, {}),
            ("ask_back_referral", theirs, {"text": "언제입니까?"}),
            ("forward_referral", body(None, self.customs), {"handler": self.cast.customs_officer}),
            ("extend_referral", theirs, {"due_at": late, "reason": "확인 중입니다."}),
            ("release_referral", self.by, {"facts": ["situation"], "files": []}),
            ("release_referral", self.by, {"facts": ["situation", "problem"], "files": []}),
            ("remind_referral", self.by, {"text": "기다립니다."}),
            ("answer_referral", theirs, {"text": "필요합니다."}),
        ):
            with self.step(verb):
                getattr(actions, verb)(referral=referral, by=by, **facts)
        for verb, by in (("decline_referral", theirs), ("recall_referral", self.by)):
            referral = factory.at("referred").referrals.get()
            with self.step(verb):
                getattr(actions, verb)(referral=referral, by=by, reason="소관이 아닙니다.")
        overdue = factory.at("referred").referrals.get()
        long_ago = timezone.now() - dt.timedelta(days=30)
        type(overdue).objects.filter(pk=overdue.pk).update(asked_at=long_ago, due_at=long_ago)
        overdue.refresh_from_db()
        with self.step("escalate_referral"):
            actions.escalate_referral(referral=overdue)

    def _ends(self, factory: CaseFactory) -> None:
        self.take("answer", factory.at("reviewing"), text="다음과 같습니다.")
        self.take("close", factory.at("answered"), SYSTEM)
        self.take("reopen", factory.at("closed"), reason="새 사정입니다.")
        self.take("reject", factory.at("reviewing"), reason="소관 밖", next_place="110")
        self.take("transfer_out", factory.at("reviewing"), place="무역장벽 119", reason="통상")
        original = factory.new()
        self.take("mark_duplicate", factory.at("reviewing"), original=original)

    def _confirmation(self) -> None:
        given = {text.kind: True for text in consents.CONSENTS}
        said = actions.Confirmation("named", given)
        self.take("confirm", self.proxied.new(), COMPANY, said=said)
        with_other_address = self.proxied.new(contact_email="old@company.example")
        changed = actions.Confirmation("named", given, {"contact_email": "new@company.example"})
        self.take("confirm", with_other_address, COMPANY, said=changed)
        case = self.proxied.new()
        ago = timezone.now() - dt.timedelta(days=10)
        Case.objects.filter(pk=case.pk).update(received_at=ago, confirm_asked_at=ago)
        Reminder.objects.filter(case=case).delete()
        self.take("remind_confirmation", Case.objects.get(pk=case.pk), self.proxy)
        self.take("take_over", self.proxied.new(), COMPANY)
        self.take("dismiss_proxy", self.proxied.new(), COMPANY)

    def _people(self) -> None:
        heir = User.objects.create_user("heir@demo.example", "x", name="한이음")
        Membership.objects.create(user=heir, organisation=self.kbiz)
        self.proxied.new()
        with self.step("hand_over"):
            handing_over.hand_over(
                organisation=self.kbiz,
                leaver=self.cast.association_officer,
                successor=heir,
                by=self.cast.manager,
            )


def declared(verb: str) -> set[str]:
    return {kind.name for kind in catalog.every() if verb in kind.steps}


def unlike(sent: dict[str, set[str]]) -> dict[str, tuple[set[str], set[str]]]:
    """Verb → what it sends and nobody declared; what is declared and never sent."""
    found = {verb: (sent[verb] - declared(verb), declared(verb) - sent[verb]) for verb in sent}
    return {verb: both for verb, both in found.items() if any(both)}


def test_every_step_sends_what_the_table_says_and_nothing_else(cases, cast) -> None:  # noqa: F811
    walk = Walk(cases, cast)

    walk.everything()

    found = unlike(walk.sent)
    assert not found, "\n".join(f"{verb}: {both}" for verb, both in found.items())
    assert set(workflow.STEPS) - set(walk.sent) == set(ELSEWHERE)
    # The positive control: a kind that a step sends and a step that no longer does are found out.
    walk.sent["claim"].add("receipt")
    walk.sent["refer"].discard("referral")
    assert unlike(walk.sent) == {"claim": ({"receipt"}, set()), "refer": (set(), {"referral"})}


def test_whoever_the_workflow_tells_is_told_by_a_kind() -> None:
    told = {
        workflow.SUBMITTER: {catalog.COMPANY, catalog.FILER},
        workflow.SECRETARY: {catalog.OFFICER, catalog.SECRETARIAT},
        workflow.BODY: {catalog.BODY},
    }
    lacking = {
        (step.verb, side)
        for step in workflow.STEPS.values()
        for side in step.told
        if not {kind.audience for kind in catalog.every() if step.verb in kind.steps} & told[side]
    }

    # The secretariat sees these on the case; no mail is written about them.
    assert lacking == notices_page.SEEN_ON_THE_CASE


def test_every_step_of_a_kind_has_a_name() -> None:
    known = {*workflow.STEPS, *catalog.OCCASIONS}
    unknown = {kind.name for kind in catalog.every() if not known.issuperset(kind.steps)}

    assert unknown == set()
    assert [kind.name for kind in catalog.every() if not kind.steps] == ["sample"]


def test_every_kind_has_its_words_and_every_words_their_kind() -> None:
    assert {kind.name for kind in catalog.every()} == set(texts.kinds())


def test_kind_that_may_wait_can_be_turned_off_or_is_for_people_with_an_account() -> None:
    kinds = [kind for kind in catalog.every() if kind.may_wait]

    assert {kind.audience for kind in kinds} <= {
        catalog.FILER,
        catalog.OFFICER,
        catalog.SECRETARIAT,
        catalog.PERSON,
        catalog.FOLLOWER,
    }


def test_registering_another_kind_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two different kinds"):
        catalog.register([Kind("sample", "other", catalog.BODY)])
