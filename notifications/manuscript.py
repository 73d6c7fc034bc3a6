"""Reads a text that a person wrote for a notice: few tags, few filters, every name with its line.

Nothing here can reach a file, another template or the portal: only what a notice's facts hold.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template import Engine, Template, TemplateSyntaxError
from django.template.base import (
    FilterExpression,
    Lexer,
    TextNode,
    TokenType,
    Variable,
    VariableNode,
)
from django.template.defaulttags import ForNode, IfNode

LONGEST = 8000
TAGS = frozenset({"if", "elif", "else", "endif", "for", "empty", "endfor"})
FILTERS = frozenset(
    {
        "absolute",
        "day",
        "default",
        "first",
        "join",
        "last",
        "length",
        "moment",
        "pluralize",
        "quote",
        "slice",
    }
)
# More than any letter needs, and little enough to be filled in no time.
MARKS_AT_MOST = 300
# The inner one runs over what the outer one's entries hold (notifications.proofing).
LOOPS_AT_MOST = 2

# Codes of faults; the words for them stand in notifications.admin.wording.
EMPTY, LONG, TAG, FILTER, SYNTAX, LOOPS = "empty", "long", "tag", "filter", "syntax", "loops"


@dataclass(frozen=True)
class Fault:
    """What is wrong in which line (of the body from 1; 0 is the subject), and the words found."""

    line: int
    code: str
    found: str = ""
    meant: str = ""


class ManuscriptError(Exception):
    """The text cannot be read; `faults` says every place."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{row.line}: {row.code} {row.found}" for row in faults))


# A loop: the name of its variable, and the path of what it runs over.
Loops = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Named:
    """A place that names a fact: the path, its filters, the loop it stands in, what it decides."""

    line: int
    path: tuple[str, ...]
    filters: tuple[str, ...]
    # The loops around it, outermost first.
    loops: Loops
    # Whether the value is only asked for (an `if`), not written.
    asked: bool
    # Whether a loop runs over it.
    runs: bool
    expression: FilterExpression

    @property
    def written(self) -> str:
        """How it reads in the text."""
        return "{{ " + str(self.expression.token) + " }}"


def line_of(number: int | None) -> int:
    """A line of the whole text (`Subject:`, a blank line, the body) as the writer counts it."""
    return max(0, (number or 0) - 2)


def compiled(source: str) -> Template:
    """The text ready to be filled; ManuscriptError names every place that is not allowed."""
    faults = list(_forbidden(source))
    if faults:
        raise ManuscriptError(faults)
    return _compiled(source)


@functools.lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    try:
        return _engine().from_string(source)
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        line = line_of(token.lineno if token else None)
        raise ManuscriptError([Fault(line, SYNTAX, token.contents if token else "")]) from error


@functools.cache
def _engine() -> Engine:
    return Engine(dirs=[], libraries={}, builtins=["notifications.markup"], autoescape=False)


def _forbidden(source: str) -> Iterator[Fault]:
    if len(source) > LONGEST:
        yield Fault(0, LONG, str(len(source)), str(LONGEST))
        return
    tokens = [token for token in Lexer(source).tokenize() if token.token_type != TokenType.TEXT]
    if len(tokens) > MARKS_AT_MOST:
        yield Fault(line_of(tokens[-1].lineno), LONG, str(len(tokens)), str(MARKS_AT_MOST))
        return
    depth = 0
    for token in tokens:
        if token.token_type != TokenType.BLOCK:
            continue
        word = token.contents.split()[0] if token.contents.split() else ""
        depth += {"for": 1, "endfor": -1}.get(word, 0)
        if word not in TAGS:
            yield Fault(line_of(token.lineno), TAG, token.contents)
        elif word == "for" and depth > LOOPS_AT_MOST:
            yield Fault(line_of(token.lineno), LOOPS, token.contents)


def names(template: Template) -> list[Named]:
    """Every place of the text that names a fact, in all its branches."""
    return list(_walk(template.nodelist, ()))


def _walk(nodes: Any, loops: Loops) -> Iterator[Named]:
    for node in nodes:
        line = line_of(node.token.lineno) if node.token else 0
        if isinstance(node, TextNode):
            continue
        if isinstance(node, VariableNode):
            yield from _named(node.filter_expression, line, loops, asked=False)
        elif isinstance(node, IfNode):
            for condition, inside in node.conditions_nodelists:
                for expression in _terms(condition):
                    yield from _named(expression, line, loops, asked=True)
                yield from _walk(inside, loops)
        elif isinstance(node, ForNode):
            over = list(_named(node.sequence, line, loops, asked=True, runs=True))
            yield from over
            inner = (node.loopvars[0], over[0].path if over else ())
            yield from _walk(node.nodelist_loop, (*loops, inner))
            yield from _walk(node.nodelist_empty, loops)


def _terms(condition: Any) -> Iterator[FilterExpression]:
    """The values that a condition compares."""
    if condition is None:
        return
    value = getattr(condition, "value", None)
    if isinstance(value, FilterExpression):
        yield value
    for side in ("first", "second"):
        yield from _terms(getattr(condition, side, None))


def _named(
    expression: Any, line: int, loops: Loops, *, asked: bool, runs: bool = False
) -> Iterator[Named]:
    filters = tuple(
        str(getattr(function, "_filter_name", "?")) for function, _given in expression.filters
    )
    path = _path(expression.var)
    if path or filters:
        yield Named(line, path, filters, loops, asked, runs, expression)
    for _function, given in expression.filters:
        for is_variable, value in given:
            if is_variable and _path(value):
                yield Named(line, _path(value), (), loops, True, False, expression)


def _path(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Variable) or value.lookups is None:
        return ()
    return tuple(value.lookups)
