"""The body desk: what a body sees, what it does, who is kept out, and the link of the mail."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from files import storing
from intake import actions, links, release, timeline
from intake.forms.body import FORMS
from intake.models import Attachment, Case, CaseEvent, Message, Referral
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.files import corpus

pytestmark = pytest.mark.django_db

LIST = "/body/"
LATER = (timezone.localdate() + dt.timedelta(days=20)).isoformat()
# What an officer of the body types in each step.
TYPED = {
    "accept": {},
    "answer": {"answer-text": "고시 제12조에 따라 성적서만 필요합니다."},
    "ask_back": {"ask_back-text": "선적일이 언제입니까?"},
    "extend": {"extend-due": LATER, "extend-reason": "공관 확인 중입니다."},
    "forward": {"forward-handler": "COLLEAGUE"},
    "decline": {"decline-reason": "소관이 아닙니다.", "decline-suggested": "KATS"},
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")


def signed_in(user: User, language: str = "en") -> Client:
    """A browser of its own."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def page_of(referral: Referral) -> str:
    """The address of a question at the desk."""
    return reverse("intake:body-referral", args=[referral.case.number, referral.pk])


def step_of(referral: Referral, key: str) -> str:
    """The address of a step at the desk."""
    return f"{page_of(referral)}{key.replace('_', '-')}/"


def link_of(referral: Referral) -> str:
    """The address of the mail's link."""
    return links.body_path(referral)


def everything() -> list:
    """All that a step could write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Case, CaseEvent, Message, Referral, Attachment, Notice)
    ]


def paper(name: str = "통지서.pdf"):
    """A small good file as a browser sends it."""
    return SimpleUploadedFile(name, corpus.pdf(), "application/pdf")


def fetched(client: Client, address: str) -> int:
    """What a file's address answers; it is read to its end, which closes the file."""
    answer = client.get(address)
    b"".join(answer)
    return answer.status_code


def shown_text(response) -> str:
    """The page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def asked(cases):
    """A question to the customs service."""
    return cases.at("referred").referrals.get()


@pytest.fixture
def colleague(cast, customs) -> User:
    """A second officer of the customs service."""
    user = User.objects.create_user("colleague@demo.example", name="윤동료 「시연」")
    Membership.objects.create(user=user, organisation=customs)
    return user


@pytest.fixture
def officer(cast) -> Client:
    """The customs officer's browser."""
    return signed_in(cast.customs_officer)


def typed(key: str, colleague: User) -> dict[str, str]:
    """What is posted in a step."""
    return {
        name: str(colleague.pk) if value == "COLLEAGUE" else value
        for name, value in TYPED[key].items()
    }


# --- The list -----------------------------------------------------------------------------
def numbers(response) -> list[str]:
    return re.findall(r'<th scope="row".*?>(GT-[\d-]+)<', response.content.decode())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_list_of_a_body_that_was_never_asked_says_so(cast, language):
    page = signed_in(cast.kats_officer, language).get(LIST)

    assert page.status_code == 200
    assert numbers(page) == []
    assert page.content.decode().count('class="empty"') == 1


