"""Prepared statements of the case page: the same rows as the queryset, for each case its own."""

import threading

import pytest
from django.db import connections

from intake import actions
from intake.admin import gathered
from intake.admin.prepared import Prepared
from intake.models import CaseEvent
from intake.timeline import COMPANY
from tests.intake.test_desk import fresh


def told(case: int):
    return CaseEvent.objects.filter(case=case).order_by("id")


@pytest.mark.django_db
def test_prepared_statement_answers_for_each_case_what_its_queryset_answers(cases):
    first, second = cases.at("referred"), cases.at("answered")
    actions.send_message(case=fresh(first), text="말", by=COMPANY)
    ready = Prepared(told, -1)

    for case in (first, second, first):
        assert [(row.pk, row.verb, row.facts) for row in ready(case.pk)] == [
            (row.pk, row.verb, row.facts) for row in told(case.pk)
        ]
    assert [row.text for row in gathered.messages(first.pk)] == ["말"]
    assert gathered.messages(second.pk) == []
    assert gathered.referrals(first.pk)[0].organisation == first.referrals.get().organisation


@pytest.mark.django_db
def test_prepared_statement_builds_its_queryset_once(cases):
    built = []

    def build(case: int):
        built.append(case)
        return told(case)

    ready = Prepared(build, -1)
    case = cases.at("reviewing")
    ready(case.pk)
    once = len(built)
    ready(case.pk)

    assert len(built) == once
    assert case.pk not in built


@pytest.mark.django_db
def test_prepared_statement_that_never_asks_for_its_value_is_refused():
    with pytest.raises(ValueError, match="does not ask"):
        Prepared(lambda _case: CaseEvent.objects.all(), -1)(7)


@pytest.mark.django_db(transaction=True)
def test_prepared_statements_of_several_threads_do_not_mix(cases):
    keys = [cases.at("reviewing").pk for _each in range(4)]
    ready = Prepared(told, -1)
    ready(keys[0])
    wrong: list[int] = []

    def ask(key: int) -> None:
        try:
            for _turn in range(25):
                rows = ready(key)
                if not rows or {row.case_id for row in rows} != {key}:
                    wrong.append(key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


@pytest.mark.django_db
def test_case_page_sees_the_whole_case_as_the_gate_gives_it(cases, cast):
    case = cases.at("referred")

    (row,) = gathered.whole(case.pk, cast.secretary.pk)

    assert (row.pk, row.number, row.company.pk, row.called) == (
        case.pk,
        case.number,
        case.company_id,
        False,
    )
    assert gathered.whole(case.pk + 1_000, cast.secretary.pk) == []
