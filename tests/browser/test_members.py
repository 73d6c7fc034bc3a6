"""An organisation keeps its directory in a browser: held to axe, width and valid HTML."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import Watcher
from tests.browser.portal import Portal
from tests.browser.sweeps import axe, markup_faults, too_wide
from tests.browser.test_partner_filing import ASSOCIATION


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_officer_adds_a_member_and_imports_a_sheet(
    trial: Portal,
    visit: Callable[..., Page],
    watcher: Watcher,
    tmp_path: Path,
    width: str,
) -> None:
    page = visit(trial, width=width)
    desk.sign_in(page, ASSOCIATION)
    found, pages = {}, {}
    sheet = tmp_path / "회원.csv"
    sheet.write_bytes(f"기업명,시도\r\n새벽무역 {width},서울\r\n틀린 곳,화성\r\n".encode("cp949"))

    page.goto("/partner/KBIZ/members/add/")
    page.locator("#id_name").fill(f"한빛무역 {width}")
    found["form"] = [*axe(page, watcher), too_wide(page)]
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_have_text(f"한빛무역 {width}")
    found["member"], pages["member"] = [*axe(page, watcher), too_wide(page)], page.content()
    page.goto("/partner/KBIZ/members/import/")
    found["import"] = [*axe(page, watcher), too_wide(page)]
    page.locator("#id_file").set_input_files(sheet)
    page.locator("main form button.primary").click()
    expect(page.locator("table td", has_text="B3")).to_be_visible()
    found["preview"], pages["preview"] = [*axe(page, watcher), too_wide(page)], page.content()
    with page.expect_navigation():
        page.locator("main .btn-wrap button.primary").click()
    page.goto("/partner/KBIZ/members/?q=새벽")
    expect(page.locator("table a", has_text=f"새벽무역 {width}")).to_be_visible()
    found["list"], pages["list"] = [*axe(page, watcher), too_wide(page)], page.content()

    assert {name: [one for one in faults if one] for name, faults in found.items()} == {
        name: [] for name in found
    }
    assert markup_faults(pages, tmp_path) == []
