"""The case paper: what goes in, what may not leave the country, and a PDF that can be searched."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from intake import actions
from intake.models import Case
from intake.models.case import ANONYMOUS, NAMED, SECRETARIAT_ONLY
from intake.paper import fonts, parts, sheet
from intake.paper.parts import Part
from intake.timeline import COMPANY
from tests.intake.test_desk import everything, fresh, signed_in
from tests.intake.test_queue import text

SECRETS = {
    "company_name": "한결화장품 주식회사",
    "contact_name": "남궁시연",
    "contact_phone": "02-987-6543",
    "contact_email": "namgung@hangyeol.example",
    "counterpart": "Saigon Beauty JSC",
}


@pytest.fixture
def desk(cast):
    """A secretary's browser, reading English."""
    return signed_in(cast.secretary)


def paper_of(case: Case) -> str:
    """The address of the page."""
    return reverse("admin:intake_case_paper", args=[case.pk])


def read(content: bytes) -> tuple[str, PdfReader]:
    """The words of a PDF, with single spaces, and the file."""
    reader = PdfReader(io.BytesIO(content))
    # pypdf reads two-byte characters with a zero between them.
    words = " ".join(page.extract_text() for page in reader.pages).replace("\x00", "")
    return " ".join(words.split()), reader


def abroad(desk, case: Case, *chosen: str, **more: str) -> str:
    """The words of a paper for a foreign authority."""
    answer = desk.post(paper_of(case), {"kind": "bilingual", "parts": list(chosen), **more})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), text(answer)
    return read(answer.content)[0]


# --- The secretariat's own --------------------------------------------------------------------
@pytest.mark.django_db
def test_korean_paper_tells_the_whole_case_and_can_be_searched(desk, cases):
    case = cases.at("referred", **SECRETS)
    actions.note(case=fresh(case), text="안에만 두는 말", by=cases.by)
    actions.send_message(case=fresh(case), text="회사가 보낸 말", by=COMPANY)

    answer = desk.post(paper_of(case), {"kind": "korean", "contact": "on", "story": "on"})

    words, reader = read(answer.content)
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-korean.pdf"'
    for said in (
        "하이퐁 항에서 화장품이 통관 보류되었습니다.",
        "필요 서류를 확인하여 주시기 바랍니다.",
        "관세청",
        "베트남",
        "회사가 보낸 말",
        *SECRETS.values(),
    ):
        assert said in words, said
    assert "안에만 두는 말" not in words
    assert reader.metadata is not None
    assert reader.metadata.title == f"{case.number} 애로사항 처리 서류"
    assert reader.metadata.author is None
    assert reader.trailer["/Root"]["/Lang"] == "ko-KR"


@pytest.mark.django_db
def test_contact_story_and_internal_notes_are_there_as_they_were_ticked(desk, cases):
    case = cases.at("reviewing", **SECRETS)
    actions.note(case=case, text="안에만 두는 말", by=cases.by)

    bare = read(desk.post(paper_of(case), {"kind": "korean"}).content)[0]
    full = {"kind": "korean", "contact": "on", "story": "on", "internal": "on"}
    whole = read(desk.post(paper_of(case), full).content)[0]

    for secret in (SECRETS["contact_phone"], "안에만 두는 말"):
        assert secret not in bare
        assert secret in whole


@pytest.mark.django_db
def test_making_a_paper_is_a_post_that_stands_in_the_story(desk, cases, cast):
    case = cases.at("reviewing")
    before = everything()
    assert desk.get(paper_of(case)).status_code == 200
    assert everything() == before

    abroad(desk, case, "product", "problem")

    event = fresh(case).events.last()
    assert (event.verb, event.actor, event.audience) == ("note", cast.secretary, "internal")
    assert event.facts["paper"] == "bilingual"
    assert event.facts["parts"] == ["product", "problem"]
    assert fresh(case).version == case.version
    assert "A case paper for a foreign authority was made." in case.messages.get().text


# --- Abroad -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_paper_for_abroad_has_both_languages_and_only_what_was_ticked(desk, cases):
    case = cases.new(**SECRETS)

    words = abroad(desk, case, "product", "problem", summary="Please release the goods.")

    for said in (
        "Receipt number",
        "접수번호",
        "문제점 Problem",
        case.problem,
        "Viet Nam",
        "Please release the goods.",
        "Confidential, for the addressee only",
    ):
        assert said in words, said
    assert case.situation not in words
    for secret in SECRETS.values():
        assert secret not in words


@pytest.mark.django_db
def test_company_is_named_abroad_only_by_its_own_choice_consent_and_tick(desk, cases):
    case = cases.new(**SECRETS)

    named = abroad(desk, case, "company", "contact", "counterpart")

    for said in SECRETS.values():
        assert said in named, said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("visibility", "given"),
    [
        (SECRETARIAT_ONLY, {}),
        (ANONYMOUS, {}),
        (NAMED, {"private_bodies": False}),
    ],
)
def test_company_that_did_not_agree_cannot_be_named_abroad_even_by_a_forged_form(
    desk, cases, visibility, given
):
    case = cases.new(visibility=visibility, given={"sharing": False} | given, **SECRETS)

    page = desk.get(paper_of(case))
    forged = desk.post(paper_of(case), {"kind": "bilingual", "parts": ["company", "problem"]})

    offered = [code for code, _label in page.context["abroad"].fields["parts"].choices]
    assert not {"company", "contact"} & set(offered)
    assert "Its name and its contact person cannot go in." in text(page)
    assert forged.status_code == 422


