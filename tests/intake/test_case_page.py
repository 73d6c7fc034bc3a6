"""The case page: one screen with story, facts and steps; what it costs; what it never does."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Organisation
from files import storing
from intake import actions, timeline
from intake.admin.page import FURTHER, LEADING, buttons
from intake.models import Attachment, Case, CaseQuerySet, Revision
from intake.timeline import COMPANY
from tests.intake.test_desk import everything, fresh, page_of, signed_in, step_of
from tests.intake.test_queue import text

# Session, person, roles (3); case with consents and calls, events with revisions, referrals with
# released files, attachments, messages, notices.
PLAIN = 9
# And the items of a supplement.
WITH_SUPPLEMENT = 10
# And the way through the queue: the cases before and after.
ALONG_THE_QUEUE = 12


@pytest.fixture
def desk(cast):
    """A secretary's browser."""
    return signed_in(cast.secretary)


def supplemented(cases, **corrections: str) -> Case:
    """A case whose company corrected its texts with the supplement."""
    case = cases.at("reviewing")
    due = timezone.localdate() + dt.timedelta(days=7)
    items = [actions.Wanted("통지서 사본")]
    actions.request_supplement(case=case, due=due, items=items, by=cases.by)
    reply = actions.Reply(text="보완합니다.", corrections=corrections)
    actions.keep_supplement(case=case, reply=reply, by=COMPANY)
    actions.supplement(case=case, kept=True, why_open="다음 주에 보냅니다.", by=COMPANY)
    return fresh(case)


def body_of(referral) -> timeline.Actor:
    """The body that was asked, as itself."""
    return timeline.body(None, referral.organisation)


# --- What it costs ----------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_case_page_costs_the_same_with_one_and_with_thirty_of_everything(
    desk, cases, django_assert_num_queries, settings, tmp_path, count
):
    settings.MEDIA_ROOT = str(tmp_path)
    case = cases.at("reviewing")
    codes = (
        Organisation.objects.current().exclude(kind="secretariat").values_list("code", flat=True)
    )
    cases.refer(case, *list(codes)[:count])
    for place in range(count):
        stored = storing.store(SimpleUploadedFile(f"{place}.txt", f"글 {place}".encode()))
        actions.note(case=fresh(case), text=f"메모 {place}", files=[stored], by=cases.by)
        actions.send_message(case=fresh(case), text=f"말 {place}", by=COMPANY)
    desk.get(page_of(case))

    with django_assert_num_queries(PLAIN):
        page = desk.get(page_of(case))

    assert page.content.decode().count('class="desk-referral') == count
    assert page.content.decode().count("story-words") == 2 * count


@pytest.mark.django_db
def test_case_page_with_supplement_and_way_stays_within_twelve_queries(
    desk, cases, django_assert_num_queries
):
    case = supplemented(cases, situation="새로 쓴 현황", problem="새로 쓴 문제점")
    desk.get(page_of(case))

    with django_assert_num_queries(WITH_SUPPLEMENT):
        desk.get(page_of(case))
    with django_assert_num_queries(ALONG_THE_QUEUE):
        desk.get(page_of(case), {"in": ""})


@pytest.mark.django_db
def test_looking_at_a_case_writes_nothing(desk, cases, cast):
    case = supplemented(cases, situation="새로 쓴 현황")
    actions.note(case=case, text="@", called=[cast.secretary], by=cases.by)
    before = everything()

    for address in (page_of(case), step_of(case, "note"), step_of(case, "note") + "?part=form"):
        assert desk.get(address).status_code == 200

    assert everything() == before


# --- Story ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_steps_of_a_referral_lead_to_its_card_on_the_same_page(desk, cases):
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    first, second = case.referrals.order_by("id")
    actions.answer_referral(referral=first, text="필요 서류는 둘입니다.", by=body_of(first))

    page = desk.get(page_of(case)).content.decode()

    led = re.findall(r'href="#referral-(\d+)"', page)
    # Newest first: one body answered, before that both were asked.
    assert led == [str(first.pk), str(first.pk), str(second.pk)]
    assert re.findall(r'id="referral-(\d+)"', page) == [str(second.pk), str(first.pk)]


