"""The case page at the desk of the organisation that filed: what it shows, and what it takes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from intake import actions, timeline
from intake.models import Case
from intake.timeline import COMPANY
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
STEPS = (
    "case-supplement",
    "case-supplement-save",
    "case-agree",
    "case-refuse",
    "case-send-message",
    "case-withdraw",
    "case-solved",
    "case-not-solved",
    "case-outcome",
    "promise-add",
)


@pytest.fixture
def kbiz(cast):
    return timeline.submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))


@pytest.fixture
def filed(kbiz):
    """Files a case for a company."""

    def file(**changes):
        return actions.submit(filing=filing(**changes), by=kbiz)[0]

    return file


def at(case, name="case", *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, case.number, *more])


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.association_officer)
    return client


def fresh(case):
    return Case.objects.get(pk=case.pk)


def walk(cases, case, state):
    """Lead a case that was filed for a company to a state, by the secretariat's verbs."""
    if state != "received":
        actions.claim(case=case, by=cases.by)
        getattr(cases, f"_{state}")(case)
    assert case.state == state
    return case


# --- What it shows -----------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "state",
    [
        *("received", "reviewing", "supplement", "referred", "answered", "closed"),
        *("rejected", "duplicate", "transferred"),
    ],
)
def test_page_of_every_state_is_shown_in_both_languages(desk, cases, filed, state, language):
    case = walk(cases, filed(), state)
    desk.cookies["django_language"] = language

    page = desk.get(at(case))

    assert page.status_code == 200
    assert page.context["case"] == case
    assert [stage.now for stage in page.context["stages"]].count(True) == 1


def test_page_shows_company_consents_and_what_was_filed(desk, filed):
    case = filed(given={"sharing": False})

    page = desk.get(at(case))

    text = page.content.decode()
    for words in (case.title, case.situation, case.company_name, case.contact_name):
        assert words in text
    agreed = {one.row.kind: (one.given, one.by_company) for one in page.context["agreed"]}
    assert agreed["sharing"] == (False, False)
    assert agreed["collection"] == (True, False)


def test_company_s_own_word_outweighs_what_the_officer_was_told(desk, filed):
    case = filed(given={"sharing": True})
    told = case.consents.get(kind="sharing")
    told.pk, told.by_officer, told.given = None, False, False
    told.save(force_insert=True)

    page = desk.get(at(case))

    sharing = next(one for one in page.context["agreed"] if one.row.kind == "sharing")
    assert (sharing.given, sharing.by_company) == (False, True)


def test_internal_words_and_notices_of_others_are_not_shown(desk, cases, filed):
    case = walk(cases, filed(), "referred")
    actions.note(case=case, text="내부 비밀 메모", by=cases.by)
    actions.send_message(case=case, text="기관에게만", audience="bodies", by=cases.by)

    page = desk.get(at(case))

    text = page.content.decode()
    assert "내부 비밀 메모" not in text
    assert "기관에게만" not in text
    shown = {notice.kind for _words, notice, *_more in page.context["notices"]}
    assert shown == {"filed_for_you", "filer_update", "referred"}


# --- Who may see it ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("other_association_officer", "KBIZ"),
        ("other_association_officer", "INNOBIZ"),
        ("centre_officer", "EXP-SEO"),
        ("mission_officer", "MIS-HAN"),
        ("customs_officer", "KCS"),
        ("secretary", "KBIZ"),
        ("auditor", "KBIZ"),
        ("platform_admin", "KBIZ"),
    ],
)
def test_outsiders_get_404_for_page_and_every_step(cast, filed, person, code):
    case = filed()
    client = Client()
    client.force_login(getattr(cast, person))

    answers = [client.get(at(case, code=code)).status_code]
    answers += [client.post(at(case, name, code=code)).status_code for name in STEPS]

    assert answers == [404] * (1 + len(STEPS))
    assert fresh(case).events.count() == 1


def test_officers_of_a_body_asked_see_the_question_and_not_this_page(cast, cases, filed):
    case = cases.at("reviewing")
    cases.refer(case, "INNOBIZ")
    client = Client()
    client.force_login(cast.other_association_officer)

    assert client.get(at(case, code="INNOBIZ")).status_code == 404


def test_dismissed_officer_gets_404(desk, filed):
    case = filed()
    Case.objects.filter(pk=case.pk).update(proxy="dismissed")

    assert desk.get(at(case)).status_code == 404
    assert desk.post(at(case, "case-send-message"), {"send_message-text": "말"}).status_code == 404
    assert case.messages.count() == 0


def test_case_of_nobody_and_direct_case_are_404(desk, cases):
    direct = cases.new()

    assert desk.get(at(direct)).status_code == 404
    assert desk.get("/partner/KBIZ/cases/GT-2025-000042-0/").status_code == 404


