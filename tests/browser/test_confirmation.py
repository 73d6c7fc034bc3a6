"""An association files for a member; the member confirms by link and stays anonymous; a body reads
no name."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from intake import consents
from tests.browser import desk
from tests.browser.conftest import Watcher
from tests.browser.portal import Portal
from tests.browser.sweeps import axe
from tests.browser.words import KO

ASSOCIATION = "kbiz@demo.example"
CUSTOMS = "관세청"
NAME, PERSON, MAIL = "은둔정밀공업", "남궁비밀", "hidden@member.example"


def choose(page: Page, selector: str) -> None:
    """Choose by the label, as a person does: the box itself may lie beneath it."""
    page.locator(f"label[for={page.locator(selector).get_attribute('id')}]").click()
    expect(page.locator(selector)).to_be_checked()


def file_for(page: Page, mail: str) -> str:
    """An officer of the association files for a member; the receipt number."""
    desk.sign_in(page, ASSOCIATION)
    page.goto("/partner/KBIZ/file/")
    page.locator("#id_company_name").fill(NAME)
    page.locator("#id_no_number").check()
    page.locator("#id_contact_name").fill(PERSON)
    page.locator("#id_contact_phone").fill("031-777-4242")
    page.locator("#id_contact_email").fill(mail)
    page.locator("#id_country").select_option("VN")
    page.locator("#id_situation").fill(
        f"{NAME}의 화장품이 하이퐁 항에서 보류되었습니다. ({PERSON})"
    )
    page.locator("#id_agreed").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/receipt/$"))
    return page.locator("#receipt-number").inner_text()


def decide(page: Page, visibility: str) -> None:
    """Say who may know, and agree to everything."""
    choose(page, f"[name=visibility][value={visibility}]")
    for text in consents.CONSENTS:
        choose(page, f"[name=consent_{text.kind}][value=yes]")


def send(page: Page) -> None:
    """Press “confirm”."""
    page.locator("button.primary[name=step][value=send]").click()


def test_member_confirms_by_link_stays_anonymous_and_the_body_reads_no_name(
    trial: Portal, visit: Callable[..., Page], watcher: Watcher
) -> None:
    number = file_for(visit(trial), MAIL)

    # The member opens the link on a phone, without an account.
    phone = visit(trial, width="phone")
    link = trial.link(trial.mail(MAIL, number))
    assert "/confirm/" in link
    phone.goto(link)
    expect(phone.get_by_role("main")).to_contain_text("중소기업중앙회")
    send(phone)
    expect(phone.get_by_role("alert").first).to_be_visible()
    phone.locator("details.fold > summary").first.click()
    phone.locator("#id_request").fill("필요한 서류를 알려 주시기 바랍니다.")
    decide(phone, "anonymous")
    assert axe(phone, watcher) == []
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text(KO("This is confirmed"))
    # The link is used up: in another browser too it shows no word of the case.
    other = visit(trial)
    other.goto(link)
    expect(other.get_by_role("main")).not_to_contain_text(NAME)

    # The secretary reads no name and asks a body.
    officer = visit(trial)
    desk.sign_in(officer)
    desk.open_from_queue(officer, number)
    page_text = officer.get_by_role("main").inner_text()
    assert [word for word in (NAME, PERSON, MAIL, "777-4242") if word in page_text] == []
    assert "중소기업중앙회" in page_text
    desk.claim(officer)
    desk.start(officer, "refer")
    desk.label(officer, "Question for all").fill("필요한 서류를 알려 주시기 바랍니다.")
    proposed = officer.get_by_role("checkbox", name=re.compile(rf"^{CUSTOMS}(\s|$)"))
    if proposed.count():
        proposed.check()
    else:
        offered = officer.locator(f'datalist option[value^="{CUSTOMS}"]').first
        free = officer.get_by_label(KO.label("Body")).first
        free.fill(offered.get_attribute("value") or "")
    desk.finish(officer, "refer")

    # The body reads the difficulty and no name.
    body = visit(trial)
    desk.sign_in(body, "customs@demo.example")
    body.goto("/body/")
    body.get_by_role("link", name=re.compile(number)).first.click()
    seen = body.get_by_role("main").inner_text()
    assert "하이퐁" in seen
    assert [word for word in (NAME, PERSON, MAIL, "777-4242") if word in seen] == []
