"""The archive: who sees what, what a page tells, and that nothing is published unasked."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casestudies import actions, demo
from casestudies.models import CaseStudy
from portal import hooks

LIST_QUERIES = 3
PAGES = ["/cases/", "/cases/?q=숨은계획", "/search/?q=숨은계획", "/"]


def seen_on(client, study):
    found = [study.title in client.get(page).content.decode() for page in PAGES]
    return [*found, client.get(study.get_absolute_url()).status_code == 200]


def titles(response):
    return [study.title for study in response.context["page"].rows]


def test_study_is_seen_only_while_it_is_published(client, write):
    study = write(title="나라별 사례", summary="숨은계획", out=False)

    before = seen_on(client, study)
    actions.publish(study, by=None)
    out = seen_on(client, study)
    actions.unpublish(study, by=None)
    after = seen_on(client, study)

    assert (before, out, after) == ([False] * 5, [True] * 5, [False] * 5)


def test_draft_is_seen_when_the_gate_is_broken(client, write, monkeypatch):
    study = write(title="나라별 사례", summary="숨은계획", out=False)
    for gate in ("visible_to", "readable_by"):
        monkeypatch.setattr(type(CaseStudy.objects.all()), gate, lambda rows, user: rows.all())

    assert seen_on(client, study) == [True, True, True, False, True]


def test_secretary_previews_a_draft(client, write, secretary):
    study = write(out=False)
    client.force_login(secretary)

    page = client.get(study.get_absolute_url()).content.decode()

    assert page.count('class="badge neutral"') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_for_three(
    client, write, django_assert_num_queries, rows
):
    for number in range(rows):
        write(title=f"사례 {number}")
    client.get("/cases/")

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get("/cases/")

    assert len(titles(response)) == rows


@pytest.mark.parametrize("typed", ["통관", "수출통관이", "관세청", "Viet Nam"])
def test_search_reads_every_part_country_and_bodies(client, write, body, typed):
    write(title="하나", lessons="수출통관이 막히면 서류를 보십시오.", bodies=[body])

    assert titles(client.get("/cases/", {"q": typed})) == ["하나"]


def test_list_is_narrowed_by_outcome(client, write):
    write(title="풀림")
    write(title="못 풀림", outcome="unsolved")

    assert titles(client.get("/cases/", {"kind": "unsolved"})) == ["못 풀림"]


def test_empty_archive_leads_on(client, db):
    assert client.get("/cases/").content.decode().count('class="empty"') == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_are_well_formed_in_both_languages(client, write, body, markup_errors, language):
    study = write(
        effect="- 하나",
        lessons="## 제목",
        bodies=[body],
        action_types=["letter"],
        company_size="small",
        period="2026",
        hs_codes=" 33 ",
    )
    client.cookies["django_language"] = language

    responses = [client.get(path) for path in ("/cases/", study.get_absolute_url())]

    assert [markup_errors(response) for response in responses] == [[], []]
    assert ("관세청" if language == "ko" else "Korea Customs") in responses[1].content.decode()


def test_consent_never_leaves_the_desk(client, write):
    study = write(consent_reference="C-2026-0042")

    pages = [client.get(path).content.decode() for path in ("/cases/", study.get_absolute_url())]

    assert [page.count("C-2026-0042") for page in pages] == [0, 0]
    assert list(CaseStudy.objects.search("0042")) == []


def test_publishing_needs_consent(write):
    study = write(consent_reference="", out=False)

    with pytest.raises(actions.RefusedError):
        actions.publish(study, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_past_the_verb(study)


def write_past_the_verb(study):
    CaseStudy.objects.filter(pk=study.pk).update(state="published", published_at=study.created_at)


def test_markdown_in_a_study_is_inert(client, write):
    study = write(difficulty="<script>alert(1)</script>", lessons="[x](javascript:alert(1))")

    page = client.get(study.get_absolute_url()).content.decode()

    assert (page.count("<script>alert"), page.count('href="javascript:')) == (0, 0)


def test_reading_writes_nothing(client, write):
    study = write()

    with CaptureQueriesContext(connection) as asked:
        for path in ("/cases/", "/cases/?q=사례", study.get_absolute_url()):
            client.get(path)

    assert {query["sql"].split()[0].upper() for query in asked} == {"SELECT"}


def test_desk_writes_the_study_with_its_bodies(client, write, secretary, body):
    client.force_login(secretary)
    form = {
        "title": "새 사례", "reference": "new-case", "language": "ko", "summary": "요약",
        "difficulty": "가", "progress": "나", "result": "다", "outcome": "solved",
        "action_types": ["letter", "meeting"], "bodies": [body.pk], "hs_codes": "3304",
        "consent_reference": "C-9", "last_verified": "2026-11-02",
    }  # fmt: skip

    client.post(reverse("admin:casestudies_casestudy_add"), form)

    study = CaseStudy.objects.get()
    assert (study.action_types, study.hs_list) == (["letter", "meeting"], ["3304"])
    assert list(CaseStudy.objects.search("관세청")) == [study]


def test_desk_refuses_codes_that_single_out_a_company(client, write, secretary):
    client.force_login(secretary)

    response = client.post(reverse("admin:casestudies_casestudy_add"), {"hs_codes": "330499"})

    assert list(response.context["adminform"].form.errors["hs_codes"].as_data()[0].params) == [
        "code"
    ]


def test_home_shows_the_latest(write):
    for number in range(5):
        write(title=f"사례 {number}")

    shown = [result.title for result in hooks.home_results("cases", AnonymousUser())]

    assert shown == ["사례 4", "사례 3", "사례 2", "사례 1"]


def test_demo_studies_load_once_and_say_what_they_are(db):
    from accounts import loading as accounts_loading
    from reference import loading as reference_loading

    reference_loading.load()
    accounts_loading.load()

    first, second = demo.load(), demo.load()

    studies = CaseStudy.objects.published()
    assert (first, second) == (7, 0)
    assert [study.title for study in studies if not study.title.endswith("「시연용 예시」")] == []
    assert [study.title for study in studies if not study.bodies.exists()] == []
