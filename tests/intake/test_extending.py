"""More time: once by the officer, once more with the company's word; nothing without it."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intake import actions, deadline, explain, workflow
from intake.actions import extending
from intake.models import Case, ClockPolicy
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.intake.factories import CaseFactory
from tests.intake.test_following import opened


def fresh(case):
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def extended(cases: CaseFactory) -> Case:
    """A case that the officer extended once."""
    case = cases.at("reviewing")
    actions.extend(case=case, reason="협의 중입니다.", by=cases.by)
    return case


@pytest.fixture
def asked(extended: Case, cases: CaseFactory) -> Case:
    """A case whose company is asked for more time."""
    actions.ask_extension(case=extended, reason="현지 회신이 늦습니다.", by=cases.by)
    return extended


def press(client, case, name, **data):
    return client.post(reverse(f"intake:{name}", args=[case.number]), data)


def test_asking_moves_nothing_and_tells_the_date_that_it_would_give(asked):
    before = fresh(asked).due_at

    notice = Notice.objects.get(kind="extension_asked")

    would_be = dt.datetime.fromisoformat(notice.context["would_be"])
    assert fresh(asked).due_at == before
    assert would_be > before
    text = texts.render(notice.kind, notice.language, notice.context).text
    assert "현지 회신이 늦습니다." in text
    actions.agree_extension(case=asked, by=COMPANY)
    assert fresh(asked).due_at == would_be


def test_consent_adds_the_units_of_the_policy_again(asked):
    actions.agree_extension(case=asked, text="괜찮습니다", by=COMPANY)

    case = fresh(asked)
    assert deadline.of(case).extended_by == 14
    assert deadline.due_at(case.policy, case.events.all()) == case.due_at
    assert (case.extension_asked_at, case.extension_ask) == (None, "")
    kinds = list(Notice.objects.filter(subject_key=case.number).values_list("kind", flat=True))
    assert (kinds.count("extended"), kinds.count("extension_decided")) == (2, 1)


def test_refusal_leaves_the_date_and_tells_the_officer(asked):
    before = fresh(asked).due_at

    actions.refuse_extension(case=asked, text="더 기다릴 수 없습니다", by=COMPANY)

    case = fresh(asked)
    assert (case.due_at, case.extension_asked_at) == (before, None)
    notice = Notice.objects.get(kind="extension_decided")
    assert (notice.context["agreed"], notice.context["text"]) == (False, "더 기다릴 수 없습니다")


def test_units_of_the_question_count_though_the_policy_changed(asked):
    ClockPolicy.objects.filter(code="default").update(extension=1)
    deadline.forget()

    actions.agree_extension(case=asked, by=COMPANY)

    assert asked.events.last().facts["units"] == 7


def test_asking_before_the_own_extension_is_refused(cases):
    with pytest.raises(actions.RefusedError, match="첫 번째"):
        actions.ask_extension(case=cases.at("reviewing"), reason="x", by=cases.by)


def test_one_question_at_a_time(asked, cases):
    with pytest.raises(actions.RefusedError):
        actions.ask_extension(case=asked, reason="또", by=cases.by)


def test_after_consent_no_third_extension(asked, cases):
    actions.agree_extension(case=asked, by=COMPANY)

    with pytest.raises(actions.RefusedError):
        actions.ask_extension(case=asked, reason="또", by=cases.by)
    with pytest.raises(actions.RefusedError):
        actions.extend(case=asked, reason="또", by=cases.by)


def test_after_a_refusal_the_officer_may_ask_again(asked, cases):
    actions.refuse_extension(case=asked, by=COMPANY)

    actions.ask_extension(case=asked, reason="사정이 바뀌었습니다", by=cases.by)

    assert fresh(asked).extension_ask == "사정이 바뀌었습니다"


def test_new_period_forgets_the_consent(asked, cases):
    actions.agree_extension(case=asked, by=COMPANY)
    actions.answer(case=asked, text="답변", by=cases.by)
    actions.dispute(case=asked, text="아닙니다", by=COMPANY)
    actions.extend(case=asked, reason="다시", by=cases.by)

    actions.ask_extension(case=asked, reason="한 번 더", by=cases.by)

    assert fresh(asked).extension_asked_at is not None


@pytest.mark.parametrize("verb", ["answer", "request_supplement", "reject", "withdraw"])
def test_question_goes_with_the_step_that_makes_it_idle(asked, cases, verb):
    more = {
        "answer": {"text": "답변드립니다."},
        "request_supplement": {
            "text": "사본",
            "due": timezone.localdate() + dt.timedelta(days=5),
        },
        "reject": {"reason": "소관 아님", "next_place": "119"},
        "withdraw": {"reason": ""},
    }[verb]
    by = COMPANY if verb == "withdraw" else cases.by

    getattr(actions, verb)(case=asked, by=by, **more)

    assert (fresh(asked).extension_asked_at, fresh(asked).extension_ask) == (None, "")
    page = opened(asked).get(reverse("intake:case", args=[asked.number]))
    assert "agree_extension" not in page.context["forms"]
    late = press(opened(asked), asked, "agree", **{"agree_extension-text": "네, 좋습니다"})
    assert (late.status_code, late.context["unsent"]) == (409, "네, 좋습니다")


def test_question_stays_while_bodies_are_asked(asked, cases):
    cases.refer(asked, "KCS")

    actions.agree_extension(case=fresh(asked), by=COMPANY)

    assert deadline.of(fresh(asked)).extended_by == 14


# --- The company's page ------------------------------------------------------------------


def test_company_agrees_on_its_page(asked):
    client = opened(asked)
    shown = client.get(reverse("intake:case", args=[asked.number]))

    response = press(client, asked, "agree", **{"agree_extension-text": "괜찮습니다"})

    assert shown.context["would_be"] in shown.content.decode()
    assert "현지 회신이 늦습니다." in shown.content.decode()
    assert response.status_code == 302
    event = fresh(asked).events.last()
    assert (event.verb, event.text, event.role) == ("agree_extension", "괜찮습니다", "submitter")


def test_company_refuses_on_its_page(asked):
    response = press(opened(asked), asked, "refuse", **{"refuse_extension-text": "안 됩니다"})

    assert response.status_code == 302
    assert fresh(asked).events.last().verb == "refuse_extension"


def test_page_asks_nothing_when_nobody_asked(extended):
    page = opened(extended).get(reverse("intake:case", args=[extended.number]))

    assert not {"agree_extension", "refuse_extension"} & set(page.context["forms"])
    late = press(opened(extended), extended, "agree")
    assert late.status_code == 409
    assert fresh(extended).due_at == extended.due_at


def test_stranger_agrees_to_nothing(asked):
    response = press(Client(), asked, "agree", **{"agree_extension-text": "네"})

    assert response.status_code == 404
    assert fresh(asked).extension_asked_at is not None


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_is_one_of_them(asked):
    start, codes = threading.Barrier(2), []
    clients = {name: opened(asked) for name in ("agree", "refuse")}

    def run(name):
        start.wait()
        try:
            codes.append(press(clients[name], asked, name).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[name]) for name in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [302, 409]
    said = asked.events.filter(verb__in=["agree_extension", "refuse_extension"])
    assert said.count() == 1


# --- At the desk -------------------------------------------------------------------------


def test_desk_records_who_said_it_and_when(asked, cases):
    today = timezone.localdate()

    actions.agree_extension(
        case=asked, by=cases.by, said_by="홍시연 과장", said_on=today, text="전화로 동의"
    )

    event = fresh(asked).events.last()
    assert event.facts == {"units": 7, "said_by": "홍시연 과장", "said_on": today.isoformat()}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"said_by": "홍시연"},
        {"said_on": timezone.localdate()},
        {"said_by": "홍시연", "said_on": timezone.localdate() + dt.timedelta(days=1)},
        {"said_by": "홍시연", "said_on": timezone.localdate() - dt.timedelta(days=1)},
    ],
)
def test_desk_records_no_word_without_who_and_a_possible_day(asked, cases, said):
    with pytest.raises(actions.RefusedError):
        actions.agree_extension(case=asked, by=cases.by, **said)

    assert fresh(asked).extension_asked_at is not None


def test_spent_names_what_the_case_has_no_use_for(cases):
    case = cases.at("reviewing")
    seen = [extending.spent(case)]
    actions.extend(case=case, reason="x", by=cases.by)
    seen.append(extending.spent(case))
    actions.ask_extension(case=case, reason="x", by=cases.by)
    seen.append(extending.spent(case))
    actions.agree_extension(case=case, by=COMPANY)
    seen.append(extending.spent(case))

    answers = {"agree_extension", "refuse_extension"}
    assert seen == [
        answers | {"ask_extension"},
        answers | {"extend"},
        {"extend", "ask_extension"},
        answers | {"extend", "ask_extension"},
    ]


# --- The sentence ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sentence_tells_two_extensions_and_the_consent(asked, language):
    from django.utils import translation

    with translation.override(language):
        waiting = explain.sentence(asked)
        actions.agree_extension(case=asked, by=COMPANY)
        agreed = explain.sentence(fresh(asked))
        today = explain.day(timezone.localdate())

    assert ("14근무일" if language == "ko" else "14 working days") in agreed
    assert today in agreed
    assert waiting != agreed
    assert deadline.CLOCK_VERBS["agree_extension"] == deadline.CLOCK_VERBS["extend"]


@pytest.mark.parametrize("policy", ["border"])
def test_border_case_is_extended_by_the_hour(cases, policy):
    case = cases.new(at_border=True, needed_by=timezone.localdate())
    actions.claim(case=case, by=cases.by)
    units = deadline.policies()[case.policy].extension
    if not units:
        with pytest.raises(actions.RefusedError):
            actions.extend(case=case, reason="x", by=cases.by)
        return
    actions.extend(case=case, reason="x", by=cases.by)
    actions.ask_extension(case=case, reason="x", by=cases.by)
    actions.agree_extension(case=case, by=COMPANY)

    assert deadline.of(fresh(case)).extended_by == 2 * units
    assert workflow.STEPS["agree_extension"].to is None
