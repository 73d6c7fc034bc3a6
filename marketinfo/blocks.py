"""Markdown as blocks of words, for what is not HTML: a page of paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from marketinfo import prose

HEADING, WORDS, ITEM, QUOTE, TABLE, PICTURE, RULE = (
    "heading",
    "words",
    "item",
    "quote",
    "table",
    "picture",
    "rule",
)


@dataclass(frozen=True)
class Run:
    """Words in one style; `address` where they lead somewhere."""

    words: str
    bold: bool = False
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, one item of a list, a table or a picture."""

    kind: str
    runs: tuple[Run, ...] = ()
    # Of a heading 1 to 6, of an item how deep it stands, from 1.
    level: int = 0
    # Before an item: a number or a dot.
    mark: str = ""
    # Of a table: rows of cells, the first one of headings.
    rows: tuple[tuple[str, ...], ...] = ()
    # Of a picture: the id that the text names.
    picture: str = ""


@dataclass
class _Place:
    """Where the reading stands: open lists with their next numbers, open quotes."""

    lists: list[int | None] = field(default_factory=list)
    quotes: int = 0
    mark: str = ""


def read(text: str) -> list[Block]:
    """The blocks of a text, in their order. Never raises for any text."""
    return list(_read(prose.tokens(text)))


def _read(tokens: Sequence[Token]) -> Iterator[Block]:
    place = _Place()
    rows: list[list[str]] = []
    for at, token in enumerate(tokens):
        _follow(token, place)
        before = tokens[at - 1].type if at else ""
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield Block(TABLE, rows=tuple(tuple(row) for row in rows))
        elif token.type in {"fence", "code_block"}:
            yield Block(WORDS, (Run(token.content.rstrip()),))
        elif token.type == "hr":
            yield Block(RULE)
        elif token.type == "inline" and before in {"th_open", "td_open"}:
            rows[-1].append("".join(run.words for run in _runs(token)))
        elif token.type == "inline":
            yield _block(token, tokens[at - 1], place)


def _follow(token: Token, place: _Place) -> None:
    """Go into lists, items and quotes, and out again."""
    if token.type == "ordered_list_open":
        place.lists.append(int(token.attrGet("start") or 1))
    elif token.type == "bullet_list_open":
        place.lists.append(None)
    elif token.type in {"ordered_list_close", "bullet_list_close"}:
        place.lists.pop()
    elif token.type == "list_item_open":
        place.mark = _next_mark(place)
    elif token.type == "blockquote_open":
        place.quotes += 1
    elif token.type == "blockquote_close":
        place.quotes -= 1


def _next_mark(place: _Place) -> str:
    number = place.lists[-1]
    if number is None:
        return "•"
    place.lists[-1] = number + 1
    return f"{number}."


def _block(token: Token, before: Token, place: _Place) -> Block:
    named = prose.lone_picture(token)
    if named:
        return Block(PICTURE, picture=named)
    runs = tuple(_runs(token))
    if before.type == "heading_open":
        return Block(HEADING, runs, level=int(before.tag[1]))
    if place.lists:
        mark, place.mark = place.mark, ""
        return Block(ITEM, runs, level=len(place.lists), mark=mark)
    return Block(QUOTE if place.quotes else WORDS, runs)


def _runs(inline: Token) -> Iterator[Run]:
    bold, address = 0, ""
    for one in inline.children or []:
        if one.type == "strong_open":
            bold += 1
        elif one.type == "strong_close":
            bold -= 1
        elif one.type == "link_open":
            address = str(one.attrGet("href") or "")
        elif one.type == "link_close":
            address = ""
        elif one.type == "softbreak":
            yield Run(" ")
        elif one.type == "hardbreak":
            yield Run("\n")
        elif one.content:
            yield Run(one.content, bold > 0, address)
