"""An answer before filing: what is shown, what is kept of it, enough of an answer counted once."""

# ruff: noqa: F811 (fixtures)

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from intake import actions, links
from intake.actions import drafting
from intake.answering_first import verbs
from intake.models import AnsweredFirst, Case, Citation, Draft, ShownEntry
from intake.tasks import endings
from intake.timeline import COMPANY, submitter
from marketinfo import actions as library
from marketinfo import solved
from marketinfo.models import Article
from notifications.models import Notice
from tests.faults.company import ANSWERS
from tests.intake.perhaps import (  # noqa: F401 (fixtures)
    TITLE,
    Form,
    answers,
    entry,
    form,
    value,
    write,
)


def test_what_is_written_shows_what_fits(form, entry, write):
    write(title="미국 식품 시설 등록", country_id="US", hs_codes=" 21 ", category_id="CER-01")

    page = form.shown()

    assert entry.title in page
    assert "미국 식품 시설 등록" not in page
    assert page.count('name="enough"') == 1


def test_at_most_three_are_shown(form, write):
    for number in range(5):
        write(title=f"베트남 화장품 통관 서류 {number}")

    assert form.shown().count('name="enough"') == 3


@pytest.mark.parametrize(
    "said",
    [
        {"title": "", "country": "", "category": "", "hs_code": ""},
        {"title": "가", "country": "", "category": "", "hs_code": ""},
        {"title": "전혀 다른 내용의 글입니다", "country": "US", "category": "", "hs_code": ""},
    ],
)
def test_too_little_or_something_else_shows_nothing(form, entry, said):
    nothing = {"situation": "", "problem": ""}

    assert form.shown(**nothing, **said).strip() == ""


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> 화장품 통관",
        "\" OR 1=1 -- ' 화장품",
        "a" * 10_000,
        "\x00\x01 화장품 통관 \u202e",
        "통관* NEAR(화장품) ^title:",
        "화장품 & ! | ( ) : *",
        "ㅌㅗㅇㄱㅘㄴ ㅎㅘㅈㅏㅇㅍㅜㅁ",
        "🧴 " * 100,
    ],
)
def test_hostile_words_break_nothing(form, entry, words):
    if "\x00" in words:
        # The portal refuses this character before any view sees it.
        words = words.replace("\x00", "")
    said = {
        "title": words,
        "situation": words,
        "problem": words,
        "country": words,
        "hs_code": words,
    }

    response = form.post("perhaps", **said)

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_unpublished_entries_are_never_shown_or_opened(form, write, client):
    draft = write(title="베트남 화장품 통관 비밀", out=False)
    client.force_login(User.objects.create_user("root@example.org", is_auditor=True, is_staff=True))

    page = form.shown()
    opened = form.post("perhaps-open", entry=value(draft))
    form.check()
    form.post("perhaps-enough", enough=value(draft))

    assert "비밀" not in page
    assert (opened.status_code, opened["Location"]) == (302, reverse("marketinfo:list"))
    assert (AnsweredFirst.objects.count(), form.draft.settled_at) == (0, None)
    # The same entry is found once it is out: nothing else kept it away.
    library.publish(draft, by=None)
    assert "비밀" in form.shown()


def test_showing_keeps_the_entries_and_not_a_word(form, entry):
    form.shown(situation="우리 회사만 아는 이야기", contact_email="secret@example.org")
    form.shown()

    [row] = ShownEntry.objects.all()
    assert (str(row.key), row.title, row.path) == (form.key, entry.title, entry.get_absolute_url())
    assert Draft.objects.count() == 0


def test_filing_costs_nothing_more_and_the_officer_sees_what_was_shown(form, entry, cast):
    form.shown()
    form.post("perhaps-open", entry=value(entry))
    form.check()

    with CaptureQueriesContext(connection) as seen:
        form.post("submit")

    written = " ".join(sql["sql"] for sql in seen)
    assert "shownentry" not in written
    assert "answeredfirst" not in written
    case = Case.objects.get()
    form.browser.force_login(cast.secretary)
    page = form.browser.get(links.desk_path(case)).content.decode()
    assert "보여 드린 정보" in page
    assert f'<a href="{entry.get_absolute_url()}">{entry.title}</a>' in page
    assert "열어 봄" in page


