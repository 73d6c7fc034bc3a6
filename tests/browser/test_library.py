"""In a browser: two officers bring an article out, a reader reports an error, one takes it down."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO

COLLEAGUE = "secretary2@demo.example"
TITLE = "캐나다 목재 포장재 열처리 안내 「시연」"
# Whichever id the picture got.
WITH_PICTURE = re.compile(
    r"^## 열처리 표시\s+!\[네 단계를 나타낸 그림\]\(picture:[0-9a-f-]{36}\)\s*$"
)
PICTURE = Path(__file__).parents[2] / "marketinfo" / "data" / "first-shipment.png"


def write(officer: Page) -> None:
    """A draft with a heading, a list and a picture, all by the bar of tools."""
    officer.goto("/admin/marketinfo/article/add/")
    officer.fill("#id_title", TITLE)
    officer.fill("#id_reference", "ca-wood")
    officer.fill("#id_summary", "목재 포장재에 필요한 표시를 설명합니다.")
    officer.fill("#id_last_verified", "2026-11-01")
    officer.fill("#id_body", "열처리 표시")
    officer.locator("#id_body").press("Control+a")
    officer.get_by_role("button", name=KO("Heading"), exact=True).click()
    officer.locator("input[name=_continue]").click()
    officer.locator("#id_body").press("Control+End")
    officer.get_by_role("button", name=KO("Picture"), exact=True).click()
    officer.set_input_files("#new-picture-file", PICTURE)
    officer.fill("#new-picture-alt", "네 단계를 나타낸 그림")
    officer.fill("#new-picture-caption", "진행 단계")
    officer.get_by_role("button", name=KO("Upload"), exact=True).click()
    expect(officer.locator("#id_body")).to_have_value(WITH_PICTURE)
    expect(officer.locator(".markdown-preview figcaption").first).to_have_text("진행 단계")
    officer.locator("input[name=_continue]").click()


def take(officer: Page, step: str) -> None:
    """Open a step from the entry's form and press its button."""
    officer.locator(".entry-steps").get_by_role("link", name=KO(step), exact=True).click()
    officer.locator("form .desk-button").first.click()


def test_article_goes_from_two_officers_to_a_reader_and_down(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    officer, colleague, reader = visit(trial), visit(trial), visit(trial, width="phone")
    desk.sign_in(officer)
    write(officer)
    change = officer.url
    take(officer, "Submit for review")
    expect(officer.locator(".entry-steps")).not_to_contain_text(KO("Publish"))
    assert reader.request.get(f"{trial.url}/library/ca-wood/").status == 404

    desk.sign_in(colleague, COLLEAGUE)
    colleague.goto(change)
    take(colleague, "Publish")
    expect(colleague.locator(".entry-state-published")).to_be_visible()

    reader.goto("/library/ca-wood/")
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(reader.get_by_alt_text("네 단계를 나타낸 그림")).to_be_visible()
    reader.get_by_role("link", name=KO("Report an error")).click()
    reader.locator("#id_text").fill("표시 기호가 바뀌었습니다.")
    company.button(reader, "Send the report").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(KO("Thank you for the report"))

    officer.goto(change)
    take(officer, "Take down")
    expect(officer.locator(".errorlist")).to_be_visible()
    officer.fill("#id_reason", "근거가 바뀌었습니다.")
    officer.locator("form .desk-button").first.click()
    expect(officer.locator(".entry-state-withdrawn").first).to_be_visible()
    assert reader.request.get(f"{trial.url}/library/ca-wood/").status == 410
