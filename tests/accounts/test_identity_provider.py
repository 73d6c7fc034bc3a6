"""Officers sign in through an identity provider: a certified server on loopback plays it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, ProviderIdentity, User
from accounts.sign_in import identity_provider
from accounts.sign_in import session as proof
from notifications.models import Notice
from tests.browser.sweeps import node_modules

pytestmark = pytest.mark.django_db
SERVER = Path(__file__).parent / "provider" / "server.mjs"
PUBLIC = "http://127.0.0.1:8000"
ADDRESS, SECRET = "officer@example.com", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a running provider; skipped, visibly, without Node and its packages."""
    modules, node = node_modules(), shutil.which("node")
    if node is None or modules is None or not (modules / "oidc-provider").is_dir():
        pytest.skip("Node and oidc-provider (npm) are not there")
    port = free_port()
    line = [node, str(SERVER), str(port), f"{PUBLIC}/sign-in/provider/back/", str(modules)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            while b"listening" not in (said := process.stdout.readline()):
                assert said, "the provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def offered(issuer, settings):
    """The portal with this provider."""
    settings.PUBLIC_URL = PUBLIC
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = issuer, "portal"
    settings.OIDC_CLIENT_SECRET = "the portal's own secret, long enough for tests"
    settings.OIDC_NAMES = {"ko": "정부 통합인증", "en": "Government sign-in"}
    return issuer


@pytest.fixture
def officer(loaded):
    user = User.objects.create_user(ADDRESS, "correct-horse-battery-1", name="채송화")
    Membership.objects.create(user=user, organisation=Organisation.objects.get(code="KBIZ"))
    return user


@pytest.fixture
def with_app(officer):
    totp.TOTP.activate(officer, SECRET)
    return officer


def led_back(client: Client, who: str) -> str:
    """Go to the provider as its person `who`; the path by which it sends back."""
    begun = client.post(reverse("provider-begin"))
    assert begun.status_code == 302
    place, browser = begun["Location"], requests.Session()
    for _turn in range(10):
        answer = browser.get(
            place, headers={"X-Who": quote(who)}, allow_redirects=False, timeout=10
        )
        place = requests.compat.urljoin(place, answer.headers["Location"])
        if place.startswith(PUBLIC):
            parts = urlsplit(place)
            return f"{parts.path}?{parts.query}"
    raise AssertionError("the provider goes round in circles")


def code() -> str:
    return totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))


def test_officer_is_let_in_with_the_own_second_factor(client, offered, with_app):
    page = client.get(led_back(client, f"{ADDRESS}|yes|s-1"))
    assert "채송화" in page.content.decode()
    assert SESSION_KEY not in client.session

    asked = client.post(reverse("provider-go-on"))
    assert asked["Location"] == reverse("mfa_authenticate")
    # Whoever fails here is not remembered as the officer.
    assert not ProviderIdentity.objects.exists()
    let_in = client.post(reverse("mfa_authenticate"), {"code": code()})

    assert let_in["Location"] == reverse("after-sign-in")
    assert client.session[SESSION_KEY] == str(with_app.pk)
    assert proof.methods(client.session) == {proof.PROVIDER, proof.SECOND_FACTOR}
    assert client.get(reverse("partner:choose")).status_code == 302
    bound = ProviderIdentity.objects.get()
    assert (bound.user, bound.issuer, bound.subject) == (with_app, offered, "s-1")
    told = Notice.objects.get(kind="sign_in_changed")
    assert (told.to_address, told.context["change"]) == (ADDRESS, "provider_added")


@pytest.mark.parametrize(("trusted", "asks"), [(["mfa"], False), ([], True), (["otp"], True)])
def test_second_factor_of_the_provider_counts_only_where_it_is_trusted(
    client, offered, with_app, settings, trusted, asks
):
    settings.OIDC_TWO_FACTORS = trusted
    client.get(led_back(client, f"{ADDRESS}|yes|s-1|mfa"))

    answer = client.post(reverse("provider-go-on"))

    assert (SESSION_KEY not in client.session) is asks
    assert proof.has_second_factor(client.session) is not asks
    assert answer["Location"] == reverse("mfa_authenticate" if asks else "after-sign-in")