def test_list_shows_open_ones_by_date_then_ended_ones(officer, cases):
    first, second, third = (cases.at("referred").referrals.get() for _round in range(3))
    Referral.objects.filter(pk=second.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    actions.answer_referral(referral=first, text="답변", by=cases.by)

    found = {
        show: numbers(officer.get(LIST, {"show": show}))
        for show in ("", "open", "overdue", "ended", "no such filter")
    }

    order = [second.case.number, third.case.number, first.case.number]
    assert found == {
        "": order,
        "open": order[:2],
        "overdue": order[:1],
        "ended": order[2:],
        "no such filter": order,
    }
    assert shown_text(officer.get(LIST)).count("Overdue") == 2  # the filter and the mark


def test_list_tells_which_body_state_and_designation(officer, asked):
    Referral.objects.filter(pk=asked.pk).update(designated=True, question="가" * 100)

    text = shown_text(officer.get(LIST))

    for word in (asked.organisation.name_en, "Asked", "Designation", "Viet Nam", "가" * 79 + "…"):
        assert word in text


def test_list_and_page_agree_for_every_person(cast, asked):
    seen = {}
    for role in ("customs_officer", "kats_officer", "association_officer", "secretary", "auditor"):
        client = signed_in(getattr(cast, role))
        seen[role] = (
            numbers(client.get(LIST)) == [asked.case.number],
            client.get(page_of(asked)).status_code == 200,
        )

    assert seen == dict.fromkeys(seen, (False, False)) | {"customs_officer": (True, True)}


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_list_costs_the_same_with_one_and_three_rows(officer, cases):
    cases.at("referred")
    one = queries(officer, LIST)
    cases.at("referred")
    cases.at("referred")

    assert (one, queries(officer, LIST)) == (one, one)
    assert one <= 5


def test_page_costs_the_same_with_one_and_three_of_everything(officer, cases, cast, customs):
    def talked(rounds: int) -> Referral:
        files = [storing.store(paper(f"{place}.pdf")) for place in range(rounds)]
        referral = cases.at("referred", files=files).referrals.get()
        by = timeline.body(cast.customs_officer, customs)
        for _round in range(rounds):
            actions.ask_back_referral(referral=referral, text="질문", by=by)
        return referral

    one, three = (queries(officer, page_of(talked(rounds))) for rounds in (1, 3))

    assert one == three
    assert one <= 12


# --- The gate -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "who",
    [
        "kats_officer",
        "association_officer",
        "mission_officer",
        "manager",
        "secretary",
        "auditor",
        "platform_admin",
        None,
    ],
)
def test_nobody_else_gets_page_files_or_steps(cast, cases, colleague, who):
    referral = cases.at("referred", files=[storing.store(paper())]).referrals.get()
    file = referral.case.attachments.get().file
    client = signed_in(getattr(cast, who)) if who else Client()
    before = everything()
    addresses = [
        page_of(referral),
        f"{page_of(referral)}file/{file.public_id}/",
        *(step_of(referral, key) for key in FORMS),
    ]

    for address in addresses:
        for method in (client.get, client.post):
            answer = method(address, typed("answer", colleague))
            steps = address in addresses[2:]
            refused = 405 if who and method == client.post and not steps else 404
            # What a stranger sends is kept for whoever signs in and sent it.
            to_sign_in = 401 if method == client.post else 302
            assert answer.status_code == (refused if who else to_sign_in), address
            if not who and method == client.get:
                assert answer["Location"].startswith("/sign-in/")
    assert everything() == before


def test_neighbour_on_the_same_case_does_not_reach_the_other_question(cast, cases):
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    ours, theirs = case.referrals.order_by("pk")
    neighbour = signed_in(cast.kats_officer)

    found = [neighbour.get(page_of(row)).status_code for row in (ours, theirs)]

    assert found == [404, 200]
    assert neighbour.post(step_of(ours, "answer"), TYPED["answer"]).status_code == 404
    ours.refresh_from_db()
    assert ours.state == "asked"


def test_gate_that_lets_everybody_through_would_be_noticed(cast, asked, monkeypatch):
    """The broken twin: without the gate a neighbour reads the page."""
    monkeypatch.setattr(type(Referral.objects), "asked_of", lambda rows, _user: rows.all())

    assert signed_in(cast.kats_officer).get(page_of(asked)).status_code == 200


def test_question_of_another_case_is_not_found_under_this_number(officer, cases):
    first, second = (cases.at("referred").referrals.get() for _round in range(2))

    address = reverse("intake:body-referral", args=[first.case.number, second.pk])

    assert officer.get(address).status_code == 404


def test_body_loses_sight_ninety_days_after_the_end(officer, asked):
    actions.withdraw(case=asked.case, by=COMPANY)
    assert officer.get(page_of(asked)).status_code == 200

    Case.objects.update(ended_at=timezone.now() - dt.timedelta(days=91))

    assert officer.get(page_of(asked)).status_code == 404
    assert numbers(officer.get(LIST)) == []


