"""In a browser: a draft is answered by a library entry, and a follower is told of a change."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import EN, KO
from tests.faults.sink import Mail

TITLE = "베트남 하이퐁 화장품 통관 보류"
LIST = "[data-perhaps-list]"
WHAT = "(시연) 성분표 영문본이 추가되었습니다."
LINK = re.compile(r"/library/following/(?:confirm|mine)/[^\s>]+/")


def write(page: Page) -> None:
    """Begin a difficulty that the library knows."""
    page.goto("/file/")
    page.select_option("#id_country", "VN")
    page.select_option("#id_category", "CUS-01")
    page.fill("#id_title", TITLE)


def words_of(mail: Mail) -> str:
    """A mail's text as its reader sees it."""
    return str(mail.parsed.get_body(("plain",)).get_content())


def top_of_focus(page: Page) -> float:
    """Where what has the focus stands on the screen."""
    return float(page.evaluate("document.activeElement.getBoundingClientRect().top"))


def test_draft_is_answered_by_an_entry_and_opened_again(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    page = visit(trial, width="phone")
    # Focus comes into view at once: what moves afterwards was moved by the list.
    page.emulate_media(reduced_motion="reduce")
    write(page)
    page.focus("#id_situation")
    page.keyboard.type("화장품이 보류되어 있습니다.")
    before = top_of_focus(page)
    enough = page.locator(LIST).get_by_role("button", name=re.compile(KO("This answers me")))
    expect(enough.first).to_be_visible()

    assert enough.count() <= 3
    assert abs(top_of_focus(page) - before) < 1
    expect(page.locator("[data-perhaps-said]")).not_to_be_empty()
    # Below the list nothing moves either, when the list goes.
    page.focus("#id_company_name")
    before = top_of_focus(page)
    page.evaluate(
        "() => { const box = document.getElementById('id_title'); box.value = '없음';"
        " box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.evaluate(
        "() => { const list = document.getElementById('id_country'); list.value = '';"
        " list.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(enough).to_have_count(0)
    assert abs(top_of_focus(page) - before) < 1

    write(page)
    with page.context.expect_page() as opened:
        page.locator(LIST).get_by_role("button", name=re.compile(KO("Read it"))).first.click()
    assert re.search(r"/(library|cases)/", opened.value.url)
    enough.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        KO("We are glad that this answered you")
    )
    company.button(page, "Open my draft again").click()
    expect(page.locator("#id_title")).to_have_value(TITLE)


def test_without_scripts_the_check_page_shows_the_same(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    page = visit(trial, language="en", scripts=False)
    page.goto("/file/")
    company.fill_in(page, "clerk@answered.example", EN)
    page.fill("#id_title", TITLE)
    page.select_option("#id_category", "CUS-01")
    company.button(page, "Next: check your answers", EN).click()

    enough = page.get_by_role("button", name=re.compile(EN("This answers me")))
    expect(enough.first).to_be_visible()
    enough.first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        EN("We are glad that this answered you")
    )


def test_follower_is_told_of_a_change_and_leaves(trial: Portal, visit: Callable[..., Page]) -> None:
    email = "follower@reader.example"
    reader = visit(trial, width="phone")
    reader.goto("/library/requirements/?country=VN")
    reader.get_by_role("link", name=KO("Follow this by e-mail")).click()
    company.field(reader, "E-mail").fill(email)
    company.button(reader, "Mail me the link to confirm").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(KO("Please look at your mail"))
    reader.goto(LINK.search(words_of(trial.mail(email, "알림 신청")))[0])  # type: ignore[index]
    company.button(reader, "Yes, mail me when it changes").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(KO("What you follow"))

    officer = visit(trial)
    desk.sign_in(officer)
    officer.goto("/library/requirements/?country=VN")
    officer.locator(".entry-list h3 a").first.click()
    officer.get_by_role("link", name=KO("Announce a change of this entry")).click()
    officer.get_by_label(re.compile(KO("What changed"))).fill(WHAT)
    officer.get_by_label(re.compile(KO("Important change"))).check()
    officer.locator("input[name=_save]").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(KO("Answered cases and a change"))

    mail = trial.mail(email, "바뀌었습니다")
    assert WHAT in words_of(mail)
    reader.goto(LINK.search(words_of(mail))[0])  # type: ignore[index]
    company.button(reader, "End everything and delete my address").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(KO("You follow nothing any more"))
