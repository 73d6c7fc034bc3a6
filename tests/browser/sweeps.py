"""What a page is held to: axe's rules, valid HTML, no scrolling sideways."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import html5lib
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watcher
from tests.processes import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"],
  });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`));
}"""
_SIDEWAYS = "() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"


# What axe judges hangs on words only where they break: once each language, once each width.
LOOKED_AT = {("ko", "desktop"), ("en", "phone")}


def looked_at(language: str, width: str) -> bool:
    """Whether axe looks at this width in this language; `bin/soak sweep` lets it look at all."""
    if os.environ.get("SWEEP_WHOLE"):
        return width in {"desktop", "phone"}
    return (language, width) in LOOKED_AT


def node_modules() -> Path | None:
    """Where the set-up has put the npm parts of the tests."""
    named = os.environ.get("TEST_NODE_MODULES")
    folder = Path(named) if named else ROOT / ".venv-setup" / "npm-test" / "node_modules"
    return folder if folder.is_dir() else None


def axe_script() -> str:
    """axe-core; the test is skipped, visibly, where it could not be fetched."""
    folder = node_modules()
    script = folder / "axe-core" / "axe.min.js" if folder else None
    if script is None or not script.is_file():
        pytest.skip("axe-core is not here (bin/test fetches it)")
    return script.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(axe_script())
    return list(page.evaluate(_RUN, TAGS))


def axe(page: Page, watcher: Watcher) -> list[str]:
    """What axe finds; unwatched, since axe itself styles the page as the policy forbids."""
    watcher.leave(page)
    found = violations(page)
    page.wait_for_timeout(100)
    watcher.watch(page)
    return found


def too_wide(page: Page) -> str:
    """By how much the page scrolls sideways; empty when it does not."""
    content, window = page.evaluate(_SIDEWAYS)
    return f"{content} px in {window} px" if content > window else ""


def markup_faults(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What is wrong with these pages as HTML: html-validate where it is, else html5lib."""
    modules = node_modules()
    program = modules / ".bin" / "html-validate" if modules else None
    if program is None or not program.exists() or shutil.which("node") is None:
        return [fault for name, text in pages.items() for fault in _strictly(name, text)]
    for name, text in pages.items():
        (folder / f"{re.sub(r'[ ,]+', '-', name)}.html").write_text(text, "utf-8")
    config = {"root": True, "extends": ["html-validate:standard"]}
    (folder / ".htmlvalidate.json").write_text(json.dumps(config))
    # Into a file: node ends before a pipe has taken a long report.
    said = folder / "report.json"
    with said.open("wb") as out:
        done = subprocess.run(
            ["node", str(program), "--formatter", "json", "*.html"],
            check=False,
            cwd=folder,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert done.returncode in {0, 1}, done.stderr
    return [
        f"{Path(report['filePath']).stem}:{found['line']}: {found['ruleId']}: {found['message']}"
        for report in json.loads(said.read_text("utf-8"))
        for found in report["messages"]
    ]


def _strictly(name: str, text: str) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return [f"{name}:{line}: {code}" for (line, _column), code, _data in parser.errors]