@pytest.mark.django_db
def test_referral_card_tells_officer_extension_reminders_release_and_files(
    desk, cases, cast, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    sent = storing.store(SimpleUploadedFile("통지서.txt", "통지".encode()))
    case = cases.at("referred", files=[sent])
    referral = case.referrals.get()
    referral.released_files.set(case.attachments.all())
    by = timeline.body(cast.customs_officer, referral.organisation)
    actions.accept_referral(referral=referral, by=by)
    due = referral.due_at + dt.timedelta(days=5)
    actions.extend_referral(referral=referral, due_at=due, reason="현지 확인 중", by=by)
    actions.remind_referral(referral=referral, by=cases.by)
    stored = storing.store(SimpleUploadedFile("회신.txt", "회신".encode()))
    actions.answer_referral(referral=referral, text="둘입니다.", files=[stored], by=by)

    page = desk.get(page_of(case)).content.decode()

    card = page[page.index('id="referral-') : page.index('id="story"')]
    for said in (
        cast.customs_officer.name,
        "현지 확인 중",
        "A body was reminded",
        "둘입니다.",
        "회신.txt",
        "통지서.txt",
        "Product and HS code",
    ):
        assert said in card, said


@pytest.mark.django_db
def test_texts_before_and_after_a_supplement_stand_side_by_side_with_their_words_marked(
    desk, cases
):
    case = supplemented(cases, situation="하이퐁 항에서 화장품 두 상자가 통관 보류되었습니다.")
    assert Revision.objects.get().before == "하이퐁 항에서 화장품이 통관 보류되었습니다."

    page = desk.get(page_of(case)).content.decode()

    assert re.findall(r"<del>.*?</span>(.*?)<span", page) == ["화장품이"]
    assert re.findall(r"<ins>.*?</span>(.*?)<span", page) == ["화장품 두 상자가"]
    assert "removed:" in page
    assert "added:" in page


@pytest.mark.django_db
def test_classification_is_told_by_names_and_not_by_codes(desk, cases):
    case = cases.at("reviewing")
    actions.classify(case=case, by=cases.by, more_countries=["TH", "JP"], at_border=True)

    words = text(desk.get(page_of(case)))

    assert re.search(r"[Ff]urther countries: – → (Japan, Thailand|Thailand, Japan)", words)
    assert re.search(r"[Gg]oods are at the border now: no → yes", words)


@pytest.mark.django_db
def test_answer_keeps_its_files_in_the_story_and_gives_them_to_the_company(
    desk, cases, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    case = cases.at("reviewing")
    upload = SimpleUploadedFile("서식.txt", "서식".encode(), "text/plain")

    sent = desk.post(
        step_of(case, "answer"),
        {"version": case.version, "text": "첨부 서식을 쓰십시오.", "files": upload},
    )

    assert sent.status_code == 302
    row = Attachment.objects.get(case=case)
    assert (row.audience, row.role) == ("submitter", "secretary")
    page = desk.get(page_of(case)).content.decode()
    answered = page[page.index("첨부 서식을 쓰십시오.") :]
    assert "서식.txt" in answered[: answered.index("</li>\n")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "more", "audience"),
    [("note", {}, "internal"), ("send_message", {"audience": "submitter"}, "submitter")],
)
def test_files_of_notes_stay_inside_and_those_of_messages_go_along(
    desk, cases, settings, tmp_path, verb, more, audience
):
    settings.MEDIA_ROOT = str(tmp_path)
    case = cases.at("reviewing")
    upload = SimpleUploadedFile("자료.txt", "자료".encode(), "text/plain")

    desk.post(step_of(case, verb), {"version": case.version, "text": "글", "files": upload, **more})

    row = Attachment.objects.get(case=case)
    assert (row.audience, row.message.text) == (audience, "글")
    assert list(case.attachments.for_submitter()) == ([row] if audience == "submitter" else [])


@pytest.mark.django_db
def test_files_survive_a_refused_form_and_may_be_struck_out(desk, cases, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    case = cases.at("reviewing")
    uploads = [
        SimpleUploadedFile(f"{name}.txt", name.encode(), "text/plain") for name in ("하나", "둘")
    ]

    refused = desk.post(step_of(case, "note"), {"version": case.version, "files": uploads})

    form = refused.context["form"]
    assert refused.status_code == 422
    assert [file.original_name for file in form.kept_files] == ["하나.txt", "둘.txt"]
    kept = {"kept": form.kept_token, "drop": str(form.kept_files[0].public_id)}
    desk.post(step_of(case, "note"), {"version": case.version, "text": "글", **kept})
    assert [row.file.original_name for row in case.attachments.select_related("file")] == ["둘.txt"]


@pytest.mark.django_db
def test_file_that_is_not_taken_is_refused_beside_its_field(desk, cases, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    case = cases.at("reviewing")
    before = everything()
    upload = SimpleUploadedFile("x.exe", b"MZ\x90\x00", "application/octet-stream")

    page = desk.post(
        step_of(case, "answer"), {"version": case.version, "text": "답변", "files": upload}
    )

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["files"]
    assert "답변" in page.content.decode()
    assert everything() == before


# --- Steps ------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "leading"),
    [
        ("received", "claim"),
        ("reviewing", "refer"),
        ("answered", "close"),
        ("closed", "reopen"),
        ("rejected", ""),
    ],
)
def test_one_step_leads_and_rare_ones_stand_behind(cases, state, leading):
    shown = buttons(cases.at(state))

    assert [button.verb for button in shown if button.rank == LEADING] == [leading] * bool(leading)
    assert "note" not in [button.verb for button in shown if button.rank == FURTHER]


@pytest.mark.django_db
def test_answer_leads_once_all_bodies_have_answered(cases):
    case = cases.at("referred")
    referral = case.referrals.get()

    actions.answer_referral(referral=referral, text="둘입니다.", by=body_of(referral))

    assert buttons(fresh(case))[0].verb == "answer"


@pytest.mark.django_db
def test_form_alone_is_the_form_of_the_steps_page_and_posts_to_it(desk, cases):
    case = cases.at("reviewing")
    address = step_of(case, "note")

    whole = desk.get(address).content.decode()
    alone = desk.get(address, {"part": "form"}).content.decode()

    assert f'action="{address}"' in alone
    assert "<html" not in alone
    assert "<aside" not in alone
    fields = re.compile(r'name="(version|since|text|called|files)"')
    assert sorted(set(fields.findall(alone))) == sorted(set(fields.findall(whole)))
    assert f'name="version" value="{case.version}"' in alone


@pytest.mark.django_db
def test_page_of_a_step_shows_the_case_beside_the_form(desk, cases):
    case = cases.at("referred")
    actions.send_message(case=case, text="회사의 말", by=COMPANY)

    words = text(desk.get(step_of(case, "note")))

    for said in (case.situation, "회사의 말", "Question to a body", case.company_name, "Due"):
        assert said in words, said


@pytest.mark.django_db
def test_steps_carry_the_way_through_the_queue(desk, cases):
    case = cases.at("reviewing")

    page = desk.get(page_of(case), {"in": "state=reviewing"}).content.decode()
    sent = desk.post(
        step_of(case, "note") + "?in=state%3Dreviewing", {"version": case.version, "text": "글"}
    )

    assert f"{step_of(case, 'note')}?in=state%3Dreviewing" in page
    assert sent["Location"] == f"{page_of(case)}?in=state%3Dreviewing"


@pytest.mark.django_db
def test_further_kinds_and_countries_are_chosen_and_the_main_one_is_not_named_twice(desk, cases):
    case = cases.at("reviewing")
    shown = desk.get(step_of(case, "classify")).context["form"]
    data = {
        f"initial-{name}": "" if value is None else value for name, value in shown.initial.items()
    }
    data |= {"version": case.version, "category": "CUS-01", "policy": "default", "country": "VN"}
    data |= {"hs_code": case.hs_code, "product": case.product}

    twice = desk.post(step_of(case, "classify"), data | {"more_countries_1": "VN"})
    good = desk.post(
        step_of(case, "classify"),
        data
        | {"more_countries_1": "TH", "more_countries_3": "JP", "more_categories_1": "MKT-01"}
        | {"sector": "C20", "needed_by": "2027-01-31"},
    )

    assert (twice.status_code, good.status_code) == (422, 302)
    assert "This is the main one already." in text(twice)
    now = fresh(case)
    assert (now.more_countries, now.more_categories) == (["TH", "JP"], ["MKT-01"])
    assert (now.sector, now.needed_by) == ("C20", dt.date(2027, 1, 31))


def test_case_page_follows_the_gate_where_it_narrows(desk, cases, monkeypatch):
    """The statement that is kept ready must never show more than `visible_to` does."""
    shown, hidden = cases.at("reviewing"), cases.at("reviewing")
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda rows, _user: rows.exclude(pk=hidden.pk))

    answers = [desk.get(page_of(case)).status_code for case in (shown, hidden)]

    assert answers == [200, 404]
