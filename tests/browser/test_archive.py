"""A closed case becomes a published study with its company's word, and one button takes it down."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import Watcher
from tests.browser.portal import Mail, Portal
from tests.browser.sweeps import axe
from tests.browser.words import KO
from tests.processes import wait_until

COLLEAGUE = "secretary2@demo.example"
CANDIDATES = "/admin/casestudies/casestudy/candidates/"


def press(page: Page, msgid: str) -> None:
    """A button or link of the page by its words."""
    page.get_by_role("main").get_by_role("button", name=KO(msgid), exact=True).click()


def question(trial: Portal, number: str) -> Mail:
    """The letter in which the company of a case is asked."""

    def found() -> list[Mail]:
        subjects = ((mail, str(mail.parsed["Subject"])) for mail in list(trial.sink.mails))
        return [mail for mail, words in subjects if number in words and "사례" in words]

    wait_until(found, 60, f"the question about {number}\n{trial.log()}")
    return found()[-1]


def a_word_of(page: Page, title: str) -> str:
    """A longer word of the story that its title does not hold."""
    story = page.locator(".story").inner_text()
    return next(word for word in re.findall(r"[가-힣]{4,}", story) if word[:3] not in title)


def test_closed_case_becomes_a_study_by_its_companys_word_and_goes_down_again(
    trial: Portal, visit: Callable[..., Page], watcher: Watcher
) -> None:
    # An officer drafts a study from a closed case and settles what was found.
    officer = visit(trial)
    desk.sign_in(officer)
    officer.goto(CANDIDATES)
    row = officer.locator(".archive-rows tbody tr").first
    number = row.locator("a").first.inner_text()
    row.get_by_role("button").click()
    expect(officer).to_have_url(re.compile(r"/way/$"))
    way = officer.url
    if officer.locator(".finding").count():
        press(officer, "Take every proposal")
        expect(officer.locator(".finding")).to_have_count(0)
    if officer.locator("#id_reason").count():
        officer.locator("#id_reason").fill("같은 품목을 수출하는 기업이 많습니다.")
        press(officer, "Keep this reason")
    press(officer, "Ask the company")

    # The company reads it on a phone, without an account, and agrees.
    phone = visit(trial, width="phone")
    link = trial.link(question(trial, number))
    phone.goto(link)
    assert axe(phone, watcher) == []
    phone.locator("[name=decision][value=approved]").check(force=True)
    press(phone, "Send my answer")
    expect(phone.get_by_role("button", name=KO("Take my approval back"))).to_be_visible()

    # Another officer publishes it.
    second = visit(trial)
    desk.sign_in(second, COLLEAGUE)
    second.goto(way.replace("/way/", "/step/publish/"))
    press(second, "Publish")
    second.goto(way)
    second.get_by_role("link", name=KO("Preview of the page")).click()

    # A reader finds it by a word that is not in its title, and reads no number of the case.
    address, title = second.url, second.get_by_role("heading", level=1).inner_text()
    reader = visit(trial, width="phone")
    reader.goto(address)
    assert axe(reader, watcher) == []
    word = a_word_of(reader, title)
    expect(reader.get_by_role("main")).not_to_contain_text(number)
    reader.goto(f"/cases/?q={word}")
    expect(reader.get_by_role("main")).to_contain_text(title)

    # One button of the company takes it down.
    phone.goto(link)
    press(phone, "Take it down now")
    watcher.faults.clear()
    gone = reader.goto(address)
    assert gone is not None
    assert gone.status == 410
    watcher.faults.clear()
    reader.goto(f"/cases/?q={word}")
    expect(reader.get_by_role("main")).not_to_contain_text(title)
