"""A supplement item by item: asked, kept piece by piece, sent; what may go wrong on the way."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from files.models import StoredFile
from intake import actions, papers
from intake.actions.supplying import mark
from intake.forms.supplement import RequestSupplementForm
from intake.models import Attachment, Case, Revision, SupplementDraft, SupplementItem
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.intake.factories import CaseFactory
from tests.intake.test_filing import pdf
from tests.intake.test_following import opened

DUE = timezone.localdate() + dt.timedelta(days=7)
WANTED = [
    actions.Wanted("통관 보류 통지서 사본", "모든 쪽"),
    actions.Wanted("성분표"),
    actions.Wanted("일자별 경위", kind=SupplementItem.FACT),
    actions.Wanted("위임장"),
]


@pytest.fixture
def asked(cases: CaseFactory) -> Case:
    """A case of which four things are asked."""
    case = cases.at("reviewing")
    actions.request_supplement(case=case, items=WANTED, text="급합니다.", due=DUE, by=cases.by)
    return case


def items(case):
    return list(SupplementItem.objects.filter(case=case, round=case.supplements))


def fresh(case):
    return Case.objects.get(pk=case.pk)


def save(client, case, **data):
    return client.post(reverse("intake:supplement-save", args=[case.number]), data)


def send(client, case, **data):
    return client.post(reverse("intake:supplement", args=[case.number]), data)


def words(item, text, **more):
    """What the page posts for one item."""
    prefix = f"supplement-{item.pk}"
    data = {f"{prefix}-text": text, f"{prefix}-seen": mark(item)}
    return data | {f"{prefix}-{name}": value for name, value in more.items()}


def whole(case, **changes):
    """Everything that an untouched page posts, with changes."""
    response = opened(case).get(reverse("intake:case", args=[case.number]))
    page = response.context["supplement"]
    data = {}
    for form in page.items:
        data |= words(form.item, form["text"].value())
    for name in ("text", *page.rest.fields):
        value = page.rest[name].value() or ""
        data[page.rest.add_prefix(name)] = value
        data[page.rest.add_initial_prefix(name)] = value
    return data | changes


# --- Asking ------------------------------------------------------------------------------


def test_request_makes_its_items_in_order_and_names_them_in_the_mail(asked):
    rows = [(row.round, row.position, row.label, row.hint, row.kind) for row in items(asked)]

    assert rows == [
        (1, 1, "통관 보류 통지서 사본", "모든 쪽", "paper"),
        (1, 2, "성분표", "", "paper"),
        (1, 3, "일자별 경위", "", "fact"),
        (1, 4, "위임장", "", "paper"),
    ]
    notice = Notice.objects.get(kind="supplement_request")
    text = texts.render(notice.kind, notice.language, notice.context).text
    assert "- 통관 보류 통지서 사본 – 모든 쪽\n- 성분표\n- 일자별 경위\n- 위임장" in text
    assert "급합니다." in text


def test_words_alone_are_one_item(cases):
    case = cases.at("supplement")

    (item,) = items(case)

    assert (item.label, item.kind) == ("통지서 사본을 보내 주십시오.", "fact")


def test_long_words_alone_are_cut_for_the_item_and_whole_in_the_mail(cases):
    case = cases.at("reviewing")
    long = "가나다라 " * 100

    actions.request_supplement(case=case, text=long, due=DUE, by=cases.by)

    (item,) = items(case)
    assert (len(item.label), item.label[-1]) == (200, "…")
    assert Notice.objects.get(kind="supplement_request").context["text"] == long


def test_nothing_asked_is_refused(cases):
    case = cases.at("reviewing")

    with pytest.raises(actions.RefusedError):
        actions.request_supplement(case=case, text=" ", due=DUE, by=cases.by)

    assert fresh(case).state == "reviewing"


def test_second_request_has_its_own_items_and_a_third_is_refused(asked, cases):
    actions.supplement(case=asked, text="보냅니다", by=COMPANY)
    actions.request_supplement(case=asked, items=WANTED[:1], due=DUE, by=cases.by)
    assert [(row.round, row.label) for row in items(asked)] == [(2, "통관 보류 통지서 사본")]
    actions.supplement(case=asked, text="또 보냅니다", by=COMPANY)

    with pytest.raises(actions.RefusedError):
        actions.request_supplement(case=asked, items=WANTED[:1], due=DUE, by=cases.by)


def test_ticks_fit_the_kind_of_difficulty_and_speak_the_company_language(cases):
    case = cases.new(language="en", category_id="CUS-01")
    data = {
        "version": str(case.version),
        "due": DUE.isoformat(),
        "common": ["export-declaration", "hs-code"],
        "text": "",
        "item-TOTAL_FORMS": "2",
        "item-INITIAL_FORMS": "0",
        "item-0-label": "Photo of the seal",
        "item-0-kind": "paper",
        "item-0-hint": "",
    }

    with translation.override("ko"):
        form = RequestSupplementForm(data, case=case)
        offered = dict(form.fields["common"].choices)

    assert form.is_valid(), form.errors
    assert offered["export-declaration"] == "수출신고필증"
    assert "ip-right" not in offered
    assert [(item.label, item.kind) for item in form.items()] == [
        ("Export declaration certificate", "paper"),
        ("HS code (6 digits or more)", "fact"),
        ("Photo of the seal", "paper"),
    ]


def test_explanation_without_a_name_is_told_beside_the_row(cases):
    data = {
        "version": "1",
        "due": DUE.isoformat(),
        "item-TOTAL_FORMS": "1",
        "item-INITIAL_FORMS": "0",
        "item-0-hint": "첫 쪽",
    }
    form = RequestSupplementForm(data, case=cases.new())

    assert not form.is_valid()
    assert list(form.rows[0].errors) == ["label"]


def test_one_more_row_keeps_what_was_typed_and_judges_nothing(cast, cases):
    case = cases.at("reviewing")
    client = Client()
    client.force_login(cast.secretary)
    path = reverse("admin:intake_case_step", args=[case.pk, "request_supplement"])
    data = {
        "version": case.version,
        "more": "1",
        "common": ["value"],
        "text": "급합니다",
        "due": "",
        "item-TOTAL_FORMS": "2",
        "item-INITIAL_FORMS": "2",
        "item-0-label": "봉인 사진",
    }

    response = client.post(path, data)

    form = response.context["form"]
    assert response.status_code == 200
    assert [row["label"].value() for row in form.rows] == ["봉인 사진", "", None]
    assert (form["common"].value(), form["text"].value()) == (["value"], "급합니다")
    assert fresh(case).state == "reviewing"


def test_every_shipped_paper_has_both_languages_and_a_known_kind():
    for paper in papers.shipped().values():
        assert paper.ko, paper.code
        assert paper.en, paper.code
        assert paper.kind in {SupplementItem.PAPER, SupplementItem.FACT}
        assert bool(paper.hint_ko) == bool(paper.hint_en), paper.code
        assert max(len(paper.ko), len(paper.en)) <= 200


@pytest.mark.django_db
def test_papers_name_categories_that_exist(reference_data):
    from reference.models import Category

    top = {code.partition("-")[0] for code in Category.objects.values_list("code", flat=True)}
    named = {code for paper in papers.shipped().values() for code in paper.categories}

    assert named <= top


# --- Keeping -----------------------------------------------------------------------------


def test_one_item_is_kept_alone_and_the_clock_still_stands(asked):
    client = opened(asked)
    first, second, *_rest = items(asked)

    response = save(
        client,
        asked,
        **words(first, "사본입니다", files=[pdf()]),
        **words(second, ""),
        item=str(first.pk),
    )

    assert response["Location"].endswith(f"?kept=supplement#item-{first.pk}")
    page = client.get(response["Location"])
    assert (page.context["supplement"].given, page.context["supplement"].count) == (1, 4)
    assert page.context["kept"] == "supplement"
    stored = items(asked)[0]
    assert (stored.given_text, stored.is_given, stored.attachments.count()) == (
        "사본입니다",
        True,
        1,
    )
    now = fresh(asked)
    assert (now.state, now.version, now.due_at) == ("supplement", asked.version, None)
    assert [row.is_given for row in items(asked)] == [True, False, False, False]


def test_whatever_button_is_pressed_every_item_is_kept(asked):
    first, _second, third, _fourth = items(asked)

    save(opened(asked), asked, **words(first, "하나"), **words(third, "셋"), item=str(third.pk))

    assert [row.given_text for row in items(asked)] == ["하나", "", "셋", ""]


def test_words_to_the_officer_and_corrections_are_kept_until_sent(asked):
    client = opened(asked)
    data = whole(
        asked, **{"supplement-text": "인사말", "supplement-problem": "기준이 바뀌었습니다."}
    )

    save(client, asked, **data)
    page = client.get(reverse("intake:case", args=[asked.number])).context["supplement"]

    draft = SupplementDraft.objects.get()
    assert (draft.text, draft.corrections) == ("인사말", {"problem": "기준이 바뀌었습니다."})
    assert (page.rest["text"].value(), page.rest["problem"].value()) == (
        "인사말",
        "기준이 바뀌었습니다.",
    )
    assert fresh(asked).problem != "기준이 바뀌었습니다."


def test_same_file_sent_twice_is_kept_once(asked):
    client, item = opened(asked), items(asked)[0]

    for _twice in range(2):
        save(client, asked, **words(items(asked)[0], "", files=[pdf()]))

    assert item.attachments.count() == 1


def test_refused_file_is_told_beside_its_item_and_the_rest_is_kept(asked):
    first, second, *_rest = items(asked)
    bad = SimpleUploadedFile("나쁜.exe", b"MZ")

    response = save(
        opened(asked),
        asked,
        **words(first, "글은 남습니다", files=[bad, pdf()]),
        **words(second, "둘째"),
    )

    assert response.status_code == 422
    form = response.context["supplement"].items[0]
    assert "나쁜.exe" in form.errors["files"][0]
    assert form["text"].value() == "글은 남습니다"
    assert [row.given_text for row in items(asked)][1] == "둘째"
    assert [row.file.original_name for row in asked.attachments.all()] == ["통지서.pdf"]
    # The page can be sent again as it stands, without a quarrel with itself.
    again = save(
        opened(asked),
        asked,
        **{
            f"supplement-{first.pk}-text": "글은 남습니다",
            f"supplement-{first.pk}-seen": form["seen"].value(),
        },
    )
    assert again.status_code == 302
    assert items(asked)[0].given_text == "글은 남습니다"


def test_huge_file_is_refused_in_words(asked, settings):
    settings.MAX_FILE_BYTES = 1000
    huge = SimpleUploadedFile("큰.pdf", pdf().read() + b"0" * 2000)

    response = save(opened(asked), asked, **words(items(asked)[0], "", files=[huge]))

    assert response.status_code == 422
    assert "큰.pdf" in response.context["supplement"].items[0].errors["files"][0]
    assert Attachment.objects.count() == 0


def test_kept_file_is_removed_again_and_swept(asked):
    client = opened(asked)
    save(client, asked, **words(items(asked)[0], "", files=[pdf()]))
    row = asked.attachments.get()

    save(client, asked, remove=str(row.pk))

    assert asked.attachments.count() == 0
    assert StoredFile.objects.unclaimed().count() == 1
    assert not items(asked)[0].is_given


def test_cannot_needs_its_reason(asked):
    item = items(asked)[0]

    bare = save(opened(asked), asked, **words(item, "", cannot="on"))
    said = save(opened(asked), asked, **words(item, "세관이 주지 않습니다", cannot="on"))

    assert (bare.status_code, said.status_code) == (422, 302)
    stored = items(asked)[0]
    assert (stored.cannot, stored.given_text, stored.is_given) == (
        True,
        "세관이 주지 않습니다",
        True,
    )


# --- Attacks -----------------------------------------------------------------------------


def test_item_and_file_of_another_case_are_not_touched(asked, cases):
    other = cases.at("supplement")
    save(opened(other), other, **words(items(other)[0], "남의 것", files=[pdf()]))
    theirs, row = items(other)[0], other.attachments.get()

    save(opened(asked), asked, **words(theirs, "바꿈", files=[pdf()]), remove=str(row.pk), item="9")

    assert items(other)[0].given_text == "남의 것"
    assert (other.attachments.count(), asked.attachments.count()) == (1, 0)


def test_item_of_the_first_request_stays_as_it_was_sent(asked, cases):
    first = items(asked)[0]
    save(opened(asked), asked, **words(first, "첫째"))
    actions.supplement(case=fresh(asked), kept=True, why_open="나머지 없음", by=COMPANY)
    case = fresh(asked)
    actions.request_supplement(case=case, items=WANTED[:1], due=DUE, by=cases.by)

    save(opened(case), case, **words(first, "고친 첫째"))

    assert SupplementItem.objects.get(pk=first.pk).given_text == "첫째"


@pytest.mark.parametrize("remove", ["abc", "-1", "²", "9" * 40, "1 OR 1=1"])
def test_nonsense_to_remove_removes_nothing(asked, remove):
    assert save(opened(asked), asked, remove=remove).status_code == 302


def test_nothing_is_kept_where_nothing_is_asked(cases):
    case = cases.at("reviewing")
    text = {"supplement-text": "길게 쓴 글", "initial-supplement-text": ""}

    response = save(opened(case), case, **text)

    assert response.status_code == 409
    assert response.context["unsent"] == "길게 쓴 글"
    assert SupplementDraft.objects.count() == 0


def test_without_the_grant_every_word_is_shown_and_nothing_written(asked):
    first, second, *_rest = items(asked)
    data = {**words(first, "첫째 글"), **words(second, "둘째 글"), "supplement-problem": "고친 글"}

    response = save(Client(), asked, **data)

    page = response.content.decode()
    assert response.status_code == 404
    assert [text in page for text in ("첫째 글", "둘째 글", "고친 글")] == [True] * 3
    assert [row.given_text for row in items(asked)] == [""] * 4


@pytest.mark.parametrize("name", ["supplement", "supplement-save", "agree", "refuse"])
def test_get_takes_no_step(asked, name):
    response = opened(asked).get(reverse(f"intake:{name}", args=[asked.number]))

    assert response.status_code == 405


def test_two_windows_overwrite_nothing_of_each_other(asked):
    first, second, *_rest = items(asked)
    here, there = {**words(first, "여기"), **words(second, "")}, words(second, "저기")
    there |= words(first, "")

    save(opened(asked), asked, **here)
    untouched = save(opened(asked), asked, **there)
    kept = [row.given_text for row in items(asked)][:2]
    clash = save(opened(asked), asked, **words(first, "다른 말"))

    # The second window left the first item empty as it had seen it, which says nothing.
    assert untouched.status_code == 302
    assert kept == ["여기", "저기"]
    assert clash.status_code == 422
    form = clash.context["supplement"].items[0]
    assert (form.overtaken, form["text"].value(), form.item.given_text) == (
        True,
        "다른 말",
        "여기",
    )
    # Having seen it, the person may decide.
    decided = save(
        opened(asked),
        asked,
        **{
            f"supplement-{first.pk}-text": "다른 말",
            f"supplement-{first.pk}-seen": form["seen"].value(),
        },
    )
    assert decided.status_code == 302
    assert items(asked)[0].given_text == "다른 말"


# --- Sending -----------------------------------------------------------------------------


def test_open_items_are_named_and_go_with_a_reason(asked):
    client = opened(asked)
    first = items(asked)[0]

    warned = send(client, asked, **words(first, "사본입니다", files=[pdf()]))
    page = warned.context["supplement"]
    state = fresh(asked).state
    sent = send(client, asked, **{"supplement-why_open": "나머지는 다음 달에 나옵니다"})

    assert (warned.status_code, state) == (422, "supplement")
    assert [item.label for item in page.open_items] == ["성분표", "일자별 경위", "위임장"]
    assert "why_open" in page.rest.errors
    assert sent.status_code == 302
    case = fresh(asked)
    event = case.events.get(verb="supplement")
    assert (case.state, case.due_at is None) == ("reviewing", False)
    assert (event.text, event.facts["given"], event.facts["of"]) == (
        "나머지는 다음 달에 나옵니다",
        1,
        4,
    )
    message = case.messages.get()
    assert "1. 통관 보류 통지서 사본\n사본입니다\n" in message.text
    assert "통지서.pdf" in message.text
    assert "2. 성분표 – " in message.text
    assert message.attachments.count() == 1
    assert Notice.objects.filter(kind="supplement_arrived").count() == 1


def test_empty_press_sends_nothing(asked):
    response = send(opened(asked), asked)

    assert response.status_code == 422
    assert fresh(asked).state == "supplement"


def test_complete_supplement_needs_no_reason(asked):
    data = {}
    for item in items(asked):
        data |= words(item, f"{item.label} 드립니다")

    response = send(opened(asked), asked, **data)

    assert response.status_code == 302
    assert fresh(asked).events.get(verb="supplement").facts["open"] == []


def test_sending_twice_sends_once_and_keeps_the_words(asked):
    client = opened(asked)
    data = {"supplement-why_open": "없습니다", "supplement-text": "보냅니다"}
    first = send(client, asked, **data)

    second = send(client, asked, **data)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "보냅니다" in second.context["unsent"]
    assert fresh(asked).events.filter(verb="supplement").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_send_at_once_send_once(asked):
    clients = [opened(asked), opened(asked)]
    start, codes = threading.Barrier(2), []

    def press(client):
        start.wait()
        try:
            codes.append(send(client, asked, **{"supplement-why_open": "없습니다"}).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [302, 409]
    assert fresh(asked).events.filter(verb="supplement").count() == 1
    assert fresh(asked).messages.count() == 1


def test_killed_half_way_keeps_the_papers_and_sends_nothing(asked, monkeypatch):
    client, first = opened(asked), items(asked)[0]

    def dies(*_args, **_facts):
        raise SystemExit

    save(client, asked, **words(first, "", files=[pdf()]))
    monkeypatch.setattr("intake.letters.supplement_arrived", dies)
    with pytest.raises(SystemExit):
        send(client, asked, **words(first, "사본"), **{"supplement-why_open": "나머지 없음"})
    monkeypatch.undo()
    case = fresh(asked)
    left = (case.state, case.messages.count(), items(asked)[0].given_text)

    again = send(client, asked, **{"supplement-why_open": "나머지 없음"})

    assert left == ("supplement", 0, "사본")
    assert items(asked)[0].attachments.count() == 1
    assert again.status_code == 302


def test_corrections_are_written_with_before_and_after_and_are_found(asked):
    client = opened(asked)
    before = asked.problem
    data = whole(
        asked,
        **{"supplement-problem": "무궁화표 기준이 바뀌었습니다.", "supplement-product": "선크림"},
    )

    send(client, asked, **(data | {"supplement-why_open": "없습니다"}))

    case = fresh(asked)
    rows = {(row.field, row.before, row.after) for row in Revision.objects.filter(case=case)}
    assert rows == {
        ("problem", before, "무궁화표 기준이 바뀌었습니다."),
        ("product", "화장품", "선크림"),
    }
    assert {row.event.verb for row in case.revisions.all()} == {"supplement"}
    assert (case.problem, case.product) == ("무궁화표 기준이 바뀌었습니다.", "선크림")
    assert list(Case.objects.all().search("무궁화표")) == [case]
    assert SupplementDraft.objects.count() == 0


def test_correction_that_empties_a_required_text_is_refused(asked):
    data = whole(asked, **{"supplement-situation": ""})

    response = send(opened(asked), asked, **(data | {"supplement-why_open": "x"}))

    assert response.status_code == 422
    assert "situation" in response.context["supplement"].rest.errors
    assert fresh(asked).situation == asked.situation


def test_bare_post_corrects_nothing(asked):
    send(opened(asked), asked, **{"supplement-why_open": "없습니다"})

    assert Revision.objects.count() == 0
    assert fresh(asked).situation == asked.situation


def test_lapsed_case_takes_the_papers_item_by_item_and_reopens(cases):
    case = cases.lapsed()
    client, item = opened(case), items(case)[0]
    save(client, case, **words(item, "늦었습니다"))
    still = fresh(case).state

    response = send(client, case)

    assert (still, response.status_code) == ("rejected", 302)
    now = fresh(case)
    assert (now.state, now.lapsed, now.ended_at) == ("reviewing", False, None)


def test_returned_case_that_did_not_lapse_takes_nothing(cases):
    case = cases.at("rejected")

    assert save(opened(case), case, **{"supplement-text": "x"}).status_code == 409


def test_officer_sees_no_kept_file_as_one_of_the_filing(asked):
    client = opened(asked)
    save(client, asked, **words(items(asked)[0], "", files=[pdf()]))

    page = client.get(reverse("intake:case", args=[asked.number]))

    assert list(page.context["attachments"]) == []
