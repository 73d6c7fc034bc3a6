"""A company signs in by mail, sees its cases, and lets a broker read one of them."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO

CONTACT, BROKER = "contact@account.example", "broker@account.example"


def sign_in(trial: Portal, page: Page, email: str) -> None:
    """By the code of a mail; there is no password."""
    page.goto("/company/sign-in/")
    page.locator("main input[type=email]").fill(email)
    company.button(page, "Send me a code").click()
    expect(page).to_have_url(re.compile("/sign-in/code/"))
    subject = str(trial.mail(email, "인증번호").parsed["Subject"])
    page.locator("main input[name=code]").fill(re.search(r"[0-9]{6}", subject)[0])  # type: ignore[index]
    company.button(page, "Sign in").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def test_company_sees_all_its_cases_and_lets_a_broker_read_one(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    receipts = [company.filed(visit(trial), CONTACT) for _case in range(2)]
    number = receipts[0].number
    secretary = visit(trial)
    desk.sign_in(secretary)
    desk.open_from_queue(secretary, number)

    contact = visit(trial, width="phone")
    sign_in(trial, contact, CONTACT)
    contact.goto("/company/")
    main = contact.get_by_role("main")
    for receipt in receipts:
        expect(main).to_contain_text(receipt.number)
    contact.goto(f"/company/{number}/")
    main.get_by_text(KO("Invite a colleague, a customs broker or a translator")).click()
    form = main.locator("form[action$='/guests/']")
    form.locator("[name=name]").fill("한관세")
    form.locator("[name=email]").fill(BROKER)
    form.locator("[name=kind]").select_option("broker")
    company.button(contact, "Invite").click()
    access = main.get_by_role("region", name=KO("Who has access"))
    expect(access).to_contain_text(BROKER)
    expect(access).to_contain_text(KO("reads only"))

    # The broker reads this case, no other, and finds nothing to write with.
    broker = visit(trial)
    assert trial.mail(BROKER, number)
    sign_in(trial, broker, BROKER)
    broker.goto("/company/")
    seen = broker.get_by_role("main")
    expect(seen).to_contain_text(number)
    expect(seen).not_to_contain_text(receipts[1].number)
    broker.goto(f"/company/{number}/")
    expect(seen).to_contain_text(company.TEXTS["Situation"])
    expect(seen).not_to_contain_text(KO("Who has read it"))
    expect(seen.locator("form")).to_have_count(0)
    other = broker.goto(f"/company/{receipts[1].number}/")
    assert other is not None
    assert other.status == 404

    # The company sees who has read: the secretariat, and its own guest.
    contact.goto(f"/company/{number}/")
    access.get_by_text(KO("Who has read it")).click()
    expect(access.locator("details", has_text=KO("Who has read it"))).to_contain_text("사무국")

    # And sends the broker away at once.
    with contact.expect_navigation():
        access.get_by_role("button", name=KO("End the access of %(name)s", name="한관세")).click()
    gone = broker.reload()
    assert gone is not None
    assert gone.status == 404
    shut = broker.goto(f"/company/{number}/")
    assert shut is not None
    assert shut.status == 404
