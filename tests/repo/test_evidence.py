"""docs/asvs.md and docs/kisa.md name only what exists, and count themselves rightly."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PAGES = ["asvs.md", "kisa.md"]
# As rows say it, and as the totals in the head do.
STATES = {"met": "met", "partly": "partly", "open": "open", "n/a": "not applicable"}
# A file of the repository, or a function of the test file that was named last.
_FILE = re.compile(r"([\w.-]+(?:/[\w.-]+)*\.(?:py|md|txt|toml|json|html|js)|(?:bin|docs)/[\w-]+)")
_NAME = re.compile(rf"(?:{_FILE.pattern})?(?:::(test_\w+))?")


def page(name):
    return (ROOT / "docs" / name).read_text("utf-8")


def rows(text):
    """Number, level (none at KISA), state and last cell of every requirement."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and re.fullmatch(r"\d+(\.\d+\.\d+)?", cells[0]):
            level = cells[1] if "." in cells[0] else ""
            found.append((cells[0], level, cells[-2], cells[-1]))
    return found


def named(text):
    """Every file that a text names, with its test function ("" for the whole file)."""
    found = []
    file = ""
    for quoted in re.findall(r"`([^`]+)`", text):
        match = _NAME.fullmatch(quoted)
        if match and (match[1] or match[2]):
            file = match[1] or file
            found.append((file, match[2] or ""))
    return found


def missing(text):
    """Those that are not there: below tests/, else from the top folder."""
    gone = []
    for file, function in named(text):
        places = [place for place in (ROOT / "tests" / file, ROOT / file) if place.is_file()]
        if not places or (function and f"def {function}(" not in places[0].read_text("utf-8")):
            gone.append(f"{file}::{function}" if function else file)
    return gone


def miscounted(text):
    """Totals of the head that are not those of the rows, as (said, counted)."""
    said = {
        state: int(count)
        for state, count in re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", text, re.MULTILINE)
    }
    states = Counter(STATES.get(state, state) for _, _, state, _ in rows(text))
    counted = {**states, "together": states.total()}
    return {
        key: (said.get(key, 0), counted.get(key, 0))
        for key in said | counted
        if said.get(key, 0) != counted.get(key, 0)
    }


def faults(text):
    """Rows that say too little: an unknown state, no reason, or nothing that shows it."""
    return [
        number
        for number, _, state, shown in rows(text)
        if state not in STATES or not shown or (state == "met" and not named(shown))
    ]


@pytest.mark.parametrize("name", PAGES)
def test_everything_that_is_named_exists(name):
    assert missing(page(name)) == []
    assert len(named(page(name))) > 40


@pytest.mark.parametrize("name", PAGES)
def test_totals_are_those_of_the_rows(name):
    assert miscounted(page(name)) == {}


@pytest.mark.parametrize("name", PAGES)
def test_every_row_has_a_state_and_what_shows_it(name):
    assert faults(page(name)) == []


def test_every_requirement_of_asvs_stands_once_and_in_order():
    found = rows(page("asvs.md"))
    numbers = [tuple(map(int, number.split("."))) for number, *_ in found]

    assert [later for one, later in pairwise(numbers) if later <= one] == []
    # Of version 5.0.0, levels 1 and 2.
    assert Counter(level for _, level, *_ in found) == {"1": 70, "2": 183}


def test_every_item_of_kisa_stands_once_and_in_order():
    assert [number for number, *_ in rows(page("kisa.md"))] == [str(n) for n in range(1, 22)]


HEAD = "| met | 1 |\n| together | 1 |\n"
ROW = "| 1.1.1 | 2 | Something | {} | `repo/test_tree.py::{}` |\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`repo/test_tree.py::test_nothing`", ["repo/test_tree.py::test_nothing"]),
        ("`repo/test_tree.py`, `::test_nothing`", ["repo/test_tree.py::test_nothing"]),
        ("`repo/test_gone.py`, `docs/gone.md`", ["repo/test_gone.py", "docs/gone.md"]),
        ("`docs/asvs.md`, `repo/test_tree.py::test_no_template_is_unused`, `/healthz`", []),
    ],
)
def test_what_is_gone_is_found(text, found):
    assert missing(text) == found


def test_wrong_totals_and_empty_rows_are_found():
    right = HEAD + ROW.format("met", "test_no_template_is_unused")
    bare = "| 1.1.1 | 2 | Something | met | of course |\n"

    assert (miscounted(right), faults(right)) == ({}, [])
    assert miscounted(right + right.splitlines()[-1]) == {"met": (1, 2), "together": (1, 2)}
    assert miscounted(HEAD + ROW.format("open", "x")) == {"met": (1, 0), "open": (0, 1)}
    assert faults(HEAD + bare + ROW.format("done", "x")) == ["1.1.1", "1.1.1"]
