"""Officers sign in by password and second factor; nothing opens to a password alone."""

import time

import pytest
from allauth.account.internal.flows import login as allauth_login
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import demo
from accounts.models import Membership, Organisation, User
from accounts.sign_in import second_factor
from accounts.sign_in import session as proof
from notifications.models import Notice
from tests.portal.conftest import read  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery-1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def officer(loaded):
    """An officer of an association who has a password and no second factor."""
    user = User.objects.create_user("officer@example.com", PASSWORD, name="채송화")
    Membership.objects.create(user=user, organisation=Organisation.objects.get(code="KBIZ"))
    return user


@pytest.fixture
def with_app(officer):
    """The same with an authenticator app."""
    totp.TOTP.activate(officer, SECRET)
    return officer


def now() -> str:
    return totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))


def by_password(client, email="officer@example.com", password=PASSWORD, **more):
    return client.post(reverse("sign-in"), {"login": email, "password": password, **more})


def with_code(client, code=None):
    return client.post(reverse("mfa_authenticate"), {"code": code or now()})


def test_officer_with_an_app_signs_in_and_the_session_key_changes(client, with_app):
    client.get(reverse("sign-in"))
    asked = by_password(client)
    before = client.session.session_key

    let_in = with_code(client)

    assert (asked.status_code, asked["Location"]) == (302, reverse("mfa_authenticate"))
    assert (let_in.status_code, let_in["Location"]) == (302, reverse("after-sign-in"))
    assert client.session[SESSION_KEY] == str(with_app.pk)
    assert client.session.session_key != before
    assert proof.has_second_factor(client.session)
    assert client.get(reverse("partner:choose")).status_code == 302


def test_password_alone_of_who_has_a_factor_signs_nobody_in(client, with_app):
    by_password(client)

    assert SESSION_KEY not in client.session
    assert client.get(reverse("partner:choose"))["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("code", ["000000", "", "12345678901", "١٢٣٤٥٦", "x' OR 1=1"])
def test_wrong_code_lets_nobody_in(client, with_app, code, monkeypatch):
    monkeypatch.setattr(totp, "hotp_value", lambda *_args: 123456)
    by_password(client)

    answer = client.post(reverse("mfa_authenticate"), {"code": code})

    assert answer.status_code == 200
    assert SESSION_KEY not in client.session


def test_code_is_good_once(client, with_app):
    code = now()
    by_password(client)
    with_code(client, code)
    thief = Client()
    by_password(thief)

    answer = with_code(thief, code)

    assert answer.status_code == 200
    assert SESSION_KEY not in thief.session


def test_second_step_cannot_be_entered_without_the_first(client, with_app):
    answer = with_code(client)

    assert (answer.status_code, answer["Location"]) == (302, reverse("sign-in"))


def test_recovery_code_opens_once(client, with_app):
    codes = RecoveryCodes.activate(with_app).generate_codes()
    by_password(client)
    first = with_code(client, f"{codes[0][:4]} {codes[0][4:]}")
    other = Client()
    by_password(other)

    second = with_code(other, codes[0])

    assert first.status_code == 302
    assert second.status_code == 200


@pytest.mark.parametrize(
    "name", ["partner:choose", "admin:index", "intake:body-desk", "after-sign-in", "kept-form"]
)
def test_newcomer_is_led_to_set_up_a_factor_before_anything_opens(client, officer, name):
    by_password(client)

    answer = client.get(reverse(name))

    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("role", ["is_staff", "is_platform_admin", "is_auditor"])
def test_admin_and_auditor_are_led_there_too(client, loaded, role):
    User.objects.create_user("x@example.com", PASSWORD, name="x", **{role: True})
    by_password(client, "x@example.com")

    assert client.get(reverse("admin:index"))["Location"] == reverse("mfa_index")


def test_half_a_session_is_a_stranger_on_public_pages(client, officer):
    by_password(client)

    page = client.get(reverse("home"))

    assert not page.wsgi_request.user.is_authenticated
    assert officer.name not in page.content.decode()


def test_newcomer_sets_up_an_app_and_works_on(client, officer, django_capture_on_commit_callbacks):
    by_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    before = client.session.session_key
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code})

    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.session.session_key != before
    kept = client.get(done["Location"])
    assert len(kept.context["unused_codes"]) == 10
    assert client.get(reverse("partner:choose")).status_code == 302
    row = Authenticator.objects.get(user=officer, type="totp")
    assert secret not in row.data["secret"]
    assert [row.kind for row in Notice.objects.all()] == ["sign_in_changed"]


