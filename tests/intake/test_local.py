"""Local difficulties: a mission's minute, what stays there, and what reaches Seoul."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from casestudies import actions as studies
from casestudies.models import CaseStudy
from intake import actions
from intake.actions import local as verbs
from intake.models import Case, Consent, Draft, LocalDifficulty
from notifications.models import Notice

KEY = uuid.UUID("1a2b3c4d-0000-4000-8000-00000000000a")
SAID = {
    "country": "VN",
    "company_name": "시연 비나",
    "situation": "하노이시 공상국이 허가 갱신을 미루고 있습니다.",
    "grade": "plain",
}
HOME = {
    "help_needed": "on",
    "help_text": "한·베 FTA 공동위원회에서 다루어 주십시오.",
    "help_body_1": "KCS",
    "contact_name": "응우옌 반 안",
    "contact_phone": "024 3831 5111",
    "local_authority": "하노이시 공상국",
    "actions": "공상국에 두 번 문의하였습니다.",
    "agreed": "on",
    "agreed_how": "in_person",
}


def url(name="local-new", *more, code="MIS-HAN"):
    return reverse(f"partner:{name}", args=[code, *more])


def posted(**changes):
    said = {"key": str(KEY), "action": "record"} | SAID | changes
    return {name: value for name, value in said.items() if value is not None}


@pytest.fixture
def mission(client, cast):
    client.force_login(cast.mission_officer)
    return client


@pytest.fixture
def by(cast):
    return verbs.Mission(cast.mission_officer, Organisation.objects.get(code="MIS-HAN"))


@pytest.fixture
def local(mission):
    mission.post(url(), posted(**HOME))
    return LocalDifficulty.objects.get()


def errors(response):
    return set(response.context["form"].errors)


# --- Recording ---------------------------------------------------------------------------


def test_three_answers_record_a_difficulty_that_stays_at_the_mission(mission, cast):
    response = mission.post(url(), posted())

    local = LocalDifficulty.objects.get()
    assert response["Location"] == url("local-page", local.pk)
    assert (local.organisation.code, local.keeper, local.state) == (
        "MIS-HAN",
        cast.mission_officer,
        "open",
    )
    assert local.title == "하노이시 공상국이 허가 갱신을 미루고 있습니다."
    assert (Case.objects.count(), Draft.objects.count(), Notice.objects.count()) == (0, 0, 0)
    assert mission.get(response["Location"]).status_code == 200


def test_own_countries_stand_first(mission):
    groups = mission.get(url()).context["form"].fields["country"].choices

    assert [code for code, _name in groups[1][1]] == ["VN"]
    assert mission.get(url()).context["form"]["country"].value() == "VN"


def test_time_is_the_missions_and_stored_in_utc(mission):
    there = timezone.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date() - dt.timedelta(days=1)
    mission.post(url(), posted(received_on=there.isoformat(), received_time="09:30"))

    local = LocalDifficulty.objects.get()
    assert local.received_at == dt.datetime.combine(there, dt.time(2, 30), dt.UTC)
    page = mission.get(url("local-page", local.pk)).content.decode()
    assert "09:30" in page
    assert "11:30" in page


def test_same_key_records_once_and_other_words_are_kept(mission):
    first = mission.post(url(), posted())
    again = mission.post(url(), posted())
    other = mission.post(url(), posted(situation="다른 일입니다."), follow=True)

    assert LocalDifficulty.objects.count() == 1
    assert again["Location"] == first["Location"]
    assert other.context["form"]["situation"].value() == "다른 일입니다."


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"company_name": ""}, {"company_name"}),
        ({"situation": ""}, {"situation"}),
        ({"country": ""}, {"country"}),
        ({"help_needed": "on"}, {"help_text"}),
        ({"contact_phone": "없음"}, {"contact_phone"}),
        ({"help_body_1": "없는 기관입니다"}, {"help_body_1"}),
        ({"action": "home"}, {"help_text", "contact_name", "contact_phone", "agreed"}),
        ({"grade": "secret"}, {"grade"}),
    ],
)
def test_what_is_wrong_is_said_and_kept_as_a_draft(mission, changes, wrong):
    response = mission.post(url(), posted(**changes))

    assert response.status_code == 422
    assert errors(response) == wrong
    assert LocalDifficulty.objects.count() == 0
    assert Draft.objects.get().purpose == "local"


# --- To Seoul ----------------------------------------------------------------------------


def test_recorded_and_passed_in_one_step_becomes_a_case(mission, cast):
    response = mission.post(url(), posted(action="home", **HOME))

    case = Case.objects.get()
    local = LocalDifficulty.objects.get()
    assert response["Location"] == url("receipt", case.number)
    assert (local.state, local.case) == ("passed", case)
    assert (case.channel, case.filer_organisation.code, case.keeper) == (
        "mission",
        "MIS-HAN",
        cast.mission_officer,
    )
    assert (case.request, case.tried, case.counterpart) == (
        HOME["help_text"],
        HOME["actions"],
        HOME["local_authority"],
    )
    assert case.contact_phone == "+84 24 3831 5111"
    assert dict(case.consents.values_list("kind", "given")) == {
        "collection": True,
        "bodies": True,
        "private_bodies": False,
        "sharing": False,
        "survey": False,
    }
    page = mission.get(response["Location"])
    assert "현지 시각" in page.content.decode() or "local time" in page.content.decode()


def test_passed_later_counts_from_then(mission, local):
    LocalDifficulty.objects.update(received_at=timezone.now() - dt.timedelta(days=20))

    response = mission.post(url("local-pass", local.pk), {"version": local.version})
    again = mission.post(url("local-pass", local.pk), {"version": local.version})

    case = Case.objects.get()
    assert response["Location"] == again["Location"] == url("receipt", case.number)
    assert timezone.now() - case.received_at < dt.timedelta(minutes=5)
    assert [event.step for event in case.local.events.all()] == ["pass_home", "record"]


def test_without_wish_contact_or_word_nothing_is_passed(mission, by):
    mission.post(url(), posted())
    local = LocalDifficulty.objects.get()

    page = mission.post(url("local-pass", local.pk), {"version": local.version}, follow=True)

    assert len(page.context["lacks"]) == 3
    assert Case.objects.count() == 0
    with pytest.raises(actions.RefusedError):
        verbs.pass_home(local=local, by=by)


def test_failed_filing_leaves_the_record_open(mission, local, by, monkeypatch):
    monkeypatch.setattr(verbs, "_step", lambda *args, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        verbs.pass_home(local=local, by=by)

    assert LocalDifficulty.objects.get().state == "open"
    assert Case.objects.count() == 0


# --- What is done at the mission ---------------------------------------------------------


def test_notes_are_added_and_the_end_says_how(mission, local):
    mission.post(url("local-note", local.pk), {"note-text": "국장을 만났습니다."})
    mission.post(
        url("local-solve", local.pk),
        {"solve-version": local.version, "solve-text": "허가가 갱신되었습니다."},
    )

    local.refresh_from_db()
    assert (local.state, local.result) == ("solved", "허가가 갱신되었습니다.")
    assert [(event.step, event.text) for event in local.events.all()] == [
        ("solve", "허가가 갱신되었습니다."),
        ("note", "국장을 만났습니다."),
        ("record", ""),
    ]


def test_an_end_needs_words_and_happens_once(mission, local):
    empty = mission.post(url("local-drop", local.pk), {"drop-version": 1, "drop-text": ""})
    mission.post(url("local-drop", local.pk), {"drop-version": 1, "drop-text": "철회"})
    mission.post(url("local-solve", local.pk), {"solve-version": 2, "solve-text": "해결"})

    local.refresh_from_db()
    assert empty.status_code == 422
    assert (local.state, local.result) == ("dropped", "철회")


def as_shown(client, local):
    """What a browser would send of the correction form as it opens."""
    form = client.get(url("local-change", local.pk)).context["form"]
    said = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in said.items() if value not in (None, False, "")}


def test_two_officers_at_once_see_both_versions(mission, local):
    change = url("local-change", local.pk)
    said = as_shown(mission, local)
    mission.post(change, said | {"version": 1, "situation": "첫 번째 글"})

    both = mission.post(change, said | {"version": 1, "situation": "두 번째 글"})

    local.refresh_from_db()
    assert both.status_code == 409
    assert [row[1:] for row in both.context["versions"]] == [("첫 번째 글", "두 번째 글")]
    assert local.situation == "첫 번째 글"

    mission.post(change, said | {"version": local.version, "situation": "두 번째 글"})
    local.refresh_from_db()
    assert local.situation == "두 번째 글"
    assert local.events.first().facts["was"] == {"situation": "첫 번째 글"}


def test_a_stale_end_writes_nothing(mission, local):
    mission.post(url("local-change", local.pk), SAID | HOME | {"version": 1, "title": "새 제목"})

    response = mission.post(
        url("local-solve", local.pk), {"solve-version": 1, "solve-text": "해결"}
    )

    local.refresh_from_db()
    assert response.status_code == 409
    assert local.state == "open"
    assert response.context["solve"]["text"].value() == "해결"
    assert response.context["solve"]["version"].value() == local.version


def test_unchanged_correction_keeps_the_version(mission, local):
    mission.post(url("local-change", local.pk), as_shown(mission, local) | {"version": 1})

    local.refresh_from_db()
    assert local.version == 1


# --- How far it may be told --------------------------------------------------------------


def passed(mission, grade):
    mission.post(url(), posted(action="home", grade=grade, **HOME))
    return Case.objects.get()


def test_confidential_is_asked_of_nobody_until_the_mission_lowers_it(mission, cases):
    case = passed(mission, "confidential")
    actions.claim(case=case, by=cases.by)

    with pytest.raises(actions.RefusedError, match="주베트남대사관"):
        cases.refer(case, "KCS")

    local = case.local
    mission.post(
        url("local-regrade", local.pk),
        {
            "regrade-version": local.version,
            "regrade-grade": "restricted",
            "regrade-text": "기업이 동의하였습니다.",
        },
    )
    cases.refer(case, "KCS")
    assert case.referrals.get().organisation.code == "KCS"


@pytest.mark.parametrize(("grade", "warned"), [("plain", False), ("restricted", True)])
def test_the_desk_reads_what_the_mission_said_and_its_grade(mission, cast, grade, warned):
    case = passed(mission, grade)
    desk = Client()
    desk.force_login(cast.secretary)

    shown = desk.get(reverse("admin:intake_case_change", args=[case.pk])).context["local"]

    assert bool(shown.warning) is warned
    words = [str(words) for _label, words in shown.pairs]
    assert HOME["local_authority"] in words
    assert HOME["help_text"] in words


def test_the_desk_asks_nothing_of_cases_that_no_mission_filed(cases, cast, client):
    case = cases.new()
    client.force_login(cast.secretary)

    assert client.get(reverse("admin:intake_case_change", args=[case.pk])).context["local"] is None


@pytest.mark.parametrize(("grade", "words"), [("plain", "확인"), ("restricted", "제한")])
def test_nothing_that_a_mission_restricts_is_published(mission, grade, words):
    case = passed(mission, grade)
    Case.objects.filter(pk=case.pk).update(confirmed_at=timezone.now())
    sharing = case.consents.get(kind="sharing")
    Consent.objects.create(
        case=case,
        kind="sharing",
        text_version=sharing.text_version,
        text_hash=sharing.text_hash,
        given=True,
    )
    study = CaseStudy(
        consent_reference=case.number,
        title="통관 보류를 푼 사례",
        summary="서류를 보완하여 통관되었습니다.",
        difficulty="통관이 보류되었습니다.",
        progress="서류를 보완하였습니다.",
        result="통관되었습니다.",
        outcome="solved",
    )
    studies.save(study, by=None)

    # A plain one is refused only for its own facts, which nobody has checked.
    with pytest.raises(studies.RefusedError, match=words):
        studies.publish(study, by=None)


# --- Who and what ------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(mission, by, rows, django_assert_num_queries):
    for number in range(rows):
        mission.post(url(), posted(key=str(uuid.uuid4()), company_name=f"시연 {number}"))
    mission.get(url("local"))

    with django_assert_num_queries(LIST_QUERIES):
        page = mission.get(url("local"))

    assert len(page.context["page"].rows) == rows


LIST_QUERIES = 8


def test_list_shows_open_first_filters_and_searches(mission):
    for name, key in (("가나상사", uuid.uuid4()), ("다라상사", uuid.uuid4())):
        mission.post(url(), posted(key=str(key), company_name=name))
    newest = LocalDifficulty.objects.order_by("-id")[0]
    mission.post(url("local-drop", newest.pk), {"drop-version": 1, "drop-text": "철회"})

    def names(query=""):
        page = mission.get(url("local") + query).context["page"]
        return [row.company_name for row in page.rows]

    assert names() == ["가나상사", "다라상사"]
    assert names("?state=dropped") == ["다라상사"]
    assert names("?q=가나") == ["가나상사"]
    assert names("?grade=confidential") == []
    assert names("?sort=company") == ["가나상사", "다라상사"]
    assert names("?state=nonsense&sort=nonsense&after=zz") == ["가나상사", "다라상사"]


@pytest.mark.parametrize("name", ["local-page", "local-change"])
def test_neighbours_find_nothing(mission, local, cast, name):
    other = Organisation.objects.filter(kind="mission").exclude(code="MIS-HAN")[0]
    neighbour = Client()
    neighbour.force_login(cast.centre_officer)
    Membership.objects.create(user=cast.centre_officer, organisation=other)

    assert neighbour.get(url(name, local.pk)).status_code == 404
    assert neighbour.get(url(name, local.pk, code=other.code)).status_code == 404
    for verb in ("note", "solve", "drop", "regrade", "pass"):
        there = url(f"local-{verb}", local.pk, code=other.code)
        assert neighbour.post(there, {"version": 1}).status_code == 404
    listed = neighbour.get(url("local", code=other.code)).context["page"]
    assert listed.rows == []
    local.refresh_from_db()
    assert (local.version, local.state) == (1, "open")


def test_a_draft_of_the_mission_waits_at_its_form(mission):
    saved = mission.post(url(), posted(action="save", country=""))

    assert [row.title for row in mission.get(url()).context["begun"]] == ["시연 비나"]
    assert mission.get(saved["Location"]).context["form"]["company_name"].value() == "시연 비나"

    mission.post(url(), posted(action="clear"))
    assert Draft.objects.count() == 0
