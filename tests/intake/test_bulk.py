"""Steps of many cases at once: the same rows as one by one, few statements, nobody overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from intake import actions, workflow
from intake.actions import bulk
from intake.models import Case, CaseEvent
from intake.timeline import COMPANY, secretary
from notifications.models import Notice

pytestmark = pytest.mark.django_db
# What two rows that lived the same life may differ in.
OWN = {"id", "number", "idempotency_key", "fingerprint", "company_id"}
MOMENTS = {
    row.attname for row in Case._meta.concrete_fields if isinstance(row, models.DateTimeField)
} | {"queue_at"}


def life(case: Case) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A case's row and timeline without what is its own; of moments, whether they are set."""
    (row,) = Case.objects.filter(pk=case.pk).values()
    plain = {name: value for name, value in row.items() if name not in OWN | MOMENTS}
    plain |= {name: row[name] is not None for name in MOMENTS}
    events = CaseEvent.objects.filter(case=case).values(
        "verb", "from_state", "to_state", "role", "actor", "organisation", "text", "audience"
    )
    facts = [dict(event.facts) for event in case.events.all() if event.verb != "submit"]
    for one in facts:
        if "dues" in one:
            one["dues"] = sorted(one["dues"])
    return plain, [*events, *facts]


def seen(*cases: Case) -> dict[int, int]:
    """What the officer saw."""
    return {case.pk: case.version for case in cases}


STATES = ("received", "reviewing", "supplement", "referred", "answered", "closed")


@pytest.mark.parametrize("border", [False, True], ids=["plain", "at the border"])
@pytest.mark.parametrize("verb", ["claim", "assign"])
def test_bulk_verb_leaves_the_rows_and_events_of_the_single_verb(cases, cast, verb, border):
    by = secretary(cast.manager if verb == "claim" else cast.secretary)
    officer = cast.second_secretary
    single = {state: cases.at(state, at_border=border) for state in STATES}
    many = {state: cases.at(state, at_border=border) for state in STATES}

    expected = set()
    for state, case in single.items():
        try:
            if verb == "claim":
                actions.claim(case=case, by=by)
            else:
                actions.assign(case=case, officer=officer, by=by)
        except workflow.IllegalStepError:
            expected.add(state)
    if verb == "claim":
        outcome = bulk.claim_many(seen=seen(*many.values()), by=by)
    else:
        outcome = bulk.assign_many(seen=seen(*many.values()), officer=officer, by=by)

    assert {state for state, case in many.items() if case.pk in outcome.refused} == expected
    assert set(STATES) - expected != set()
    for state in STATES:
        assert life(many[state]) == life(single[state]), state


def test_bulk_claim_leaves_alone_what_somebody_else_moved(cases, cast):
    free, taken, noted, ended = cases.new(), cases.new(), cases.new(), cases.new()
    before = seen(free, taken, noted, ended)
    actions.claim(case=taken, by=secretary(cast.second_secretary))
    actions.note(case=noted, text="전화함", by=secretary(cast.second_secretary))
    actions.withdraw(case=ended, reason="해결됨", by=COMPANY)
    kept = [life(case) for case in (taken, ended)]

    outcome = bulk.claim_many(seen=before, by=secretary(cast.secretary))

    assert (outcome.done, outcome.already) == ([free.pk, noted.pk], [])
    assert outcome.refused == {taken.pk: bulk.FIRST, ended.pk: bulk.FIRST}
    assert [life(case) for case in (taken, ended)] == kept


def test_bulk_claim_and_assign_twice_do_no_harm(cases, cast):
    some = [cases.new() for _ in range(3)]
    by = secretary(cast.secretary)
    before = seen(*some)

    bulk.claim_many(seen=before, by=by)
    bulk.assign_many(seen=_now(some), officer=cast.second_secretary, by=by)
    written = [life(case) for case in some], Notice.objects.count()
    again = bulk.assign_many(seen=before, officer=cast.second_secretary, by=by)

    assert (again.done, sorted(again.already), again.refused) == ([], sorted(before), {})
    assert ([life(case) for case in some], Notice.objects.count()) == written


def _now(some: list[Case]) -> dict[int, int]:
    return dict(Case.objects.filter(pk__in=[case.pk for case in some]).values_list("pk", "version"))


def test_bulk_verb_names_a_case_that_is_not_there(cases, cast):
    outcome = bulk.claim_many(seen={999_999: 1}, by=secretary(cast.secretary))

    assert outcome.refused == {999_999: bulk.GONE}


def test_bulk_assign_writes_one_mail_that_names_the_cases(cases, cast):
    some = [cases.new() for _ in range(4)]
    Notice.objects.all().delete()

    bulk.assign_many(seen=seen(*some), officer=cast.second_secretary, by=secretary(cast.secretary))

    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.to_address) == ("assigned_many", cast.second_secretary.email)
    assert notice.context["count"] == 4
    assert [row["number"] for row in notice.context["cases"]] == [case.number for case in some]


def test_bulk_assign_of_one_case_is_told_like_the_single_step(cases, cast):
    case = cases.new()
    Notice.objects.all().delete()

    bulk.assign_many(seen=seen(case), officer=cast.second_secretary, by=secretary(cast.secretary))

    assert list(Notice.objects.values_list("kind", "subject_key")) == [("assigned", case.number)]


def test_bulk_assign_to_oneself_mails_nobody(cases, cast):
    some = [cases.new() for _ in range(3)]
    Notice.objects.all().delete()

    bulk.assign_many(seen=seen(*some), officer=cast.secretary, by=secretary(cast.secretary))

    assert Notice.objects.count() == 0


def test_bulk_verb_takes_no_more_than_its_limit(cases, cast):
    too_many = dict.fromkeys(range(1, bulk.AT_MOST + 2), 1)

    with pytest.raises(actions.RefusedError):
        bulk.claim_many(seen=too_many, by=secretary(cast.secretary))


def _copies(pattern: Case, count: int) -> list[Case]:
    """Many rows like one that the verbs made; only their number of rows matters here."""
    (row,) = Case.objects.filter(pk=pattern.pk).values()
    rows = []
    for place in range(count):
        values = row | {"id": None, "number": f"GT-X-{place:06d}", "version": 1 + place % 3}
        for name in ("idempotency_key", "queue_at", "topic"):
            values.pop(name, None)
        rows.append(Case(**values))
    return Case.objects.bulk_create(rows)


@pytest.mark.parametrize("verb", ["claim", "assign", "assign again"])
def test_bulk_verb_costs_the_same_with_5_and_with_200_cases(cases, cast, verb):
    """At most 12 statements (P16); SQLite takes no more than 999 values in one INSERT."""
    pattern = cases.at("reviewing" if verb == "assign again" else "received")
    by = secretary(cast.secretary)
    statements = {}
    for count in (5, 200):
        rows = _copies(pattern, count)
        with CaptureQueriesContext(connection) as queries:
            if verb == "claim":
                outcome = bulk.claim_many(seen=seen(*rows), by=by)
            else:
                outcome = bulk.assign_many(seen=seen(*rows), officer=cast.second_secretary, by=by)
        assert len(outcome.done) == count
        statements[count] = [
            query["sql"].split('"')[0] for query in queries if "caseevent" not in query["sql"]
        ]
        inserts = len(queries) - len(statements[count])
        assert inserts == (1 if connection.vendor == "postgresql" else -(-count // 90))
        assert len(queries) <= 12
        _remove()

    assert statements[5] == statements[200]


def _remove() -> None:
    CaseEvent.objects.filter(case__number__startswith="GT-X-").delete()
    Case.objects.filter(number__startswith="GT-X-").delete()
