"""What an officer of the secretariat does at the desk, by what the page says."""

import re

from playwright.sync_api import Locator, Page, expect

from intake.workflow import STEPS
from tests.browser.portal import PASSWORD
from tests.browser.words import KO, Words

SECRETARY = "secretary1@demo.example"


def sign_in(page: Page, email: str = SECRETARY, words: Words = KO) -> None:
    """Sign in as one of the demonstration's people."""
    page.goto("/sign-in/")
    main = page.get_by_role("main")
    main.get_by_role("textbox").first.fill(email)
    main.locator("input[type=password]").fill(PASSWORD)
    main.get_by_role("button", name=words("Sign in"), exact=True).click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def open_from_queue(page: Page, number: str) -> None:
    """Find the case in the queue and open it."""
    page.goto("/admin/intake/triagecase/")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def steps(page: Page, words: Words = KO) -> Locator:
    """The bar of next steps."""
    return page.get_by_role("navigation", name=words("Next steps"))


def claim(page: Page, words: Words = KO) -> None:
    """Take the case up with one press."""
    steps(page, words).get_by_role("button", name=words(STEPS["claim"].label)).click()
    told(page, "claim", words)


def start(page: Page, verb: str, words: Words = KO) -> None:
    """Open the page of a step."""
    steps(page, words).get_by_role("link", name=words(STEPS[verb].label), exact=True).click()


def finish(page: Page, verb: str, words: Words = KO) -> None:
    """Press the step's button; the case page says that it is done."""
    page.get_by_role("button", name=words(STEPS[verb].label), exact=True).click()
    told(page, verb, words)


def told(page: Page, verb: str, words: Words = KO) -> None:
    """The case page confirms the step."""
    expect(page.locator(".messagelist")).to_contain_text(words(STEPS[verb].done))


def of_body(page: Page, verb: str, body: str, words: Words = KO) -> None:
    """Open the page on which a body's reaction is recorded."""
    name = re.compile(rf"^{re.escape(words(STEPS[verb].label))}\s*: {re.escape(body)}")
    page.get_by_role("link", name=name).click()


def label(page: Page, msgid: str, words: Words = KO) -> Locator:
    """A field of a step by its label."""
    return page.get_by_label(words.label(msgid)).first