def test_case_page_asks_nothing_more_for_it(form, entry, cast, cases):
    plain = cases.new()
    form.shown()
    form.check()
    form.post("submit")
    form.browser.force_login(cast.secretary)

    def statements(case):
        with CaptureQueriesContext(connection) as seen:
            form.browser.get(links.desk_path(case))
        return len(seen)

    shown = Case.objects.get(idempotency_key=form.key)
    # The first look of a day is noted in the access log.
    statements(plain)
    statements(shown)

    assert statements(shown) == statements(plain)


def test_check_page_shows_the_same_without_script(form, entry):
    page = form.browser.get(form.check()).content.decode()

    assert entry.title in page
    assert f'form="perhaps-enough" name="enough" value="{value(entry)}"' in page
    assert '<form id="perhaps-enough" method="post"' in page


def test_enough_closes_the_draft_and_counts_once(form, entry):
    form.check()

    answers_ = [form.post("perhaps-enough", enough=value(entry)) for _turn in range(2)]
    page = form.browser.get(answers_[0]["Location"])

    assert {answer["Location"] for answer in answers_} == {answers_[0]["Location"]}
    assert page.status_code == 200
    [row] = AnsweredFirst.objects.all()
    assert (row.country, row.category, row.day) == ("VN", "CUS-01", timezone.localdate())
    assert row.entry_id == entry.pk
    assert solved.of_one(entry) == 1
    assert form.draft.settled_at is not None
    assert (Case.objects.count(), Notice.objects.count()) == (0, 0)


def test_row_of_a_settled_difficulty_names_nobody(form, entry):
    form.check()
    form.post("perhaps-enough", enough=value(entry))

    row = AnsweredFirst.objects.values().get()

    assert set(row) == {"id", "entry_kind", "entry_id", "key", "country", "category", "day"}
    text = " ".join(map(str, row.values()))
    assert [
        said for said in (ANSWERS["company_name"], ANSWERS["contact_email"]) if said in text
    ] == []


def test_enough_in_the_middle_of_the_form_keeps_what_was_typed(form, entry):
    form.post("perhaps-enough", **answers(situation="여기까지 썼습니다"), enough=value(entry))

    draft = form.draft
    assert draft.settled_at is not None
    assert draft.data["situation"] == ["여기까지 썼습니다"]


def test_undo_opens_the_draft_and_takes_the_count_back(form, entry):
    form.check()
    form.post("perhaps-enough", enough=value(entry))
    token = links.make(links.DRAFT, form.key)

    looked = form.browser.get(reverse("intake:settled", args=[token]))
    still = AnsweredFirst.objects.count()
    undone = [form.browser.post(reverse("intake:settled-back", args=[token])) for _turn in range(2)]

    assert (looked.status_code, still) == (200, 1)
    assert [answer.status_code for answer in undone] == [302, 302]
    assert (AnsweredFirst.objects.count(), solved.of_one(entry)) == (0, 0)
    page = form.browser.get(undone[0]["Location"])
    assert (page.status_code, TITLE in page.content.decode()) == (200, True)


@pytest.mark.parametrize("way", ["check", "submit"])
def test_who_goes_on_after_all_is_not_counted(form, entry, way):
    form.check()
    form.post("perhaps-enough", enough=value(entry))

    if way == "check":
        form.check()
    form.post("submit")

    assert (Case.objects.count(), AnsweredFirst.objects.count()) == (1, 0)
    assert solved.of_one(entry) == 0


def test_settled_draft_leads_to_its_page_wherever_it_is_opened(form, entry):
    check = form.check()
    form.post("perhaps-enough", enough=value(entry))
    settled = reverse("intake:settled", args=[check.rstrip("/").rpartition("/")[2]])

    assert form.browser.get(check)["Location"] == settled
    assert form.browser.get(check.replace("/check/", "/resume/"))["Location"] == settled
    assert (Draft.objects.get().settled_at is not None, AnsweredFirst.objects.count()) == (True, 1)


def test_filed_case_cannot_be_settled_away(form, entry):
    form.check()
    form.post("submit")

    answer = form.post("perhaps-enough", enough=value(entry))

    assert answer["Location"].startswith("/file/received/")
    assert (AnsweredFirst.objects.count(), Case.objects.count()) == (0, 1)


