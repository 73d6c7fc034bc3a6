"""The verbs: each step's state, facts, timeline, clock and notices."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Company, Organisation
from intake import actions, deadline, workflow
from intake.models import Case, CaseEvent, Referral
from intake.timeline import COMPANY, body, secretary, submitter
from notifications.models import Notice
from tests.intake.factories import FACTS, CaseFactory, filing


def told(case: Case) -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(subject_key=case.number).values_list("kind", "to_address"))


def verbs(case: Case) -> list[str]:
    return list(case.events.values_list("verb", flat=True))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- Submitting ---------------------------------------------------------------------------


def test_submit_writes_case_event_consents_and_one_receipt_notice(cases: CaseFactory) -> None:
    case = cases.new(given={"survey": False})

    stored = fresh(case)
    assert (stored.state, stored.holder, stored.policy) == ("received", "secretary", "default")
    assert verbs(case) == ["submit"]
    assert told(case) == [("receipt", FACTS["contact_email"])]
    assert dict(case.consents.values_list("kind", "given")) == {
        "collection": True,
        "bodies": True,
        "private_bodies": True,
        "sharing": True,
        "survey": False,
    }
    assert all(len(row.text_hash) == 64 for row in case.consents.all())


def test_submit_with_the_same_key_and_content_gives_the_first_case(cases: CaseFactory) -> None:
    first = filing()

    case, new = actions.submit(filing=first, by=COMPANY)
    again, new_again = actions.submit(filing=first, by=COMPANY)

    assert (again.pk, new, new_again) == (case.pk, True, False)
    assert Case.objects.count() == 1
    assert told(case) == [("receipt", FACTS["contact_email"])]


def test_submit_with_the_same_key_and_other_content_refuses_and_overwrites_nothing(
    cases: CaseFactory,
) -> None:
    first = filing()
    case, _new = actions.submit(filing=first, by=COMPANY)
    second = filing(key=first.key, business_number=first.business_number, title="다른 제목")

    with pytest.raises(actions.AlreadyReceivedError) as refusal:
        actions.submit(filing=second, by=COMPANY)

    assert refusal.value.case.pk == case.pk
    assert fresh(case).title == FACTS["title"]


def test_goods_at_the_border_run_on_the_eight_hour_clock(cases: CaseFactory) -> None:
    case = cases.new(at_border=True, needed_by=timezone.localdate())

    expected = deadline.compute("border", case.events.all()).due
    assert case.policy == "border"
    assert timezone.localtime(case.due_at).replace(tzinfo=None) == expected


def test_two_filings_of_one_company_share_its_row_and_keep_their_own_name(
    cases: CaseFactory,
) -> None:
    first = cases.new(business_number="1208147521")
    second = cases.new(business_number="1208147521", company_name="시연상사 주식회사")

    assert first.company_id == second.company_id
    assert Company.objects.get().name == "시연상사"
    assert second.company_name == "시연상사 주식회사"


def test_numbers_run_on_within_the_year(cases: CaseFactory) -> None:
    numbers = [cases.new().number for _round in range(3)]

    assert [number.split("-")[2] for number in numbers] == ["000001", "000002", "000003"]


def test_a_failing_submission_leaves_nothing_behind(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last thing that submit does is the notice: when it fails, nothing of the case stays."""

    def fail(case: Case) -> None:
        raise RuntimeError("no letter")

    monkeypatch.setattr("intake.letters.receipt", fail)

    with pytest.raises(RuntimeError):
        actions.submit(filing=filing(), by=COMPANY)

    assert (Case.objects.count(), Notice.objects.count(), CaseEvent.objects.count()) == (0, 0, 0)


# --- The desk -----------------------------------------------------------------------------


def test_claim_puts_the_officer_in_charge(cases: CaseFactory, cast) -> None:
    case = cases.at("reviewing")

    stored = fresh(case)
    assert (stored.assignee, stored.state, stored.version) == (cast.secretary, "reviewing", 2)
    assert verbs(case) == ["submit", "claim"]


def test_second_claim_is_told_who_was_first(cases: CaseFactory, cast) -> None:
    case = cases.new()
    seen_by_second = fresh(case)
    actions.claim(case=case, by=secretary(cast.secretary))

    with pytest.raises(actions.StaleCaseError) as refusal:
        actions.claim(case=seen_by_second, by=secretary(cast.second_secretary))

    assert refusal.value.first.actor == cast.secretary
    assert cast.secretary.name in str(refusal.value)
    assert fresh(case).assignee == cast.secretary
    assert verbs(case) == ["submit", "claim"]


