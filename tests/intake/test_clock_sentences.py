"""Each date explains itself: one sentence in every state, and a person to ask in every notice."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from intake import actions, deadline, explain, workflow
from intake.models import Case, ClockPolicy
from intake.timeline import COMPANY
from notifications import texts
from tests.intake.test_following import opened

# Written before anybody knows of a case, or to prove an address.
WITHOUT_AN_OFFICER = {
    # They speak of a person's own rights, not of an officer's work.
    "company_access_asked",
    "company_access_ended",
    "company_access_granted",
    "company_access_refused",
    "guest_invited",
    "handover",
    "hook_disabled",
    "follow_confirm",
    "follow_manage",
    "record_changed",
    "study_decided",
    "study_drift",
    "study_taken_down",
    "invitation",
    "organisation_moved",
    "removed",
    "role_changed",
    "draft_link",
    "one_time_code",
    "password_link",
    "sample",
    "sign_in_changed",
    "sign_in_code",
    "sign_in_new",
    "sign_in_officer",
    "sign_in_unknown",
    # They go to officers and administrators themselves, or speak of no case yet: the footer
    # says whom to call.
    "access_log_broken",
    "access_log_head",
    "access_log_review",
    "address_failed",
    "cases_due",
    "cases_late",
    "cases_untaken",
    "digest",
    "draft_expired",
    "draft_reminder",
    "local_draft",
    "notice_parked",
    "notices_late",
    "records_due",
    "reply_refused",
}


def _extended(cases):
    case = cases.at("reviewing")
    actions.extend(case=case, reason="협의", by=cases.by)
    return case


def _asked(cases):
    case = _extended(cases)
    actions.ask_extension(case=case, reason="회신 지연", by=cases.by)
    return case


def _agreed(cases):
    case = _asked(cases)
    actions.agree_extension(case=case, by=COMPANY)
    return case


def _supplemented(cases):
    case = cases.at("supplement")
    actions.supplement(case=case, text="x", by=COMPANY)
    return case


def _twice(cases):
    case = _supplemented(cases)
    due = timezone.localdate() + dt.timedelta(days=5)
    actions.request_supplement(case=case, text="y", due=due, by=cases.by)
    return case


def _disputed(cases):
    case = cases.at("answered")
    actions.dispute(case=case, text="아닙니다", by=COMPANY)
    return case


def _reopened(cases):
    case = cases.at("closed")
    actions.reopen(case=case, reason="추가 검토", by=cases.by)
    return case


def _border(cases):
    return cases.new(at_border=True, needed_by=timezone.localdate())


def _border_twice(cases):
    ClockPolicy.objects.filter(code="border").update(extension=4)
    deadline.forget()
    case = _border(cases)
    actions.claim(case=case, by=cases.by)
    actions.extend(case=case, reason="확인", by=cases.by)
    actions.ask_extension(case=case, reason="확인", by=cases.by)
    actions.agree_extension(case=case, by=COMPANY)
    return case


def _lunch(cases):
    ClockPolicy.objects.filter(code="border").update(lunch_counts=True)
    deadline.forget()
    return _border(cases)


LIVES = {
    **{state: (lambda cases, state=state: cases.at(state)) for state in workflow.STATES},
    "lapsed": lambda cases: cases.lapsed(),
    "extended": _extended,
    "asked for more": _asked,
    "agreed": _agreed,
    "supplemented": _supplemented,
    "supplement again": _twice,
    "disputed": _disputed,
    "reopened": _reopened,
    "at the border": _border,
    "at the border, twice": _border_twice,
    "with lunch": _lunch,
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("life", LIVES)
def test_every_state_says_what_its_date_means(cases, life, language):
    case = Case.objects.get(pk=LIVES[life](cases).pk)

    with translation.override(language):
        sentence, date = explain.sentence(case), explain.date(case)

    assert sentence.endswith(".")
    assert "%(" not in sentence
    # One language, whole: neither Korean in the English sentence nor the other way round.
    assert bool(re.search("[가-힣]", sentence)) == (language == "ko")
    if language == "ko":
        assert not re.search("[a-z]{3}", sentence)
    running = case.state in (workflow.RECEIVED, workflow.REVIEWING, workflow.REFERRED)
    assert bool(date) == running
    assert (date in sentence) or not running
    if case.state == workflow.SUPPLEMENT:
        with translation.override(language):
            assert explain.day(case.supplement_due) in sentence


@pytest.mark.parametrize("life", LIVES)
def test_company_and_officer_read_the_same_sentence(cast, cases, life):
    case = LIVES[life](cases)
    officer = Client()
    officer.force_login(cast.secretary)
    officer.cookies["django_language"] = "en"
    company = opened(case)
    company.cookies["django_language"] = "en"

    with translation.override("en"):
        sentence = explain.sentence(Case.objects.get(pk=case.pk))
    desk = officer.get(reverse("admin:intake_case_change", args=[case.pk])).content.decode()
    page = company.get(reverse("intake:case", args=[case.number])).content.decode()

    assert (sentence in desk, sentence in page) == (True, True)


def test_extension_by_consent_is_told_apart_from_the_first(cases):
    case = _agreed(cases)

    with translation.override("en"):
        sentence = explain.sentence(case)
        today = explain.day(timezone.localdate())

    assert "The period was extended by 14 working days." in sentence
    assert f"You agreed to the second extension on {today}." in sentence


def test_consent_of_an_earlier_period_is_not_told_again(cases):
    case = _agreed(cases)
    actions.answer(case=case, text="답변", by=cases.by)
    actions.dispute(case=case, text="아닙니다", by=COMPANY)

    with translation.override("en"):
        assert "agreed" not in explain.sentence(case)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", sorted(texts.kinds() - WITHOUT_AN_OFFICER))
def test_every_notice_names_unit_officer_and_contact(kind, language):
    facts = texts.sample(kind)

    text = texts.render(kind, language, facts, strict=True).text

    officer = facts["officer"]
    assert [officer[name] in text for name in ("unit", "name", "phone", "email")] == [True] * 4
