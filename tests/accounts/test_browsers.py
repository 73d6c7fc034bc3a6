"""Where somebody is signed in, ended from one place; a browser that is new is told of."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.sign_in import browsers
from notifications.models import Notice

pytestmark = pytest.mark.django_db
PASSWORD, SECRET = "correct-horse-battery-1", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def officer(loaded, monkeypatch):
    """An officer with an app, whose codes may be used more than once in half a minute."""
    user = User.objects.create_user("officer@example.com", PASSWORD, name="채송화")
    Membership.objects.create(user=user, organisation=Organisation.objects.get(code="KBIZ"))
    totp.TOTP.activate(user, SECRET)
    monkeypatch.setattr(totp.TOTP, "_mark_code_used", lambda *_given: True)
    return user


def signed_in(agent: str, client: Client | None = None) -> Client:
    client = client or Client(headers={"User-Agent": agent})
    client.post(reverse("sign-in"), {"login": "officer@example.com", "password": PASSWORD})
    code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert SESSION_KEY in client.session
    return client


def test_every_browser_is_listed_and_all_but_this_one_ended(officer):
    here, there = signed_in(WINDOWS), signed_in(PHONE)
    stranger = User.objects.create_user("other@example.com", PASSWORD, name="다른 사람")
    other = Client()
    other.force_login(stranger)

    listed = here.get(reverse("mfa_index")).context["browsers"]
    page = here.post(reverse("sign-out-elsewhere"), follow=True)

    assert [(one.name, one.is_this) for one in listed] == [
        ("Chrome · Windows", True),
        ("Samsung Internet · Android", False),
    ]
    assert [one.is_this for one in page.context["browsers"]] == [True]
    assert there.get(reverse("mfa_index"))["Location"].startswith(reverse("sign-in"))
    assert SESSION_KEY in here.session
    assert SESSION_KEY in other.session


def test_new_browser_is_told_of_once_and_the_first_one_never(officer):
    first = signed_in(WINDOWS)
    first.post(reverse("sign-out"))
    signed_in(WINDOWS, first)
    assert not Notice.objects.exists()

    phone = signed_in(PHONE)
    phone.post(reverse("sign-out"))
    signed_in(PHONE, phone)

    told = Notice.objects.get()
    assert (told.kind, told.to_address) == ("sign_in_new", "officer@example.com")
    assert told.context["browser"] == "Samsung Internet · Android"


def test_mark_of_one_person_makes_no_browser_known_for_another(officer):
    client = signed_in(WINDOWS)
    client.post(reverse("sign-out"))
    second = User.objects.create_user("second@example.com", PASSWORD, name="다른 담당자")
    Membership.objects.create(user=second, organisation=Organisation.objects.get(code="KBIZ"))
    totp.TOTP.activate(second, SECRET)
    User.objects.filter(pk=second.pk).update(last_login="2026-01-01T00:00Z")

    client.post(reverse("sign-in"), {"login": "second@example.com", "password": PASSWORD})
    code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert Notice.objects.get().to_address == "second@example.com"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge · Windows"),
        (f"{WINDOWS} Whale/4.0", "Whale · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        ("curl/8", ""),
        ("", ""),
        ("<script>" * 1000, ""),
    ],
)
def test_browser_is_named_as_its_user_knows_it(agent, name):
    request = RequestFactory().get("/", headers={"User-Agent": agent})

    assert browsers.name_of(request) == name
