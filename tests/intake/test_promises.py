"""Promises of a partner's officers, and what the two sides of the submitter tell each other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, timeline
from intake.actions import promising
from intake.models import Promise
from intake.timeline import COMPANY
from notifications.models import Notice
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def kbiz(cast):
    return timeline.submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))


@pytest.fixture
def case(kbiz):
    return actions.submit(filing=filing(), by=kbiz)[0]


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.association_officer)
    return client


def at(case, name, *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, case.number, *more])


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


def test_promise_is_noted_shown_and_kept(desk, case):
    said = {"promise-text": "답변이 오면 전화하기", "promise-due_on": in_days(2).isoformat()}

    noted = desk.post(at(case, "promise-add"), said)
    row = Promise.objects.get()
    shown = desk.get(at(case, "case")).context["promises"]
    kept = desk.post(at(case, "promise-keep", row.pk))

    assert (noted.status_code, kept.status_code) == (302, 302)
    assert shown == [row]
    assert (row.text, row.due_on, row.organisation.code) == (
        "답변이 오면 전화하기",
        in_days(2),
        "KBIZ",
    )
    assert desk.get(at(case, "case")).context["promises"] == []
    assert Promise.objects.get().kept_at is not None


def test_dropped_promise_is_gone_and_second_press_is_told(desk, case, kbiz):
    row = promising.promise(case=case, text="약속", by=kbiz)

    desk.post(at(case, "promise-drop", row.pk))
    again = desk.post(at(case, "promise-drop", row.pk))

    assert Promise.objects.count() == 0
    assert again.status_code == 404


def test_kept_promise_stays_and_cannot_be_dropped(desk, case, kbiz):
    row = promising.promise(case=case, text="약속", by=kbiz)
    promising.keep_promise(promise=row)

    answer = desk.post(at(case, "promise-drop", row.pk), follow=True)

    assert Promise.objects.count() == 1
    assert [str(one.level_tag) for one in answer.context["messages"]] == ["error"]


@pytest.mark.parametrize(
    "said",
    [
        {"promise-text": ""},
        {"promise-text": "가" * 401},
        {"promise-text": "약속", "promise-due_on": "어제"},
        {"promise-text": "약속", "promise-due_on": "2020-01-01"},
        {"promise-text": "약속", "promise-due_on": "9999-12-31"},
    ],
)
def test_wrong_promise_is_refused_with_what_was_typed(desk, case, said):
    page = desk.post(at(case, "promise-add"), said)

    assert page.status_code == 422
    assert page.context["promise_form"].is_bound
    assert said["promise-text"] in page.content.decode()
    assert Promise.objects.count() == 0


def test_same_promise_twice_and_too_many_are_refused(desk, case, kbiz):
    for place in range(promising.AT_MOST):
        promising.promise(case=case, text=f"약속 {place}", by=kbiz)

    page = desk.post(at(case, "promise-add"), {"promise-text": "하나 더"})
    promising.keep_promise(promise=Promise.objects.first())
    twice = desk.post(at(case, "promise-add"), {"promise-text": "약속 5"})

    assert (page.status_code, twice.status_code) == (422, 422)
    assert Promise.objects.count() == promising.AT_MOST


def test_promises_are_nobody_else_s(cast, case, kbiz):
    row = promising.promise(case=case, text="비밀 약속", by=kbiz)
    company = Client()
    company.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    secretary = Client()
    secretary.force_login(cast.secretary)
    neighbour = Client()
    neighbour.force_login(cast.other_association_officer)

    theirs = company.get(reverse("intake:case", args=[case.number])).content.decode()
    ours = secretary.get(reverse("admin:intake_case_change", args=[case.pk])).content.decode()
    taken = neighbour.post(at(case, "promise-keep", row.pk))
    own = neighbour.post(at(case, "promise-keep", row.pk, code="INNOBIZ"))

    assert "비밀 약속" not in theirs
    assert "비밀 약속" not in ours
    assert (taken.status_code, own.status_code) == (404, 404)
    assert Promise.objects.open().count() == 1


def test_promise_of_another_case_is_404(desk, case, kbiz):
    other = actions.submit(filing=filing(), by=kbiz)[0]
    row = promising.promise(case=other, text="약속", by=kbiz)

    assert desk.post(at(case, "promise-keep", row.pk)).status_code == 404


# --- What one side did, the other learns ------------------------------------------------------
def told(case, kind):
    return list(
        Notice.objects.filter(subject_key=case.number, kind=kind).values_list(
            "to_address", flat=True
        )
    )


def test_company_learns_what_the_officer_did_in_its_name(cast, case, kbiz):
    actions.send_message(case=case, text="통지서를 곧 보냅니다.", by=kbiz)

    assert told(case, "proxy_acted") == [case.contact_email]
    notice = Notice.objects.get(kind="proxy_acted")
    assert notice.context["organisation"] == "중소기업중앙회"
    assert notice.context["text"] == "통지서를 곧 보냅니다."


def test_officer_learns_what_the_company_did(cast, case):
    before = len(told(case, "filer_update"))

    actions.send_message(case=case, text="기업의 말", by=COMPANY)

    assert told(case, "proxy_acted") == []
    assert told(case, "filer_update")[before:] == [cast.association_officer.email]
    link = Notice.objects.filter(kind="filer_update").last().context["link"]
    assert link == reverse("partner:case", args=["KBIZ", case.number])


def test_company_without_mail_is_told_nothing(kbiz):
    case = actions.submit(filing=filing(contact_email=""), by=kbiz)[0]

    actions.send_message(case=case, text="말", by=kbiz)

    assert told(case, "proxy_acted") == []


def test_dismissed_officer_is_told_nothing_more(case):
    actions.dismiss_proxy(case=case, by=COMPANY)
    before = Notice.objects.filter(kind="filer_update").count()

    actions.send_message(case=case, text="말", by=COMPANY)

    assert Notice.objects.filter(kind="filer_update").count() == before


def test_case_of_a_company_alone_tells_nobody_else(cases):
    case = cases.new()

    actions.send_message(case=case, text="말", by=COMPANY)

    assert told(case, "filer_update") + told(case, "proxy_acted") == []
