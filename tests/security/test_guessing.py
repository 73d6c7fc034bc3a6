"""Who guesses numbers, codes or passwords learns nothing and shuts nobody out (F81, F85, F89)."""

import re
import secrets
import statistics
import time
import uuid

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.permissions import RoleBackend
from accounts.sign_in import device
from intake import receipt
from intake.actions import access
from notifications.models import Notice

pytestmark = pytest.mark.django_db
WRONG = "2345-6789-ABCD-EFGH"
UNKNOWN = receipt.number(2026, 999_999)
PASSWORD = "correct-horse-battery-1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RESET = "password_link"


# --- Receipts ------------------------------------------------------------------------------------
def page(number: str, place: str) -> str:
    """What the page says to a wrong pair, without what differs from request to request."""
    browser = Client(REMOTE_ADDR=place)
    response = browser.post(reverse("intake:follow"), {"number": number, "code": WRONG})
    text = response.content.decode().replace(number, "NUMBER")
    return re.sub(r'(nonce|value)="[^"]{20,}"|[0-9a-f]{32}', "", f"{response.status_code} {text}")


def test_wrong_number_wrong_code_and_ended_case_get_the_same_page(cases):
    numbers = [cases.at("referred").number, cases.at("closed").number, UNKNOWN]

    pages = {page(number, f"192.0.2.{at}") for at, number in enumerate(numbers)}

    assert len(pages) == 1


def test_wrong_number_and_wrong_code_ask_the_database_the_same(cases):
    asked = []
    for number in (cases.at("referred").number, UNKNOWN):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            access.open_by_code(number=number, code=WRONG, address="192.0.2.1")
        asked.append([query["sql"].partition(" WHERE ")[0][:60] for query in queries])

    assert asked[0] == asked[1] != []


def difference(lookup, known: str, times: int = 40) -> float:
    """Milliseconds at the median between a known and an unknown number, asked in turns."""
    taken: dict[str, list[float]] = {known: [], UNKNOWN: []}
    for at in range(times):
        for number, seen in taken.items():
            begun = time.perf_counter()
            lookup(number=number, code=WRONG, address=f"198.51.{at}.1")
            seen.append((time.perf_counter() - begun) * 1000)
    known_ms, unknown_ms = (statistics.median(seen) for seen in taken.values())
    return abs(known_ms - unknown_ms)


def test_time_does_not_tell_which_numbers_exist(cases):
    assert difference(access.open_by_code, cases.at("referred").number) < 5


def test_clock_finds_a_lookup_that_works_for_known_numbers_alone(cases):
    def telling(*, number, code, address):
        access.open_by_code(number=number, code=code, address=address)
        if number != UNKNOWN:
            time.sleep(0.03)

    assert difference(telling, cases.at("referred").number, times=8) >= 5


def test_hundred_thousand_guesses_open_nothing():
    right = receipt.tracking_code(uuid.uuid4(), "key")
    symbols = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

    hits = sum(
        receipt.same_code("".join(secrets.choice(symbols) for _place in range(16)), right)
        for _guess in range(100_000)
    )

    assert (hits, receipt.same_code(right, right)) == (0, True)


def test_owner_gets_in_while_the_number_is_being_guessed(cases):
    case = cases.at("referred")
    for at in range(4):
        thief = Client(REMOTE_ADDR=f"203.0.113.{at}")
        for _guess in range(6):
            last = thief.post(reverse("intake:follow"), {"number": case.number, "code": WRONG})

    owner = Client(REMOTE_ADDR="192.0.2.44").post(
        reverse("intake:follow"), {"number": case.number, "code": case.tracking_code}
    )

    assert (last.status_code, owner.status_code) == (429, 302)


# --- Passwords -----------------------------------------------------------------------------------
@pytest.fixture
def officer(cast):
    user = cast.association_officer
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    totp.TOTP.activate(user, SECRET)
    return user


def typed(browser, email, password):
    return browser.post(reverse("sign-in"), {"login": email, "password": password})


def comes_in(browser, user):
    asked = typed(browser, user.email, PASSWORD)
    if asked.status_code != 302:
        return False
    code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))
    browser.post(reverse("mfa_authenticate"), {"code": code})
    return SESSION_KEY in browser.session


@pytest.fixture
def checks(monkeypatch):
    """Every password that was really compared."""
    seen = []
    plain = RoleBackend.authenticate

    def counted(self, request, **credentials):
        seen.append(credentials)
        return plain(self, request, **credentials)

    monkeypatch.setattr(RoleBackend, "authenticate", counted)
    return seen


