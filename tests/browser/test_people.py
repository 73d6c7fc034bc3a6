"""A manager asks somebody in; the newcomer works; the manager ends it with one click."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.test_sign_in import app_code
from tests.browser.words import KO

MANAGER, NEWCOMER, NAME = "manager@demo.example", "newcomer@people.example", "서다린"
SECRET = "아침 바다 위의 수출 컨테이너"


def test_manager_invites_newcomer_works_and_removal_stops_the_very_next_click(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    manager = visit(trial)
    desk.sign_in(manager, MANAGER)
    manager.goto("/partner/KBIZ/people/")
    manager.get_by_role("link", name=KO("Invite somebody")).click()
    company.field(manager, "Name").fill(NAME)
    company.field(manager, "Work e-mail").fill(NEWCOMER)
    company.button(manager, "Send the invitation").click()
    expect(manager.get_by_role("main")).to_contain_text(NEWCOMER)

    # The newcomer, in a browser of their own: password, second factor, desk.
    page = visit(trial)
    page.goto(trial.link(trial.mail(NEWCOMER, "")))
    company.field(page, "Password").fill(SECRET)
    company.field(page, "Password once more").fill(SECRET)
    company.button(page, "Make the account and accept").click()
    page.get_by_role("link", name=KO("Set up the app")).click()
    page.locator("input[name=code]").fill(app_code(page.locator("#app-key").inner_text()))
    company.button(page, "Set up").click()
    page.get_by_role("link", name=KO("Kept: to my work")).click()
    page.wait_for_url("**/partner/KBIZ/start/")
    cases = page.get_by_role("navigation", name=KO("Menu of the desk")).get_by_role(
        "link", name=KO("Cases we filed")
    )
    expect(cases).to_be_visible()

    manager.reload()
    manager.locator("main a[href$='/remove/']", has_text=NAME).click()
    company.button(manager, "Remove now").click()
    people = manager.get_by_role("table", name=KO("Who acts for this organisation"))
    expect(people).not_to_contain_text(NEWCOMER)

    with page.expect_navigation() as answer:
        cases.click()
    assert answer.value is not None
    assert answer.value.status in {403, 404}
    assert page.goto("/partner/KBIZ/start/").status == answer.value.status  # type: ignore[union-attr]