def test_links_that_were_changed_settle_and_open_nothing(form, entry):
    form.check()
    form.post("perhaps-enough", enough=value(entry))
    good = reverse("intake:settled-back", args=[links.make(links.DRAFT, form.key)])
    receipt = reverse("intake:settled-back", args=[links.make(links.RECEIPT, form.key)])

    bad = [
        form.browser.post(path).status_code
        for path in (good[:-9] + "x/back/", receipt, good.replace("settled/", "settled/x"))
    ]

    assert (bad, AnsweredFirst.objects.count()) == ([410, 410, 410], 1)
    assert form.browser.post(good).status_code == 302
    assert AnsweredFirst.objects.count() == 0


def test_key_of_another_form_settles_nothing(form, entry):
    form.check()
    stranger = Form(Client())

    answer = stranger.post("perhaps-enough", enough=value(entry))

    assert answer["Location"] == reverse("intake:file")
    assert (form.draft.settled_at, AnsweredFirst.objects.count()) == (None, 0)


def test_draft_of_a_desk_is_not_settled_from_outside(form, entry, cast):
    by = submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
    drafting.keep_draft(key=uuid.UUID(form.key), data={}, language="ko", by=by)

    form.post("perhaps-enough", enough=value(entry))
    form.post("perhaps-enough", **answers(), enough=value(entry))

    assert (form.draft.settled_at, AnsweredFirst.objects.count()) == (None, 0)


@pytest.mark.django_db(transaction=True)
def test_pressed_at_once_it_counts_once(write):
    entry = write()
    draft = drafting.keep_draft(key=uuid.uuid4(), data={"country": ["VN"]}, language="ko")

    def press(_turn):
        try:
            verbs.settle(Draft.objects.get(pk=draft.pk), entry)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(8)))

    assert (AnsweredFirst.objects.count(), solved.of_one(entry)) == (1, 1)


def test_count_of_presses_finds_a_verb_without_its_guard(write, monkeypatch):
    """The positive control: closing without compare and swap counts twice or falls over."""
    entry = write()
    draft = drafting.keep_draft(key=uuid.uuid4(), data={}, language="ko")

    def unguarded(draft, entry):
        solved.add([(entry._meta.label_lower, entry.pk)])

    monkeypatch.setattr(verbs, "settle", unguarded)
    for _turn in range(2):
        verbs.settle(draft, entry)

    assert solved.of_one(entry) == 2


def test_settled_draft_is_neither_reminded_nor_told_of_at_its_end(form, entry):
    form.check()
    form.post("perhaps-enough", enough=value(entry))
    later = timezone.now() + dt.timedelta(days=settings.DRAFT_DAYS)
    Draft.objects.update(mail_to="writer@example.org")

    reminded = drafting.to_be_reminded(later - dt.timedelta(days=1)).count()
    drafting.expire_drafts(now=later + dt.timedelta(days=1))

    assert (reminded, Notice.objects.count(), Draft.objects.count()) == (0, 0, 0)
    # The count stays: it never was anybody's.
    assert (AnsweredFirst.objects.count(), solved.of_one(entry)) == (1, 1)


def test_what_was_shown_beside_nothing_is_forgotten(form, entry):
    form.shown()
    kept = Form(Client())
    kept.shown()
    kept.check()
    kept.post("submit")
    ShownEntry.objects.update(shown_at=timezone.now() - dt.timedelta(days=40))

    endings.expire_drafts()

    assert [str(key) for key in ShownEntry.objects.values_list("key", flat=True)] == [kept.key]


def test_answer_that_names_an_entry_counts_it_once(cases, entry, write):
    other = write(Article, title="다른 안내")
    case = cases.at("reviewing")
    text = f"아래를 보십시오. https://portal.example{entry.get_absolute_url()} 1/2"

    actions.answer(case=case, text=text, by=cases.by)
    actions.dispute(case=case, text="아직입니다.", by=COMPANY)
    actions.answer(case=case, text=f"다시 {entry.get_absolute_url()}", by=cases.by)

    [row] = Citation.objects.all()
    assert (row.case, row.entry_id) == (case, entry.pk)
    assert (solved.of_one(entry), solved.of_one(other)) == (1, 0)


def test_counter_stands_on_the_entry_and_beside_the_form(form, entry):
    form.check()
    form.post("perhaps-enough", enough=value(entry))

    words = "이 정보로 해결된 사례 1건"

    assert words in form.browser.get(entry.get_absolute_url()).content.decode()
    assert words in Form(Client()).shown()