def test_files_of_the_case_come_through_the_same_gate(desk, cast, cases, filed, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    case = filed()
    answer = desk.post(
        at(case, "case-send-message"),
        {
            "send_message-text": "통지서를 보냅니다.",
            "send_message-files": SimpleUploadedFile("통지서.txt", "통지".encode()),
        },
    )
    assert answer.status_code == 302
    row = case.attachments.get()
    outsider = Client()
    outsider.force_login(cast.other_association_officer)

    mine = desk.get(at(case, "case-file", row.file.public_id))
    theirs = outsider.get(at(case, "case-file", row.file.public_id))

    assert b"".join(mine.streaming_content) == "통지".encode()
    assert theirs.status_code == 404


# --- Steps in the company's name ---------------------------------------------------------
def test_message_names_officer_and_organisation(desk, cast, cases, filed, kbiz):
    case = walk(cases, filed(), "reviewing")

    answer = desk.post(at(case, "case-send-message"), {"send_message-text": "확인 부탁드립니다."})

    assert answer["Location"] == at(case)
    message = case.messages.get()
    assert (message.role, message.author, message.organisation) == (
        "submitter",
        cast.association_officer,
        kbiz.organisation,
    )
    said = desk.get(at(case)).context["talk"]
    assert [(one.who, one.mine) for one in said] == [("최나래 「시연」 · 중소기업중앙회", True)]


def test_supplement_is_kept_item_by_item_and_sent(desk, cases, filed):
    case = walk(cases, filed(), "supplement")
    item = case.supplement_items.get()
    kept = desk.post(
        at(case, "case-supplement-save"), {f"supplement-{item.pk}-text": "통지서 사본입니다."}
    )
    page = desk.get(kept["Location"].partition("#")[0])
    given = page.context["supplement"].given

    sent = desk.post(
        at(case, "case-supplement"), {f"supplement-{item.pk}-text": "통지서 사본입니다."}
    )

    assert given == 1
    assert sent["Location"] == at(case)
    assert fresh(case).state == "reviewing"
    assert case.events.last().organisation.code == "KBIZ"


@pytest.mark.parametrize(
    ("state", "name", "data", "becomes", "verb"),
    [
        ("received", "case-withdraw", {"withdraw-reason": "해결됨"}, "withdrawn", "withdraw"),
        ("answered", "case-solved", {"close-outcome": "solved"}, "closed", "close"),
        ("answered", "case-not-solved", {"dispute-text": "아직"}, "reviewing", "dispute"),
        ("closed", "case-outcome", {"tell_outcome-outcome": "partly"}, "closed", "tell_outcome"),
    ],
)
def test_step_is_taken_in_the_organisation_s_name(
    desk, cast, cases, filed, state, name, data, becomes, verb
):
    case = walk(cases, filed(), state)

    answer = desk.post(at(case, name), data)

    assert answer["Location"] == at(case)
    event = case.events.last()
    assert fresh(case).state == becomes
    assert (event.verb, event.actor, event.organisation.code) == (
        verb,
        cast.association_officer,
        "KBIZ",
    )


@pytest.mark.parametrize(
    ("name", "verb"), [("agree", "agree_extension"), ("refuse", "refuse_extension")]
)
def test_more_time_is_agreed_or_refused(desk, cases, filed, name, verb):
    case = walk(cases, filed(), "reviewing")
    actions.extend(case=case, reason="확인 중", by=cases.by)
    actions.ask_extension(case=case, reason="더 필요", by=cases.by)
    assert "more-time" in desk.get(at(case)).content.decode()

    desk.post(at(case, f"case-{name}"), {f"{verb}-text": ""})

    assert case.events.last().verb == verb
    assert case.events.last().organisation.code == "KBIZ"


def test_refused_form_keeps_what_was_typed(desk, cases, filed):
    case = walk(cases, filed(), "answered")

    page = desk.post(at(case, "case-solved"), {"close-text": "고맙습니다. 그런데"})

    assert page.status_code == 422
    assert "고맙습니다. 그런데" in page.content.decode()
    assert fresh(case).state == "answered"


def test_step_that_came_too_late_is_told_with_the_words_kept(desk, cases, filed):
    case = walk(cases, filed(), "received")
    actions.withdraw(case=case, reason="", by=COMPANY)

    page = desk.post(at(case, "case-send-message"), {"send_message-text": "늦은 말"})

    assert page.status_code == 409
    assert page.context["unsent"] == "늦은 말"


def test_following_organisation_reads_and_does_nothing(desk, cases, filed):
    case = walk(cases, filed(), "answered")
    Case.objects.filter(pk=case.pk).update(proxy="following")

    page = desk.get(at(case))
    late = desk.post(at(case, "case-not-solved"), {"dispute-text": "아직입니다"})

    assert page.status_code == 200
    assert page.context["forms"] == {}
    assert page.context["face"].barred in page.content.decode()
    assert (late.status_code, late.context["unsent"]) == (409, "아직입니다")
    assert fresh(case).state == "answered"


def test_verbs_refuse_an_officer_who_only_follows(filed, kbiz):
    case = filed()
    Case.objects.filter(pk=case.pk).update(proxy="following")

    with pytest.raises(actions.RefusedError):
        actions.send_message(case=fresh(case), text="말", by=kbiz)
    with pytest.raises(actions.RefusedError):
        actions.withdraw(case=fresh(case), by=kbiz)
    actions.send_message(case=fresh(case), text="기업의 말", by=COMPANY)

    assert case.messages.count() == 1
