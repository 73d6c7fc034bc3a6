"""The words of files that people attach, read in a process of its own: hostile files end there.

`words` is the one way in. It never raises for what stands in a file: what could not be read is a
code of PROBLEMS, and what was read before it is kept.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from files import apart

# Endings of which the words are read.
KINDS = frozenset({"txt", "csv", "docx", "xlsx", "pptx", "hwpx", "pdf", "hwp"})
# Not a kind of these · opens with a password only · broken · took too long · takes too much
# memory · too large · no words in it, such as scanned pages · only the first part was read
KIND, PROTECTED, DAMAGED, SLOW, BOMB, TOO_BIG, WORDLESS, CUT = PROBLEMS = (
    "kind",
    "protected",
    "damaged",
    "slow",
    "bomb",
    "too_big",
    "wordless",
    "cut",
)
_SCRIPT = Path(__file__).with_name("inside.py")


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost."""

    bytes: int = 64 << 20  # of the file
    unpacked: int = 20 << 20  # bytes of what is packed in it
    pages: int = 500  # or parts, where a format knows no pages
    characters: int = 200_000  # of what is found; nobody searches beyond
    seconds: int = 20  # of processor; four times as many by the clock
    memory: int = 768 << 20  # bytes


LIMITS = Limits()


@dataclass(frozen=True)
class Read:
    """The words found, and why they are not all there are; "" when they are."""

    text: str
    problem: str = ""


def words(path: str | Path, kind: str, *, limits: Limits = LIMITS) -> Read:
    """The words of a file of this kind (an ending, `pdf`), as far as they can be read."""
    if kind not in KINDS:
        return Read("", KIND)
    if os.path.getsize(path) > limits.bytes:
        return Read("", TOO_BIG)
    asked = {"path": str(path), "kind": kind, "limits": asdict(limits)}
    found: list[str] = []
    with apart.running(_SCRIPT, asked, seconds=limits.seconds * 4) as process:
        problem = _gathered(process, found)
    text = "".join(found).strip()
    return Read(text, problem or ("" if text else WORDLESS))


def _gathered(process: apart.Apart, found: list[str]) -> str:
    """Take the pieces as they come; the problem that ended them, "" at the end."""
    while (line := process.line()) is not None:
        what, facts = line
        if what == "end":
            return ""
        if what == "refused":
            return facts["code"] if facts["code"] in PROBLEMS else DAMAGED
        packed = process.packed(facts["size"])
        if packed is None:
            break
        found.append(packed.decode("utf-8", "replace"))
    return SLOW if process.was_slow() else BOMB