def test_classify_recomputes_the_date_and_tells_the_company(cases: CaseFactory) -> None:
    case = cases.at("reviewing")
    before = case.due_at

    actions.classify(case=case, policy="inquiry_law", hs_code="3304", by=cases.by)

    stored = fresh(case)
    assert stored.due_at > before
    assert (stored.policy, stored.hs_code) == ("inquiry_law", "3304")
    assert "new_date" in dict(told(case))
    event = case.events.last()
    assert event.facts == {
        "was": {"hs_code": "330499", "policy": "default"},
        "is": {"hs_code": "3304", "policy": "inquiry_law"},
    }


def test_classify_without_a_new_date_writes_no_notice(cases: CaseFactory) -> None:
    case = cases.at("reviewing")

    actions.classify(case=case, hs_code="3304", by=cases.by)

    assert "new_date" not in dict(told(case))


def test_assign_tells_the_officer_who_gets_the_case(cases: CaseFactory, cast) -> None:
    case = cases.at("reviewing")

    actions.assign(case=case, officer=cast.second_secretary, by=cases.by)

    assert fresh(case).assignee == cast.second_secretary
    assert ("assigned", cast.second_secretary.email) in told(case)


def test_supplement_stops_the_clock_and_its_arrival_starts_it_again(cases: CaseFactory) -> None:
    case = cases.at("supplement")
    assert (fresh(case).due_at, fresh(case).holder) == (None, "submitter")

    actions.supplement(case=case, text="보냅니다.", by=COMPANY)

    stored = fresh(case)
    assert (stored.state, stored.due_at is None, stored.supplement_due) == (
        "reviewing",
        False,
        None,
    )
    assert [kind for kind, _to in told(case)] == [
        "receipt",
        "supplement_arrived",
        "supplement_request",
    ]


def test_supplement_of_an_unclaimed_case_returns_to_received(cases: CaseFactory) -> None:
    case = cases.new()
    actions.request_supplement(
        case=case, text="?", due=timezone.localdate() + dt.timedelta(days=3), by=cases.by
    )

    actions.supplement(case=case, text="보냅니다.", by=COMPANY)

    assert fresh(case).state == "received"


def test_a_third_supplement_request_is_refused(cases: CaseFactory) -> None:
    case = cases.at("supplement")
    actions.supplement(case=case, text="1", by=COMPANY)
    due = timezone.localdate() + dt.timedelta(days=3)
    actions.request_supplement(case=case, text="?", due=due, by=cases.by)
    actions.supplement(case=case, text="2", by=COMPANY)

    with pytest.raises(actions.RefusedError):
        actions.request_supplement(case=case, text="?", due=due, by=cases.by)

    assert fresh(case).supplements == 2


def test_a_lapsed_case_reopens_by_itself_when_the_papers_come(cases: CaseFactory) -> None:
    case = cases.lapsed()
    assert (case.state, case.lapsed) == ("rejected", True)

    actions.supplement(case=case, text="늦었습니다.", by=COMPANY)

    stored = fresh(case)
    assert (stored.state, stored.lapsed, stored.ended_at, stored.end_reason) == (
        "reviewing",
        False,
        None,
        "",
    )


def test_a_returned_case_that_did_not_lapse_takes_no_supplement(cases: CaseFactory) -> None:
    case = cases.at("rejected")

    with pytest.raises(workflow.IllegalStepError):
        actions.supplement(case=case, text="그래도", by=COMPANY)


def test_extension_comes_once_and_moves_the_date(cases: CaseFactory) -> None:
    case = cases.at("reviewing")
    before = case.due_at

    actions.extend(case=case, reason="현지 확인에 시간이 걸립니다.", by=cases.by)

    assert fresh(case).due_at > before
    assert "extended" in dict(told(case))
    with pytest.raises(actions.RefusedError):
        actions.extend(case=case, reason="또", by=cases.by)


@pytest.mark.parametrize("state", ["rejected", "duplicate", "transferred", "withdrawn"])
def test_ends_have_a_time_no_date_and_a_notice(cases: CaseFactory, state: str) -> None:
    case = cases.at(state)

    stored = fresh(case)
    assert (stored.ended_at is None, stored.due_at) == (False, None)
    assert [kind for kind, _to in told(case)].count(state) == 1


def test_a_case_is_no_duplicate_of_itself_or_of_a_merged_one(cases: CaseFactory) -> None:
    case = cases.at("reviewing")
    merged = cases.at("duplicate")

    with pytest.raises(actions.RefusedError):
        actions.mark_duplicate(case=case, original=case, by=cases.by)
    with pytest.raises(actions.RefusedError):
        actions.mark_duplicate(case=case, original=merged, by=cases.by)

    assert fresh(case).state == "reviewing"


