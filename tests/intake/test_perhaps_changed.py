"""A changed entry: open cases on its country and goods are told once, answered ones are listed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intake import actions
from intake.answering_first import changed
from intake.models import Case
from marketinfo import actions as library
from marketinfo.following import announcing
from marketinfo.models import RecordChange, Requirement
from notifications import headers, leaving, mailing
from notifications.models import DECLINED, QUEUED, Notice

WHAT = "영문 성분표가 추가되었습니다."


@pytest.fixture
def record(reference_data):
    """A published requirement on cosmetics in Viet Nam."""
    entry = library.save(
        Requirement(
            title="베트남 화장품 등록",
            summary="등록 요건입니다.",
            country_id="VN",
            category_id="CUS-01",
            hs_codes=" 3304 ",
            type="registration",
            authority="베트남 보건부",
            demand="요건",
            last_verified=timezone.localdate() - dt.timedelta(days=3),
        ),
        by=None,
    )
    return library.publish(entry, by=None)


def announce(record, what=WHAT):
    change = announcing.announce_change(record, what=what, by=None)
    while announcing.tell_some():
        pass
    return change


def told():
    rows = Notice.objects.filter(kind=changed.KIND).order_by("subject_key")
    return sorted(rows.values_list("subject_key", flat=True))


def test_open_cases_on_country_and_goods_are_told(record, cases):
    near = cases.at("referred", hs_code="33049910")
    above = cases.new(hs_code="33")
    silent = cases.new(hs_code="")
    for changes in (
        {"country_id": "US"},
        {"hs_code": "330510"},
        {"hs_code": "", "category_id": "PAY-01"},
    ):
        cases.new(**changes)
    cases.at("closed")
    cases.at("withdrawn")

    announce(record)

    assert told() == sorted(case.number for case in (near, above, silent))


def test_company_reads_what_changed_and_may_leave_these_mails(record, cases, client):
    case = cases.at("reviewing")
    announce(record)
    row = Notice.objects.get(kind=changed.KIND)
    text = mailing.message(row).body

    for words in (WHAT, record.title, record.get_absolute_url(), case.number, cases.officer.name):
        assert words in text
    assert "List-Unsubscribe" in headers.of(row)
    client.post(leaving.path(row))
    announce(record, "다시 바뀌었습니다.")
    states = Notice.objects.filter(kind=changed.KIND).order_by("pk").values_list("state", flat=True)
    assert list(states) == [QUEUED, DECLINED]
    # What belongs to the proceedings still comes.
    actions.answer(case=case, text="답변드립니다.", by=cases.by)
    assert Notice.objects.get(kind="answer").state == QUEUED


def test_telling_twice_tells_once(record, cases):
    cases.new()

    announce(record)
    announce(record)
    announcing.tell_some()

    assert (len(told()), RecordChange.objects.count()) == (1, 1)


def test_record_taken_back_before_the_mails_is_told_to_nobody(record, cases):
    cases.new()
    announcing.announce_change(record, what=WHAT, by=None)
    library.unpublish(record, by=None)

    while announcing.tell_some():
        pass

    assert told() == []


def test_telling_check_finds_a_worker_that_asks_nobody(record, cases, monkeypatch):
    """The positive control: a worker that does not look whether it is still out tells all."""
    cases.new()
    announcing.announce_change(record, what=WHAT, by=None)
    monkeypatch.setattr(announcing.kinds, "find", lambda _kind, **_key: record)
    library.unpublish(record, by=None)

    while announcing.tell_some():
        pass

    assert len(told()) == 1


def test_many_cases_cost_few_statements(record, cases):
    first = cases.new()
    copies = []
    for number in range(300):
        facts = {field.attname: getattr(first, field.attname) for field in _written(Case)}
        facts |= {"number": f"GT-2026-9{number:05d}-1", "contact_email": f"c{number}@x.example"}
        copies.append(Case(**facts))
    Case.objects.bulk_create(copies)
    announcing.announce_change(record, what=WHAT, by=None)

    with CaptureQueriesContext(connection) as seen:
        while announcing.tell_some():
            pass

    assert len(told()) == 301
    assert len(seen) <= 110


def _written(model):
    left_out = {"id", "idempotency_key", "number", "contact_email"}
    return [
        field
        for field in model._meta.concrete_fields
        if field.attname not in left_out and not field.generated
    ]


def test_officer_sees_the_answers_that_may_rely_on_it(record, cases, client, cast):
    citing = cases.at("reviewing", title="인용한 건", country_id="US", hs_code="85")
    actions.answer(
        case=citing, text=f"https://portal.example{record.get_absolute_url()}", by=cases.by
    )
    like = cases.at("answered", title="같은 건")
    cases.at("answered", title="다른 유형", category_id="PAY-01")
    cases.at("answered", title="다른 나라", country_id="US")
    change = announce(record)
    later = cases.at("answered", title="나중에 답변")
    client.force_login(cast.secretary)

    page = client.get(reverse("admin:intake_case_relied", args=[change.pk])).content.decode()
    listed = client.get(reverse("admin:marketinfo_recordchange_changelist")).content.decode()

    named, _before, after = page.partition("같은 국가·품목·유형")
    assert (citing.number in named, citing.number in after) == (True, False)
    assert (like.number in after, later.number in page) == (True, False)
    assert ("다른 유형" in page, "다른 나라" in page) == (False, False)
    assert reverse("admin:intake_case_relied", args=[change.pk]) in listed


def test_officer_of_a_body_sees_no_list(record, client, cast):
    change = announce(record)
    page = reverse("admin:intake_case_relied", args=[change.pk])
    statuses = []

    for person in (cast.customs_officer, cast.association_officer, cast.platform_admin):
        client.force_login(person)
        statuses.append(client.get(page).status_code)
    client.force_login(cast.auditor)

    assert 200 not in statuses
    assert client.get(page).status_code == 200


def test_anonymous_company_stays_unnamed_in_the_list(record, cases, client, cast):
    name = "숨은상사"
    case = cases.at("answered", company_name=name, title=f"{name}의 통관")
    Case.objects.filter(pk=case.pk).update(visibility="anonymous")
    change = announce(record)
    client.force_login(cast.secretary)

    page = client.get(reverse("admin:intake_case_relied", args=[change.pk])).content.decode()

    assert (case.number in page, name in page) == (True, False)
