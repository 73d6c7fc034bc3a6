"""A silent session ends by itself, and what is sent afterwards waits for the next sign-in."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.sign_in import kept
from accounts.sign_in import session as proof
from intake.models import Message
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)
from tests.portal.conftest import read  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db
TEXT = "베트남 세관에 확인한 내용을 길게 적었습니다."


def silent(client, seconds=40 * 60):
    """Let time pass for a session."""
    session = client.session
    session[proof.SEEN] -= seconds
    session.save()


@pytest.fixture
def officer(client, cast):  # noqa: F811
    client.force_login(cast.secretary)
    return cast.secretary


def test_silence_ends_the_session_and_the_page_says_why(client, officer):
    silent(client)

    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.resolver_match.view_name == "sign-in"
    assert "자동으로 로그아웃되었습니다" in answer.content.decode()
    assert not Session.objects.filter(session_key=client.session.session_key).exists() or (
        SESSION_KEY not in client.session
    )


def test_busy_session_goes_on_and_is_written_once_a_minute(
    client, officer, django_assert_num_queries
):
    silent(client, 29 * 60)
    client.get(reverse("admin:index"))
    seen = client.session[proof.SEEN]

    client.get(reverse("admin:index"))

    assert abs(seen - time.time()) < 5
    assert client.session[proof.SEEN] == seen


def test_script_of_an_open_page_keeps_nobody_in(client, officer):
    silent(client, 25 * 60)
    before = client.session[proof.SEEN]

    client.get(reverse("admin:index"), headers={"Sec-Fetch-Dest": "empty"})

    assert client.session[proof.SEEN] == before


def test_button_keeps_the_person_in(client, officer):
    silent(client, 25 * 60)

    answer = client.post(reverse("stay-signed-in"), headers={"Sec-Fetch-Dest": "empty"})

    assert answer.json() == {"seconds": 1800.0}
    assert abs(client.session[proof.SEEN] - time.time()) < 5


def test_button_is_too_late(client, officer):
    silent(client)

    answer = client.post(reverse("stay-signed-in"), headers={"Sec-Fetch-Dest": "empty"})

    assert answer.status_code == 401
    assert kept.KEY not in client.session


def test_session_ends_after_its_whole_time_however_busy(client, officer):
    session = client.session
    session[proof.SINCE] -= 9 * 3600
    session.save()

    assert client.get(reverse("admin:index")).status_code == 302
    assert SESSION_KEY not in client.session


def again(client, user):
    """Sign in once more in the same browser."""
    store = {kept.KEY: client.session.get(kept.KEY)}
    client.force_login(user)
    session = client.session
    session.update(store)
    session.save()


def test_step_of_the_desk_sent_too_late_is_kept_and_sent_again(client, officer, cases, read):  # noqa: F811
    case = cases.at("reviewing")
    path = reverse("admin:intake_case_step", args=[case.pk, "note"])
    silent(client)

    late = client.post(path, {"text": TEXT, "password": "secret-x", "version": str(case.version)})
    again(client, officer)
    page = client.get(reverse("kept-form"))

    assert late.status_code == 401
    assert TEXT in late.content.decode()
    assert "secret-x" not in late.content.decode() + page.content.decode()
    assert TEXT in page.content.decode()
    assert read(page).faults() == []
    fields = dict(page.context["kept"].fields) | {kept.MARK: "1"}
    client.post(page.context["kept"].path, fields)
    assert Message.objects.filter(case=case, text=TEXT).count() == 1
    assert client.get(reverse("kept-form"))["Location"] == reverse("after-sign-in")


def test_answer_of_a_body_sent_too_late_is_kept(client, cast, cases):  # noqa: F811
    case = cases.at("referred")
    referral = case.referrals.get(organisation__code="KCS")
    client.force_login(cast.customs_officer)
    silent(client)

    path = reverse("intake:body-referral-step", args=[case.number, referral.pk, "answer"])
    late = client.post(path, {"text": TEXT})

    assert late.status_code == 401
    assert client.session[kept.KEY]["user"] == str(cast.customs_officer.pk)


def test_form_of_a_partner_sent_too_late_is_kept_for_its_writer_alone(client, cast):  # noqa: F811
    client.force_login(cast.association_officer)
    silent(client)
    client.post(reverse("partner:choose"), {"text": TEXT})

    again(client, cast.secretary)
    strange = client.get(reverse("kept-form"))
    again(client, cast.association_officer)
    own = client.get(reverse("kept-form"))

    assert strange["Location"] == reverse("after-sign-in")
    assert TEXT in own.content.decode()


def test_form_of_nobody_known_is_shown_and_stored_nowhere(client, cast):  # noqa: F811
    late = client.post(reverse("partner:choose"), {"text": TEXT})

    assert late.status_code == 401
    assert TEXT in late.content.decode()
    assert Session.objects.count() == 0


def test_kept_form_is_thrown_away_on_wish_and_after_an_hour(client, officer):
    silent(client)
    client.post(reverse("partner:choose"), {"text": TEXT})
    again(client, officer)
    session = client.session
    session[kept.KEY] = session[kept.KEY] | {"until": time.time() - 1}
    session.save()
    old = client.get(reverse("kept-form"))

    client.post(reverse("forget-kept-form"))

    assert old["Location"] == reverse("after-sign-in")
    assert kept.KEY not in client.session


def test_form_without_end_is_not_stored(client, officer):
    silent(client)

    late = client.post(reverse("partner:choose"), {"text": "가" * 300_000})

    assert late.status_code == 401
    assert kept.KEY not in client.session


@pytest.mark.parametrize("language", ["ko", "en"])
def test_page_head_names_the_limit_without_scripts(client, officer, read, language):  # noqa: F811
    client.cookies["django_language"] = language
    page = read(client.get(reverse("home")))

    boxes = page.all(data_idle=True)
    assert [box.attrs["data-idle"] for box in boxes] == ["1800", "1800"]
    assert page.faults() == []


def test_stranger_sees_no_clock(client, read, db):  # noqa: F811
    assert read(Client().get(reverse("home"))).all(data_idle=True) == []
