"""An HTML mail as the text that a person reads, with quoted mail marked as quoted.

A reader of our own, since all that is wanted is text, in time that grows with the length only:
the sanitisers and the standard library's parser need minutes for what was built to hold them up.
"""

from __future__ import annotations

import html
import re

_LONGEST = 512 * 1024
# Nothing in these patterns can run over the same letters twice.
_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]*)>|<[!?/][^<>]*>")
_ID = re.compile(r"\bid\s*=\s*[\"']?([A-Za-z_-]{1,40})", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\f\v\n]+")
_SILENT = ("script", "style", "title", "template")
_BLOCKS = frozenset(
    {
        *("address", "article", "blockquote", "div", "dl", "dt", "dd", "fieldset", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre"),
        *("section", "table", "tbody", "tr", "ul"),
    }
)
_APART = ("p", "table", "ul", "ol", "h1", "h2", "h3")
# Where programs say that the earlier mail begins.
_HEADS = ("divrplyfwdmsg", "appendonsend", "reply-intro-marker")
HEAD = "-----Original Message-----"


class _Lines:
    """Text line by line; every quotation is one level of "> "."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line = ""
        self.quoted = 0

    def say(self, words: str) -> None:
        if not self.line:
            words = words.lstrip()
            if words:
                self.line = "> " * min(self.quoted, 5)
        self.line += words

    def end(self, *, force: bool = False) -> None:
        if self.line or force:
            self.done.append(self.line or (">" if self.quoted else ""))
            self.line = ""

    def space(self) -> None:
        if self.done and self.done[-1] not in ("", ">"):
            self.done.append(">" if self.quoted else "")


def as_text(markup: str) -> str:
    """The readable text of an HTML mail; markup is taken away, so nothing of it can do harm."""
    lines = _Lines()
    silent, place = "", 0
    source = _without_comments(markup[:_LONGEST])
    for found in _TOKEN.finditer(source):
        if not silent:
            _words(lines, source[place : found.start()])
        place = found.end()
        closing, tag = bool(found[1]), (found[2] or "").lower()
        if silent:
            silent = "" if closing and tag == silent else silent
        elif tag in _SILENT and not closing:
            silent = tag
        elif tag:
            _tag(lines, tag, closing=closing, attributes=found[3])
    if not silent:
        _words(lines, source[place:])
    lines.end()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one.rstrip() for one in lines.done)).strip()


def _words(lines: _Lines, raw: str) -> None:
    if raw:
        lines.say(html.unescape(_BLANK.sub(" ", raw)).replace("\xa0", " "))


def _tag(lines: _Lines, tag: str, *, closing: bool, attributes: str) -> None:
    """What a tag does to the lines."""
    if tag == "br":
        lines.end(force=True)
    elif tag in ("td", "th") and lines.line:
        lines.say(" ")
    elif tag in _BLOCKS:
        lines.end()
        if closing and tag in _APART:
            lines.space()
    if tag == "blockquote":
        lines.quoted = max(lines.quoted + (-1 if closing else 1), 0)
    elif tag == "hr":
        lines.done.append("-" * 8)
    elif tag == "li" and not closing:
        lines.say("- ")
    marked = _ID.search(attributes) if tag == "div" and not closing else None
    if marked and not lines.quoted and marked[1].lower() in _HEADS:
        lines.done.append(HEAD)


def _without_comments(markup: str) -> str:
    """The markup without comments, which may hold tags; one that never ends, ends the mail."""
    kept: list[str] = []
    place = 0
    while (start := markup.find("<!--", place)) >= 0:
        kept.append(markup[place:start])
        end = markup.find("-->", start)
        if end < 0:
            return "".join(kept)
        place = end + 3
    return "".join([*kept, markup[place:]])
