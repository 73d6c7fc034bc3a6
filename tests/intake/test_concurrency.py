"""Many people at once: real threads, real transactions, on whichever database is under test."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import User
from intake import actions, receipt
from intake.actions import Filing
from intake.actions import filing as filing_verbs
from intake.models import Case, ReceiptCounter
from intake.timeline import COMPANY, secretary
from notifications.models import Notice
from tests.intake.factories import CaseFactory, filing

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs: list[Callable[[], object]], threads: int) -> list[object]:
    """Run the jobs in threads that start together; each gives its result or its exception."""
    ready = threading.Barrier(threads)

    def run(batch: list[Callable[[], object]]) -> list[object]:
        results: list[object] = []
        ready.wait()
        for job in batch:
            try:
                results.append(job())
            except Exception as error:
                results.append(error)
        connection.close()
        return results

    batches = [jobs[place::threads] for place in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return [result for batch in pool.map(run, batches) for result in batch]


def distinct_numbers(results: list[object]) -> set[object]:
    return {result[0].number if isinstance(result, tuple) else result for result in results}


def test_two_hundred_submissions_from_eight_threads_get_two_hundred_numbers(
    cases: CaseFactory,
) -> None:
    filings = [filing() for _round in range(200)]

    results = at_once(
        [lambda one=one: actions.submit(filing=one, by=COMPANY) for one in filings], threads=8
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(distinct_numbers(results)) == 200
    assert Case.objects.count() == 200
    receipts = Notice.objects.filter(kind="receipt").values_list("subject_key", flat=True)
    assert sorted(receipts) == sorted(Case.objects.values_list("number", flat=True))
    assert ReceiptCounter.objects.get().last == 200


def test_numbers_counted_instead_of_drawn_from_the_counter_row_collide(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: `count() + 1` is the way that races, and the same test catches it."""
    meet = threading.Barrier(2)

    def counted(year: int, said: Filing) -> tuple[str, int]:
        serial = 1
        # SQLite lets one writer in at a time, so the two can only meet outside of it.
        if connection.vendor != "sqlite":
            serial = Case.objects.count() + 1
            meet.wait(timeout=5)
        company = filing_verbs._new_company(said.business_number, said.facts["company_name"])
        return receipt.number(year, serial), company

    monkeypatch.setattr(filing_verbs, "_numbered", counted)

    results = at_once(
        [lambda: actions.submit(filing=filing(), by=COMPANY) for _round in range(2)], threads=2
    )

    assert len([result for result in results if isinstance(result, Exception)]) == 1


def test_one_key_from_eight_threads_gives_one_case(cases: CaseFactory) -> None:
    one = filing(key=uuid.uuid4())

    results = at_once(
        [lambda: actions.submit(filing=one, by=COMPANY) for _round in range(8)], threads=8
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(distinct_numbers(results)) == 1
    assert (Case.objects.count(), Notice.objects.count()) == (1, 1)


def _officers(count: int) -> list[User]:
    return [
        User.objects.create_user(f"officer{number}@demo.example", name=f"담당 {number}")
        for number in range(count)
    ]


def race_for_the_claim(case: Case) -> list[object]:
    """Eight officers who all see the case unclaimed take it up at once."""
    seen = [(officer, Case.objects.get(pk=case.pk)) for officer in _officers(8)]
    return at_once(
        [lambda o=o, c=c: actions.claim(case=c, by=secretary(o)) for o, c in seen], threads=8
    )


def test_eight_officers_race_for_one_case_one_wins_seven_are_told(cases: CaseFactory) -> None:
    case = cases.new()

    results = race_for_the_claim(case)

    won = [result for result in results if result is None]
    told = [result for result in results if isinstance(result, actions.StaleCaseError)]
    assert (len(won), len(told)) == (1, 7)
    winner = Case.objects.get(pk=case.pk).assignee
    assert {error.first.actor for error in told} == {winner}
    assert case.events.filter(verb="claim").count() == 1


def test_without_compare_and_swap_several_officers_win(
    cases: CaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: a save without looking lets everybody win, and the same race shows it."""
    case = cases.new()

    def careless(*, case: Case, by: object) -> None:
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(assignee=by.user, state="reviewing")  # type: ignore[attr-defined]

    monkeypatch.setattr(actions, "claim", careless)

    results = race_for_the_claim(case)

    assert len([result for result in results if result is None]) == 8


def test_two_bodies_answer_at_once_and_the_case_returns(cases: CaseFactory) -> None:
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS", "KOTRA")
    referrals = list(case.referrals.select_related("organisation", "case"))

    results = at_once(
        [
            lambda r=r: actions.answer_referral(
                referral=r, text="답변입니다.", by=secretary(cases.officer)
            )
            for r in referrals
        ],
        threads=3,
    )

    assert [result for result in results if result is not None] == []
    assert Case.objects.get(pk=case.pk).state == "reviewing"
    assert case.events.filter(verb="answer_referral").count() == 3