def test_reopen_begins_a_new_period(cases: CaseFactory) -> None:
    case = cases.at("closed")

    actions.reopen(case=case, reason="새 사실이 있습니다.", by=cases.by)

    stored = fresh(case)
    assert (stored.state, stored.ended_at, stored.outcome) == ("reviewing", None, "")
    assert stored.due_at > timezone.now()


# --- Referrals ----------------------------------------------------------------------------


def test_refer_asks_each_body_and_tells_the_company(cases: CaseFactory, cast) -> None:
    case = cases.at("reviewing")

    cases.refer(case, "KCS", "KATS")

    assert fresh(case).state == "referred"
    assert list(case.referrals.values_list("organisation__code", "state")) == [
        ("KCS", "asked"),
        ("KATS", "asked"),
    ]
    assert [row for row in told(case) if row[0] in {"referral", "referred"}] == [
        ("referral", cast.customs_officer.email),
        ("referral", cast.kats_officer.email),
        ("referred", FACTS["contact_email"]),
    ]


def test_case_returns_to_review_when_the_last_referral_ends(cases: CaseFactory, cast) -> None:
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    first, second = case.referrals.select_related("organisation")
    customs = body(cast.customs_officer, first.organisation)
    kats = body(cast.kats_officer, second.organisation)

    actions.accept_referral(referral=first, by=customs)
    actions.answer_referral(referral=first, text="서류는 두 가지입니다.", by=customs)
    between = fresh(case).state
    actions.decline_referral(referral=second, reason="소관이 아닙니다.", by=kats)

    assert (between, fresh(case).state, fresh(case).declines) == ("referred", "reviewing", 1)
    assert list(case.referrals.values_list("state", flat=True)) == ["answered", "declined"]


def test_a_body_cannot_answer_twice(cases: CaseFactory, cast) -> None:
    case = cases.at("referred")
    referral = case.referrals.get()
    by = body(cast.customs_officer, referral.organisation)
    actions.answer_referral(referral=referral, text="첫 답변", by=by)
    case_again = fresh(case)
    cases.refer(case_again, "KATS")

    with pytest.raises(actions.StaleReferralError):
        actions.answer_referral(
            referral=Referral.objects.get(pk=referral.pk), text="둘째 답변", by=by
        )

    assert Referral.objects.get(pk=referral.pk).answer == "첫 답변"


def test_after_three_declines_the_next_referral_is_a_designation(cases: CaseFactory, cast) -> None:
    case = cases.at("reviewing")
    for code in ("KCS", "KATS", "KOTRA"):
        cases.refer(case, code)
        referral = case.referrals.get(organisation__code=code)
        actions.decline_referral(
            referral=referral, reason="아님", by=body(None, referral.organisation)
        )
        case.refresh_from_db()

    cases.refer(case, "KSURE")

    designation = case.referrals.get(organisation__code="KSURE")
    assert designation.designated is True
    with pytest.raises(actions.RefusedError):
        actions.decline_referral(
            referral=designation, reason="아님", by=body(None, designation.organisation)
        )


def test_a_body_is_not_asked_twice_at_once(cases: CaseFactory) -> None:
    case = cases.at("referred")

    with pytest.raises(actions.RefusedError):
        cases.refer(case, "KCS")

    assert case.referrals.count() == 1


def test_missions_and_private_members_need_the_companys_consent(cases: CaseFactory) -> None:
    case = cases.at("reviewing", given={"private_bodies": False})

    with pytest.raises(actions.RefusedError):
        cases.refer(case, "MIS-HAN")

    assert (fresh(case).state, case.referrals.count()) == ("reviewing", 0)
    cases.refer(case, "KCS")
    assert fresh(case).state == "referred"


def test_recall_tells_the_body_and_returns_the_case(cases: CaseFactory, cast) -> None:
    case = cases.at("referred")

    actions.recall_referral(referral=case.referrals.get(), reason="해결되었습니다.", by=cases.by)

    assert fresh(case).state == "reviewing"
    assert ("referral_recalled", cast.customs_officer.email) in told(case)


def test_the_bodies_notice_names_the_company_only_where_it_agreed(cases: CaseFactory) -> None:
    named = cases.at("referred")
    hidden = cases.at("referred", visibility="secretariat_only")

    companies = [
        Notice.objects.get(subject_key=case.number, kind="referral").context["company"]
        for case in (named, hidden)
    ]
    assert companies == ["시연상사", ""]


