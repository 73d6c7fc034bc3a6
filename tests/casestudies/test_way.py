"""From a closed case to a published study and down again, by the pages that people use."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from casestudies import actions, links
from casestudies.models import CaseStudy
from casestudies.models.approval import APPROVED, CHANGES, REFUSED
from intake.models import Consent
from intake.timeline import COMPANY
from notifications.models import Notice
from tests.casestudies import scene
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401

pytestmark = pytest.mark.django_db


def desk(person):
    browser = Client()
    browser.force_login(person)
    return browser


def step(browser, study, verb, **said):
    return browser.post(reverse("admin:casestudies_casestudy_step", args=[study.pk, verb]), said)


def way(study, page="way"):
    return reverse(f"admin:casestudies_casestudy_{page}", args=[study.pk])


def found(words):
    return [study.pk for study in CaseStudy.objects.published().search(words)]


def now(study):
    return CaseStudy.objects.get(pk=study.pk)


def test_a_closed_case_becomes_a_study_that_readers_find_and_its_company_takes_down(cases, cast):  # noqa: F811
    case = scene.closed(cases)
    first, second, company = desk(cast.secretary), desk(cast.second_secretary), Client()

    # The case waits among the candidates; the officer drafts a study from it.
    assert (
        case.number in first.get(reverse("admin:casestudies_casestudy_candidates")).content.decode()
    )
    first.post(reverse("admin:casestudies_casestudy_draft", args=[case.pk]))
    study = CaseStudy.objects.get()
    assert scene.secrets_in(" ".join((study.running_text(), study.said("title")))) == []

    # What was found is shown, and nothing goes on before it is settled.
    page = first.get(way(study)).content.decode()
    assert page.count('class="finding"') == study.findings.open().count() > 8
    step(first, study, "submit")
    first.post(way(study, "ask"))
    assert (now(study).state, study.approvals.count()) == ("draft", 0)
    first.post(way(study, "settle"), {"all": "1"})
    assert study.findings.open().count() == 0

    # Few companies are like it: said, then the company is asked by mail.
    first.post(way(study, "ask"))
    assert study.approvals.count() == 0
    first.post(way(study, "rarity"), {"reason": "같은 품목의 기업이 많습니다."})
    first.post(way(study, "ask"))
    asked = Notice.objects.get(kind="study_approval")
    assert asked.to_address == case.contact_email
    path = asked.context["link"]

    # Looking changes nothing; the answer does.
    shown = company.get(path).content.decode()
    assert (scene.secrets_in(shown.replace(case.number, "")), now(study).state) == ([], "draft")
    company.post(path, {"decision": APPROVED})
    assert now(study).state == "review"

    # Who drafted it cannot publish it; the second person can.
    step(first, study, "publish")
    assert now(study).state == "review"
    step(second, study, "publish")
    assert now(study).state == "published"
    assert Notice.objects.filter(kind="study_published").count() == 1

    # A reader finds it by words that are not in its title, and none of the secrets.
    reader = Client()
    assert "품목분류" not in now(study).title
    assert found("품목분류 의견") == [study.pk]
    for address in (study.get_absolute_url(), "/cases/", "/search/?q=품목분류"):
        content = reader.get(address).content.decode()
        assert scene.secrets_in(content) == []
        assert now(study).title in content

    # One button takes it down: page, lists, search, consent.
    company.post(links_down(path))
    assert reader.get(study.get_absolute_url()).status_code == 410
    assert (found("품목분류 의견"), now(study).title in reader.get("/cases/").content.decode()) == (
        [],
        False,
    )
    assert Consent.objects.get(case=case, kind="sharing").withdrawn_at is not None
    assert Notice.objects.filter(kind="study_taken_down").count() == 1


def links_down(path):
    return f"{path}down/"


def test_readers_would_find_it_after_a_take_down_that_forgets_the_index(cases, cast, monkeypatch):  # noqa: F811
    study = scene.published(cases, cast)
    monkeypatch.setattr("marketinfo.actions.keeping.reindex", lambda entry: None)
    monkeypatch.setattr(type(CaseStudy.objects.all()), "published", lambda rows: rows.all())

    actions.take_down_by_company(study)

    assert found("품목분류 의견") == [study.pk]


def test_looking_at_the_link_writes_nothing_and_a_cut_one_opens_nothing(cases, cast):  # noqa: F811
    study = scene.ready(cases, cast)
    path = links.approve_path(actions.ask_approval(study, by=cast.secretary))
    before = (now(study).version, Notice.objects.count())

    codes = [Client().get(path).status_code, Client().get(f"{path[:-4]}xx/").status_code]
    codes.append(Client().get(links_down(path)).status_code)

    assert (codes, (now(study).version, Notice.objects.count())) == ([200, 404, 405], before)


def test_link_of_another_purpose_opens_nothing(cases, cast):  # noqa: F811
    from intake import links as of_cases

    study = scene.ready(cases, cast)
    token = of_cases.make(of_cases.OUTCOME, study.case.number)

    assert Client().get(reverse("casestudies:approve", args=[token])).status_code == 404


def test_company_asks_for_changes_and_the_officer_reads_it(cases, cast):  # noqa: F811
    study = scene.ready(cases, cast)
    path = links.approve_path(actions.ask_approval(study, by=cast.secretary))

    nothing_said = Client().post(path, {"decision": CHANGES})
    Client().post(path, {"decision": CHANGES, "words": "품목을 더 넓게 적어 주십시오."})

    told = Notice.objects.get(kind="study_decided")
    assert nothing_said.status_code == 422
    assert (told.recipient_id, told.context["said"]) == (
        cast.secretary.pk,
        "품목을 더 넓게 적어 주십시오.",
    )
    assert now(study).state == "draft"


def test_changed_text_needs_another_approval(cases, cast):  # noqa: F811
    study = scene.approved(cases, cast)
    actions.unpublish(study, by=cast.secretary)
    study.lessons = "원산지증명서의 표기를 미리 확인하십시오."
    actions.save(study, by=cast.secretary, fields=["lessons"])
    actions.submit(study, by=cast.secretary)

    with pytest.raises(actions.RefusedError):
        actions.publish(study, by=cast.second_secretary)

    assert now(study).state == "review"


def test_old_link_approves_nothing_and_still_takes_down(cases, cast, monkeypatch):  # noqa: F811
    study = scene.published(cases, cast)
    path = links.approve_path(study.approvals.first())
    monkeypatch.setattr(links, "LIFETIME", links.LIFETIME * 0)

    Client().post(links_down(path))

    assert now(study).state == "withdrawn"


def test_company_says_no(cases, cast):  # noqa: F811
    study = scene.ready(cases, cast)
    question = actions.ask_approval(study, by=cast.secretary)
    actions.decide(question, decision=REFUSED)

    with pytest.raises(actions.RefusedError):
        actions.decide(question, decision=APPROVED)
    with pytest.raises(actions.RefusedError):
        actions.publish(study, by=cast.second_secretary)


def test_embargo_of_the_company_delays_publication(cases, cast):  # noqa: F811
    import datetime as dt

    from django.utils import timezone

    study = scene.ready(cases, cast)
    day = timezone.localdate() + dt.timedelta(days=20)
    question = actions.ask_approval(study, by=cast.secretary)
    actions.decide(question, decision=APPROVED, not_before=day)
    actions.publish(now(study), by=cast.second_secretary)

    stored = now(study)
    assert (stored.state, timezone.localdate(stored.publish_at)) == ("scheduled", day)
    assert Client().get(study.get_absolute_url()).status_code == 404


def test_page_of_the_case_shows_the_study_to_its_company(cases, cast):  # noqa: F811
    study = scene.published(cases, cast)
    case = study.case
    browser = Client()
    browser.post(
        reverse("intake:follow"), {"number": case.number, "code": case.pretty_tracking_code}
    )

    page = browser.get(reverse("intake:case", args=[case.number])).content.decode()

    assert links.approve_path(study.approvals.first()).split("/")[2] in page
    assert study.get_absolute_url() in page


def test_reopened_case_raises_a_flag_and_a_letter(cases, cast):  # noqa: F811
    from intake.actions import reopen

    study = scene.published(cases, cast)
    reopen(case=study.case, reason="새 사실이 알려졌습니다.", by=cases.by)

    shown = desk(cast.secretary).get(reverse("admin:casestudies_casestudy_changelist"))
    assert (now(study).drift, now(study).state) == ("reopened", "published")
    assert str(now(study).drift_label) in shown.content.decode()
    assert Notice.objects.filter(kind="study_drift").count() == 1


def test_withdrawn_consent_takes_the_study_down(cases, cast):  # noqa: F811
    from django.utils import timezone

    study = scene.published(cases, cast)
    Consent.objects.filter(case=study.case, kind="sharing").update(withdrawn_at=timezone.now())

    gone = [actions.look_at_consents(), actions.look_at_consents()]

    assert (gone, now(study).state, now(study).drift) == ([1, 0], "withdrawn", "consent")
    assert found("품목분류 의견") == []


def test_scheduled_study_does_not_come_out_without_consent(cases, cast):  # noqa: F811
    import datetime as dt

    from django.utils import timezone

    from marketinfo.tasks.life import come_and_go

    study = scene.approved(cases, cast)
    at = timezone.now() + dt.timedelta(hours=1)
    actions.publish(study, by=cast.second_secretary, at=at)
    CaseStudy.objects.filter(pk=study.pk).update(publish_at=timezone.now())
    Consent.objects.filter(case=study.case, kind="sharing").update(withdrawn_at=timezone.now())

    come_and_go()

    assert now(study).state == "scheduled"


def test_company_is_reminded_once(cases, cast):  # noqa: F811
    import datetime as dt

    from django.utils import timezone

    study = scene.ready(cases, cast)
    actions.ask_approval(study, by=cast.secretary)
    later = timezone.now() + dt.timedelta(days=8)

    written = [
        actions.remind(now=timezone.now()),
        actions.remind(now=later),
        actions.remind(now=later),
    ]

    assert written == [0, 1, 0]
    assert Notice.objects.filter(kind="study_reminder").count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"given": {"sharing": False}}, {"visibility": "anonymous", "given": {"sharing": False}}],
)
def test_case_without_consent_is_no_candidate(cases, cast, changes):  # noqa: F811
    case = scene.closed(cases, **changes)

    page = desk(cast.secretary).get(reverse("admin:casestudies_casestudy_candidates"))
    refused = desk(cast.secretary).post(
        reverse("admin:casestudies_casestudy_draft", args=[case.pk])
    )

    assert case.number not in page.content.decode()
    assert (refused.status_code, CaseStudy.objects.count()) == (404, 0)


def test_auditor_looks_on_and_drafts_nothing(cases, cast):  # noqa: F811
    case = scene.closed(cases)
    browser = desk(cast.auditor)

    page = browser.get(reverse("admin:casestudies_casestudy_candidates"))
    refused = browser.post(reverse("admin:casestudies_casestudy_draft", args=[case.pk]))

    assert (page.status_code, refused.status_code, CaseStudy.objects.count()) == (200, 403, 0)


def test_finding_is_kept_only_for_a_reason_and_never_the_company(cases, cast):  # noqa: F811
    study = actions.draft_from_case(scene.closed(cases), by=cast.secretary)
    by_kind = {row.kind: row for row in study.findings.all()}
    day, company = by_kind["date"], by_kind["company"]

    for row, because in ((day, ""), (company, "널리 알려졌습니다.")):
        with pytest.raises(actions.RefusedError):
            actions.settle(
                study, {row.number: actions.Decision(keep_because=because)}, by=cast.secretary
            )
    study = now(study)
    actions.settle(
        study,
        {day.number: actions.Decision(keep_because="법 시행일입니다.")},
        by=cast.secretary,
    )

    day.refresh_from_db()
    assert (day.state, "3월 12일" in study.difficulty) == ("kept", True)
    assert re.search("한빛", study.difficulty) is None


def test_typed_name_is_marked_again(cases, cast):  # noqa: F811
    study = scene.ready(cases, cast)
    study.lessons = "한빛코스메틱처럼 준비하십시오."
    actions.save(study, by=cast.secretary, fields=["lessons"])

    assert scene.secrets_in(now(study).lessons) == []
    assert study.findings.open().count() == 1


def test_what_was_replaced_is_forgotten_once_it_comes_out(cases, cast):  # noqa: F811
    study = scene.published(cases, cast)

    assert set(study.findings.values_list("original", flat=True)) == {""}


def test_company_withdraws_while_the_case_is_disputed(cases, cast):  # noqa: F811
    study = scene.approved(cases, cast)

    actions.take_down_by_company(study)

    assert (now(study).state, study.approvals.first().decision) == ("withdrawn", "taken_back")
    assert COMPANY.user is None


def test_entry_of_the_library_shows_what_was_solved_with_it(cases, cast):  # noqa: F811
    from casestudies import solved
    from marketinfo.models import Article

    study = scene.published(cases, cast)
    near = Article(country_id="VN", category_id=study.category_id)
    elsewhere = Article(country_id="US", category_id=study.category_id)

    assert [entry.pk for entry in solved.beside(near)["entries"]] == [study.pk]
    assert (solved.beside(elsewhere), solved.beside(study)) == (None, None)


def test_english_case_becomes_an_english_draft(cases, cast):  # noqa: F811
    case = scene.closed(
        cases,
        language="en",
        situation="Hanbit Cosmetics shipped 5,000 units on March 12, 2026 for USD 45,000.",
        problem="Mr. Tran Van An of Saigon Beauty JSC asked for more papers.",
        request="Please call 031-345-6789.",
    )

    study = actions.draft_from_case(case, by=cast.secretary)

    said = study.running_text()
    assert study.language == "en"
    assert [word in said for word in ("5,000 units", "March 12", "45,000", "Tran", "Saigon")] == [
        False
    ] * 5
    assert "the first half of 2026" in said