# --- What is shown ------------------------------------------------------------------------
def test_page_shows_the_question_and_nothing_that_was_not_asked(officer, cases, cast):
    case = cases.at("reviewing", title="제목은 묻지 않았다", tried="이미 해 본 일")
    cases.refer(case, "KCS", "KATS")
    ours, theirs = case.referrals.order_by("pk")
    kats = timeline.body(cast.kats_officer, theirs.organisation)
    actions.ask_back_referral(referral=theirs, text="이웃의 물음", by=kats)
    actions.answer_referral(referral=theirs, text="이웃의 답변", by=kats)
    actions.note(case=case, text="내부 메모", by=cases.by)
    actions.send_message(case=case, text="기업에만 하는 말", by=cases.by)
    actions.send_message(case=case, text="기업이 하는 말", by=COMPANY)
    actions.send_message(case=case, text="기관에 하는 말", audience="bodies", by=cases.by)

    text = shown_text(officer.get(page_of(ours)))

    for word in (ours.question, case.situation, case.problem, case.request, "330499", "화장품"):
        assert word in text
    assert "기관에 하는 말" in text
    for word in ("제목은", "이미 해 본", "이웃의", "내부 메모", "기업에만", "기업이 하는"):
        assert word not in text


COMPANY_FACTS = ["시연상사", "홍시연", "02-123-4567", "hong@company.example", "해외영업팀"]


@pytest.mark.parametrize(
    ("visibility", "named"), [("named", True), ("secretariat_only", False), ("anonymous", False)]
)
def test_company_is_shown_only_as_far_as_it_wished(officer, cases, visibility, named):
    file = storing.store(paper("시연상사_통지서.pdf"))
    case = cases.new(
        visibility=visibility, situation="시연상사의 화장품이 보류되었습니다.", files=[file]
    )
    actions.claim(case=case, by=cases.by)
    cases.refer(case, "KCS")
    referral = case.referrals.get()
    notice = Notice.objects.get(kind="referral")
    mail = texts.render(notice.kind, notice.language, notice.context)
    stranger = Client()
    stranger.cookies["django_language"] = "en"

    seen = [
        shown_text(officer.get(page_of(referral))),
        shown_text(stranger.get(link_of(referral))),
        shown_text(officer.get(LIST)),
        mail.text + mail.html,
    ]
    status = fetched(officer, f"{page_of(referral)}file/{file.public_id}/")

    for text in seen[:2]:
        assert {word: word in text for word in COMPANY_FACTS} == dict.fromkeys(COMPANY_FACTS, named)
        assert ("Company not named" in text) == (not named)
    assert (COMPANY_FACTS[0] in seen[3]) == named
    assert COMPANY_FACTS[0] not in seen[2]
    assert status == (200 if named else 404)


def test_name_left_in_the_words_would_be_noticed(officer, cases, monkeypatch):
    """The broken twin: words passed on as they are name the company."""
    case = cases.at("reviewing", visibility="secretariat_only", situation="시연상사입니다.")
    cases.refer(case, "KCS")
    monkeypatch.setattr(release, "without_names", lambda _case, **words: words)

    assert COMPANY_FACTS[0] in shown_text(officer.get(page_of(case.referrals.get())))


# --- The steps ----------------------------------------------------------------------------
def taken(client: Client, referral: Referral, key: str, colleague: User, **more):
    return client.post(step_of(referral, key), typed(key, colleague) | more)


@pytest.mark.parametrize("key", FORMS)
def test_every_step_writes_one_event_for_the_body(officer, asked, colleague, cast, key):
    answer = taken(officer, asked, key, colleague)

    assert (answer.status_code, answer["Location"]) == (302, page_of(asked))
    event = asked.case.events.last()
    assert event.verb == f"{key}_referral"
    assert (event.role, event.actor, event.organisation) == (
        "body",
        cast.customs_officer,
        asked.organisation,
    )
    assert event.facts["referral"] == asked.pk
    told = {
        "answer": ["referral_ended"],
        "decline": ["referral_ended"],
        "ask_back": ["referral_asked_back"],
        "extend": ["referral_extended"],
        "forward": ["referral_forwarded"],
        "accept": [],
    }
    later = Notice.objects.exclude(kind__in=["receipt", "referred", "referral"])
    assert list(later.values_list("kind", flat=True)) == told[key]
    addresses = {
        "forward": colleague.email,
    }
    assert set(later.values_list("to_address", flat=True)) <= {
        addresses.get(key, cast.secretary.email)
    }


