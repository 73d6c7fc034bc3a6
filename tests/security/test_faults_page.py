"""docs/faults.md names only tests that exist."""

import re

from tests.processes import ROOT


def named(text: str) -> list[tuple[str, str]]:
    """Every test that the page names: its file, and its function ("" for the whole file)."""
    found = []
    file = ""
    for quoted in re.findall(r"`([^`]+)`", text):
        match = re.fullmatch(r"([\w/]+\.py)?(?:::(test_\w+))?", quoted)
        if match and (match[1] or match[2]):
            file = match[1] or file
            found.append((file, match[2] or ""))
    return found


def missing(text: str) -> list[str]:
    """Those that are not there."""
    gone = []
    for file, function in named(text):
        path = ROOT / "tests" / file
        known = path.read_text("utf-8") if path.is_file() else ""
        if not known or (function and f"def {function}(" not in known):
            gone.append(f"{file}::{function}")
    return gone


def test_faults_page_names_tests_that_exist():
    text = (ROOT / "docs" / "faults.md").read_text("utf-8")

    assert (missing(text), len(named(text)) > 40) == ([], True)


def test_a_test_that_is_gone_is_found():
    assert missing("`faults/test_intake.py::test_nothing`") == [
        "faults/test_intake.py::test_nothing"
    ]
