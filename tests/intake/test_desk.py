"""The case page at the desk and its steps: what each writes, who was first, who is kept out."""

import datetime as dt
import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import loading as accounts_loading
from accounts.models import SECRETARIAT, Membership, Organisation, User
from files import storing
from intake import actions, links, workflow
from intake import loading as intake_loading
from intake.actions import extending, moving
from intake.admin.page import buttons
from intake.admin.steps import DESK_FORMS
from intake.forms.referring import REFERRAL_FORMS
from intake.models import Attachment, Case, CaseEvent, Message, Referral
from intake.timeline import COMPANY
from notifications import catalog, texts
from notifications.models import Notice
from reference import loading as reference_loading
from tests.intake.factories import CaseFactory
from tests.intake.test_queue import text

SOON = (timezone.localdate() + dt.timedelta(days=14)).isoformat()
TODAY = timezone.localdate().isoformat()


def page_of(case: Case) -> str:
    """The address of the case page."""
    return reverse("admin:intake_case_change", args=[case.pk])


def step_of(case: Case, verb: str) -> str:
    """The address of a step."""
    return reverse("admin:intake_case_step", args=[case.pk, verb])


def everything() -> list:
    """All that a step could write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Case, CaseEvent, Message, Referral, Attachment, Notice)
    ]


def signed_in(user: User) -> Client:
    """A browser of its own, reading English."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def fresh(case: Case) -> Case:
    """The case as the table has it."""
    return Case.objects.get(pk=case.pk)


def refer_data(case: Case, **changes: str) -> dict[str, str]:
    """What the referral form posts with one free row."""
    return {
        "version": str(case.version),
        "question": "필요 서류를 확인하여 주시기 바랍니다.",
        "due": SOON,
        "body-TOTAL_FORMS": "1",
        "body-INITIAL_FORMS": "1",
        "body-0-organisation": "관세청",
        **changes,
    }


# What an officer types in each step, and the state in which the step is open.
TYPED = {
    "claim": ("received", {}),
    "assign": ("reviewing", {"officer": "OTHER"}),
    "classify": (
        "reviewing",
        {
            "category": "MKT-01",
            "initial-category": "CUS-01",
            "policy": "default",
            "initial-policy": "default",
            "country": "VN",
            "initial-country": "VN",
            "hs_code": "330499",
            "initial-hs_code": "330499",
            "product": "화장품",
            "initial-product": "화장품",
            "initial-at_border": "False",
        },
    ),
    "request_supplement": ("reviewing", {"text": "통지서 사본", "due": SOON}),
    "record_item": ("supplement", {"said_by": "홍시연 과장", "said_on": TODAY}),
    "supplement": ("supplement", {}),
    "refer": (
        "reviewing",
        {
            "question": "확인 요청",
            "due": SOON,
            "body-TOTAL_FORMS": "1",
            "body-INITIAL_FORMS": "1",
            "body-0-organisation": "관세청 (KCS)",
        },
    ),
    "answer": ("reviewing", {"text": "답변드립니다."}),
    "close": ("answered", {"outcome": "solved", "text": ""}),
    "reopen": ("closed", {"reason": "추가 검토"}),
    "extend": ("reviewing", {"reason": "관계 기관 협의"}),
    "ask_extension": ("reviewing", {"reason": "현지 회신 지연"}),
    "agree_extension": ("reviewing", {"said_by": "홍시연 과장", "said_on": TODAY}),
    "refuse_extension": ("reviewing", {"said_by": "홍시연 과장", "said_on": TODAY}),
    "say_progress": ("reviewing", {"text": "다음 주에 회신이 옵니다."}),
    "reject": ("reviewing", {"reason": "소관 아님", "next_place": "무역장벽 119"}),
    "mark_duplicate": ("reviewing", {"original": "OTHER CASE"}),
    "transfer_out": ("reviewing", {"reason": "통상 현안", "place": "무역장벽 119"}),
    "send_message": ("reviewing", {"text": "확인 중입니다.", "audience": "submitter"}),
    "note": ("reviewing", {"text": "전화 통화함"}),
    "correct_contact": ("reviewing", {"email": "new@company.example"}),
}


