"""The desk by hand and by keyboard: presses are counted, nothing fires while somebody types."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.workflow import STEPS
from tests.browser import desk, sweeps
from tests.browser.conftest import Watcher
from tests.browser.portal import Portal
from tests.browser.words import EN, KO, Words

QUEUE = "/admin/intake/triagecase/"
SECOND = "secretary2@demo.example"
_MAKE = """
from accounts.models import User
from tests.intake.factories import CaseFactory
made = CaseFactory(User.objects.get(email="{officer}"))
print(*(made.at("{state}", title="{title}").pk for _ in range({count})))
"""


def make(portal: Portal, title: str, count: int = 1, state: str = "received") -> list[int]:
    """Cases of one title, by the real verbs."""
    code = _MAKE.format(title=title, count=count, state=state, officer=desk.SECRETARY)
    return [int(pk) for pk in portal.python(code).splitlines()[-1].split()]


def state_of(portal: Portal, pk: int) -> str:
    """What the case has been through: its state, its steps, the bodies that were asked."""
    code = (
        "from intake.models import Case\n"
        f"case = Case.objects.get(pk={pk})\n"
        "print(case.state, ','.join(case.events.values_list('verb', flat=True)),"
        " case.referrals.count())"
    )
    return portal.python(code).splitlines()[-1]


class Hands:
    """The keyboard, counting what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        """One key, or one chord."""
        self.count += 1
        self.page.keyboard.press(key)


def at_queue(page: Page, title: str, email: str = desk.SECRETARY, words: Words = KO) -> Hands:
    """Sign in and open the queue, filtered to the cases of this test."""
    desk.sign_in(page, email, words)
    page.goto(f"{QUEUE}?q={title}")
    listening(page)
    return Hands(page)


def listening(page: Page) -> None:
    """The scripts of the page have begun: its keys work."""
    # A finger has no keys: there the button is not shown, and only its attribute tells.
    expect(page.locator("[data-keys-help]:not([hidden])")).to_be_attached()


def focused(page: Page) -> str:
    """The words of what has the focus; empty when nothing has."""
    at = "document.activeElement"
    return str(page.evaluate(f"{at} === document.body ? '' : {at}.textContent.trim()"))


def rows(page: Page) -> list[str]:
    """The receipt numbers of the list."""
    return page.locator("main a.number").all_inner_texts()