def test_withdraw_recalls_what_was_asked_and_tells_everybody(cases: CaseFactory, cast) -> None:
    case = cases.at("referred")

    actions.withdraw(case=case, reason="해결되었습니다.", by=COMPANY)

    assert case.referrals.get().state == "recalled"
    assert [row for row in told(case) if row[0].startswith("withdrawn")] == [
        ("withdrawn", FACTS["contact_email"]),
        ("withdrawn_to_body", cast.customs_officer.email),
        ("withdrawn_to_officer", cast.secretary.email),
    ]


# --- The end ------------------------------------------------------------------------------


def test_company_says_solved_and_the_case_closes_with_its_outcome(cases: CaseFactory) -> None:
    case = cases.at("closed")

    stored = fresh(case)
    assert (stored.state, stored.outcome, stored.outcome_at is None) == ("closed", "solved", False)


def test_dispute_returns_the_case_once(cases: CaseFactory) -> None:
    case = cases.at("answered")
    actions.dispute(case=case, text="서류를 내도 안 됩니다.", by=COMPANY)
    assert (fresh(case).state, fresh(case).due_at > timezone.now()) == ("reviewing", True)
    actions.answer(case=case, text="다시 답변드립니다.", by=cases.by)

    with pytest.raises(actions.RefusedError):
        actions.dispute(case=case, text="또 안 됩니다.", by=COMPANY)

    assert fresh(case).state == "answered"


def test_dispute_after_thirty_days_is_refused(cases: CaseFactory) -> None:
    case = cases.at("answered")
    Case.objects.filter(pk=case.pk).update(answered_at=timezone.now() - dt.timedelta(days=31))

    with pytest.raises(actions.RefusedError):
        actions.dispute(case=case, text="늦었지만", by=COMPANY)


# --- Every step from every wrong place ----------------------------------------------------


@pytest.mark.parametrize("state", [s for s in workflow.STATES if s != "reviewing"])
def test_answer_is_refused_outside_of_review(cases: CaseFactory, state: str) -> None:
    case = cases.at(state)
    before = (case.version, case.events.count())

    with pytest.raises(workflow.IllegalStepError):
        actions.answer(case=case, text="?", by=cases.by)

    assert (fresh(case).version, case.events.count()) == before


# --- What the database itself refuses -----------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": "closed"},
        {"state": "duplicate"},
        {"state": "answered"},
        {"state": "supplement"},
        {"outcome": "solved"},
        {"claimed_at": dt.datetime(2026, 11, 2, tzinfo=dt.UTC)},
        {"ended_at": dt.datetime(2026, 11, 2, tzinfo=dt.UTC)},
    ],
    ids=str,
)
def test_database_refuses_a_state_without_its_facts(
    cases: CaseFactory, changes: dict[str, object]
) -> None:
    case = cases.new()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**changes)


# --- The gate -----------------------------------------------------------------------------


def test_each_role_sees_its_own_cases(cases: CaseFactory, cast) -> None:
    plain = cases.new()
    referred = cases.at("referred")
    kbiz = Organisation.objects.get(code="KBIZ")
    filed, _new = actions.submit(
        filing=filing(channel="phone"), by=submitter(cast.association_officer, kbiz)
    )
    everything = {plain.pk, referred.pk, filed.pk}

    seen = {
        name: set(Case.objects.visible_to(user).values_list("pk", flat=True))
        for name, user in vars(cast).items()
    }

    assert seen == {
        "secretary": everything,
        "second_secretary": everything,
        "manager": {filed.pk},
        "association_officer": {filed.pk},
        "other_association_officer": set(),
        "centre_officer": set(),
        "mission_officer": set(),
        "customs_officer": {referred.pk},
        "kats_officer": set(),
        "auditor": everything,
        "platform_admin": set(),
    }


def test_a_body_loses_sight_ninety_days_after_the_end(cases: CaseFactory, cast) -> None:
    case = cases.at("referred")
    actions.withdraw(case=case, by=COMPANY)
    seen_now = Case.objects.visible_to(cast.customs_officer).count()
    Case.objects.filter(pk=case.pk).update(ended_at=timezone.now() - dt.timedelta(days=91))

    assert (seen_now, Case.objects.visible_to(cast.customs_officer).count()) == (1, 0)


def test_filer_and_company_are_both_told(cases: CaseFactory, cast) -> None:
    kbiz = Organisation.objects.get(code="KBIZ")

    case, _new = actions.submit(
        filing=filing(channel="phone"), by=submitter(cast.association_officer, kbiz)
    )

    assert told(case) == [
        ("filed_for_you", FACTS["contact_email"]),
        ("filer_update", cast.association_officer.email),
    ]