@pytest.fixture
def typed(cases, cast):
    """A case and what an officer types, for a verb."""

    def make(verb: str, state: str | None = None) -> tuple[Case, dict[str, str]]:
        at, data = TYPED[verb]
        case = cases.at(state or at)
        if verb.endswith("_extension") and not state:
            actions.extend(case=case, reason="협의", by=cases.by)
            if verb != "ask_extension":
                actions.ask_extension(case=case, reason="회신 지연", by=cases.by)
        items = {item.pk: "팩스로 받음" for item in case.supplement_items.all()}
        if verb == "supplement" and case.state == verb:
            today = timezone.localdate()
            actions.record_item(case=case, said=items, said_by="홍", said_on=today, by=cases.by)
        data = dict(data, version=str(case.version))
        if verb == "record_item":
            data |= {f"item_{pk}": words for pk, words in items.items()}
        if data.get("officer"):
            data["officer"] = str(cast.second_secretary.pk)
        if data.get("original"):
            data["original"] = cases.new().number
        return case, data

    return make


@pytest.fixture
def desk(cast):
    """A secretary's browser."""
    return signed_in(cast.secretary)


def test_every_step_of_the_secretariat_has_its_form():
    at_the_desk = {
        step.verb for step in workflow.STEPS.values() if workflow.SECRETARY in step.by
    } - {"submit"}

    assert at_the_desk == {*DESK_FORMS, *(f"{verb}_referral" for verb in REFERRAL_FORMS)}
    assert set(TYPED) == set(DESK_FORMS)


def test_every_notice_has_a_label_in_the_story():
    assert {kind for kind in texts.kinds() if catalog.label(kind) == kind} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("state", workflow.STATES)
def test_case_page_offers_the_steps_of_the_table(desk, cases, state):
    case = cases.at(state)

    page = desk.get(page_of(case)).content.decode()

    offered = re.findall(rf"/intake/case/{case.pk}/step/(\w+)/", page)
    expected = [
        step.verb
        for step in workflow.available(state=state, role=workflow.SECRETARY)
        if step.verb in DESK_FORMS
        and step.verb not in extending.spent(case)
        # Its items are open; a case that was returned otherwise waits for none.
        and step.verb != "supplement"
        and (step.verb != "record_item" or state == "supplement")
    ] + (["refer"] if state == "received" else [])
    assert sorted(offered) == sorted(expected)
    assert [button.verb for button in buttons(case, case.supplement_items.all())] == offered


@pytest.mark.django_db
@pytest.mark.parametrize("verb", TYPED)
def test_step_page_shows_its_form_and_writes_nothing(desk, typed, verb):
    case, data = typed(verb)
    before = everything()

    page = desk.get(step_of(case, verb), data)

    assert page.status_code == 200
    assert f'name="version" value="{case.version}"' in page.content.decode()
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("verb", TYPED)
def test_step_moves_the_case_and_leads_back_to_it(desk, cast, typed, verb):
    case, data = typed(verb)

    answer = desk.post(step_of(case, verb), data)

    assert (answer.status_code, answer["Location"]) == (302, page_of(case))
    last = fresh(case).events.last()
    assert (last.verb, last.actor) == (verb, cast.secretary)
    assert fresh(case).state == (workflow.STEPS[verb].to or case.state)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", [verb for verb in TYPED if verb not in ("claim", "supplement")])
