"""The labelled set: documents and graded queries in plain text, and what is counted of answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
TOP = 10


@dataclass(frozen=True)
class Paper:
    """A document: what it is, its country ("" for none), HS codes, title and body."""

    name: str
    kind: str
    country: str
    codes: tuple[str, ...]
    title: str
    body: str


@dataclass(frozen=True)
class Query:
    """A query of one of ten kinds with its grades: 3 answers it, 2 mostly, 1 touches it."""

    kind: str
    words: str
    grades: dict[str, int]
    # Every second query was kept aside from the third to the fifth round of tuning.
    held_out: bool


def papers() -> list[Paper]:
    """Every document, in the order of the files."""
    found = []
    for path in sorted((FOLDER / "documents").glob("*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            head, title, *body = block.split("\n")
            name, kind, country, codes = head.removeprefix("@").split()
            found.append(
                Paper(
                    name=name,
                    kind=kind,
                    country="" if country == "-" else country,
                    codes=() if codes == "-" else tuple(codes.split(",")),
                    title=title,
                    body=" ".join(body),
                )
            )
    return found


def queries(name: str = "queries") -> list[Query]:
    """Every query of a file; raises ValueError for a grade of a document that there is not.

    `fresh` holds those that were written after the last change to the lists of words.
    """
    known = {paper.name for paper in papers()}
    found: list[Query] = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, words, grades = (part.strip() for part in line.split("|"))
        given = {name: int(grade) for name, grade in (one.split("=") for one in grades.split())}
        if set(given) - known:
            raise ValueError(f"{words}: no such document: {set(given) - known}")
        found.append(Query(kind, words, given, held_out=len(found) % 2 == 1))
    return found


@dataclass(frozen=True)
class Marks:
    """What one answer, or the mean of many, is worth; each 0 to 1."""

    ndcg: float
    recall: float
    # Recall of what answers or mostly answers (grades 2 and 3).
    strong: float
    precision: float
    nothing: float


def marks(query: Query, listed: Sequence[str], full: Sequence[str]) -> Marks:
    """`listed` is the whole list as it is shown, `full` the part that claims to answer.

    Precision is of the ten first that claim to; a list without any has precision 0.
    """
    first, claimed = list(listed)[:TOP], list(full)[:TOP]
    gained = sum(
        (2 ** query.grades.get(name, 0) - 1) / math.log2(place + 2)
        for place, name in enumerate(first)
    )
    best = sorted(query.grades.values(), reverse=True)[:TOP]
    possible = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
    strong = {name for name, grade in query.grades.items() if grade > 1}
    return Marks(
        ndcg=gained / possible,
        recall=sum(name in query.grades for name in first) / min(TOP, len(query.grades)),
        strong=sum(name in strong for name in first) / min(TOP, len(strong)),
        precision=sum(name in query.grades for name in claimed) / len(claimed) if claimed else 0.0,
        nothing=float(not first),
    )


def mean(some: Sequence[Marks]) -> Marks:
    """The mean of answers' marks."""
    count = len(some)
    return Marks(
        ndcg=sum(one.ndcg for one in some) / count,
        recall=sum(one.recall for one in some) / count,
        strong=sum(one.strong for one in some) / count,
        precision=sum(one.precision for one in some) / count,
        nothing=sum(one.nothing for one in some) / count,
    )
