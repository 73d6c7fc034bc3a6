"""Past a mark a browser does its small calculation and goes on; without scripts a wait does."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sweeps
from tests.browser.conftest import Watcher
from tests.browser.portal import Portal
from tests.faults.sink import Sink

ASKED = "잠시 확인한 뒤 이어서 진행합니다"


@pytest.fixture(scope="module")
def strict(
    program: str, tmp_path_factory: pytest.TempPathFactory, mail_server: Callable[[], Sink]
) -> Iterator[Portal]:
    """A portal whose marks are so low that the first try to open a case is past them."""
    data = tmp_path_factory.mktemp("strict") / "data"
    portal = Portal(data, mail_server(), POST_LIMIT_FACTOR="0.08")
    yield portal
    portal.stop()


def tries(page: Page) -> None:
    """Type a number and a code, and send them."""
    page.goto("/follow/")
    page.locator("#id_number").fill("GT-2026-000123-7")
    page.locator("#id_code").fill("2345 6789")
    page.locator("form[action$='/follow/'] button").first.click()


def test_calculation_is_done_in_a_worker_and_the_form_goes_on(
    visit: Callable[..., Page], strict: Portal
) -> None:
    page = visit(strict, width="phone")
    said: list[str] = []
    page.on("request", lambda request: said.append(request.post_data or ""))

    tries(page)

    expect(page.locator(".error-summary")).to_be_visible(timeout=60_000)
    assert page.locator("#id_number").input_value() == "GT-2026-000123-7"
    assert any("limit_proof=" in one and "limit_proof=&" not in one for one in said)


def test_page_that_asks_is_accessible_and_without_scripts_its_wait_lets_through(
    visit: Callable[..., Page], strict: Portal, watcher: Watcher
) -> None:
    page = visit(strict, scripts=False)
    tries(page)

    expect(page.locator("h1")).to_have_text(ASKED)
    expect(page.locator("[data-limit-wait]")).to_be_visible()
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text(ASKED)
    page.wait_for_timeout(25_000)
    page.locator("main form button").click()

    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator("#id_number").input_value() == "GT-2026-000123-7"


def test_page_that_asks_passes_axe(
    visit: Callable[..., Page], strict: Portal, watcher: Watcher
) -> None:
    page = visit(strict)
    page.route("**/limits-worker*.js", lambda route: route.abort())
    watcher.leave(page)
    tries(page)

    expect(page.locator("h1")).to_have_text(ASKED)
    expect(page.locator("[data-limit-wait]")).to_be_visible()
    assert (sweeps.violations(page), sweeps.too_wide(page)) == ([], "")