def test_step_without_its_words_keeps_the_page_and_writes_nothing(desk, typed, verb):
    case, _data = typed(verb)
    if verb == "close":
        _data["outcome"] = "no such word"
    else:
        _data = {"version": str(case.version)}
    before = everything()

    page = desk.post(step_of(case, verb), _data)

    assert page.status_code == 422
    assert 'class="errorlist' in page.content.decode()
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb", ["request_supplement", "refer", "answer", "reject", "transfer_out", "mark_duplicate"]
)
def test_preview_shows_the_mails_and_writes_nothing(desk, typed, verb):
    case, data = typed(verb)
    before = everything()

    page = desk.post(step_of(case, verb), {**data, "preview": "1"})

    assert page.status_code == 200
    assert page.content.decode().count('class="desk-mail"') == (2 if verb == "refer" else 1)
    assert everything() == before
    assert desk.post(step_of(case, verb), data).status_code == 302


@pytest.mark.django_db
def test_preview_shows_no_link_that_works(desk, cases):
    case = cases.at("reviewing")
    data = {"version": str(case.version), "text": "답변입니다.", "preview": "1"}

    page = desk.post(step_of(case, "answer"), data).content.decode()

    shown = re.findall(r"/follow/link/([^/]+)/", page)
    assert shown == ["preview"]
    assert Client().get("/follow/link/preview/").status_code == 404
    assert Client().get(links.follow_path(case)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
@pytest.mark.parametrize("verb", TYPED)
def test_only_post_takes_a_step(desk, typed, verb, method):
    case, data = typed(verb)
    before = everything()

    getattr(desk, method)(step_of(case, verb), data)

    assert everything() == before


# --- Two officers at once ---------------------------------------------------------------------
@pytest.mark.django_db
def test_second_claim_is_told_who_was_first_and_when(cast, cases):
    case = cases.new()
    first, second = signed_in(cast.secretary), signed_in(cast.second_secretary)
    data = {"version": str(case.version)}

    assert first.post(step_of(case, "claim"), data).status_code == 302
    page = second.post(step_of(case, "claim"), data)

    at = timezone.localtime(fresh(case).events.last().at)
    assert page.status_code == 409
    assert (
        f"Somebody was first: {cast.secretary.name} – An officer took the case up ({at:%H:%M:%S})"
    ) in text(page)
    assert fresh(case).assignee == cast.secretary
    assert fresh(case).events.filter(verb="claim").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb", [verb for verb in TYPED if verb not in {"send_message", "note", "say_progress"}]
)
def test_step_on_a_case_that_moved_overwrites_nothing_and_keeps_the_words(cast, cases, typed, verb):
    case, data = typed(verb)
    first, second = signed_in(cast.secretary), signed_in(cast.second_secretary)
    if verb in {"claim", "close", "reopen"}:
        first.post(step_of(case, verb), data)
    else:
        actions.assign(
            case=fresh(case), officer=cast.second_secretary, by=CaseFactory(cast.secretary).by
        )
    before = everything()

    page = second.post(step_of(case, verb), data)

    assert page.status_code == 409
    assert f"Somebody was first: {cast.secretary.name}" in text(page)
    assert everything() == before
    for name in ("text", "reason", "question", "place", "next_place"):
        assert data.get(name, "") in page.content.decode()


@pytest.mark.django_db
def test_positive_control_a_step_that_trusts_what_it_reads_overwrites_the_first(cast, typed):
    """The broken twin: it reads the case anew and ignores the version that the officer saw."""
    case, data = typed("assign")
    actions.assign(case=fresh(case), officer=cast.auditor, by=CaseFactory(cast.secretary).by)
    naive = fresh(case)

    actions.assign(
        case=naive, officer=cast.second_secretary, by=CaseFactory(cast.second_secretary).by
    )

    assert data["version"] != str(naive.version)
    assert fresh(case).assignee == cast.second_secretary