def opened(page: Page, number: str) -> None:
    """The case page of this number is shown."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    listening(page)


@pytest.mark.parametrize("words", [KO, EN], ids=["ko", "en"])
def test_new_case_is_referred_to_three_bodies_in_at_most_six_presses(
    trial: Portal, visit: Callable[..., Page], words: Words
):
    title = f"여섯글쇠{words.language}"
    (pk,) = make(trial, title)
    page = visit(trial, language=words.language)
    hands = at_queue(page, title, words=words)

    hands.press("o")
    expect(page.get_by_role("navigation", name=words("Next steps"))).to_be_visible()
    listening(page)
    hands.press("r")
    expect(page.locator("form#step input[data-key='3']")).to_be_visible()
    hands.press("Shift+Digit3")
    expect(page.locator("form#step textarea[name=question]")).to_be_focused()
    page.keyboard.insert_text("통관에 필요한 서류를 알려 주시기 바랍니다.")
    hands.press("Control+Enter")

    desk.told(page, "refer", words)
    assert hands.count <= 6
    assert hands.count == 4
    assert state_of(trial, pk) == "referred submit,claim,refer 3"


def test_new_case_is_referred_to_three_bodies_in_at_most_six_clicks(
    trial: Portal, visit: Callable[..., Page]
):
    title = "여섯단추"
    (pk,) = make(trial, title)
    page = visit(trial)
    at_queue(page, title)
    clicks = 0

    for place in (
        page.locator("main a.number").first,
        desk.steps(page)
        .get_by_role("link", name=KO("Take up and refer"))
        .or_(desk.steps(page).get_by_role("button", name=KO("Take up and refer"))),
        page.get_by_role("button", name=KO("Tick the first three")),
    ):
        listening(page)
        place.click()
        clicks += 1
    expect(page.locator("form#step textarea[name=question]")).to_be_focused()
    page.keyboard.insert_text("통관에 필요한 서류를 알려 주시기 바랍니다.")
    page.locator("form#step button.primary[type=submit]").last.click()
    clicks += 1

    desk.told(page, "refer")
    assert clicks <= 6
    assert state_of(trial, pk) == "referred submit,claim,refer 3"


def test_bodies_are_ticked_one_by_one_by_their_numbers(trial: Portal, visit: Callable[..., Page]):
    title = "번호글쇠"
    (pk,) = make(trial, title, state="reviewing")
    page = visit(trial)
    hands = at_queue(page, title)
    page.goto(f"/admin/intake/case/{pk}/step/refer/")
    boxes = page.locator("form#step input[data-key]")
    listening(page)

    for key in ("1", "3", "2", "2"):
        hands.press(key)

    ticked = [box.get_attribute("data-key") for box in boxes.all() if box.is_checked()]
    assert ticked == ["1", "3"]
    hands.press("w")
    expect(page.locator("textarea[name=question]")).to_be_focused()
    hands.press("1")
    assert page.locator("textarea[name=question]").input_value() == "1"


def test_officer_goes_through_the_queue_by_keys_alone(trial: Portal, visit: Callable[..., Page]):
    title = "차례글쇠"
    make(trial, title, 3)
    page = visit(trial)
    hands = at_queue(page, title)
    first, second, third = rows(page)

    hands.press("j")
    assert focused(page) == first
    hands.press("j")
    hands.press("x")
    assert focused(page) == second
    assert page.locator("input[name=case]:checked").count() == 1
    hands.press("k")
    hands.press("Enter")
    opened(page, first)
    hands.press("]")
    opened(page, second)
    hands.press("Shift+J")
    opened(page, third)
    hands.press("[")
    opened(page, second)
    hands.press("t")
    desk.told(page, "claim")
    page.locator(".messagelist").get_by_role("link", name=KO("Next case")).click()
    opened(page, third)
    hands.press("u")
    expect(page).to_have_url(re.compile("triagecase/"))
    listening(page)
    hands.press("g")
    hands.press("d")
    expect(page).to_have_url(re.compile("/admin/$"))


def test_keys_rest_while_somebody_types(trial: Portal, visit: Callable[..., Page]):
    title = "입력글쇠"
    make(trial, title, 2)
    page = visit(trial)
    hands = at_queue(page, title)
    address = page.url

    hands.press("/")
    box = page.locator("main input[name=q]")
    expect(box).to_be_focused()
    box.fill("")
    page.keyboard.type("jxorau?gq")

    assert box.input_value() == "jxorau?gq"
    assert page.url == address
    assert page.locator("input[name=case]:checked").count() == 0
    expect(page.locator("dialog#desk-keys")).not_to_be_visible()


def test_korean_input_method_leaves_the_keys_where_they_are(
    trial: Portal, visit: Callable[..., Page]
):
    title = "한글글쇠"
    make(trial, title, 2)
    page = visit(trial)
    at_queue(page, title)
    send = """([key, code]) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }))"""

    page.evaluate(send, ["ㅓ", "KeyJ"])
    assert focused(page) == rows(page)[0]
    page.evaluate(send, ["Process", "KeyJ"])
    assert focused(page) == rows(page)[1]
    page.evaluate(send, ["ㅌ", "KeyX"])
    assert page.locator("input[name=case]:checked").count() == 1


def test_help_sheet_holds_the_focus_and_gives_it_back(trial: Portal, visit: Callable[..., Page]):
    title = "안내글쇠"
    make(trial, title, 2)
    page = visit(trial)
    hands = at_queue(page, title)
    sheet = page.locator("dialog#desk-keys")
    hands.press("j")
    row = focused(page)

    hands.press("Shift+?")

    expect(sheet).to_be_visible()
    inside = "document.activeElement === document.body || document.activeElement.closest('dialog')"
    for _ in range(8):
        hands.press("Tab")
        assert page.evaluate(f"Boolean({inside})")
    assert sweeps.too_wide(page) == ""
    hands.press("Escape")
    expect(sheet).not_to_be_visible()
    assert focused(page) == row


def test_single_keys_can_be_switched_off_for_good(trial: Portal, visit: Callable[..., Page]):
    title = "꺼진글쇠"
    make(trial, title, 2)
    page = visit(trial)
    hands = at_queue(page, title)
    search = page.locator("main input[name=q]")
    expect(search).to_have_attribute("aria-keyshortcuts", "/")

    page.locator("[data-keys-help]").click()
    page.locator("[data-keys-on]").uncheck()
    hands.press("Escape")
    page.reload()
    listening(page)
    before = focused(page)
    for key in ("j", "o", "?", "/"):
        hands.press(key)

    assert focused(page) == before
    expect(page.locator("dialog#desk-keys")).not_to_be_visible()
    assert search.get_attribute("aria-keyshortcuts") is None
    page.locator("[data-keys-help]").focus()
    hands.press("Enter")
    expect(page.locator("dialog#desk-keys")).to_be_visible()
    page.locator("[data-keys-on]").check()
    hands.press("Escape")
    page.locator("h1").click()
    hands.press("j")
    assert focused(page) == rows(page)[0]


def test_colleague_is_seen_on_the_case_in_the_queue_and_at_the_same_form(
    trial: Portal, visit: Callable[..., Page]
):
    title = "함께보기"
    (pk,) = make(trial, title, state="reviewing")
    one, two = visit(trial), visit(trial)
    at_queue(one, title, SECOND)
    at_queue(two, title)

    one.goto(f"/admin/intake/case/{pk}/step/note/")
    one.wait_for_load_state("networkidle")
    two.goto(f"{QUEUE}?q={title}")

    name = "이두리"
    expect(two.locator(".desk-on-it")).to_contain_text(name)
    two.goto(f"/admin/intake/case/{pk}/change/")
    expect(two.locator("#colleagues")).to_contain_text(name)
    two.goto(f"/admin/intake/case/{pk}/step/note/")
    expect(two.locator("form#step .desk-same")).to_contain_text(name)
    one.goto("/admin/")
    one.wait_for_timeout(500)
    two.goto(f"{QUEUE}?q={title}")
    two.wait_for_load_state("networkidle")
    expect(two.locator(".desk-on-it")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_ticked_cases_are_taken_up_at_once(
    trial: Portal, visit: Callable[..., Page], scripts: bool
):
    title = "한꺼번에가" if scripts else "한꺼번에나"
    pks = make(trial, title, 3)
    page = visit(trial, scripts=scripts)
    desk.sign_in(page)
    page.goto(f"{QUEUE}?q={title}")

    page.get_by_label(KO("All on this page")).check()
    page.get_by_role("button", name=KO(STEPS["claim"].label), exact=True).click()
    page.get_by_role("button", name=re.compile(re.escape(KO(STEPS["claim"].label)))).click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert {state_of(trial, pk) for pk in pks} == {"reviewing submit,claim 0"}


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_sheet_and_pages_of_many_cases_have_no_fault(
    trial: Portal, visit: Callable[..., Page], watcher: Watcher, width: str
):
    title = "무결점" + width
    make(trial, title, 2)
    page = visit(trial, width=width)
    hands = at_queue(page, title)
    hands.press("Shift+?")
    # axe itself breaks the policy for styles: the browser is not listened to from here on.
    watcher.leave(page)
    assert sweeps.violations(page) == []
    hands.press("Escape")
    page.get_by_label(KO("All on this page")).check()
    page.get_by_role("button", name=KO(STEPS["assign"].label), exact=True).click()

    assert sweeps.violations(page) == []
    assert sweeps.too_wide(page) == ""
