"""Reply templates: loading, versions, editing by two, the picker, and what a step records."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from intake import actions, places, shipped_wording
from intake.actions import wording
from intake.admin.steps import DESK_FORMS
from intake.forms.wording import target
from intake.models import ReplyTemplate, ReplyTemplateVersion
from intake.wording import markup, names, offers, values
from notifications import outbox, texts

BODY = "{{기업명}} 귀하\n\n{{품목}} 건입니다.\n\n[선택: 관세]\n{{대상국}} 관세 안내\n[/선택]"


@pytest.fixture
def template(cast):
    return wording.create_template(
        body=BODY, by=cast.secretary, name="기본 답변", verb="answer", language="ko"
    )


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.secretary)
    return client


def made(by, name, verb="answer", language="ko", category=None, country=None, body="글"):
    return wording.create_template(
        body=body,
        by=by,
        name=name,
        verb=verb,
        language=language,
        category_id=category,
        country_id=country,
    )


def words(response):
    return response.content.decode()


def step_url(case, verb="answer"):
    return reverse("admin:intake_case_step", args=[case.pk, verb])


# --- What comes with the portal ----------------------------------------------------------------
def test_every_shipped_template_can_be_read_and_names_a_step():
    for mark, given in shipped_wording.files().items():
        markup.parse(given["body"])
        assert given["verb"] in names.VERBS, mark
        assert set(given) <= {"name", "verb", "category", "country", "language", "body"}, mark


def test_shipped_templates_cover_the_steps_in_korean_and_the_main_ones_in_english():
    found = shipped_wording.files().values()

    korean = [row["verb"] for row in found if row["language"] == "ko"]
    english = {row["verb"] for row in found if row["language"] == "en"}
    assert set(korean) == set(names.VERBS)
    assert len(korean) >= 20
    assert english >= {"answer", "request_supplement", "extend", "reject", "transfer_out"}


def test_loading_twice_writes_nothing_more(reference_data):
    first = shipped_wording.load()

    assert first == len(shipped_wording.files()) == ReplyTemplate.objects.count()
    assert shipped_wording.load() == 0


def test_loading_leaves_edited_words_name_and_offer_alone(cast):
    shipped_wording.load()
    row = ReplyTemplate.objects.with_words().get(shipped="answer-general.ko")
    wording.save_template(
        template=row, seen=1, body="우리 글", by=cast.secretary, name="우리 이름", active=False
    )

    shipped_wording.load()

    row = ReplyTemplate.objects.with_words().get(shipped="answer-general.ko")
    assert (row.name, row.active, row.body, row.number) == ("우리 이름", False, "우리 글", 2)


def test_loading_renews_words_that_nobody_edited(reference_data):
    shipped_wording.load()
    row = ReplyTemplate.objects.get(shipped="answer-general.ko")
    row.versions.update(body="옛 글")

    assert shipped_wording.load() == 1

    renewed = ReplyTemplate.objects.with_words().get(pk=row.pk)
    assert (renewed.number, renewed.body) == (
        2,
        shipped_wording.files()["answer-general.ko"]["body"],
    )


def test_loading_steps_aside_for_an_officers_name(cast):
    taken = shipped_wording.files()["answer-general.ko"]["name"]
    made(cast.secretary, taken)

    shipped_wording.load()

    row = ReplyTemplate.objects.get(shipped="answer-general.ko")
    assert row.name == f"{taken} (answer-general.ko)"


def test_reference_command_brings_templates(db):
    call_command("load_reference", verbosity=0)

    assert ReplyTemplate.objects.count() == len(shipped_wording.files())


# --- Versions ----------------------------------------------------------------------------------
def test_editing_makes_a_version_and_changes_none(template, cast):
    wording.save_template(template=template, seen=1, body="새 글", by=cast.second_secretary)

    kept = list(template.versions.values_list("number", "body", "author__email"))
    assert kept == [
        (2, "새 글", cast.second_secretary.email),
        (1, BODY, cast.secretary.email),
    ]


def test_same_words_make_no_version(template, cast):
    wording.save_template(template=template, seen=1, body=BODY, by=cast.secretary, name="새 이름")

    template.refresh_from_db()
    assert (template.name, template.versions.count()) == ("새 이름", 1)


def test_second_editor_overwrites_nothing(template, cast):
    wording.save_template(template=template, seen=1, body="먼저", by=cast.secretary)

    with pytest.raises(wording.OvertakenError) as caught:
        wording.save_template(
            template=template, seen=1, body="나중", by=cast.second_secretary, name="다른 이름"
        )

    template.refresh_from_db()
    assert (caught.value.latest.body, template.name) == ("먼저", "기본 답변")
    assert [row.body for row in template.versions.all()] == ["먼저", BODY]


def test_restoring_adds_the_old_words_as_the_newest(template, cast):
    wording.save_template(template=template, seen=1, body="새 글", by=cast.secretary)

    wording.restore_version(template=template, number=1, seen=2, by=cast.second_secretary)

    assert [(row.number, row.body) for row in template.versions.all()] == [
        (3, BODY),
        (2, "새 글"),
        (1, BODY),
    ]


# --- Which templates fit -----------------------------------------------------------------------
def test_templates_are_offered_the_nearest_first(cast, cases):
    case = cases.at("reviewing")
    for name, facts in {
        "다 일반": {},
        "나 대분류": {"category": "CUS"},
        "가 다른 유형": {"category": "PAY-01"},
        "라 소분류": {"category": "CUS-01"},
        "마 소분류와 국가": {"category": "CUS-01", "country": "VN"},
        "바 국가": {"country": "VN"},
        "사 다른 국가": {"country": "US"},
        "아 영어": {"language": "en"},
    }.items():
        made(cast.secretary, name, **facts)
    made(cast.secretary, "다른 단계", verb="extend")

    found = offers.offers(case, "answer")

    assert [offer.template.name for offer in found if offer.fits] == [
        "마 소분류와 국가",
        "라 소분류",
        "나 대분류",
        "바 국가",
        "다 일반",
    ]
    assert {offer.template.name for offer in found if not offer.fits} == {
        "가 다른 유형",
        "사 다른 국가",
        "아 영어",
    }


def test_withheld_template_is_not_offered(template, cases):
    case = cases.at("reviewing")
    wording.offer_template(template=template, active=False)

    assert offers.offers(case, "answer") == []
    with pytest.raises(ReplyTemplate.DoesNotExist):
        offers.use(case, "answer", template.pk, {}, set())


def test_every_placeholder_has_a_value(cases):
    case = cases.at("referred")

    found = values.for_case(case, "ko", next_place="대한상사중재원")

    assert set(found) == set(names.BY_CODE)
    assert {code for code, value in found.items() if not value} == {"answers"}
    assert found["bodies"] == found["waiting_for"] == "관세청"


def test_values_are_in_the_language_of_the_letter(cases):
    found = values.for_case(cases.at("referred"), "en")

    assert (found["country"], found["bodies"]) == ("Viet Nam", "Korea Customs Service")


@pytest.mark.parametrize("visibility", ["secretariat_only", "anonymous"])
def test_words_to_bodies_name_no_company_that_is_not_to_be_named(cast, cases, visibility):
    case = cases.at("reviewing", title="시연상사 화장품 통관 보류", visibility=visibility)
    template = made(
        cast.secretary, "질의", verb="refer", body="{{기업명}} {{기업 담당자}} {{제목}}"
    )
    told = made(cast.secretary, "답변", verb="answer", body="{{기업명}}")

    asked = offers.use(case, "refer", template.pk, {}, set())

    assert asked.gaps == ("{{기업명}}", "{{기업 담당자}}")
    assert "시연상사" not in asked.text
    assert offers.use(case, "answer", told.pk, {}, set()).text == "시연상사"


# --- The picker without JavaScript -------------------------------------------------------------
def test_step_shows_the_template_filled_with_its_gaps_marked(desk, template, cases):
    case = cases.at("reviewing", product="")

    page = words(desk.get(step_url(case)))

    assert '<bdi class="wording-value">시연상사</bdi> 귀하' in page
    assert '<mark class="wording-gap">{{품목}}</mark>' in page


def test_insert_button_brings_the_words_and_keeps_what_was_typed(desk, template, cases):
    case = cases.at("reviewing")
    typed = {"version": case.version, "text": "먼저 쓴 글", "use_template": template.pk}

    response = desk.post(step_url(case), {**typed, "option": f"{template.pk}-0"})

    case.refresh_from_db()
    form = response.context["form"]
    assert (response.status_code, case.state) == (200, "reviewing")
    assert form["text"].value() == (
        "먼저 쓴 글\n\n시연상사 귀하\n\n화장품 건입니다.\n\n베트남 관세 안내"
    )
    assert f'name="wording" value="{template.pk}:1"' in words(response)
    assert "errornote" not in words(response)


def test_insert_leaves_out_what_was_not_ticked(desk, template, cases):
    case = cases.at("reviewing")

    response = desk.post(step_url(case), {"version": case.version, "use_template": template.pk})

    assert response.context["form"]["text"].value() == "시연상사 귀하\n\n화장품 건입니다."


def test_insert_keeps_the_other_fields_and_judges_nothing(desk, cast, cases):
    template = made(cast.secretary, "반려", verb="reject", body="{{안내 기관}}에서 상담하십시오.")
    case = cases.at("reviewing")

    response = desk.post(
        step_url(case, "reject"),
        {"version": case.version, "next_place": "대한상사중재원", "use_template": template.pk},
    )

    form = response.context["form"]
    assert form["reason"].value() == "대한상사중재원에서 상담하십시오."
    assert form["next_place"].value() == "대한상사중재원"
    assert "errorlist" not in words(response)


def test_insert_into_a_referral_keeps_its_rows(desk, cast, cases):
    template = made(cast.secretary, "질의", verb="refer", body="{{품목}}의 요건을 알려 주십시오.")
    case = cases.at("reviewing")
    form = desk.get(step_url(case, "refer")).context["form"]
    posted = {"version": case.version, "use_template": template.pk, "due": ""}
    for row in form.rows:
        posted[row.add_prefix("code")] = row["code"].value() or ""
    posted |= {
        f"{form.rows.prefix}-TOTAL_FORMS": len(form.rows.forms),
        f"{form.rows.prefix}-INITIAL_FORMS": len(form.rows.forms),
        form.rows.forms[0].add_prefix("chosen"): "on",
        form.rows.forms[0].add_prefix("question"): "따로 묻습니다",
    }

    response = desk.post(step_url(case, "refer"), posted)

    shown = response.context["form"]
    assert response.status_code == 200
    assert shown["question"].value() == "화장품의 요건을 알려 주십시오."
    assert shown.rows.forms[0]["question"].value() == "따로 묻습니다"
    assert "errorlist" not in words(response)


def test_template_with_the_answers_stands_in_for_the_proposed_text(desk, cast, cases, customs):
    template = made(cast.secretary, "종합", body="답변드립니다.\n\n{{기관 회신}}")
    case = cases.at("referred")
    referral = case.referrals.get()
    actions.answer_referral(referral=referral, text="서류 두 가지입니다.", by=cases.by)
    case.refresh_from_db()
    proposed = desk.get(step_url(case)).context["form"]["text"].value()

    response = desk.post(
        step_url(case),
        {"version": case.version, "text": proposed, "use_template": template.pk},
    )

    text = response.context["form"]["text"].value()
    assert text == "답변드립니다.\n\n■ 관세청\n서류 두 가지입니다."


def test_unknown_template_is_not_found(desk, cases):
    case = cases.at("reviewing")

    response = desk.post(step_url(case), {"version": case.version, "use_template": "99999"})

    assert response.status_code == 404


# --- Refused while a gap is open ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("verb", "field", "more"),
    [
        ("answer", "text", {}),
        ("extend", "reason", {}),
        ("reject", "reason", {"next_place": "대한상사중재원"}),
        ("transfer_out", "reason", {"place": "무역장벽 119"}),
        ("send_message", "text", {"audience": "submitter"}),
    ],
)
def test_text_with_a_gap_is_not_sent(desk, cases, verb, field, more):
    case = cases.at("reviewing")
    posted = {"version": case.version, field: "귀사의\n{{품목}} 건입니다.", **more}

    refused = desk.post(step_url(case, verb), posted)
    before = case.events.count()
    sent = desk.post(step_url(case, verb), {**posted, field: "귀사의 {화장품} 건입니다."})

    assert refused.status_code == 422
    assert "2행 {{품목}}" in words(refused)
    assert (sent.status_code, case.events.count()) == (302, before + 1)


def test_internal_note_may_hold_a_gap(desk, cases):
    case = cases.at("reviewing")

    response = desk.post(
        step_url(case, "note"), {"version": case.version, "text": "{{품목}} 자리를 물어볼 것"}
    )

    assert response.status_code == 302


# --- What the timeline keeps -------------------------------------------------------------------
def test_event_names_the_version_that_was_used(desk, template, cases, cast):
    wording.save_template(template=template, seen=1, body="새 글", by=cast.secretary)
    case = cases.at("reviewing")

    desk.post(
        step_url(case),
        {"version": case.version, "text": "새 글입니다.", "wording": f"{template.pk}:2"},
    )

    event = case.events.get(verb="answer")
    assert event.facts["templates"] == [
        {"template": template.pk, "version": 2, "name": "기본 답변"}
    ]
    page = words(desk.get(reverse("admin:intake_case_change", args=[case.pk])))
    assert "기본 답변 v2" in page


@pytest.mark.parametrize("marks", ["", "x", "1", "1:9", "999999:1", "1:1:1", "²:1", ",,", "9" * 40])
def test_marks_that_name_nothing_are_left_out(template, marks):
    assert offers.used(marks) == ()


# --- Writing a template ------------------------------------------------------------------------
def edited(template, **more):
    return {
        "name": template.name,
        "verb": template.verb,
        "language": "ko",
        "active": "on",
        "seen": "1",
        "was-name": template.name,
        "was-verb": template.verb,
        "was-language": "ko",
        "was-active": "True",
        "body": BODY,
        **more,
    }


def change_url(template):
    return reverse("admin:intake_replytemplate_change", args=[template.pk])


def test_new_template_is_saved_with_its_first_version(desk, cast):
    response = desk.post(
        reverse("admin:intake_replytemplate_add"),
        {"name": "새 것", "verb": "answer", "language": "ko", "category": "CUS", "body": BODY},
    )

    row = ReplyTemplate.objects.with_words().get(name="새 것")
    assert response.status_code == 302
    assert (row.category_id, row.active, row.number, row.body) == ("CUS", False, 1, BODY)
    assert row.versions.get().author == cast.secretary


def test_faults_are_told_with_their_lines_and_nothing_is_saved(desk, template):
    response = desk.post(
        change_url(template), edited(template, body="{{기업이름}}\n[선택: 관세]\n글")
    )

    errors = response.context["form"].errors["body"]
    assert response.status_code == 422
    assert [error[:2] for error in errors] == ["1행", "2행"]
    assert "{{기업명}}" in errors[0]
    assert ReplyTemplateVersion.objects.count() == 1


def test_preview_fills_from_the_chosen_case_and_writes_nothing(desk, template, cases):
    first = cases.new(company_name="첫째상사")
    cases.new(company_name="둘째상사")

    page = words(
        desk.post(
            change_url(template),
            edited(template, body="{{기업명}} 귀하", preview="1", case=str(first.pk)),
        )
    )
    part = words(
        desk.post(
            reverse("admin:intake_replytemplate_preview"),
            {"body": "{{기업명}} <b>귀하</b>", "case": str(first.pk), "language": "ko"},
        )
    )

    assert '<bdi class="wording-value">첫째상사</bdi> 귀하' in page
    assert "첫째상사</bdi> &lt;b&gt;귀하&lt;/b&gt;" in part
    assert ReplyTemplateVersion.objects.count() == 1


def test_preview_tells_faults(desk, reference_data):
    part = words(
        desk.post(
            reverse("admin:intake_replytemplate_preview"), {"body": "{{없는말}}", "language": "ko"}
        )
    )

    assert "없는말" in part
    assert "errorlist" in part


def test_second_editor_sees_both_and_goes_on_with_both(desk, cast, template):
    theirs = BODY.replace("귀하", "귀중")
    wording.save_template(template=template, seen=1, body=theirs, by=cast.second_secretary)
    mine = BODY.replace("건입니다", "건에 대한 답변입니다")

    clash = desk.post(change_url(template), edited(template, body=mine))
    merged = desk.post(change_url(template), edited(template, body=mine, take="merged"))
    form = merged.context["form"]
    own = desk.post(change_url(template), edited(template, body=mine, take="mine"))
    saved = desk.post(
        change_url(template),
        edited(template, body=form["body"].value(), seen=str(form["seen"].value())),
    )

    assert clash.status_code == 409
    assert cast.second_secretary.name in words(clash)
    assert mine in clash.context["form"]["body"].value()
    kept = own.context["form"]
    assert (kept["body"].value(), kept["seen"].value()) == (mine, 2)
    assert template.versions.count() == 3
    assert saved.status_code == 302
    newest = template.versions.first()
    assert "{{기업명}} 귀중" in newest.body
    assert "건에 대한 답변입니다" in newest.body


def test_fact_that_a_colleague_set_stays(desk, cast, template):
    wording.save_template(
        template=template, seen=1, body=BODY, by=cast.second_secretary, country_id="VN"
    )

    desk.post(change_url(template), edited(template, name="새 이름"))

    template.refresh_from_db()
    assert (template.name, template.country_id) == ("새 이름", "VN")


def test_versions_show_what_changed_and_are_restored(desk, cast, template):
    wording.save_template(
        template=template, seen=1, body=BODY.replace("귀하", "귀중"), by=cast.secretary
    )
    page = words(desk.get(reverse("admin:intake_replytemplate_versions", args=[template.pk])))

    desk.post(reverse("admin:intake_replytemplate_restore", args=[template.pk, 1]), {"seen": "2"})

    assert re.search(r"<del>.*귀하.*</del><ins>.*귀중.*</ins>", page)
    assert [row.number for row in template.versions.all()] == [3, 2, 1]
    assert template.versions.first().body == BODY


def test_restoring_over_a_newer_version_is_refused(desk, cast, template):
    wording.save_template(template=template, seen=1, body="새 글", by=cast.secretary)

    desk.post(reverse("admin:intake_replytemplate_restore", args=[template.pk, 1]), {"seen": "1"})

    assert template.versions.first().body == "새 글"


# --- Who ---------------------------------------------------------------------------------------
WHO = {
    "secretary": (200, 302),
    "auditor": (200, 403),
    "platform_admin": (403, 403),
    "customs_officer": (302, 302),
}


@pytest.mark.parametrize("who", WHO)
def test_secretaries_write_and_the_auditor_reads(client, cast, template, who):
    client.force_login(getattr(cast, who))
    page = client.get(change_url(template))
    listed = client.get(reverse("admin:intake_replytemplate_changelist"))
    kept = client.post(change_url(template), edited(template, body="새 글"))
    preview = client.post(reverse("admin:intake_replytemplate_preview"), {"body": "글"})

    assert (page.status_code, kept.status_code) == WHO[who]
    assert listed.status_code == WHO[who][0]
    assert preview.status_code == WHO[who][0]
    assert template.versions.count() == (2 if who == "secretary" else 1)


def test_words_for_a_case_are_for_officers_only(client, cast, template, cases):
    case = cases.at("reviewing")
    url = reverse("admin:intake_replytemplate_use", args=[case.pk, "answer", template.pk])
    client.force_login(cast.auditor)
    refused = client.post(url)
    client.force_login(cast.secretary)
    found = client.post(url, {"option": [f"{template.pk}-0", "1-1", "x"]})

    assert (refused.status_code, client.get(url).status_code) == (403, 405)
    assert found.json() == {
        "text": "시연상사 귀하\n\n화장품 건입니다.\n\n베트남 관세 안내",
        "gaps": [],
        "mark": f"{template.pk}:1",
        "complete": False,
    }


def test_list_is_filtered(desk, cast, template):
    made(cast.secretary, "영어 답변", language="en", category="CUS", country="VN")
    url = reverse("admin:intake_replytemplate_changelist")

    def listed(**query):
        return [row.name for row in desk.get(url, query).context["cl"].result_list]

    assert listed(language="en") == listed(category="CUS") == listed(country="VN") == ["영어 답변"]
    assert listed(category="-") == listed(q="관세 안내") == ["기본 답변"]
    assert listed(verb="extend") == []


@pytest.mark.parametrize("count", [1, 3])
def test_step_costs_the_same_with_more_templates(
    desk, cast, cases, count, django_assert_max_num_queries
):
    for place in range(count):
        made(cast.secretary, f"답변 {place}", body=BODY)
    case = cases.at("reviewing")
    desk.get(step_url(case))

    with django_assert_max_num_queries(40) as counted:
        desk.get(step_url(case))

    asked = [query["sql"] for query in counted.captured_queries if "replytemplate" in query["sql"]]
    assert len(asked) == 1


# --- Next places -------------------------------------------------------------------------------
def test_places_for_the_kind_of_difficulty_come_first(cases):
    case = cases.at("reviewing", category_id="PAY-01")

    lines = [line for line, _purpose in places.suggestions(case, "ko")]

    assert set(lines[:2]) == {"대한상사중재원", "한국무역보험공사"}
    assert all(len(line) <= places.NAME_AT_MOST for line in lines)


def test_reject_page_suggests_places(desk, cases):
    case = cases.at("reviewing")

    page = words(desk.get(step_url(case, "reject")))

    assert '<datalist id="places"><option value="관세청 수출입기업지원센터">' in page
    assert 'list="places"' in page


def test_return_sends_the_next_place_and_the_companys_own_words(cases):
    case = cases.at("reviewing")

    actions.reject(case=case, reason="사인 간 일입니다.", next_place="대한상사중재원", by=cases.by)

    notice = outbox.for_subject(case.number).get(kind="rejected")
    mail = texts.render("rejected", "ko", notice.context, strict=True).text
    for part in ("사인 간 일입니다.", "대한상사중재원", case.situation, case.problem, case.request):
        assert part in mail


def test_every_step_with_templates_has_a_field_for_the_words(cases):
    case = cases.at("reviewing")

    fields = {verb: target(DESK_FORMS[verb](case=case)) for verb in names.VERBS}

    assert "" not in fields.values()