def test_half_a_session_ends_when_its_person_has_a_factor_meanwhile(client, officer):
    by_password(client)
    totp.TOTP.activate(officer, SECRET)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer["Location"] == reverse("sign-in")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("method", ["code", "", "socialaccount"])
def test_session_without_a_password_sets_up_nothing(client, officer, method):
    client.force_login(officer, method=method)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer["Location"] == reverse("sign-in")
    assert SESSION_KEY not in client.session


def test_proof_of_another_person_is_worth_nothing(client, with_app):
    other = User.objects.create_user("other@example.com", PASSWORD, name="y", is_staff=True)
    client.force_login(other, method="password")
    session = client.session
    proof.record(session, proof.SECOND_FACTOR, with_app.pk)
    session.save()

    assert client.get(reverse("admin:index"))["Location"] == reverse("mfa_index")


def test_keys_of_the_session_are_those_of_allauth(client, with_app):
    names = (allauth_login.AUTHENTICATION_METHODS_SESSION_KEY, proof.METHODS_OF)
    by_password(client)
    with_code(client)

    assert names[0] == proof.METHODS
    assert client.session[names[1]] == str(with_app.pk)


def test_middleware_adds_no_query(client, officer, django_assert_num_queries):
    client.force_login(officer)

    # The session and the person; the other two are the menu's.
    with django_assert_num_queries(4):
        client.get(reverse("guide"))


def test_last_factor_of_an_officer_stays(client, with_app):
    client.force_login(with_app)

    page = client.get(reverse("mfa_deactivate_totp"))
    answer = client.post(reverse("mfa_deactivate_totp"))

    assert page.status_code == answer.status_code == 200
    assert second_factor.is_set_up(with_app)


def test_last_passkey_of_an_officer_stays(client, officer):
    key = Authenticator.objects.create(user=officer, type="webauthn", data={"name": "열쇠"})
    client.force_login(officer)

    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_one_of_two_factors_may_go(client, with_app):
    key = Authenticator.objects.create(user=with_app, type="webauthn", data={"name": "열쇠"})
    client.force_login(with_app)

    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert list(Authenticator.objects.values_list("type", flat=True)) == ["totp"]


def test_key_of_somebody_else_is_not_there(client, with_app):
    other = User.objects.create_user("other@example.com", PASSWORD, name="y", is_staff=True)
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "열쇠"})
    client.force_login(with_app)

    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert client.get(reverse("mfa_edit_webauthn", args=[key.pk])).status_code == 404


def test_wrong_password_and_unknown_address_say_the_same(with_app):
    said = []
    for email in ("officer@example.com", "nobody@example.com"):
        answer = by_password(Client(), email, "wrong-password")
        said.append([str(error) for error in answer.context["form"].non_field_errors()])

    assert said[0] == said[1] != []


def test_guessing_is_slowed_without_locking_the_owner_out(with_app):
    thief = Client(REMOTE_ADDR="203.0.113.9")
    for _attempt in range(10):
        by_password(thief, password="wrong-password")

    refused = by_password(thief)
    let_in = by_password(Client(REMOTE_ADDR="198.51.100.7"))

    assert refused.status_code == 200
    assert let_in["Location"] == reverse("mfa_authenticate")


def test_codes_are_not_guessed(client, with_app):
    by_password(client)
    for _attempt in range(10):
        with_code(client, "000000")

    assert with_code(client).status_code == 200
    assert SESSION_KEY not in client.session