@pytest.mark.parametrize("key", FORMS)
def test_get_of_a_step_writes_nothing_and_leads_to_the_page(officer, asked, key):
    before = everything()

    for address in (step_of(asked, key), f"{link_of(asked)}{key.replace('_', '-')}/"):
        assert officer.get(address).status_code == 302
    officer.get(page_of(asked))
    officer.get(LIST)

    assert everything() == before


def test_unknown_step_is_not_found(officer, asked):
    assert officer.post(step_of(asked, "recall")).status_code == 404
    assert officer.post(f"{page_of(asked)}ask_back/").status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
def test_accepting_gives_the_question_to_the_officer(cast, asked, language):
    client = signed_in(cast.customs_officer, language)

    page = client.post(step_of(asked, "accept"), follow=True)

    asked.refresh_from_db()
    assert (asked.state, asked.handler) == ("accepted", cast.customs_officer)
    assert page.status_code == 200
    assert f'action="{step_of(asked, "accept")}"' not in page.content.decode()


def test_declining_keeps_reason_and_suggested_body(officer, asked, colleague):
    taken(officer, asked, "decline", colleague)

    asked.refresh_from_db()
    assert (asked.state, asked.decline_reason) == ("declined", "소관이 아닙니다.")
    assert asked.suggested == Organisation.objects.get(code="KATS")


def test_own_body_cannot_be_suggested(officer, asked):
    answer = officer.post(
        step_of(asked, "decline"), {"decline-reason": "소관 아님", "decline-suggested": "KCS"}
    )

    assert answer.status_code == 422
    assert "소관 아님" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_designation_offers_no_decline_and_refuses_one(officer, asked):
    Referral.objects.filter(pk=asked.pk).update(designated=True)
    page = officer.get(page_of(asked)).content.decode()

    answer = officer.post(step_of(asked, "decline"), {"decline-reason": "그래도 소관이 아닙니다."})

    assert step_of(asked, "decline") not in page
    assert page.count("It cannot be declined.") == 1
    assert answer.status_code == 409
    assert "그래도 소관이 아닙니다." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_asking_back_reaches_the_officer_and_leaves_the_state(officer, asked, colleague, cast):
    taken(officer, asked, "ask_back", colleague)

    asked.refresh_from_db()
    message = Message.objects.get()
    assert (asked.state, asked.case.state) == ("asked", "referred")
    assert (message.text, message.audience, message.organisation) == (
        "선적일이 언제입니까?",
        "bodies",
        asked.organisation,
    )
    notice = Notice.objects.get(kind="referral_asked_back")
    assert (notice.to_address, notice.context["text"]) == (cast.secretary.email, message.text)
    assert "선적일이 언제입니까?" in shown_text(officer.get(page_of(asked)))


def test_reply_to_the_bodies_is_told_to_those_still_asked(asked, cases):
    actions.send_message(case=asked.case, text="12월 1일입니다.", audience="bodies", by=cases.by)

    notice = Notice.objects.get(kind="message_to_body")
    assert "12월 1일" not in str(notice.context)
    assert "12월 1일입니다." in shown_text(Client().get(notice.context["link"]))


def test_answer_with_files_is_for_the_secretariat_only(officer, asked, cast, colleague):
    taken(officer, asked, "answer", colleague, **{"answer-files": [paper("회신.pdf")]})

    attachment = Attachment.objects.get()
    asked.refresh_from_db()
    assert (asked.state, asked.case.state) == ("answered", "reviewing")
    assert (attachment.audience, attachment.referral, attachment.role) == (
        "internal",
        asked,
        "body",
    )
    assert list(asked.case.attachments.for_submitter()) == []
    public_id = attachment.file.public_id
    own = f"{page_of(asked)}file/{public_id}/"
    assert own in officer.get(page_of(asked)).content.decode()
    assert fetched(officer, own) == 200
    desk = signed_in(cast.secretary)
    story = desk.get(reverse("admin:intake_case_change", args=[asked.case_id])).content.decode()
    file = reverse("admin:intake_case_file", args=[asked.case_id, public_id])
    assert file in story
    assert fetched(desk, file) == 200
    company = Client()
    company.post(links.follow_path(asked.case))
    status = company.get(reverse("intake:case", args=[asked.case.number]))
    assert "회신.pdf" not in status.content.decode()
    address = reverse("intake:attachment", args=[asked.case.number, public_id])
    assert fetched(company, address) == 404


