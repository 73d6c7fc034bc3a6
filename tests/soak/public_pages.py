"""`bin/soak lighthouse`: what a phone makes of the public pages; 1 when a goal is missed.

Lighthouse looks three times at each page as a slow phone would load it (its own simulation), and
the middle figure counts. Whoever runs this leaves the machine alone meanwhile.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import assets
from steps import SETUP

from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.portal import Portal
from tests.faults.sink import Sink

HERE = Path(__file__).parent / "lighthouse"
GOALS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
TIMES = 3


def first(portal: Portal, listing: str) -> str:
    """The address of the first entry on a list."""
    with urllib.request.urlopen(portal.url + listing, timeout=30) as answer:  # noqa: S310 - ours
        text = answer.read().decode()
    found = re.findall(rf'<h3[^>]*>\s*<a[^>]* href="({listing}[a-z0-9-]+/)"', text)
    if not found:
        raise SystemExit(f"no entry on {listing}")
    return str(found[0])


def look(program: Path, browser: str, url: str, *skipped: str) -> dict[str, int]:
    """The four scores of one visit."""
    more = [f"--skip-audits={','.join(skipped)}"] if skipped else []
    done = subprocess.run(
        [str(program), url, "--quiet", "--output=json", f"--chrome-flags={' '.join(FLAGS)}", *more],
        check=True,
        capture_output=True,
        text=True,
        timeout=180,
        env=os.environ | {"CHROME_PATH": browser},
    )
    said = json.loads(done.stdout)["categories"]
    return {name: round((said[name]["score"] or 0) * 100) for name in GOALS}


def main() -> int:
    """Measure and print."""
    os.environ |= {"ASSETS_DIR": str(SETUP / "test-assets")}
    assets.krds(SETUP / "test-assets")
    locks = [HERE / "package.json", HERE / "package-lock.json"]
    program = assets.npm(SETUP / "npm-lighthouse", locks=locks) / ".bin" / "lighthouse"
    browser = chromium_path()
    if browser is None:
        raise SystemExit("bin/soak lighthouse needs Chromium on PATH.")
    print(
        f"bin/soak lighthouse  {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC  {os.cpu_count()} cores"
    )
    good = True
    sink = Sink().start()
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        portal = Portal(Path(folder) / "data", sink)
        try:
            pages: dict[str, tuple[str, ...]] = {
                "home": ("/",),
                "search": ("/search/",),
                # Results are told to search engines as not theirs to list, on purpose.
                "search, found": ("/search/?q=%EB%B2%A0%ED%8A%B8%EB%82%A8", "is-crawlable"),
                "article": (first(portal, "/library/"),),
                "case study": (first(portal, "/cases/"),),
            }
            for name, (path, *skipped) in pages.items():
                looks = [look(program, browser, portal.url + path, *skipped) for _ in range(TIMES)]
                scores = {
                    goal: int(statistics.median(one[goal] for one in looks)) for goal in GOALS
                }
                met = all(scores[goal] >= least for goal, least in GOALS.items())
                good = good and met
                told = "  ".join(f"{goal} {score}" for goal, score in scores.items())
                print(f"{name:14} {told}  {'ok' if met else 'short'}", flush=True)
        finally:
            portal.stop()
            sink.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
