"""`bin/soak headers`: what MDN's HTTP Observatory makes of every address; 1 below 125 points.

Answers of a site under HTTPS are recorded for every kind of visitor (tests/security/
test_observatory.py) and scored by the package's own rules. Nothing leaves this machine but the
request for the package itself; with the folder of an installed one as argument, not even that.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from steps import SETUP

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "@mdn/mdn-http-observatory"
VERSION = "1.4.8"
GOAL = 125
# The positive control: a page with nothing but a nosniff must fall short by the same rules.
PLANTED = {
    "name": "planted",
    "url": "https://portal.example.kr/",
    "status": 200,
    "headers": {"content-type": "text/html", "x-content-type-options": "nosniff"},
    "cookies": ["session=1; Path=/"],
    "body": "<p>1</p>",
}
# The demonstration's mails keep their own style, inside a sandbox without scripts.
DEMONSTRATION = {"demo-mail-html"}


def installed() -> Path:
    """The folder of the package, fetched by npm where it is not there yet."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    home = SETUP / "observatory"
    there = home / "node_modules" / PACKAGE
    if not there.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("bin/soak headers needs npm, which is not here.")
        home.mkdir(parents=True, exist_ok=True)
        # Its own set-up fetches lists from elsewhere: we ask no question that they answer.
        subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"{PACKAGE}@{VERSION}"],
            check=True,
            cwd=home,
        )
    return there


def scores(package: Path) -> list[dict[str, object]]:
    """Every recorded answer with its points and what took some away."""
    preloaded = package / "conf" / "hsts-preload.json"
    if not preloaded.exists():
        # No address of ours is on the browsers' list of HTTPS sites.
        preloaded.write_text("{}")
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "answers.jsonl"
        asked = "tests/security/test_observatory.py"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", asked],
            check=True,
            cwd=ROOT,
            env=os.environ
            | {"OBSERVATORY_RECORD": str(record), "TEST_PUBLIC_URL": "https://portal.example.kr"},
            stdout=subprocess.DEVNULL,
        )
        with record.open("a", encoding="utf-8") as answers:
            answers.write(json.dumps(PLANTED) + "\n")
        with record.open(encoding="utf-8") as answers:
            done = subprocess.run(
                ["node", str(Path(__file__).with_name("observatory.mjs")), str(package)],
                check=True,
                stdin=answers,
                stdout=subprocess.PIPE,
                text=True,
            )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    """Score and print."""
    *found, planted = scores(installed())
    if planted["name"] != "planted" or int(str(planted["score"])) >= GOAL:
        print("The rules find no fault with a page without headers: they were not asked.")
        return 1
    print(f"HTTP Observatory {VERSION}, {dt.datetime.now(dt.UTC).date()}, {len(found)} answers")
    counted = Counter(int(str(one["score"])) for one in found)
    for score, times in sorted(counted.items()):
        print(f"{score:4d} points: {times} answers")
    short = [
        one
        for one in found
        if int(str(one["score"])) < GOAL and str(one["name"]).split()[0] not in DEMONSTRATION
    ]
    for one in short:
        print(f"short: {one['name']}: {one['score']} {one['lost']}")
    print(f"goal {GOAL}: {'ok' if found and not short else 'short'}")
    return 0 if found and not short else 1


if __name__ == "__main__":
    raise SystemExit(main())
