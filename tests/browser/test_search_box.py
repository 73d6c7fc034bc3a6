"""The search box: suggestions by the keyboard and for the ear, and a plain form without scripts."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal import Portal
from tests.browser.words import EN, KO, Words

BOX = 'input[type="search"]#search-q'
# What is typed and a word that is offered for it, by the language of the page.
TYPED = {"ko": ("베트", "베트남"), "en": ("viet", "Viet Nam")}
# The broken twin: a list whose lines nobody can tell apart.
_NAMELESS = "() => document.querySelectorAll('[role=option]').forEach((one) => { one.id = ''; })"


def opened(page: Page, typed: str) -> tuple[Locator, Locator]:
    """The box and its open list once something was typed by hand."""
    page.goto("/search/")
    box = page.locator(BOX)
    box.press_sequentially(typed)
    options = page.locator("[role=listbox] [role=option]")
    expect(options.first).to_be_visible()
    return box, options


def asked(page: Page) -> list[str]:
    """The words in the address."""
    return parse_qs(urlsplit(page.url).query).get("q", [])


def marked(box: Locator, page: Page) -> list[str]:
    """The lines that are marked for eye and ear alike; empty where the two differ."""
    said = box.get_attribute("aria-activedescendant")
    chosen = page.locator("[role=option][aria-selected=true]")
    ids = [one.get_attribute("id") for one in chosen.all()]
    return [one.inner_text() for one in chosen.all()] if ids == [said] else []


@pytest.mark.parametrize(("language", "words"), [("ko", KO), ("en", EN)])
def test_suggestions_are_chosen_by_keys(
    trial: Portal, visit: Callable[..., Page], language: str, words: Words
) -> None:
    page = visit(trial, language=language)
    typed, offered = TYPED[language]
    box, options = opened(page, typed)
    count = options.count()

    # What a screen reader is told: a box with a list, how many lines, which one is meant.
    expect(box).to_have_role("combobox")
    expect(box).to_have_attribute("aria-autocomplete", "list")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(f"#{box.get_attribute('aria-controls')}")).to_have_attribute(
        "aria-label", words("Suggestions")
    )
    expect(page.get_by_role("status").filter(has_text=str(count))).to_have_text(
        words("{n} suggestions; choose with the arrow keys").replace("{n}", str(count))
    )
    assert marked(box, page) == []

    # Down to the first line, up over the top to the last, further up past the box again.
    box.press("ArrowDown")
    (first,) = marked(box, page)
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    assert offered in first
    page.evaluate(_NAMELESS)
    assert marked(box, page) == []

    # Escape closes the list and leaves what was typed and where the focus was.
    box.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(typed)
    expect(box).to_be_focused()

    # Down opens it again; Enter takes the marked line.
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert asked(page) == [offered]
    expect(page.locator(BOX)).to_have_value(offered)


def test_enter_without_a_marked_line_searches_what_was_typed(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    page = visit(trial, width="phone")
    box, _options = opened(page, "베트")

    box.press("Enter")
    page.wait_for_url("**/search/?q=*")

    assert asked(page) == ["베트"]


@pytest.mark.parametrize(("language", "words"), [("ko", KO), ("en", EN)])
def test_box_is_a_plain_form_without_scripts(
    trial: Portal, visit: Callable[..., Page], language: str, words: Words
) -> None:
    page = visit(trial, language=language, scripts=False)
    page.goto("/search/")
    box = page.get_by_label(words("What are you looking for?"))

    expect(box).to_have_role("searchbox")
    box.fill(TYPED[language][1])
    box.press("Enter")

    page.wait_for_url("**/search/?q=*")
    assert asked(page) == [TYPED[language][1]]
    expect(page.locator(".search-result h2").first).to_contain_text(TYPED[language][1])