@pytest.mark.django_db
def test_two_officers_who_classify_different_fields_undo_nothing(cast, cases, typed):
    case, data = typed("classify")
    first, second = signed_in(cast.secretary), signed_in(cast.second_secretary)
    first.post(step_of(case, "classify"), data | {"category": "CUS-01", "country": "US"})

    refused = second.post(step_of(case, "classify"), data)
    shown = refused.context["form"]
    again = {name: shown.data[name] for name in shown.data if name != "csrfmiddlewaretoken"}
    second.post(step_of(case, "classify"), again)

    assert refused.status_code == 409
    assert (fresh(case).country_id, fresh(case).category_id) == ("US", "MKT-01")


@pytest.mark.django_db
def test_refused_step_can_be_repeated_once_its_officer_has_seen_the_case(cast, typed):
    case, data = typed("answer")
    by = CaseFactory(cast.secretary).by
    actions.assign(case=fresh(case), officer=cast.second_secretary, by=by)
    second = signed_in(cast.second_secretary)

    refused = second.post(step_of(case, "answer"), data)
    again = second.post(step_of(case, "answer"), dict(refused.context["form"].data.items()))

    assert (refused.status_code, again.status_code) == (409, 302)
    assert fresh(case).answer == data["text"]


@pytest.mark.django_db
def test_a_note_in_between_is_nobodys_being_first(cast, cases):
    case = cases.new()
    seen = {"version": str(case.version)}
    signed_in(cast.secretary).post(step_of(case, "claim"), seen)
    actions.note(case=fresh(case), text="확인", by=CaseFactory(cast.auditor).by)

    page = signed_in(cast.second_secretary).post(step_of(case, "claim"), seen)

    assert f"Somebody was first: {cast.secretary.name} – An officer took" in text(page)


@pytest.mark.django_db
def test_step_that_the_state_forbids_is_refused_in_plain_words(desk, cases):
    case = cases.at("closed")
    before = everything()

    shown = desk.get(step_of(case, "answer"))
    sent = desk.post(step_of(case, "answer"), {"version": case.version, "text": "답변"})

    assert (shown.status_code, sent.status_code) == (409, 409)
    for page in (shown, sent):
        assert "“Answer” is not possible while the case is “Closed”." in text(page)
    assert everything() == before


@pytest.mark.django_db
def test_new_case_is_taken_up_and_referred_in_one_step(desk, cast, cases):
    case = cases.new()

    shown = desk.get(step_of(case, "refer"))
    sent = desk.post(step_of(case, "refer"), refer_data(case))

    assert "Take up and refer" in text(shown)
    assert (shown.status_code, sent.status_code) == (200, 302)
    now = fresh(case)
    assert (now.state, now.assignee) == ("referred", cast.secretary)
    assert list(now.events.values_list("verb", flat=True)) == ["submit", "claim", "refer"]


@pytest.mark.django_db
def test_refused_referral_of_a_new_case_leaves_it_new(desk, cast, cases):
    case = cases.new(given={"private_bodies": False})
    before = everything()

    sent = desk.post(step_of(case, "refer"), refer_data(case, **{"body-0-organisation": "KBIZ"}))

    assert sent.status_code == 409
    assert everything() == before


@pytest.mark.django_db
def test_new_case_that_a_colleague_took_up_is_not_referred_over_their_head(cast, cases):
    case = cases.new()
    data = refer_data(case)
    actions.claim(case=fresh(case), by=CaseFactory(cast.second_secretary).by)
    before = everything()

    sent = signed_in(cast.secretary).post(step_of(case, "refer"), data)

    assert sent.status_code == 409
    assert f"Somebody was first: {cast.second_secretary.name}" in text(sent)
    assert everything() == before


