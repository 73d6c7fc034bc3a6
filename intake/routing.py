"""Which bodies a case could go to, from its category, country and province. Pure; only proposes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Words in the taxonomy that stand for a body which depends on the case.
MISSION, CENTRE, ASSOCIATION = "MISSION", "EXPCENTER", "ASSOC"
BANK, LAW, ACCOUNTING = "BANK", "LAW", "ACCT"
_BY_KIND = {
    ASSOCIATION: "council-assoc",
    BANK: "council-bank",
    LAW: "council-law",
    ACCOUNTING: "council-acct",
}


@dataclass(frozen=True)
class Body:
    """What routing needs to know of an organisation."""

    code: str
    kind: str
    jurisdiction: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    municipalities: tuple[str, ...] | None = None
    all_but: bool = False


@dataclass(frozen=True)
class Proposal:
    """A body that could be asked, and the word of the taxonomy that led to it."""

    code: str
    word: str
    primary: bool


def serves(body: Body, province: str, municipality: str) -> bool:
    """Whether a regional centre serves a place; a split province is told by its municipality."""
    if province not in body.provinces:
        return False
    if body.municipalities is None or not municipality:
        return True
    return (municipality in body.municipalities) != body.all_but


def resolve(
    word: str, bodies: Iterable[Body], *, country: str, province: str, municipality: str = ""
) -> list[str]:
    """The organisation codes that a word of the taxonomy stands for in a case."""
    if word == MISSION:
        return [body.code for body in bodies if country in body.jurisdiction]
    if word == CENTRE:
        return [
            body.code
            for body in bodies
            if body.kind == "centre" and serves(body, province, municipality)
        ]
    if word in _BY_KIND:
        return [body.code for body in bodies if body.kind == _BY_KIND[word]]
    return [body.code for body in bodies if body.code == word]


def propose(
    primary: str,
    support: Sequence[str],
    bodies: Iterable[Body],
    *,
    country: str,
    province: str,
    municipality: str = "",
) -> list[Proposal]:
    """Bodies for a category's primary and supporting words, the primary first, none twice."""
    known = list(bodies)
    found: dict[str, Proposal] = {}
    for place, word in enumerate([primary, *support]):
        for code in resolve(
            word, known, country=country, province=province, municipality=municipality
        ):
            found.setdefault(code, Proposal(code, word, primary=place == 0))
    return list(found.values())