def test_neighbour_does_not_get_the_files_of_an_answer(cast, cases):
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    ours, theirs = case.referrals.order_by("pk")
    by = timeline.body(cast.customs_officer, ours.organisation)
    file = storing.store(paper("회신.pdf"))
    actions.answer_referral(referral=ours, text="답변", files=[file], by=by)
    neighbour = signed_in(cast.kats_officer)

    assert "회신.pdf" not in neighbour.get(page_of(theirs)).content.decode()
    assert neighbour.get(f"{page_of(theirs)}file/{file.public_id}/").status_code == 404
    assert Client().get(f"{link_of(theirs)}file/{file.public_id}/").status_code == 404


def test_refused_file_keeps_the_words_and_sends_nothing(officer, asked, colleague):
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"0" * 100, "application/octet-stream")

    answer = taken(officer, asked, "answer", colleague, **{"answer-files": [bad]})

    assert answer.status_code == 422
    assert TYPED["answer"]["answer-text"] in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_date_is_moved_once_and_only_forward(officer, asked, colleague):
    earlier = {"extend-due": timezone.localdate().isoformat(), "extend-reason": "사유"}
    far = {"extend-due": "2099-01-01", "extend-reason": "사유"}
    refused = [officer.post(step_of(asked, "extend"), data) for data in (earlier, far)]
    before = asked.due_at
    taken(officer, asked, "extend", colleague)
    asked.refresh_from_db()
    moved = asked.due_at
    again = {"extend-due": (moved + dt.timedelta(days=2)).date().isoformat()}

    second = officer.post(step_of(asked, "extend"), again | {"extend-reason": "또 사유"})

    assert [one.status_code for one in refused] == [422, 422]
    assert moved > before
    assert timezone.localtime(moved).strftime("%Y-%m-%d %H:%M") == f"{LATER} 18:00"
    assert second.status_code == 409
    assert "또 사유" in second.content.decode()
    asked.refresh_from_db()
    assert (asked.due_at, asked.extension_reason) == (moved, "공관 확인 중입니다.")
    assert step_of(asked, "extend") not in officer.get(page_of(asked)).content.decode()


def test_question_is_handed_on_inside_the_body_only(officer, asked, colleague, cast):
    stranger = officer.post(
        step_of(asked, "forward"), {"forward-handler": str(cast.kats_officer.pk)}
    )
    by = timeline.body(cast.customs_officer, asked.organisation)
    with pytest.raises(actions.RefusedError):
        actions.forward_referral(referral=asked, handler=cast.kats_officer, by=by)
    taken(officer, asked, "forward", colleague)

    asked.refresh_from_db()
    notice = Notice.objects.get(kind="referral_forwarded")
    assert stranger.status_code == 422
    assert asked.handler == colleague
    assert (notice.to_address, notice.context["link"]) == (colleague.email, page_of(asked))
    assert colleague.name in shown_text(officer.get(page_of(asked)))


@pytest.mark.parametrize("key", FORMS)
def test_step_on_an_ended_question_keeps_the_words(officer, asked, cases, colleague, key):
    actions.recall_referral(referral=asked, reason="필요 없어졌습니다.", by=cases.by)
    before = everything()

    answer = taken(officer, asked, key, colleague)

    page = answer.content.decode()
    words = [value for name, value in TYPED[key].items() if name.endswith(("text", "reason"))]
    assert answer.status_code == 409
    assert [page.count(word) for word in words] == [1] * len(words)
    assert everything() == before