# --- Referral ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_refer_asks_proposed_and_named_bodies_each_with_its_own_words(desk, cases):
    case = cases.at("reviewing")
    proposed = [
        row["code"].value() for row in desk.get(step_of(case, "refer")).context["form"].rows
    ]
    assert "KCS" in proposed
    own = (timezone.localdate() + dt.timedelta(days=21)).isoformat()

    desk.post(
        step_of(case, "refer"),
        refer_data(
            case,
            **{
                "body-TOTAL_FORMS": "4",
                "body-0-organisation": "",
                "body-0-code": "KCS",
                "body-0-chosen": "on",
                "body-1-code": "KOTRA",
                "body-2-organisation": "kats",
                "body-2-question": "인증 기준은?",
                "body-2-due": own,
            },
        ),
    )

    asked = {
        row.organisation.code: (row.question, timezone.localdate(row.due_at).isoformat())
        for row in fresh(case).referrals.select_related("organisation")
    }
    assert asked == {
        "KCS": ("필요 서류를 확인하여 주시기 바랍니다.", SOON),
        "KATS": ("인증 기준은?", own),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body-0-organisation": ""}, "Choose at least one body."),
        ({"body-0-organisation": "없는 기관"}, "There is no such body."),
        ({"question": ""}, "Write what the bodies are asked."),
        ({"due": "2020-01-01"}, "The date for the bodies must lie in the future."),
        ({"body-0-due": "2020-01-01"}, "The date for the bodies must lie in the future."),
        (
            {"body-TOTAL_FORMS": "2", "body-1-organisation": "KCS"},
            "This body is named twice.",
        ),
    ],
)
def test_refer_says_beside_the_field_what_is_wrong_and_keeps_the_words(desk, cases, changes, words):
    case = cases.at("reviewing")

    page = desk.post(step_of(case, "refer"), refer_data(case, **changes))

    assert page.status_code == 422
    assert words in text(page)
    assert fresh(case).state == "reviewing"
    for value in refer_data(case, **changes).values():
        assert value in page.content.decode()


@pytest.mark.django_db
def test_one_more_body_adds_a_row_and_keeps_what_was_typed(desk, cases):
    case = cases.at("reviewing")
    before = everything()

    page = desk.post(
        step_of(case, "refer"),
        refer_data(case, **{"more": "1", "body-0-organisation": "쓰는 중"}),
    )

    form = page.context["form"]
    assert len(form.rows.forms) == 2
    assert "쓰는 중" in page.content.decode()
    assert 'class="errorlist' not in page.content.decode()
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "data", "state", "becomes"),
    [
        ("accept", {}, "accepted", "referred"),
        ("answer", {"text": "원산지증명서가 필요합니다."}, "answered", "reviewing"),
        (
            "decline",
            {"reason": "소관 아님", "suggested": "국가기술표준원"},
            "declined",
            "reviewing",
        ),
        ("recall", {"reason": "철회"}, "recalled", "reviewing"),
    ],
)
def test_what_a_body_said_is_recorded_by_the_secretariat(desk, cases, verb, data, state, becomes):
    case = cases.at("referred")
    referral = case.referrals.get()
    address = reverse("admin:intake_case_referral", args=[case.pk, referral.pk, verb])
    assert desk.get(address).status_code == 200

    answer = desk.post(address, {"version": case.version, **data})

    referral.refresh_from_db()
    assert answer.status_code == 302
    assert (referral.state, fresh(case).state) == (state, becomes)


@pytest.mark.django_db
def test_second_officer_who_records_an_answer_is_told_who_was_first(cast, cases):
    case = cases.at("referred")
    cases.refer(fresh(case), "KATS")
    referral = case.referrals.first()
    address = reverse("admin:intake_case_referral", args=[case.pk, referral.pk, "answer"])
    data = {"version": fresh(case).version}

    signed_in(cast.secretary).post(address, data | {"text": "첫 번째"})
    page = signed_in(cast.second_secretary).post(address, data | {"text": "두 번째"})

    referral.refresh_from_db()
    assert page.status_code == 409
    assert referral.answer == "첫 번째"
    assert f"Somebody was first: {cast.secretary.name}" in text(page)
    assert "두 번째" in page.content.decode()


