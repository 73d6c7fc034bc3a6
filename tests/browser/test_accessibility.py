"""Every page for everybody: axe-core, valid HTML, no scrolling sideways, in both languages."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import company, desk, partner_places, places, sweeps
from tests.browser.conftest import TELL_POLICY, WIDTHS, Watcher
from tests.browser.places import BY_NAME, Place, Prepared
from tests.browser.portal import Portal
from tests.browser.words import Words

LANGUAGES = ["ko", "en"]
PLACES = [*places.PLACES, *partner_places.PLACES]
SCENE = "from tests.browser import scene; print(scene.told())"


@pytest.fixture(scope="module")
def made(trial: Portal, chromium: Browser) -> Iterator[Prepared]:
    """A draft to be checked, a filed case with files, an answered one, and people signed in."""
    contexts: list[BrowserContext] = []

    def person() -> Page:
        contexts.append(chromium.new_context(base_url=trial.url))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    scene = json.loads(trial.python(SCENE).splitlines()[-1])
    writer, reader, officer, body = person(), person(), person(), person()
    writer.goto("/file/")
    company.fill_in(writer, "draft@sweep.example")
    company.attach(writer, company.FILES)
    company.to_check(writer)
    receipts = [
        company.filed(person(), f"{name}@sweep.example", files=company.FILES)
        for name in ("open", "answered")
    ]
    desk.sign_in(officer)
    desk.sign_in(body, "kotra@demo.example")
    pks = []
    for receipt in receipts:
        desk.open_from_queue(officer, receipt.number)
        desk.claim(officer)
        pks.append(int(re.search(r"/case/(\d+)/", officer.url)[1]))
    desk.start(officer, "answer")
    desk.label(officer, "Answer").fill("원산지증명서 원본을 내면 통관됩니다.")
    desk.finish(officer, "answer")
    for receipt in receipts:
        company.open_case(reader, receipt)
    yield Prepared(
        check=writer.url,
        receipt=receipts[0].url,
        link=trial.link(trial.mail("open@sweep.example", receipts[0].number)),
        number=receipts[0].number,
        pk=pks[0],
        answered=receipts[1].number,
        at=scene["at"],
        cookies={
            who: [{"name": "sessionid", "value": session, "url": trial.url}]
            for who, session in scene["sessions"].items()
        }
        | {
            places.PUBLIC: [],
            places.COMPANY: reader.context.cookies(),
            places.OFFICER: officer.context.cookies(),
            places.BODY: body.context.cookies(),
        },
    )
    for context in contexts:
        context.close()


Opener = Callable[[Place, str], Page]


@pytest.fixture(scope="module")
def pages(trial: Portal, chromium: Browser, made: Prepared) -> Iterator[Opener]:
    """One page per person and language, used again by every test."""
    known: dict[tuple[str, str], Page] = {}

    def page_for(place: Place, language: str) -> Page:
        key = (place.who, language)
        if key not in known:
            context = chromium.new_context(base_url=trial.url)
            context.add_init_script(TELL_POLICY)
            context.set_default_timeout(15_000)
            context.add_cookies(made.cookies[place.who])  # type: ignore[arg-type]
            context.add_cookies([{"name": "django_language", "value": language, "url": trial.url}])
            known[key] = context.new_page()
        return known[key]

    yield page_for
    for page in known.values():
        page.context.close()


@pytest.fixture
def arrive(
    pages: Opener, made: Prepared, watcher: Watcher, trial: Portal
) -> Callable[[Place, str], tuple[Page, str]]:
    """Goes to a place; the page and the HTML as it came. The browser must have no complaint."""
    watcher.portals.append(trial)

    def at(place: Place, language: str) -> tuple[Page, str]:
        page = pages(place, language)
        resize(page, "desktop")
        # Only until it is there: axe itself styles the page as the policy forbids.
        watcher.watch(page)
        answer = places.go(page, place, made, Words(language))
        text = answer.text()
        watcher.leave(page)
        return page, text

    return at


def resize(page: Page, width: str) -> None:
    """As a phone, a screen, or the narrowest window that must do."""
    across, down = WIDTHS[width]
    page.set_viewport_size({"width": across, "height": down})


@pytest.fixture(scope="module")
def texts() -> dict[str, dict[str, str]]:
    """The HTML of each page as it came, by language and name."""
    return {language: {} for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_page_is_open_to_everybody(arrive, texts, place: Place, language: str):
    sweeps.axe_script()
    page, texts[language][place.name] = arrive(place, language)
    places.unfold(page)
    found = {}

    for width in WIDTHS:
        resize(page, width)
        found[width] = [*filter(None, [sweeps.too_wide(page)])]
        if sweeps.looked_at(language, width):
            found[width] += sweeps.violations(page)

    assert found == {width: [] for width in WIDTHS}


def test_axe_finds_what_is_planted(arrive):
    page, _html = arrive(BY_NAME["form"], "ko")
    page.evaluate("document.querySelector('label[for=id_title]').remove()")

    assert [fault.partition(":")[0] for fault in sweeps.violations(page)] == ["label"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_valid(arrive, texts, language: str, tmp_path: Path):
    # Read on the way above; whatever was not is read now.
    known = texts[language]
    found = {place.name: known.get(place.name) or arrive(place, language)[1] for place in PLACES}

    assert sweeps.markup_faults(found, tmp_path) == []


def test_markup_check_finds_what_is_planted(arrive, tmp_path: Path):
    _page, html = arrive(BY_NAME["home"], "ko")
    broken = html.replace("</main>", "</section></main>", 1)

    assert len(sweeps.markup_faults({"broken": broken}, tmp_path)) > 0


def test_scroll_check_finds_what_is_planted(arrive):
    page, _html = arrive(BY_NAME["home"], "ko")
    resize(page, "narrow")
    page.evaluate("document.querySelector('h1').textContent = 'A'.repeat(200)")
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")

    assert sweeps.too_wide(page) != ""
