"""Which steps of a case the systems of organisations are told of: what their pages show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from intake import actions
from intake.actions.confirming import dismiss_proxy
from intake.timeline import COMPANY, secretary, submitter
from notifications.hooks import events, presence
from notifications.models import Hook, HookDelivery
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def connect(cast):
    """Give an organisation a hook that wants everything."""

    def connect(code: str) -> Hook:
        hook = Hook.objects.create(
            owner=code,
            url="https://hooks.example.kr/",
            families=[family.name for family in events.families()],
            created_by=cast.manager,
        )
        presence.forget()
        return hook

    return connect


def told(code: str) -> list[tuple[str, str, str]]:
    """What an organisation was told: event, role, state."""
    rows = HookDelivery.objects.filter(hook__owner=code).order_by("pk")
    return [(row.event, row.payload["data"]["role"], row.payload["data"]["state"]) for row in rows]


def filed_by(officer, code):
    organisation = Organisation.objects.get(code=code)
    case, _new = actions.submit(filing=filing(), by=submitter(officer, organisation))
    return case


def test_filer_is_told_what_the_company_reads(cast, cases, connect):
    connect("KBIZ")
    case = filed_by(cast.association_officer, "KBIZ")
    by = secretary(cast.secretary)

    actions.claim(case=case, by=by)
    actions.note(case=case, text="내부 메모", by=by)

    first = HookDelivery.objects.order_by("pk").first()
    assert told("KBIZ")[0] == ("case.submit", "filed", "received")
    assert "case.note" not in {event for event, _role, _state in told("KBIZ")}
    assert first.payload["data"] == {
        "number": case.number,
        "verb": "submit",
        "state": "received",
        "at": first.payload["timestamp"],
        "due": case.due_at.isoformat() if first.payload["data"]["due"] else None,
        "role": "filed",
    }


def test_others_are_told_nothing(cast, connect):
    connect("INNOBIZ")

    filed_by(cast.association_officer, "KBIZ")

    assert told("INNOBIZ") == []


def test_body_is_told_of_its_own_question_alone(cast, cases, connect):
    connect("KCS")
    connect("KATS")
    case = cases.at("reviewing")

    cases.refer(case, "KCS")
    referral = case.referrals.get()
    actions.remind_referral(referral=referral, by=secretary(cast.secretary))

    due = HookDelivery.objects.order_by("pk").first().payload["data"]["due"]
    assert told("KCS") == [
        ("case.refer", "asked", "asked"),
        ("case.remind_referral", "asked", ""),
    ]
    assert due == referral.due_at.isoformat()
    assert told("KATS") == []


def test_body_is_told_that_the_case_was_taken_back(cast, cases, connect):
    connect("KCS")
    case = cases.at("reviewing")
    cases.refer(case, "KCS")

    actions.withdraw(case=case, by=COMPANY)

    assert told("KCS")[-1] == ("case.withdraw", "asked", "recalled")


def test_dismissed_organisation_is_told_nothing_more(cast, connect):
    case = filed_by(cast.association_officer, "KBIZ")
    connect("KBIZ")

    dismiss_proxy(case=case, by=COMPANY)
    actions.withdraw(case=case, by=COMPANY)

    assert told("KBIZ") == []


def test_successor_is_told_of_what_its_predecessor_filed(cast, connect):
    case = filed_by(cast.association_officer, "KBIZ")
    heir = Organisation.objects.get(code="INNOBIZ")
    Organisation.objects.filter(code="KBIZ").update(successor=heir)
    connect("INNOBIZ")

    actions.withdraw(case=case, by=COMPANY)

    assert told("INNOBIZ") == [("case.withdraw", "filed", "withdrawn")]


def test_step_that_fails_tells_nobody(cast, connect):
    connect("KBIZ")
    case = filed_by(cast.association_officer, "KBIZ")
    before = told("KBIZ")
    actions.withdraw(case=case, by=COMPANY)
    HookDelivery.objects.exclude(event="case.submit").delete()

    with pytest.raises(Exception, match="withdraw"):
        actions.withdraw(case=case, by=COMPANY)

    assert told("KBIZ") == before


def test_content_names_no_person_and_no_company(cast, connect):
    connect("KBIZ")
    case = filed_by(cast.association_officer, "KBIZ")

    said = str(HookDelivery.objects.get(event="case.submit").payload)

    assert case.number in said
    assert [
        word
        for word in (case.company.name, case.contact_name, case.contact_email, case.title)
        if word and word in said
    ] == []


def test_without_hooks_a_step_costs_no_statement_more(cast, cases, connect):
    by = secretary(cast.secretary)
    one, two = cases.at("received"), cases.at("received")
    presence.assume(frozenset(), 60)
    with CaptureQueriesContext(connection) as without:
        actions.claim(case=one, by=by)
    connect("KBIZ")
    presence.owners()

    with CaptureQueriesContext(connection) as beside:
        actions.claim(case=two, by=by)

    asked = [query["sql"] for query in without if "hook" in query["sql"]]
    assert asked == []
    assert len([query for query in beside if "notifications_hook" in query["sql"]]) <= 1
