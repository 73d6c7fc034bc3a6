"""The bar of next steps: it never covers what has the focus, and its panels work as their pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.workflow import STEPS
from tests.browser import desk
from tests.browser.portal import Portal
from tests.browser.words import KO

RETURN = "반려 – 기업 사이의 권리관계"
_MAKE = """
from accounts.models import User
from intake import actions
from tests.intake.factories import CaseFactory
made = CaseFactory(User.objects.get(email="{officer}"))
case = made.at("{state}", title="단계막대")
for place in range(12):
    actions.note(case=case, text=f"메모 {{place}}", by=made.by)
print(case.pk)
"""
# What lies over the middle of the focused element's visible part; empty when it is itself.
_COVERED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const box = at.getClientRects()[0];
  if (!box || !box.width || !box.height) return "";
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
  const ways = [box.top + 2, box.top + box.height / 2, box.bottom - 2];
  const inside = ways.filter((y) => y > 0 && y < innerHeight);
  if (!inside.length) return `out of sight: ${at.outerHTML.slice(0, 120)}`;
  const hidden = inside.filter((y) => {
    const top = document.elementFromPoint(x, y);
    return !(top && (top === at || at.contains(top) || top.contains(at)));
  });
  return hidden.length === inside.length ? `covered: ${at.outerHTML.slice(0, 120)}` : "";
}"""
# The room that the page keeps for the bar, taken away.
_FAULT = """() => {
  const rule = new CSSStyleSheet();
  rule.replaceSync("html { scroll-padding: 0 !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, rule];
}"""


def make(portal: Portal, state: str = "referred") -> int:
    """A case with a long story, by the real verbs."""
    code = _MAKE.format(officer=desk.SECRETARY, state=state)
    return int(portal.python(code).splitlines()[-1])


def at_case(page: Page, pk: int) -> None:
    """Sign in and open the case."""
    desk.sign_in(page)
    page.goto(f"/admin/intake/case/{pk}/change/")
    expect(page.locator(".case-bar")).to_be_visible()


def covered(page: Page, key: str, stops: int = 160) -> list[str]:
    """Go once through the page by a key; what had the focus and was not seen."""
    found: list[str] = []
    first = ""
    for stop in range(stops):
        page.keyboard.press(key)
        here = str(page.evaluate("document.activeElement.outerHTML.slice(0, 300)"))
        if stop and here == first:
            break
        first = first or here
        if why := str(page.evaluate(_COVERED)):
            found.append(why)
    return found


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_what_has_the_focus_is_never_under_the_bar(
    trial: Portal, visit: Callable[..., Page], width: str
):
    page = visit(trial, width=width)
    at_case(page, make(trial))

    assert covered(page, "Tab") == []
    assert covered(page, "Shift+Tab") == []


def test_page_that_keeps_no_room_for_the_bar_is_found(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial, width="phone")
    at_case(page, make(trial))
    page.evaluate(_FAULT)

    assert covered(page, "Tab") != []


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_what_has_the_focus_is_never_under_an_open_panel(
    trial: Portal, visit: Callable[..., Page], width: str
):
    page = visit(trial, width=width)
    at_case(page, make(trial))
    page.locator("a[data-opens=note]").click()
    expect(page.locator("[data-panel] textarea").first).to_be_focused()

    assert covered(page, "Tab") == []


def test_template_is_put_into_a_panel_as_on_the_step_page(
    trial: Portal, visit: Callable[..., Page]
):
    page = visit(trial)
    at_case(page, make(trial, "reviewing"))
    page.locator(".case-further summary").click()
    page.locator("a[data-opens=reject]").click()
    panel = page.locator("[data-panel]")
    reason = panel.locator("textarea[name=reason]")
    expect(reason).to_be_focused()
    offer = panel.locator("details", has_text=RETURN).last
    other = panel.locator("details.desk-more > summary")
    if other.count():
        other.click()
    offer.locator("summary").first.click()
    offer.get_by_role("checkbox").first.check()

    offer.get_by_role("button", name=KO("Insert")).click()

    expect(reason).to_have_value(re.compile(r"\{\{안내 기관\}\}"))
    expect(reason).to_be_focused()
    # It is still on the case page, and what was inserted waits while another step is looked at.
    assert page.url.endswith("/change/")
    panel.locator("[data-panel-close]").click()
    page.locator("a[data-opens=note]").click()
    expect(panel.locator("textarea[name=text]")).to_be_visible()
    page.locator(".case-further summary").click()
    page.locator("a[data-opens=reject]").click()
    expect(reason).to_have_value(re.compile(r"\{\{안내 기관\}\}"))
    panel.locator("input[list=places]").fill("대한상사중재원")
    panel.locator("input[list=places]").press("Tab")
    panel.get_by_role("button", name=KO(STEPS["reject"].label), exact=True).click()
    desk.told(page, "reject")
