"""Signing in as people do it: an app, a passkey, a silence, a browser without scripts."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from accounts.demo import present_code
from tests.browser import desk
from tests.browser.portal import PASSWORD, Portal
from tests.browser.words import KO
from tests.faults.sink import Sink

NEWCOMER = "kats@demo.example"
MINE = "/my-sign-in/"


@pytest.fixture(scope="module")
def quick(
    program: str,
    tmp_path_factory: pytest.TempPathFactory,
    mail_server: Callable[[], Sink],
) -> Iterator[Portal]:
    """A portal in which 24 seconds are a long silence."""
    portal = Portal(tmp_path_factory.mktemp("quick") / "data", mail_server(), IDLE_MINUTES="0.4")
    yield portal
    portal.stop()


def app_code(key: str) -> str:
    """What an authenticator app with this key shows."""
    return str(format_hotp_value(hotp_value(key, int(time.time()) // 30)))


def password(page: Page, email: str) -> None:
    """The first page of the sign-in."""
    page.goto("/sign-in/")
    page.locator("main input[name=login]").fill(email)
    page.locator("main input[type=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=KO("Sign in"), exact=True).click()


def strip_factors(portal: Portal, email: str) -> None:
    """Make an invented officer a newcomer without a second factor."""
    portal.python(
        "from allauth.mfa.models import Authenticator as A; "
        f"A.objects.filter(user__email='{email}').delete()"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_newcomer_sets_up_an_app_and_comes_back_with_it(
    trial: Portal, visit: Callable[..., Page], scripts: bool
) -> None:
    strip_factors(trial, NEWCOMER)
    page = visit(trial, width="phone", scripts=scripts)

    password(page, NEWCOMER)
    expect(page).to_have_url(re.compile(MINE))
    page.goto("/body/")
    expect(page).to_have_url(re.compile(MINE))
    page.get_by_role("link", name=KO("Set up the app")).click()
    key = page.locator("#app-key").inner_text()
    page.locator("input[name=code]").fill(app_code(key))
    page.get_by_role("main").get_by_role("button", name=KO("Set up"), exact=True).click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    spare = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name=KO("Kept: to my work")).click()
    expect(page).not_to_have_url(re.compile(MINE))

    again = visit(trial, scripts=scripts)
    password(again, NEWCOMER)
    again.locator("input[name=code]").fill(spare)
    again.get_by_role("main").get_by_role("button", name=KO("Sign in"), exact=True).click()
    expect(again).not_to_have_url(re.compile("sign-in"))


def test_newcomer_sets_up_a_passkey_and_comes_back_with_it(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    strip_factors(trial, NEWCOMER)
    page = visit(trial)
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    options |= {"hasResidentKey": True, "isUserVerified": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    # A passkey needs a name in place of a number.
    at = trial.url.replace("127.0.0.1", "localhost")

    for name in ("Set up a passkey", "Use the passkey"):
        page.goto(f"{at}/sign-in/")
        page.locator("main input[name=login]").fill(NEWCOMER)
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main form.krds-form button.primary").click()
        if name == "Set up a passkey":
            page.goto(f"{at}/my-sign-in/passkeys/add/")
        page.locator("[data-passkey-go]").click()
        if name == "Set up a passkey":
            expect(page.locator(".recovery-codes li")).to_have_count(10)
            page.context.clear_cookies()
        else:
            expect(page).not_to_have_url(re.compile("sign-in"))


def test_silent_officer_is_warned_signed_out_and_loses_no_text(
    quick: Portal, visit: Callable[..., Page]
) -> None:
    text = "상담 내용을 길게 적어 두었습니다."
    page = visit(quick)
    found = "print(Case.objects.filter(state='reviewing').first().pk)"
    pk = quick.python(f"from intake.models import Case; {found}")
    desk.sign_in(page)
    page.goto(f"/admin/intake/case/{pk}/step/note/")
    page.locator("textarea[name=text]").fill(text)
    notice = page.locator(".idle-notice")
    expect(notice).to_contain_text(KO("Stay signed in"), timeout=60_000)
    over = (
        "You are signed out. What you typed is still here: when you send it, you sign in again "
        "and nothing is lost."
    )
    expect(notice).to_contain_text(KO(over), timeout=60_000)
    # The server is more patient than the page, by a tenth.
    time.sleep(4)

    page.locator("form:has(textarea[name=text]) [type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(KO("You are no longer signed in"))
    page.get_by_role("link", name=KO("Sign in and go on")).click()
    page.locator("main input[name=login]").fill(desk.SECRETARY)
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main form.krds-form button.primary").click()
    page.locator("input[name=code]").fill(present_code())
    page.locator("main form.krds-form button.primary").click()
    expect(page.get_by_role("main")).to_contain_text(text)
    page.get_by_role("button", name=KO("Send again")).click()
    desk.told(page, "note")