# --- The link of the mail -----------------------------------------------------------------
def test_mail_carries_the_link_and_the_link_answers(asked):
    notice = Notice.objects.get(kind="referral")
    link = notice.context["link"]
    stranger = Client()

    page = stranger.get(link)
    before = everything()
    stranger.get(link)
    assert everything() == before
    address = f"{link}answer/"
    sent = stranger.post(address, TYPED["answer"] | {"answer-files": [paper("회신.pdf")]})

    assert page.status_code == 200
    assert f'action="{address}"' in page.content.decode()
    assert asked.question in shown_text(page)
    assert sent.status_code == 302
    asked.refresh_from_db()
    event = asked.case.events.last()
    assert (asked.state, asked.answer) == ("answered", TYPED["answer"]["answer-text"])
    assert (event.actor, event.organisation, event.role) == (None, asked.organisation, "body")
    assert stranger.get(link).status_code == 410


@pytest.mark.parametrize("key", ["accept", "ask_back", "extend", "decline"])
def test_link_takes_every_step_but_handing_on(asked, colleague, key):
    stranger = Client()

    assert (
        stranger.post(f"{link_of(asked)}forward/", typed("forward", colleague)).status_code == 404
    )
    address = f"{link_of(asked)}{key.replace('_', '-')}/"
    assert stranger.post(address, typed(key, colleague)).status_code == 302
    assert asked.case.events.last().verb == f"{key}_referral"
    assert colleague.name not in stranger.get(link_of(asked)).content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("ended", ["answered", "declined", "recalled", "withdrawn"])
def test_link_ends_with_the_question_and_says_why(asked, cases, ended, language):
    if ended == "withdrawn":
        actions.withdraw(case=asked.case, by=COMPANY)
    else:
        verb = {"answered": "answer", "declined": "decline", "recalled": "recall"}[ended]
        words = {"text": "답변"} if ended == "answered" else {"reason": "사유"}
        getattr(actions, f"{verb}_referral")(referral=asked, by=cases.by, **words)
    stranger = Client()
    stranger.cookies["django_language"] = language
    before = everything()

    page = stranger.get(link_of(asked))
    posted = stranger.post(f"{link_of(asked)}answer/", TYPED["answer"])

    assert (page.status_code, posted.status_code) == (410, 410)
    assert TYPED["answer"]["answer-text"] in shown_text(posted)
    assert asked.question not in shown_text(page)
    assert everything() == before


def test_link_lives_sixty_days(asked, monkeypatch):
    address = link_of(asked)
    now = signing.time.time()

    monkeypatch.setattr(signing.time, "time", lambda: now + 59 * 86400)
    assert Client().get(address).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 61 * 86400)
    page = Client().get(address)

    assert page.status_code == 410
    assert asked.case.number not in shown_text(page)


def test_link_opens_its_own_question_only(cases, asked):
    other = cases.at("referred").referrals.get()
    token = link_of(asked).rstrip("/").rpartition("/")[2]
    foreign = [
        links.make(links.FOLLOW, f"{asked.case.number}/{asked.pk}"),
        links.make(links.BODY, f"{other.case.number}/{asked.pk}"),
        links.make(links.BODY, asked.case.number),
        token[:-2],
        "x",
    ]

    statuses = [
        Client().get(reverse("intake:body-link", args=[one])).status_code for one in foreign
    ]

    assert statuses == [404, 410, 410, 404, 404]
    stranger = Client()
    stranger.get(link_of(asked))
    assert stranger.get(page_of(asked)).status_code == 302
    assert stranger.get(reverse("intake:case", args=[asked.case.number])).status_code == 302


def test_link_serves_the_files_of_its_question_only(cases):
    mine, theirs = (
        cases.at("referred", files=[storing.store(paper(name))]).referrals.get()
        for name in ("우리.pdf", "남의.pdf")
    )
    files = [row.case.attachments.get().file.public_id for row in (mine, theirs)]

    found = [fetched(Client(), f"{link_of(mine)}file/{one}/") for one in files]

    assert found == [200, 404]


def test_officer_who_is_signed_in_is_led_from_the_link_to_the_desk(officer, asked, cast):
    led = officer.get(link_of(asked))

    assert (led.status_code, led["Location"]) == (302, page_of(asked))
    assert signed_in(cast.kats_officer).get(link_of(asked)).status_code == 200


