"""Markdown as officers type it → HTML that is safe to show, and → plain words."""

import re
from collections.abc import MutableMapping, Sequence
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

# The page's h1 is the title; what the text calls its first level is the page's second.
FIRST_LEVEL = 2
LAST_LEVEL = 6
_TAGS = frozenset(
    {"h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "s", "code", "pre", "a", "div"}
    | {"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "table": {"class"},
    "blockquote": {"class"},
    "th": {"scope"},
}


class _Renderer(RendererHTML):
    """Tables that scroll by themselves on a phone and say which cells are headings."""

    def table_open(self, *_args: Any) -> str:
        label = escape(_("Table"), quote=True)
        return (
            f'<div class="table-scroll" role="group" tabindex="0" aria-label="{label}">'
            '<table class="data-table">'
        )

    def table_close(self, *_args: Any) -> str:
        return "</table></div>"

    def th_open(self, *_args: Any) -> str:
        return '<th scope="col">'

    def td_open(self, *_args: Any) -> str:
        return "<td>"

    def blockquote_open(self, *_args: Any) -> str:
        return '<blockquote class="notice">'

    def image(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        # Pictures come from our own store, in an issue of their own; the words stay.
        return escape(tokens[idx].content)


_markdown = MarkdownIt(
    "commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer
).enable(["table", "strikethrough"])


def html(text: str, first_level: int = FIRST_LEVEL) -> SafeString:
    """The text as HTML; nothing in it can run, load, post or reach outside its block.

    Its highest heading becomes `h<first_level>`, the others follow.
    """
    env: dict[str, Any] = {}
    tokens = _markdown.parse(text, env)
    lift = first_level - _highest(tokens)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(LAST_LEVEL, int(token.tag[1]) + lift)}"
    rendered = _markdown.renderer.render(tokens, _markdown.options, env)
    return mark_safe(  # noqa: S308 - what nh3 lets through
        nh3.clean(
            rendered,
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener",
        )
    )


def _highest(tokens: Sequence[Token]) -> int:
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    return min(levels, default=1)


_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_RULE = re.compile(r"^[\s|:+-]+$", re.MULTILINE)
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}|>|[*+-]|\d+[.)])\s+|[*_`|]+|~~", re.MULTILINE)


def plain(text: str) -> str:
    """Roughly the words of a Markdown text, for excerpts; quick rather than exact."""
    text = _RULE.sub(" ", _LINK.sub(r"\1", text))
    return " ".join(_MARKUP.sub(" ", text).split())
