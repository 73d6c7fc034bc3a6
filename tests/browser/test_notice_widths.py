"""Every notice fits the narrowest phone, whatever long words its facts hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from notifications import texts

pytestmark = pytest.mark.browser
NARROWEST = 320
LONG = "아주긴낱말과" * 12 + "https://example.kr/" + "a" * 120
_SIDEWAYS = """() => {
  const all = [...document.querySelectorAll(".sheet, .sheet *")];
  const most = Math.max(...all.map((one) => one.getBoundingClientRect().right));
  return [document.scrollingElement.scrollWidth, Math.ceil(most), window.innerWidth];
}"""


def lengthened(value: Any) -> Any:
    """The facts with a very long word at the end of each text that somebody wrote."""
    if isinstance(value, Mapping):
        return {key: lengthened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lengthened(item) for item in value]
    written = isinstance(value, str) and " " in value
    return f"{value} {LONG}" if written else value


def too_wide(page: Page, html: str) -> str:
    """By how much a mail is wider than the phone; empty when it fits."""
    page.set_content(html)
    content, most, window = page.evaluate(_SIDEWAYS)
    return f"{max(content, most)} px in {window} px" if max(content, most) > window else ""


@pytest.fixture
def phone(chromium: Browser) -> Page:
    """A very narrow phone."""
    page = chromium.new_page(viewport={"width": NARROWEST, "height": 700})
    yield page
    page.close()


def test_every_notice_fits_the_narrowest_phone(phone: Page) -> None:
    wide = {}
    for kind in sorted(texts.kinds()):
        for language in ("ko", "en"):
            for facts in (texts.sample(kind), lengthened(texts.sample(kind))):
                found = too_wide(phone, texts.render(kind, language, facts).html)
                if found:
                    wide[f"{kind}.{language}"] = found

    assert wide == {}


def test_mail_that_cannot_break_its_words_is_found_out(phone: Page) -> None:
    """The positive control: the same mail in a layout that does not let long words break."""
    facts = lengthened(texts.sample("answer"))
    html = texts.render("answer", "ko", facts).html

    assert too_wide(phone, html) == ""
    assert too_wide(phone, html.replace("overflow-wrap: anywhere", "")) != ""


def test_what_a_phone_shows_first_stands_before_everything_else(phone: Page) -> None:
    made = texts.render("answer", "ko", texts.sample("answer"))

    phone.set_content(made.html)

    first = phone.evaluate("() => document.body.textContent.trim().split('\\n')[0]")
    assert first == made.preheader