def test_answer_by_link_while_a_colleague_was_first_keeps_the_words(asked, cast, monkeypatch):
    stranger = Client()
    place = f"{link_of(asked)}answer/"
    by = timeline.body(cast.customs_officer, asked.organisation)
    verb = actions.answer_referral

    def late(*, referral, **more):
        monkeypatch.setattr(actions, "answer_referral", verb)
        verb(referral=Referral.objects.get(pk=referral.pk), text="먼저", by=by)
        return verb(referral=referral, **more)

    monkeypatch.setattr(actions, "answer_referral", late)

    answer = stranger.post(place, TYPED["answer"])

    asked.refresh_from_db()
    assert answer.status_code == 409
    assert asked.answer == "먼저"
    assert TYPED["answer"]["answer-text"] in shown_text(answer)


# --- Two at once --------------------------------------------------------------------------
@pytest.fixture
def race(cast, cases, customs):
    """Two officers of one body who press the button at the same moment."""
    user = User.objects.create_user("colleague@demo.example", name="윤동료 「시연」")
    Membership.objects.create(user=user, organisation=customs)
    referral = cases.at("referred").referrals.get()
    browsers = [signed_in(cast.customs_officer), signed_in(user)]
    ready = threading.Barrier(2)
    results: list = [None, None]

    def answer(place: int) -> None:
        ready.wait()
        try:
            words = f"답변 {place}"
            sent = browsers[place].post(step_of(referral, "answer"), {"answer-text": words})
            results[place] = (sent.status_code, words in sent.content.decode())
        finally:
            connections.close_all()

    def run() -> tuple[Referral, list]:
        threads = [threading.Thread(target=answer, args=[place]) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        referral.refresh_from_db()
        return referral, results

    return run


@pytest.mark.django_db(transaction=True)
def test_two_officers_answer_at_once_and_one_wins(race):
    referral, results = race()

    assert sorted(results) == [(302, False), (409, True)]
    assert referral.answer == f"답변 {results.index((302, False))}"
    assert CaseEvent.objects.filter(verb="answer_referral").count() == 1
    assert Notice.objects.filter(kind="referral_ended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_compare_and_swap_both_officers_win(race, monkeypatch):
    """The broken twin: a write without looking, and the same race shows it."""
    both = threading.Barrier(2)

    def careless(*, referral: Referral, text: str, **_more: object) -> None:
        both.wait(timeout=10)
        Referral.objects.filter(pk=referral.pk).update(
            state="answered", answer=text, ended_at=timezone.now()
        )

    monkeypatch.setattr(actions, "answer_referral", careless)

    _referral, results = race()

    assert results == [(302, False), (302, False)]


# --- Ways in ------------------------------------------------------------------------------
def test_sign_in_leads_to_the_desk_of_whoever_answers_for_a_body(cast, asked):
    roles = ("customs_officer", "association_officer", "mission_officer")
    found = {
        role: signed_in(getattr(cast, role)).get(reverse("after-sign-in"))["Location"]
        for role in roles
    }

    assert found == {
        "customs_officer": LIST,
        "association_officer": "/partner/",
        "mission_officer": "/partner/",
    }


def test_menu_shows_the_desk_to_whoever_answers_for_a_body(cast, cases):
    def offered(client: Client) -> bool:
        return f'href="{LIST}"' in client.get("/guide/").content.decode()

    roles = ("customs_officer", "mission_officer", "secretary")
    before = [offered(signed_in(getattr(cast, role))) for role in roles]
    case = cases.at("reviewing", given={"private_bodies": True})
    cases.refer(case, "MIS-HAN")

    assert before == [True, False, False]
    assert offered(signed_in(cast.mission_officer))
    assert not offered(Client())


# --- Whose it is, reminders, recall ---------------------------------------------------------
def test_list_filters_what_is_with_me_and_with_nobody(officer, cases, cast):
    mine, free, theirs = (cases.at("referred").referrals.get() for _round in range(3))
    Referral.objects.filter(pk=mine.pk).update(handler=cast.customs_officer)
    Referral.objects.filter(pk=theirs.pk).update(handler=cast.kats_officer)

    found = {show: numbers(officer.get(LIST, {"show": show})) for show in ("mine", "free")}

    assert found == {"mine": [mine.case.number], "free": [free.case.number]}


def test_list_of_many_rows_comes_in_pages(officer, cases, cast, customs):
    case = cases.at("referred")
    row = case.referrals.get()
    Referral.objects.bulk_create(
        Referral(
            case=case,
            organisation=customs,
            state="answered",
            question="질의",
            answer="답변",
            due_at=row.due_at,
            ended_at=timezone.now() - dt.timedelta(minutes=place),
            asked_by=row.asked_by,
        )
        for place in range(999)
    )

    pages = [numbers(officer.get(LIST, {"page": page})) for page in ("1", "20", "99", "x")]

    assert [len(found) for found in pages] == [50, 50, 50, 50]
    assert "1 / 20" in shown_text(officer.get(LIST))


def test_page_tells_when_the_body_was_reminded_and_why_it_was_recalled(officer, asked, cases):
    before = shown_text(officer.get(page_of(asked)))
    actions.remind_referral(referral=asked, by=cases.by, text="서둘러 주십시오.")
    reminded = shown_text(officer.get(page_of(asked)))
    actions.recall_referral(referral=asked, reason="시연상사가 해결하였습니다.", by=cases.by)
    recalled = shown_text(officer.get(page_of(asked)))

    assert ["Reminders" in text for text in (before, reminded, recalled)] == [False, True, True]
    assert "시연상사가 해결하였습니다." in recalled
    assert "시연상사가 해결하였습니다." not in reminded


def test_reason_of_a_recall_does_not_name_a_company_that_stays_unnamed(officer, cases):
    case = cases.at("referred", visibility="secretariat_only")
    row = case.referrals.get()

    actions.recall_referral(referral=row, reason="시연상사가 해결하였습니다.", by=cases.by)

    assert "시연상사" not in shown_text(officer.get(page_of(row)))


def test_mission_reads_its_own_clock_and_extends_to_the_end_of_its_own_day(cases, cast):
    case = cases.at("reviewing")
    cases.refer(case, "MIS-HAN")
    row = case.referrals.get()
    Referral.objects.update(due_at=dt.datetime(2030, 1, 7, 11, tzinfo=dt.UTC))
    row.refresh_from_db()
    client = signed_in(cast.mission_officer)

    text = shown_text(client.get(page_of(row)))
    answer = client.post(
        step_of(row, "extend"), {"extend-due": "2030-01-08", "extend-reason": "현지 확인"}
    )

    assert "18:00" in text
    assert "in Seoul" in text
    assert "20:00" in text
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.due_at == dt.datetime(2030, 1, 8, 11, tzinfo=dt.UTC)


# --- A link that is too old -----------------------------------------------------------------
@pytest.fixture
def old_link(asked, monkeypatch) -> str:
    """The address of a link that is over."""
    long_ago = time.time() - dt.timedelta(days=61).total_seconds()
    with monkeypatch.context() as back_then:
        back_then.setattr(signing.time, "time", lambda: long_ago)
        return link_of(asked)


def test_old_link_lets_the_body_have_a_new_one_sent_once_a_day(old_link, asked, cast):
    stranger = Client()
    stranger.cookies["django_language"] = "en"
    page = stranger.get(old_link)
    assert page.status_code == 410
    assert f'action="{old_link}new-link/"' in page.content.decode()

    answers = [stranger.post(f"{old_link}new-link/") for _round in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    sent = Notice.objects.filter(kind="referral_link")
    assert list(sent.values_list("to_address", flat=True)) == [cast.customs_officer.email]
    # Nothing that opens the question comes back to whoever asked.
    assert sent.get().context["link"] not in answers[0].content.decode()
    assert asked.case.number not in answers[0].content.decode()


def test_old_link_of_an_ended_question_sends_nothing(old_link, asked, cases):
    actions.recall_referral(referral=asked, reason="해결", by=cases.by)

    answer = Client().post(f"{old_link}new-link/")

    assert answer.status_code == 200
    assert Notice.objects.filter(kind="referral_link").count() == 0


def test_forged_link_sends_nothing_and_get_writes_nothing(old_link, asked):
    before = everything()

    assert Client().post("/body/link/forged:token:x/new-link/").status_code == 404
    assert Client().get(f"{old_link}new-link/").status_code == 302

    assert everything() == before
