"""A real Chromium in front of a real portal; whatever the browser complains about fails a test."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    sync_playwright,
)

from tests.browser.portal import Portal
from tests.faults.sink import Sink
from tests.processes import postgres_database, redis_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
WIDTHS = {"phone": (360, 740), "desktop": (1280, 900), "narrow": (320, 640)}
# Chromium tells a broken policy on the console as well; the event names what was broken.
# What Django's own admin scripts do is reported only, and known (docs/security.md).
KNOWN = "/static/admin/js/"
TELL_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.disposition === "report" && event.sourceFile.includes("/static/admin/js/")) return;
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
HERE = Path(__file__).parent
SWEEPS = {"test_accessibility.py", "test_admin_sweep.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; what shares a browser and a scene stays in one process.

    The sweep, longest by far, is two such groups: one a language.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            language = "en" if "-en]" in item.name or "[en]" in item.name else "ko"
            swept = item.path.name in SWEEPS
            group = f"{item.path.stem}-{language}" if swept else item.path.stem
            item.add_marker(pytest.mark.xdist_group(group))


@dataclass
class Watcher:
    """What went wrong on any page of a test."""

    faults: list[str] = field(default_factory=list)
    portals: list[Portal] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        """Errors on the console; answers of the server are judged by `response`."""
        if message.text.startswith("[Report Only]") and KNOWN in message.location.get("url", ""):
            return
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def script(self, error: Error) -> None:
        """An exception that no script caught."""
        self.faults.append(f"script: {error}")

    def response(self, response: Response) -> None:
        """A server error, or a part of a page that is not there."""
        kind = response.request.resource_type
        if response.status >= 500 or (response.status >= 400 and kind != "document"):
            self.faults.append(f"{response.status} {kind} {response.url}")

    def watch(self, page: Page) -> None:
        """Listen to one page."""
        page.on("console", self.console)
        page.on("pageerror", self.script)
        page.on("response", self.response)

    def leave(self, page: Page) -> None:
        """Stop listening, where a page serves several tests."""
        page.remove_listener("console", self.console)
        page.remove_listener("pageerror", self.script)
        page.remove_listener("response", self.response)


def chromium_path() -> str | None:
    """Debian's Chromium, or whatever bin/test has found."""
    return os.environ.get("TEST_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def program() -> str:
    """The browser; skipped, visibly, where there is none."""
    found = chromium_path()
    if found is None:
        pytest.skip("no Chromium on PATH")
    return found


@pytest.fixture(scope="module")
def chromium(program: str) -> Iterator[Browser]:
    """A browser. Per module: while Playwright's loop runs, Django forbids queries."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Callable[[], Sink]]:
    """Starts SMTP servers, each on a port from the kernel."""
    with contextlib.ExitStack() as stack:

        def start() -> Sink:
            sink = Sink().start()
            stack.callback(sink.stop)
            return sink

        yield start


@pytest.fixture(scope="session")
def trial(
    program: str, tmp_path_factory: pytest.TempPathFactory, mail_server: Callable[[], Sink]
) -> Iterator[Portal]:
    """The portal as `bin/run` starts it: SQLite and the file broker."""
    portal = Portal(tmp_path_factory.mktemp("trial") / "data", mail_server())
    yield portal
    portal.stop()


@pytest.fixture(scope="session")
def work(
    program: str, tmp_path_factory: pytest.TempPathFactory, mail_server: Callable[[], Sink]
) -> Iterator[Portal]:
    """The portal at work: PostgreSQL and Redis; skipped, visibly, where they are not."""
    with postgres_database() as database, redis_server() as broker:
        portal = Portal(
            tmp_path_factory.mktemp("work") / "data",
            mail_server(),
            DATABASE_URL=database,
            BROKER_URL=broker,
        )
        yield portal
        portal.stop()


@pytest.fixture(params=["trial", "work"])
def portal(request: pytest.FixtureRequest) -> Portal:
    """Once as the trial runs, once as the real thing runs."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Collects what browsers complain about; anything at all fails the test."""
    found = Watcher()
    yield found
    assert found.faults == [], "\n".join(portal.log()[-4000:] for portal in found.portals)


@pytest.fixture
def visit(chromium: Browser, watcher: Watcher) -> Iterator[Callable[..., Page]]:
    """Opens a fresh visitor's page: own cookies, a width, a language, with or without scripts."""
    contexts: list[BrowserContext] = []

    def open_page(
        portal: Portal, *, language: str = "ko", width: str = "desktop", scripts: bool = True
    ) -> Page:
        across, down = WIDTHS[width]
        if portal not in watcher.portals:
            watcher.portals.append(portal)
        context = chromium.new_context(
            base_url=portal.url,
            viewport={"width": across, "height": down},
            has_touch=width != "desktop",
            java_script_enabled=scripts,
            locale=language,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
        context.add_init_script(TELL_POLICY)
        context.set_default_timeout(15_000)
        context.on("page", watcher.watch)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def phone(visit: Callable[..., Page], trial: Portal) -> Page:
    """A company's phone in Korean, in front of the trial."""
    return visit(trial, width="phone")


@pytest.fixture
def desktop(visit: Callable[..., Page], trial: Portal) -> Page:
    """A desk's screen in Korean, in front of the trial."""
    return visit(trial)