@pytest.mark.django_db
def test_withdrawn_consent_closes_the_name_at_once(desk, cases):
    case = cases.new(**SECRETS)
    actions_before = parts.offered(case, parts.standing(case))
    row = case.consents.get(kind="private_bodies")
    type(row).objects.filter(pk=row.pk).update(withdrawn_at=row.at)

    assert "company" in actions_before
    assert "company" not in parts.offered(case, parts.standing(case))


@pytest.mark.django_db
def test_company_that_is_not_named_is_not_named_in_its_own_words_either(desk, cases):
    case = cases.new(
        **SECRETS | {"counterpart": ""},
        title="한결화장품 통관 보류",
        problem="한결화장품(주) 남궁시연, 02-987-6543 으로 연락 바랍니다. 02 987 6543",
    )

    words = abroad(desk, case, "problem")
    # The positive control: with the company on it, its words stand as they are.
    named = abroad(desk, case, "problem", "company")

    for secret in ("한결화장품", "남궁시연", "987-6543", "987 6543"):
        assert secret not in words, secret
    assert "한결화장품(주)" in named


@pytest.mark.django_db
def test_paper_for_abroad_needs_a_part(desk, cases):
    case = cases.new()
    before = everything()

    page = desk.post(paper_of(case), {"kind": "bilingual", "summary": "Please look."})

    assert page.status_code == 422
    assert "Choose at least one part." in text(page)
    assert "Please look." in page.content.decode()
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["", "other"])
def test_unknown_kind_of_paper_makes_none(desk, cases, kind):
    case = cases.new()
    before = everything()

    assert desk.post(paper_of(case), {"kind": kind}).status_code == 422
    assert everything() == before


# --- The sheet --------------------------------------------------------------------------------
def paper(**changes: object) -> sheet.Paper:
    """A short paper."""
    known: dict[str, object] = {
        "number": "GT-2026-000123-7",
        "title": "베트남 통관 보류",
        "heading": "서류",
        "confidential": "대외비",
        "facts": [Part(("국가",), "베트남")],
        "passages": [],
        "gaps_words": "□ 없는 글자",
    }
    return sheet.Paper(**known | changes)  # type: ignore[arg-type]


def made(a_paper: sheet.Paper) -> tuple[str, PdfReader]:
    """The PDF of a paper, read back."""
    return read(sheet.pdf(a_paper, timezone.now()))


def test_long_words_run_over_pages_each_with_number_and_place():
    long = [Part(("현황",), "하이퐁 항에서 화장품이 통관 보류되었습니다. " * 700)]

    words, reader = made(paper(passages=[sheet.Passage("내용", long)]))

    count = len(reader.pages)
    assert count > 5
    for place, page in enumerate(reader.pages, start=1):
        said = page.extract_text().replace("\x00", "")
        assert "GT-2026-000123-7" in said
        assert "대외비" in said
        assert f"{place} / {count}" in said
    assert words.count("하이퐁") == 700


@pytest.mark.parametrize(
    "strange",
    [
        "이모지 😀👨‍👩‍👧🇰🇷 끝",
        "漢字 㐀 𠮷 끝",
        "뷁쀍쫽 끝",
        "ⓐ\u202e거꾸로\u202c 끝",
        "한글".encode().decode("utf-8") + "\u0000\u0007 끝",
        "عربى ไทย tiếng Việt 끝",
        "가" * 5000 + " 끝",
        "https://example.com/" + "a" * 3000 + " 끝",
    ],
)
def test_strange_characters_and_endless_words_break_nothing(strange):
    words, _reader = made(paper(facts=[Part(("상대",), strange)], title=strange[:60]))

    assert "끝" in words


def test_what_cannot_be_drawn_is_a_box_and_said_so():
    words, _reader = made(paper(facts=[Part(("상대",), "😀")]))
    plain, _reader = made(paper())

    assert "□ 없는 글자" in words
    assert "□" not in plain


def test_decomposed_hangul_is_drawn_as_syllables():
    words, _reader = made(paper(facts=[Part(("상대",), "한글")]))

    assert "한글" in words


@pytest.mark.django_db
def test_without_a_typeface_the_page_says_so_kindly_and_writes_nothing(desk, cases, monkeypatch):
    case = cases.new()
    before = everything()
    monkeypatch.setattr(fonts, "_ours", lambda: None)
    monkeypatch.setattr(fonts, "_system", lambda: None)

    page = desk.post(paper_of(case), {"kind": "bilingual", "parts": ["problem"], "summary": "Hi"})

    assert page.status_code == 503
    assert "There is no Korean typeface on this server" in text(page)
    assert re.search(r"<textarea[^>]*>\s*Hi", page.content.decode())
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 403), ("customs_officer", 302), ("platform_admin", 404), ("centre_officer", 302)],
)
def test_nobody_else_takes_a_case_out_on_paper(cases, cast, who, status):
    case = cases.new()
    client = signed_in(getattr(cast, who))
    before = everything()

    for answer in (client.get(paper_of(case)), client.post(paper_of(case), {"kind": "korean"})):
        assert answer.status_code == status
    assert everything() == before
