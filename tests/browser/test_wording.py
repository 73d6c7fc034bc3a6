"""Reply templates at the desk: put into a step where the cursor stands, refused with a gap."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO

RETURN = "반려 – 기업 사이의 권리관계"
PLACE = "대한상사중재원"


@pytest.fixture
def returning(trial: Portal, visit: Callable[..., Page]) -> Page:
    """The page on which an officer returns a case."""
    receipt = company.filed(visit(trial), "wording@hanbit.example")
    officer = visit(trial)
    desk.sign_in(officer)
    desk.open_from_queue(officer, receipt.number)
    desk.claim(officer)
    officer.goto(re.sub(r"/change/.*$", "/step/reject/", officer.url))
    return officer


def test_template_is_inserted_filled_taken_back_and_sent(returning: Page):
    page = returning
    reason = desk.label(page, "Reason")
    place = desk.label(page, "Where the company can turn")
    offer = page.locator("details", has_text=RETURN).last
    offer.locator("summary").click()
    offer.get_by_role("checkbox").check()

    offer.get_by_role("button", name=KO("Insert")).click()

    # The first gap is chosen, so that typing fills it.
    expect(reason).to_have_value(re.compile(r"\{\{안내 기관\}\}"))
    expect(reason).to_be_focused()
    chosen = "(field) => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert reason.evaluate(chosen) == "{{안내 기관}}"

    # The browser's own undo takes the insertion back, and so does the button.
    page.keyboard.press("Control+z")
    expect(reason).to_have_value("")
    offer.get_by_role("button", name=KO("Insert")).click()
    expect(reason).to_have_value(re.compile(r"\{\{안내 기관\}\}"))

    # The place that is named afterwards fills its gap.
    place.fill(PLACE)
    place.press("Tab")
    expect(reason).to_have_value(re.compile(rf"상담하실 수 있습니다\.\n{PLACE}"))
    desk.finish(page, "reject")
    expect(page.get_by_role("main")).to_contain_text(f"{RETURN} v1")


def test_gap_is_refused_with_its_line_and_the_words_stay(returning: Page):
    page = returning
    desk.label(page, "Where the company can turn").fill(PLACE)
    desk.label(page, "Reason").fill("귀사의\n{{품목}} 건입니다.")

    page.get_by_role("button", name=KO("Return"), exact=True).click()

    expect(page.get_by_role("main")).to_contain_text("2행 {{품목}}")
    expect(desk.label(page, "Reason")).to_have_value("귀사의\n{{품목}} 건입니다.")