@pytest.mark.django_db
def test_answer_starts_from_the_bodies_answers_each_under_its_name(desk, cases):
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    for referral in list(case.referrals.all()):
        said = f"{referral.organisation.code} 답변"
        actions.answer_referral(referral=referral, text=said, by=cases.by)

    form = desk.get(step_of(case, "answer")).context["form"]

    names = {row.code: row.name_ko for row in Organisation.objects.filter(code__in=["KCS", "KATS"])}
    expected = f"■ {names['KCS']}\nKCS 답변\n\n■ {names['KATS']}\nKATS 답변"
    assert form["text"].value() == expected


# --- Classifying ------------------------------------------------------------------------------
@pytest.mark.django_db
def test_border_mark_brings_its_own_clock_and_back(desk, typed):
    case, data = typed("classify")
    data |= {"category": "CUS-01"}

    desk.post(step_of(case, "classify"), data | {"at_border": "on"})
    marked = fresh(case)
    unmark = {"version": marked.version, "initial-at_border": "True"}
    unmark |= {"policy": "border", "initial-policy": "border"}
    desk.post(step_of(case, "classify"), data | unmark)

    assert (marked.at_border, marked.policy) == (True, "border")
    assert marked.due_at < case.due_at
    assert (fresh(case).at_border, fresh(case).policy) == (False, "default")


@pytest.mark.django_db
def test_classify_writes_only_what_was_changed(desk, typed):
    case, data = typed("classify")

    desk.post(step_of(case, "classify"), data)

    assert fresh(case).events.last().facts == {
        "was": {"category": "CUS-01"},
        "is": {"category": "MKT-01"},
    }


@pytest.mark.django_db
def test_classified_product_is_found_by_search(desk, typed):
    case, data = typed("classify")

    desk.post(step_of(case, "classify"), data | {"product": "유기농 콤부차"})

    assert list(Case.objects.search("콤부차")) == [case]


@pytest.mark.django_db
def test_duplicate_of_an_unknown_or_the_same_number_is_refused_beside_the_field(desk, cases):
    case = cases.at("reviewing")

    for number, words in (
        (case.number, "A case cannot be the duplicate of itself."),
        ("GT-2026-999999-1", "This is no receipt number."),
        ("12", "This is no receipt number."),
    ):
        page = desk.post(
            step_of(case, "mark_duplicate"), {"version": case.version, "original": number}
        )

        assert page.status_code == 422
        assert words in text(page)


# --- The page ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_case_page_tells_the_whole_story_with_delivery_and_files(desk, cases, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    stored = storing.store(SimpleUploadedFile("견적서.png", _png(), "image/png"))
    case = cases.at("referred", files=[stored])
    actions.note(case=fresh(case), text="사무국 내부 메모", by=cases.by)
    actions.send_message(case=fresh(case), text="회사의 말", by=COMPANY)

    words = text(desk.get(page_of(case)))

    for said in (
        "The case was received",
        "An officer took the case up",
        "Bodies were asked",
        "사무국 내부 메모",
        "회사의 말",
        "견적서.png",
        "Waiting to be sent",
        "Question to a body",
    ):
        assert said in words, said


def _png() -> bytes:
    """One black dot."""
    import base64

    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
    )


@pytest.mark.django_db
def test_words_of_strangers_cannot_run_on_the_case_page(desk, cases):
    evil = "<script>alert(1)</script>\u202e"
    case = cases.new(title=evil, situation=evil, company_name=evil, contact_name=evil)
    actions.send_message(case=fresh(case), text=evil, by=COMPANY)

    assert "<script>alert" not in desk.get(page_of(case)).content.decode()