def test_newcomer_without_a_factor_sets_one_up_and_sees_nothing_before(client, offered, officer):
    client.get(led_back(client, f"{ADDRESS}|yes|s-1"))
    client.post(reverse("provider-go-on"))

    refused = client.get(reverse("partner:choose"))

    assert refused["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_once_known_the_address_no_longer_matters(client, offered, with_app):
    ProviderIdentity.objects.create(user=with_app, issuer=offered, subject="s-1")

    page = client.get(led_back(client, "new@example.com|no|s-1"))

    assert page.context["person"] == with_app


@pytest.mark.parametrize(
    "who",
    [
        f"{ADDRESS}|no|s-1",
        "stranger@example.com|yes|s-1",
        "|yes|s-1",
        "company@example.com|yes|s-1",
        "gone@example.com|yes|s-1",
    ],
    ids=["unverified", "unknown", "no address", "a company's", "switched off"],
)
def test_nobody_else_is_let_in_and_all_get_the_same_answer(client, offered, with_app, who):
    User.objects.create_user("company@example.com", name="기업 담당자")
    User.objects.create_user("gone@example.com", name="퇴직자", is_active=False)
    Membership.objects.create(
        user=User.objects.get(email="gone@example.com"),
        organisation=Organisation.objects.get(code="KBIZ"),
    )

    page = client.get(led_back(client, who))
    pressed = client.post(reverse("provider-go-on"))

    assert (page.status_code, pressed.status_code) == (403, 403)
    assert page.templates[0].name == pressed.templates[0].name == "account/provider_refused.html"
    assert SESSION_KEY not in client.session
    assert not ProviderIdentity.objects.exists()


def test_successor_with_the_same_address_is_not_the_person_who_is_known(client, offered, with_app):
    ProviderIdentity.objects.create(user=with_app, issuer=offered, subject="s-1")

    page = client.get(led_back(client, f"{ADDRESS}|yes|s-2"))

    assert page.status_code == 403


def test_answer_for_another_browser_or_used_twice_is_refused(client, offered, with_app):
    place = led_back(client, f"{ADDRESS}|yes|s-1")

    stolen = Client().get(place)
    first, again = client.get(place), client.get(place)

    assert [answer.status_code for answer in (stolen, first, again)] == [403, 200, 403]


def test_what_was_said_is_worth_nothing_after_five_minutes(client, offered, with_app, monkeypatch):
    client.get(led_back(client, f"{ADDRESS}|yes|s-1"))
    monkeypatch.setattr(identity_provider, "FRESH", -1)

    assert client.post(reverse("provider-go-on")).status_code == 403
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("claim", ["iss", "aud", "nonce", "exp"])
def test_token_with_a_wrong_claim_is_refused(client, offered, with_app, monkeypatch, claim):
    """The positive control of the checks that Authlib makes for us."""
    from authlib.integrations.base_client import sync_openid

    real = sync_openid.jwt.decode
    wrong = {"iss": "https://elsewhere.example", "aud": "other", "nonce": "other", "exp": 1}

    def tampered(*given, **more):
        token = real(*given, **more)
        token.claims[claim] = wrong[claim]
        return token

    monkeypatch.setattr(sync_openid.jwt, "decode", tampered)

    assert client.get(led_back(client, f"{ADDRESS}|yes|s-1")).status_code == 403


def test_provider_that_is_away_is_told_and_the_password_still_works(client, settings, with_app):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    settings.OIDC_CLIENT_ID = settings.OIDC_CLIENT_SECRET = "x"

    page = client.post(reverse("provider-begin"), follow=True)

    assert "응답이 없습니다" in page.content.decode()
    assert "password" in page.content.decode()


def test_sign_in_page_may_lead_to_the_provider_and_nowhere_else(client, offered):
    policy = client.get(reverse("sign-in"))["Content-Security-Policy"]

    assert f"form-action 'self' {offered}" in policy
    assert offered not in client.get(reverse("home"))["Content-Security-Policy"]


def test_without_a_provider_there_is_no_such_page(client, db):
    assert client.post(reverse("provider-begin")).status_code == 404
    assert client.get(reverse("provider-back")).status_code == 404
    assert client.post(reverse("provider-go-on")).status_code == 404
    assert "provider" not in client.get(reverse("sign-in")).content.decode()


def test_connection_is_ended_by_the_person(client, offered, with_app):
    ProviderIdentity.objects.create(user=with_app, issuer=offered, subject="s-1")
    client.get(led_back(client, "|no|s-1"))
    client.post(reverse("provider-go-on"))
    client.post(reverse("mfa_authenticate"), {"code": code()})

    client.post(reverse("provider-remove"))

    assert ProviderIdentity.objects.get().ended_at is not None
    assert Notice.objects.get(kind="sign_in_changed").context["change"] == "provider_removed"
    # Neither the subject nor the address alone connects it again, until the person allows it.
    elsewhere = Client()
    for who in (f"{ADDRESS}|yes|s-1", f"{ADDRESS}|yes|s-2"):
        assert elsewhere.get(led_back(elsewhere, who)).status_code == 403
    client.post(reverse("provider-remove"), {"again": "yes"})
    assert elsewhere.get(led_back(elsewhere, f"{ADDRESS}|yes|s-1")).status_code == 200