def test_admin_has_no_door_of_its_own(client, with_app):
    ends = [client.get(path, follow=True) for path in ("/admin/login/", "/admin/")]
    typed = client.post(
        "/admin/login/", {"username": "officer@example.com", "password": PASSWORD}, follow=True
    )

    assert [end.resolver_match.view_name for end in (*ends, typed)] == ["sign-in"] * 3
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "path", ["/sign-up/", "/signup/", "/accounts/signup/", "/my-sign-in/email/"]
)
def test_nobody_signs_up(client, with_app, path):
    client.force_login(with_app)

    assert client.get(path).status_code == 404


def test_new_password_by_mail_ends_every_session(client, with_app):
    elsewhere = Client()
    elsewhere.force_login(with_app)
    client.post(reverse("account_reset_password"), {"email": "Officer@Example.com"})
    notice = Notice.objects.get(kind="password_link")
    to_form = client.get(notice.context["link"])

    done = client.post(
        to_form["Location"], {"password1": "quite-another-1", "password2": "quite-another-1"}
    )

    assert notice.to_address == "officer@example.com"
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert elsewhere.get(reverse("partner:choose"))["Location"].startswith(reverse("sign-in"))
    # A new password is no second factor.
    assert by_password(client, password="quite-another-1")["Location"] == reverse(
        "mfa_authenticate"
    )
    assert client.get(notice.context["link"]).status_code == 200
    assert "token_fail" in client.get(notice.context["link"]).context


def test_forgotten_password_of_a_stranger_writes_to_nobody(client, with_app):
    known = client.post(reverse("account_reset_password"), {"email": "officer@example.com"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert known["Location"] == unknown["Location"]
    assert [row.to_address for row in Notice.objects.all()] == ["officer@example.com"]


def test_changed_password_ends_the_other_sessions(client, with_app):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(with_app)
    new = {"password1": "quite-another-1", "password2": "quite-another-1"}

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert client.get(reverse("mfa_index")).status_code == 200
    assert elsewhere.get(reverse("mfa_index"))["Location"].startswith(reverse("sign-in"))
    assert Notice.objects.get().context["change"] == "password_changed"


def test_somebody_who_left_no_longer_comes_in(client, with_app):
    client.force_login(with_app)
    User.objects.filter(pk=with_app.pk).update(is_active=False)

    assert client.get(reverse("mfa_index"))["Location"].startswith(reverse("sign-in"))
    assert by_password(Client()).status_code in {200, 302}
    assert Session.objects.exists()


@pytest.fixture
def invented(loaded, settings):
    """The people of the demonstration."""
    settings.DEMO = True
    demo.load()


def test_demonstration_shows_its_code_and_takes_it_twice(client, invented, read):  # noqa: F811
    for browser in (client, Client()):
        by_password(browser, "secretary1@demo.example", demo.PASSWORD)
        page = read(browser.get(reverse("mfa_authenticate")))
        code = page.one(data_demo_code=True).text
        assert with_code(browser, code)["Location"] == reverse("after-sign-in")


def test_code_is_shown_to_nobody_with_a_factor_of_their_own(client, invented, read):  # noqa: F811
    user = User.objects.get(email="secretary1@demo.example")
    Authenticator.objects.filter(user=user).delete()
    totp.TOTP.activate(user, SECRET)
    by_password(client, "secretary1@demo.example", demo.PASSWORD)

    assert read(client.get(reverse("mfa_authenticate"))).all(data_demo_code=True) == []


def test_public_password_opens_nothing_outside_the_demonstration(client, invented, settings):
    settings.DEMO = False

    answer = by_password(client, "secretary1@demo.example", demo.PASSWORD)

    assert answer.status_code == 200
    assert proof.METHODS not in client.session


def test_something_that_matters_asks_once_more(client, with_app):
    client.force_login(with_app)
    session = client.session
    session[proof.METHODS][0]["at"] -= 3600
    session.save()

    asked = client.get(reverse("mfa_generate_recovery_codes"))

    assert asked["Location"].partition("?")[0] == reverse("account_reauthenticate")
    answer = client.post(asked["Location"], {"password": PASSWORD, "next": "/my-sign-in/"})
    assert answer["Location"] == "/my-sign-in/"
    assert proof.was_recent(client.session, 60)