@pytest.mark.django_db
def test_file_is_handed_out_at_the_desk_and_only_with_its_own_case(
    desk, cases, cast, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    stored = storing.store(SimpleUploadedFile("사진.png", _png(), "image/png"))
    case, other = cases.new(files=[stored]), cases.new()
    address = reverse("admin:intake_case_file", args=[case.pk, stored.public_id])

    got = desk.get(address)

    assert (got.status_code, got["Content-Disposition"].partition(";")[0]) == (200, "attachment")
    assert b"".join(got.streaming_content) == _png()
    wrong = reverse("admin:intake_case_file", args=[other.pk, stored.public_id])
    assert desk.get(wrong).status_code == 404
    for user, status in ((cast.customs_officer, 302), (cast.platform_admin, 404)):
        assert signed_in(user).get(address).status_code == status


@pytest.mark.django_db
def test_case_page_warns_of_what_originals_carry(desk, cases, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    stored = storing.store(SimpleUploadedFile("사진.png", _png(), "image/png"))
    with_file, without = cases.new(files=[stored]), cases.new()

    pages = [desk.get(page_of(case)).content.decode() for case in (with_file, without)]

    assert ["These are the originals" in page for page in pages] == [True, False]


@pytest.mark.django_db
def test_officer_learns_which_bodies_no_mail_could_reach(desk, cases):
    case = cases.at("reviewing")
    data = refer_data(case, **{"body-TOTAL_FORMS": "2", "body-1-organisation": "산업통상부"})

    page = desk.post(step_of(case, "refer"), data, follow=True).content.decode()

    said = re.search(r"No mail went to ([^:]*):", page)
    assert said is not None
    assert said[1] == "Ministry of Trade, Industry and Resources"


# --- The gate ---------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("association_officer", 302),
        ("centre_officer", 302),
        ("mission_officer", 302),
        ("customs_officer", 302),
        ("manager", 302),
        ("platform_admin", 404),
        (None, 302),
    ],
)
def test_nobody_else_gets_a_page_or_a_step(cast, cases, who, status):
    case = cases.at("referred")
    client = signed_in(getattr(cast, who)) if who else Client()
    referral = case.referrals.get()
    before = everything()
    addresses = [
        page_of(case),
        *(step_of(case, verb) for verb in DESK_FORMS),
        *(
            reverse("admin:intake_case_referral", args=[case.pk, referral.pk, verb])
            for verb in REFERRAL_FORMS
        ),
    ]

    for address in addresses:
        for method in (client.get, client.post):
            answer = method(address, {"version": case.version, "text": "x", "reason": "x"})
            read_only = method == client.post and address == page_of(case) and status == 404
            kept = not who and method == client.post  # until its sender has signed in
            assert answer.status_code == (405 if read_only else 401 if kept else status), address
            assert case.title not in answer.content.decode()
    assert everything() == before


@pytest.mark.django_db
def test_auditor_reads_all_and_takes_no_step(cast, cases):
    case = cases.at("reviewing")
    client = signed_in(cast.auditor)
    before = everything()

    page = client.get(page_of(case))

    assert page.status_code == 200
    assert f"/intake/case/{case.pk}/step/" not in page.content.decode()
    assert "You may read this case and not change it." in text(page)
    for verb, (_state, data) in TYPED.items():
        for method in (client.get, client.post):
            answer = method(step_of(case, verb), data | {"version": case.version})
            assert answer.status_code == 403
    assert everything() == before


@pytest.mark.django_db
def test_nothing_is_added_deleted_or_edited_by_hand(desk, cases):
    case = cases.new()

    for name in ("add", f"{case.pk}/delete", f"{case.pk}/history", f"{case.pk}"):
        assert desk.get(f"/admin/intake/case/{name}/").status_code == 404
    assert desk.post(page_of(case), {"title": "다른 제목"}).status_code == 405
    for table in ("draft", "onetimecode", "accessattempt", "receiptcounter", "consent"):
        assert desk.get(f"/admin/intake/{table}/").status_code == 404


