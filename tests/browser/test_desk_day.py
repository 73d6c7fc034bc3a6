"""A day at the desk without a mouse: from signing in to the help sheet, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.demo import present_code
from intake import triage
from intake.workflow import STEPS
from tests.browser import company, desk
from tests.browser.desk import Keyboard
from tests.browser.portal import PASSWORD, Portal
from tests.browser.words import KO

TITLE = "하루업무"
COLLEAGUE = "secretary2@demo.example"
TEMPLATE = "통관 보류 – 조치 안내"
_MAKE = f"""
from accounts.models import User
from tests.intake.factories import CaseFactory
made = CaseFactory(User.objects.get(email="{desk.SECRETARY}"))
for more in ({{}}, {{}}, {{}}, {{"at_border": True, "category_id": None}}):
    case = made.new(title="{TITLE}", **more)
    print(case.number, case.tracking_code)
"""
_STEPS = """
from intake.models import Case
case = Case.objects.get(number={number!r})
print(case.state, ",".join(case.events.order_by("pk").values_list("verb", flat=True)))
"""


def steps(portal: Portal, number: str) -> str:
    """The state of a case and the steps that it took."""
    return portal.python(_STEPS.format(number=number)).splitlines()[-1]


def test_officer_works_a_whole_day_without_a_mouse(trial: Portal, visit: Callable[..., Page]):
    # A search shows the newest first.
    lines = [line.split() for line in trial.python(_MAKE).splitlines()[-4:]]
    fourth, third, second, border = (company.Receipt(*line, "") for line in lines)
    page = visit(trial)
    keys = Keyboard(page)

    _sign_in(page, keys)
    _first_is_first_for_a_reason(page, keys, border.number)
    _new_case_goes_to_two_bodies(page, keys, border.number)
    assert steps(trial, border.number) == "referred submit,claim,classify,refer,note"
    trial.mail(COLLEAGUE, f"[{border.number}] 내부 메모에서 호출")

    _company_is_asked_for_two_things(page, keys, second.number)
    _company_sends_them(visit(trial, width="phone"), second)
    _supplement_is_answered_from_a_template(page, keys, second.number, third.number)
    assert steps(trial, second.number).startswith("answered submit,claim,request_supplement,supple")
    trial.mail("hong@company.example", f"[{second.number}] 처리결과를")

    _case_is_found_by_its_number(page, keys, fourth.number)
    _two_cases_are_taken_up_at_once(page, keys, third.number, fourth.number)
    assert {steps(trial, row.number) for row in (third, fourth)} == {"reviewing submit,claim"}
    _filter_is_kept_as_a_view(page, keys)
    _sheet_opens_and_closes(page, keys)

    assert keys.pointers == []
    # The counter counts: a mouse would have been seen.
    page.mouse.click(5, 5)
    page.wait_for_timeout(500)  # the page tells of it in its own time
    assert "pointerdown" in keys.pointers


def _sign_in(page: Page, keys: Keyboard) -> None:
    page.goto("/sign-in/")
    main = page.get_by_role("main")
    keys.reach(main.get_by_role("textbox").first)
    keys.type(desk.SECRETARY)
    keys.reach(main.locator("input[type=password]"))
    keys.type(PASSWORD)
    keys.press("Enter")
    keys.reach(main.locator("input[name=code]"))
    keys.type(present_code())
    keys.press("Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))
    page.goto("/admin/")
    desk.listening(page)


def _go_to_row(page: Page, keys: Keyboard, number: str) -> None:
    """To the row of a case: up to the first one, then down."""
    at = "document.activeElement.textContent.trim()"
    rows = page.locator("main a.number").count()
    keys.press(*["k"] * rows)
    for _row in range(rows):
        if page.evaluate(at) == number:
            break
        keys.press("j")
    assert page.evaluate(at) == number
    keys.sees_focus()


def _at_queue(page: Page) -> None:
    expect(page).to_have_url(re.compile("triagecase/"))


def _search(page: Page, keys: Keyboard, words: str) -> None:
    """Fill the search of the queue, wherever it stands, and wait for its answer."""
    keys.press("/")
    keys.sees_focus()
    keys.press("Control+a")
    keys.type(words)
    with page.expect_navigation():
        keys.press("Enter")
    desk.listening(page)


def _opened(page: Page, number: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def _lane(look: str, words: str) -> int:
    """The lane that a reason names; overdue rows say by how many days."""
    if "mark-overdue" in look:
        return triage.OVERDUE
    return next(lane for lane, text in triage.REASONS.items() if words.startswith(KO(text)))


def _first_is_first_for_a_reason(page: Page, keys: Keyboard, number: str) -> None:
    keys.press("g")
    keys.arrives("q", lambda: _at_queue(page))
    reasons = page.locator("td.field-reason .mark:nth-child(2)").evaluate_all(
        "(marks) => marks.map((mark) => [mark.className, mark.textContent])"
    )
    places = [_lane(*reason) for reason in reasons]
    assert places, "the queue is empty"
    assert places == sorted(places), reasons
    _search(page, keys, TITLE)
    row = page.locator("#result_list tbody tr", has_text=number)
    expect(row.locator(".field-reason")).to_contain_text(KO(triage.REASONS[triage.BORDER]))


def _new_case_goes_to_two_bodies(page: Page, keys: Keyboard, number: str) -> None:
    keys.press("j")
    keys.sees_focus()
    keys.arrives("Enter", lambda: _opened(page, number))
    keys.press("t")
    desk.told(page, "claim")
    desk.listening(page)

    keys.press("c")
    kind = page.locator("form#step select[name=category]")
    keys.reach(kind)
    for _choice in range(60):
        if kind.input_value() == "CUS-01":
            break
        keys.press("ArrowDown")
    assert kind.input_value() == "CUS-01"
    keys.press("Control+Enter")
    desk.told(page, "classify")
    desk.listening(page)

    keys.press("r")
    expect(page.locator("form#step input[data-key='2']")).to_be_visible()
    keys.press("Shift+Digit2")
    expect(page.locator("form#step textarea[name=question]")).to_be_focused()
    keys.type("통관에 필요한 서류를 알려 주시기 바랍니다.")
    keys.press("Control+Enter")
    desk.told(page, "refer")
    desk.listening(page)

    keys.press("n")
    expect(page.locator("form#step textarea[name=text]")).to_be_focused()
    keys.type("관세청 담당자와 통화하였습니다. @이")
    expect(page.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    expect(page.get_by_role("option")).to_have_count(0)
    keys.type("검토 부탁드립니다.")
    keys.press("Control+Enter")
    desk.told(page, "note")
    desk.listening(page)


def _company_is_asked_for_two_things(page: Page, keys: Keyboard, number: str) -> None:
    keys.arrives("]", lambda: _opened(page, number))
    keys.press("t")
    desk.told(page, "claim")
    desk.listening(page)
    keys.press("s")
    form = page.locator("form#step")
    for place, label in enumerate(("보류 통지서 사본", "현지 통관사 연락처")):
        keys.reach(form.locator(f"input[name=item-{place}-label]"))
        keys.type(label)
    keys.press("Control+Enter")
    desk.told(page, "request_supplement")
    desk.listening(page)


def _company_sends_them(page: Page, receipt: company.Receipt) -> None:
    company.open_case(page, receipt)
    items = page.locator(".supplement-item")
    expect(items).to_have_count(2)
    items.nth(0).locator("input[type=file]").set_input_files(company.FILES[:1])  # type: ignore[arg-type]
    items.nth(1).locator("textarea").first.fill("하이퐁 통관사 1234")
    company.button(page, "Send the supplement").click()
    expect(page.locator("#supplement")).to_have_count(0)


def _supplement_is_answered_from_a_template(
    page: Page, keys: Keyboard, number: str, following: str
) -> None:
    keys.arrives("u", lambda: _at_queue(page))
    row = page.locator("#result_list tbody tr", has_text=number)
    expect(row.locator(".field-reason")).to_contain_text("보완")
    _go_to_row(page, keys, number)
    keys.arrives("o", lambda: _opened(page, number))
    keys.press("a")
    words = page.locator("form#step textarea[name=text]")
    expect(words).to_be_focused()
    offer = page.locator("details.wording-offer", has_text=TEMPLATE)
    keys.reach(offer.locator("summary"))
    if offer.get_attribute("open") is None:
        keys.press("Enter")
    keys.push(offer.get_by_role("button", name=re.compile(re.escape(KO("Insert")))))
    # The first gap is chosen at once; the others by their button.
    expect(words).to_be_focused()
    keys.type("원산지증명서 미비")
    while "{{" in words.input_value():
        keys.push(page.get_by_role("button", name=KO("Next gap")))
        expect(words).to_be_focused()
        keys.type("원산지증명서를 하이퐁 세관에 제출")
    assert "한 번 더" not in words.input_value()
    keys.press("Control+Enter")
    desk.told(page, "answer")
    desk.listening(page)
    keys.arrives("]", lambda: _opened(page, following))


def _case_is_found_by_its_number(page: Page, keys: Keyboard, number: str) -> None:
    keys.arrives("u", lambda: _at_queue(page))
    # A whole receipt number leads straight to its case.
    _search(page, keys, number)
    _opened(page, number)
    keys.press("g")
    keys.arrives("q", lambda: _at_queue(page))


def _two_cases_are_taken_up_at_once(page: Page, keys: Keyboard, *numbers: str) -> None:
    _search(page, keys, TITLE)
    for number in numbers:
        _go_to_row(page, keys, number)
        keys.press("x")
        keys.sees_focus()
    assert page.locator("input[name=case]:checked").count() == 2
    with page.expect_navigation():
        keys.push(
            page.locator(".desk-bulk").get_by_role(
                "button", name=KO(STEPS["claim"].label), exact=True
            )
        )
    expect(page.locator("form#step")).to_be_visible()
    keys.push(page.locator("form#step button.primary"))
    expect(page.get_by_role("status").first).to_contain_text("2")
    keys.push(page.get_by_role("main").get_by_role("link", name=KO("Back to the queue")))
    _at_queue(page)
    desk.listening(page)


def _filter_is_kept_as_a_view(page: Page, keys: Keyboard) -> None:
    keys.push(page.locator("details.queue-save summary"))
    keys.reach(page.locator("#view-name"))
    keys.type("내 하루")
    keys.press("Enter")
    expect(page.get_by_role("navigation", name=KO("Views"))).to_contain_text("내 하루")
    desk.listening(page)


def _sheet_opens_and_closes(page: Page, keys: Keyboard) -> None:
    sheet = page.locator("dialog#desk-keys")
    keys.press("Shift+?")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).not_to_be_visible()