@pytest.mark.parametrize(
    "places",
    [["203.0.113.9"] * 40, [f"2001:db8::{n:x}" for n in range(40)]],
    ids=["one line", "forty addresses of one line"],
)
def test_no_more_than_ten_passwords_an_hour_are_compared(officer, checks, places):
    for place in places:
        typed(Client(REMOTE_ADDR=place), officer.email, "wrong-password")

    assert len(checks) == 10


def test_without_the_limit_every_password_is_compared(officer, checks, settings):
    """The positive control of the test above."""
    settings.ACCOUNT_RATE_LIMITS = False

    for _try in range(12):
        typed(Client(), officer.email, "wrong-password")

    assert len(checks) == 12


def test_person_comes_in_from_the_browser_they_always_use(officer):
    at_work = Client(REMOTE_ADDR="203.0.113.9")
    first = comes_in(at_work, officer)
    at_work.post(reverse("sign-out"))
    thief = Client(REMOTE_ADDR="203.0.113.9")
    for _try in range(15):
        typed(thief, officer.email, "wrong-password")
    totp_used_again_later(officer)

    again = comes_in(at_work, officer)
    stranger = comes_in(Client(REMOTE_ADDR="203.0.113.9"), officer)

    assert (first, again, stranger) == (True, True, False)


def totp_used_again_later(user):
    """The half minute passes in which the same code is not taken twice."""
    app = totp.TOTP(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP))
    now = int(time.time()) // 30
    for step in (now - 1, now, now + 1):
        code = totp.format_hotp_value(totp.hotp_value(SECRET, step))
        cache.delete(app._get_used_cache_key(code))


def test_mark_of_a_browser_is_for_one_person_and_not_made_by_hand(rf, officer):
    request = rf.get("/")
    device.know(request, officer.email)
    mine = rf.get("/")
    mine.COOKIES[device.COOKIE] = request.device_mark
    forged = rf.get("/")
    forged.COOKIES[device.COOKIE] = signing.TimestampSigner(salt="device:x").sign("abc")

    known = device.of(mine, officer.email.upper())

    assert known != ""
    assert device.of(mine, "other@example.com") == device.of(forged, officer.email) == ""
    assert officer.email not in request.device_mark


def work(monkeypatch, email) -> int:
    """How often a password is hashed for one wrong try."""
    done = []
    plain = MD5PasswordHasher.encode
    with monkeypatch.context() as patch:
        patch.setattr(
            MD5PasswordHasher,
            "encode",
            lambda self, *given: done.append(1) or plain(self, *given),
        )
        typed(Client(), email, "wrong-password")
    return len(done)


def test_known_unknown_and_closed_accounts_cost_the_same_work(officer, monkeypatch):
    User.objects.create_user("nopass@example.com", None, name="가")
    User.objects.create_user("gone@example.com", PASSWORD, name="나", is_active=False)

    costs = [
        work(monkeypatch, email)
        for email in (officer.email, "nobody@x.example", "nopass@example.com", "gone@example.com")
    ]

    assert costs == [1, 1, 1, 1]


def test_forgotten_password_says_the_same_whoever_asks(officer):
    said = []
    for email in (officer.email, "nobody@example.com"):
        answer = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        text = re.sub(r'(nonce|value)="[^"]{20,}"|[0-9a-f]{32}', "", answer.content.decode())
        said.append((answer.redirect_chain, text.replace(email, "")))

    assert said[0] == said[1]
    assert Notice.objects.filter(kind=RESET, to_address=officer.email).count() == 1


# --- Addresses in mails --------------------------------------------------------------------------
def test_foreign_host_is_refused_and_a_forwarded_one_reaches_no_mail(officer, settings):
    ask = {"email": officer.email}

    refused = Client(raise_request_exception=False).post(
        reverse("account_reset_password"), ask, headers={"host": "evil.example"}
    )
    taken = Client().post(
        reverse("account_reset_password"), ask, headers={"x-forwarded-host": "evil.example"}
    )
    notice = Notice.objects.get(kind=RESET, to_address=officer.email)

    assert (refused.status_code, taken.status_code) == (400, 302)
    assert "evil.example" not in str(notice.context)


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_page_leads_to_another_site(officer, to):
    browser = Client()
    changed = browser.post(reverse("set-language"), {"language": "en", "next": to})
    comes_in(browser, officer)
    entered = browser.get(reverse("sign-in"), {"next": to})

    assert "evil" not in changed.get("Location", "")
    assert "evil" not in entered.get("Location", "")
    assert "javascript" not in changed.get("Location", "") + entered.get("Location", "")
