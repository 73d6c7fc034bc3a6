"""Markdown as officers type it → HTML that is safe to show, and → plain words."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
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
    | {"figure", "figcaption", "img"}
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "table": {"class"},
    "blockquote": {"class"},
    "th": {"scope"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    **{f"h{level}": {"id"} for level in range(FIRST_LEVEL, LAST_LEVEL + 1)},
}
# How a text names a picture of its entry: ![words](picture:8c6f…).
PICTURE = "picture:"


@dataclass(frozen=True)
class Shown:
    """A picture of the entry as the page shows it; the address is one of our own."""

    url: str
    alt: str
    caption: str
    width: int
    height: int


# By the id that the text names.
Pictures = Mapping[str, Shown]


@dataclass(frozen=True)
class Heading:
    """One line of a table of contents."""

    id: str
    words: str
    level: int


@dataclass(frozen=True)
class Text:
    """A text as HTML, with the headings of its two highest levels in their order."""

    html: SafeString
    headings: tuple[Heading, ...]


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
        token = tokens[idx]
        shown = env.get("pictures", {}).get(_named_picture(token))
        if shown is None:
            # Pictures of other places stay there; their words remain.
            return escape(token.content)
        drawn = (
            f'<img src="{escape(shown.url)}" alt="{escape(shown.alt)}" width="{shown.width}" '
            f'height="{shown.height}" loading="lazy" decoding="async">'
        )
        if not token.meta.get("alone"):
            return drawn
        return f"{drawn}<figcaption>{escape(shown.caption)}</figcaption>"


def _named_picture(token: Token) -> str:
    source = str(token.attrGet("src") or "")
    return source.removeprefix(PICTURE) if source.startswith(PICTURE) else ""


_markdown = MarkdownIt(
    "commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer
).enable(["table", "strikethrough"])


def html(text: str, first_level: int = FIRST_LEVEL) -> SafeString:
    """The text as HTML; nothing in it can run, load, post or reach outside its block.

    Its highest heading becomes `h<first_level>`, the others follow.
    """
    return rendered(text, first_level, prefix="").html


def rendered(
    text: str,
    first_level: int = FIRST_LEVEL,
    *,
    pictures: Pictures | None = None,
    prefix: str = "part",
) -> Text:
    """The text as HTML with its headings, each with an id that begins with `prefix`.

    No heading has an id where `prefix` is empty. A picture that stands alone in its paragraph
    becomes a figure with its caption; one that `pictures` does not know leaves its words.
    """
    env: dict[str, Any] = {"pictures": pictures or {}}
    parsed = _markdown.parse(text, env)
    lift = first_level - _highest(parsed)
    headings: list[Heading] = []
    for place, token in enumerate(parsed):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(LAST_LEVEL, int(token.tag[1]) + lift)}"
        if token.type == "heading_open":
            level = int(token.tag[1])
            found = Heading(f"{prefix}-{len(headings) + 1}", _words(parsed[place + 1]), level)
            headings.append(found)
            if prefix:
                token.attrSet("id", found.id)
    _make_figures(parsed, env["pictures"])
    made = _markdown.renderer.render(parsed, _markdown.options, env)
    safe = mark_safe(  # noqa: S308 - what nh3 lets through
        nh3.clean(
            made,
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener",
        )
    )
    shown = [one for one in headings if one.words and one.level <= first_level + 1]
    return Text(safe, tuple(shown))


def tokens(text: str) -> Sequence[Token]:
    """The text taken apart, for other renderings than HTML."""
    return _markdown.parse(text)


def lone_picture(inline: Token) -> str:
    """The id of the picture that makes up a paragraph by itself; "" for any other paragraph."""
    inside = inline.children or []
    return _named_picture(inside[0]) if len(inside) == 1 and inside[0].type == "image" else ""


def _make_figures(tokens: Sequence[Token], pictures: Pictures) -> None:
    for place, token in enumerate(tokens):
        if token.type != "inline" or tokens[place - 1].type != "paragraph_open":
            continue
        if lone_picture(token) in pictures:
            (token.children or [])[0].meta["alone"] = True
            for around in (tokens[place - 1], tokens[place + 1]):
                around.tag, around.hidden = "figure", False


def _words(inline: Token) -> str:
    inside = inline.children or []
    return " ".join("".join(one.content for one in inside if one.content).split())


def links(text: str) -> list[str]:
    """The addresses that a text leads to, in their order, as they were typed."""
    found = []
    for token in _markdown.parse(text):
        for one in token.children or []:
            if one.type == "link_open" and (address := one.attrGet("href")):
                found.append(str(address))
    return found


def picture_ids(text: str) -> list[str]:
    """The ids of the pictures that a text names, in their order."""
    inside = [one for token in _markdown.parse(text) for one in token.children or []]
    found = [_named_picture(one) for one in inside if one.type == "image"]
    return [one for one in found if one]


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
