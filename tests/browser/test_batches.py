"""An association files from a spreadsheet: template, wrong cells, mending, filing, taking back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from intake.models.batch import BATCH_LABELS, CHECKED, FILED, UNDONE
from tests.browser import desk
from tests.browser.conftest import WIDTHS, Watcher
from tests.browser.desk import Keyboard
from tests.browser.portal import Portal
from tests.browser.sweeps import axe, markup_faults, too_wide
from tests.browser.test_partner_filing import ASSOCIATION
from tests.browser.words import KO
from tests.intake.test_batch_fifty_faults import right_row, workbook

LIST = "/partner/KBIZ/batches/"
TOLD = """
from intake.models import Batch, Case
batch = Batch.objects.get(name={name!r})
cases = Case.objects.filter(batch_row__batch=batch)
print(batch.state, *sorted(batch.rows.values_list("state", flat=True)),
      *sorted(set(cases.values_list("state", flat=True))))
"""
# How long the portal takes for another page, again and again for some seconds.
ELSEWHERE = """async (path) => {
  const took = [];
  for (const end = performance.now() + 4000; performance.now() < end;) {
    const began = performance.now();
    const answer = await fetch(path);
    await answer.text();
    took.push([answer.status, performance.now() - began]);
    await new Promise(go => setTimeout(go, 100));
  }
  return took;
}"""


def sheet(folder: Path, name: str, serials: range, **wrong: dict[int, dict[str, str]]) -> Path:
    """A file of right rows but for these cells, by serial."""
    cells = wrong.get("wrong", {})
    path = folder / name
    path.write_bytes(workbook([right_row(one) | cells.get(one, {}) for one in serials]))
    return path


def upload(page: Page, file: Path) -> None:
    page.goto(LIST)
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name=KO("Upload and check")).click()


def badge(page: Page, state: str) -> None:
    """The page comes to say this, by itself."""
    expect(page.locator(".page-head .badge")).to_have_text(KO(BATCH_LABELS[state]), timeout=60_000)


def seen(portal: Portal, page: Page, watcher: Watcher) -> list[str]:
    """What is wrong with the page in both languages, on a phone and on a desk."""
    found = []
    for language in ("en", "ko"):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": portal.url}]
        )
        for width in ("phone", "desktop"):
            across, down = WIDTHS[width]
            page.set_viewport_size({"width": across, "height": down})
            page.reload()
            expect(page.locator("html")).to_have_attribute("lang", language)
            faults = [*axe(page, watcher), too_wide(page)]
            found += [f"{language} {width}: {fault}" for fault in faults if fault]
    return found


def test_officer_mends_a_cell_by_keyboard_files_and_takes_back(
    trial: Portal, visit: Callable[..., Page], watcher: Watcher, tmp_path: Path
) -> None:
    page = visit(trial)
    page.emulate_media(reduced_motion="reduce")
    keys = Keyboard(page)
    desk.sign_in(page, ASSOCIATION)
    file = sheet(
        tmp_path,
        "walk.xlsx",
        range(9001, 9005),
        wrong={9002: {"hs_code": "330"}, 9003: {"country": "베트낭"}},
    )
    page.goto(LIST)
    with page.expect_download() as download:
        page.get_by_role("link", name=KO("Download the template (XLSX)")).click()
    faults = {"list": seen(trial, page, watcher)}
    upload(page, file)
    badge(page, CHECKED)

    expect(page.locator(".batch-faults", has_text="T3")).to_contain_text("330")
    expect(page.locator(".batch-faults", has_text="L4")).to_contain_text("베트낭")
    faults["wrong"], wrong = seen(trial, page, watcher), page.content()
    keys.pointers.clear()
    keys.push(page.locator("a[href$='/rows/3/']"))
    expect(page.locator("#id_hs_code")).to_have_value("330")
    faults["row"], row = seen(trial, page, watcher), page.content()
    keys.reach(page.locator("#id_hs_code"))
    keys.press("Control+A")
    keys.type("3304.99")
    keys.push(page.get_by_role("button", name=KO("Save and go to the next wrong row")))
    expect(page.locator("#id_country")).to_be_visible()
    keys.push(page.get_by_role("link", name=KO("Back to the rows")))
    keys.push(page.locator("form[action$='/file/'] button"))
    badge(page, FILED)
    assert keys.pointers == []
    assert trial.python(TOLD.format(name="walk.xlsx")) == "filed bad filed filed filed received"
    faults["filed"] = seen(trial, page, watcher)

    fold = page.locator("details", has=page.locator("#id_reason"))
    fold.locator("summary").click()
    page.locator("#id_reason").fill("잘못된 파일을 올렸습니다.")
    fold.get_by_role("button").click()
    badge(page, UNDONE)
    told = trial.python(TOLD.format(name="walk.xlsx"))

    assert told == "undone bad undone undone undone withdrawn"
    assert download.value.suggested_filename.endswith(".xlsx")
    assert faults == {name: [] for name in faults}
    assert markup_faults({"wrong": wrong, "row": row}, tmp_path) == []


def test_pages_answer_while_two_thousand_rows_are_looked_at(
    trial: Portal, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit(trial)
    desk.sign_in(page, ASSOCIATION)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    file = sheet(tmp_path, "large.xlsx", range(2000), wrong={1234: {"agreed": "아니오"}})

    upload(page, file)
    expect(page.locator("[data-progress] progress")).to_be_visible()
    other = page.context.new_page()
    other.goto(LIST)
    took = other.evaluate(ELSEWHERE, LIST)
    badge(page, CHECKED)

    assert {status for status, _milliseconds in took} == {200}
    assert sorted(milliseconds for _status, milliseconds in took)[len(took) // 2] < 1500
    assert [url for url in asked if url.endswith("/progress/")]
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator("form[action$='/file/']")).to_contain_text("1999")


def test_without_scripts_a_file_is_uploaded_and_filed(
    trial: Portal, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit(trial, scripts=False)
    desk.sign_in(page, ASSOCIATION)

    upload(page, sheet(tmp_path, "plain.xlsx", range(9100, 9102)))
    badge(page, CHECKED)
    page.locator("form[action$='/file/'] button").click()
    badge(page, FILED)

    assert trial.python(TOLD.format(name="plain.xlsx")) == "filed filed filed received"