@pytest.mark.django_db
def test_platform_administrator_sets_clock_and_calendar_and_nothing_else_of_intake(cast):
    client = signed_in(cast.platform_admin)

    saved = client.post(
        "/admin/intake/calendarday/add/", {"day": "2026-10-02", "reason": "임시공휴일"}
    )
    index = client.get("/admin/").content.decode()

    assert saved.status_code == 302
    assert sorted(set(re.findall(r'href="/admin/intake/(\w+)/"', index))) == [
        "calendarday",
        "clockpolicy",
    ]
    assert client.get("/admin/intake/clockpolicy/add/").status_code == 200


@pytest.mark.django_db
def test_exception_in_the_calendar_moves_the_next_deadline(desk, cases):
    before = cases.new(received_at=dt.datetime(2026, 9, 21, 1, tzinfo=dt.UTC))

    typed = {"day": "2026-09-22", "reason": "임시공휴일"}
    shown = desk.post("/admin/intake/calendarday/add/", typed)
    desk.post("/admin/intake/calendarday/add/", typed | {"seen": shown.context["seen"]})
    after = cases.new(received_at=dt.datetime(2026, 9, 21, 1, tzinfo=dt.UTC))

    assert timezone.localdate(before.due_at) == dt.date(2026, 10, 1)
    assert timezone.localdate(after.due_at) == dt.date(2026, 10, 2)


@pytest.mark.django_db
def test_index_leads_with_the_queue(desk, reference_data):
    page = desk.get("/admin/").content.decode()

    assert re.findall(r'href="/admin/intake/(\w+)/"', page)[0] == "triagecase"
    assert re.findall(r'class="app-(\w+) module', page)[0] == "intake"


# --- The race ---------------------------------------------------------------------------------
def _officers(count: int) -> list[User]:
    reference_loading.load()
    accounts_loading.load()
    intake_loading.load()
    secretariat = Organisation.objects.get(kind=SECRETARIAT)
    users = [
        User.objects.create_user(f"o{place}@desk.example", name=f"담당 {place}", is_staff=True)
        for place in range(count)
    ]
    Membership.objects.bulk_create(
        Membership(user=user, organisation=secretariat) for user in users
    )
    return users


def _race(case: Case, clients: list[Client]) -> list[int]:
    """Everybody claims at the same moment; the statuses they get."""
    start = threading.Barrier(len(clients))
    answers: list[int] = []
    data = {"version": str(case.version)}

    def claim(client: Client) -> None:
        try:
            start.wait(timeout=20)
            answers.append(client.post(step_of(case, "claim"), data).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_of_eight_officers_who_claim_at_once_one_wins_and_seven_are_told():
    users = _officers(8)
    case = CaseFactory(users[0]).new()

    answers = _race(case, [signed_in(user) for user in users])

    assert answers == [302] + [409] * 7
    assert fresh(case).events.filter(verb="claim").count() == 1
    assert fresh(case).assignee == fresh(case).events.get(verb="claim").actor


@pytest.mark.django_db(transaction=True)
def test_positive_control_without_compare_and_swap_several_officers_win(monkeypatch):
    """The broken twin of `move`: it looks, waits, and writes whatever it finds."""
    users = _officers(8)
    case = CaseFactory(users[0]).new()
    looked = threading.Barrier(8)

    def naive(case: Case, verb: str, *, by, audience="internal", **changes) -> None:
        workflow.check(verb, state=case.state, role=by.role)
        looked.wait(timeout=20)
        Case.objects.filter(pk=case.pk).update(state="reviewing", **changes)
        moving.draw(
            case, verb, by=by, from_state=case.state, to_state="reviewing", audience=audience
        ).save()

    # Without the transaction too: on SQLite it alone would make the officers wait in line.
    monkeypatch.setattr(actions, "claim", lambda *, case, by: naive(case, "claim", by=by))

    answers = _race(case, [signed_in(user) for user in users])

    assert answers == [302] * 8
    assert fresh(case).events.filter(verb="claim").count() == 8
