"""The words of a notice: finds the templates and renders subject, text and HTML from one source.

`templates/notices/<kind>.<language>.md` starts with `Subject: …`, then a blank line, then plain
Markdown in which a line break counts. `<kind>.sample.json` holds facts for previews and tests.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nh3
from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from notifications import markup

FOLDER = "notices"
_MISSING = "\ue0fe"
_SUBJECT = re.compile(r"\ASubject:[ \t]*(\S[^\n]*)\n\s*\n")
_SENTENCE = re.compile(r"\A.*?[.!?。](?=\s|\Z)", re.DOTALL)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h1", "h2", "h3", "hr"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["code", "image", "html_block", "html_inline"]
)


class BadTemplateError(Exception):
    """The template does not make a mail; the notice waits for somebody to mend it."""


@dataclass(frozen=True)
class Text:
    """A notice in words, ready for a mail."""

    subject: str
    text: str
    html: str


def folders() -> list[Path]:
    """Where templates of notices may lie."""
    places: list[str | Path] = settings.TEMPLATES[0]["DIRS"]  # type: ignore[assignment]
    return [Path(place) / FOLDER for place in places]


@functools.cache
def kinds() -> frozenset[str]:
    """Every message that has a text in the default language."""
    ending = f".{settings.LANGUAGE_CODE}.md"
    return frozenset(
        path.name.removesuffix(ending)
        for folder in folders()
        for path in folder.glob(f"[!_]*{ending}")
    )


def sample(kind: str) -> dict[str, Any]:
    """Made-up facts that show what a message looks like."""
    for folder in folders():
        path = folder / f"{kind}.sample.json"
        if path.exists():
            facts: dict[str, Any] = json.loads(path.read_text())
            return facts
    raise BadTemplateError(f"templates/notices/{kind}.sample.json is missing")


def render(kind: str, language: str, facts: Mapping[str, Any], *, strict: bool = False) -> Text:
    """The message in a language. `strict` refuses facts that the template names and lacks."""
    given = {
        "public_url": settings.PUBLIC_URL,
        "service_phone": settings.SERVICE_PHONE,
        "service_email": settings.SERVICE_EMAIL,
        **facts,
    }
    context = {key: markup.shielded(value) for key, value in given.items()}
    with translation.override(language):
        source = _fill(f"{kind}.{language}.md", context, strict)
        footer = _fill(f"_footer.{language}.md", context, strict)
    head = _SUBJECT.match(source)
    if head is None:
        raise BadTemplateError(
            f"{kind}.{language}.md does not start with Subject: and a blank line"
        )
    subject = " ".join(markup.plain(head[1]).split())
    body = re.sub(r"\n{3,}", "\n\n", source[head.end() :].strip())
    whole = f"{body}\n\n---\n\n{footer.strip()}\n"
    return Text(
        subject, markup.plain(whole.replace("**", "")), _page(subject, body, whole, language)
    )


def _fill(name: str, context: dict[str, Any], strict: bool) -> str:
    filled = _engine(strict).get_template(name).render(Context(context, autoescape=False))
    if strict and _MISSING in filled:
        raise BadTemplateError(f"{name} names facts that were not given")
    return filled


@functools.cache
def _engine(strict: bool) -> Engine:
    return Engine(
        dirs=[str(folder) for folder in folders()],
        autoescape=False,
        builtins=["notifications.markup"],
        string_if_invalid=_MISSING if strict else "",
    )


@functools.cache
def _layouts() -> Engine:
    return Engine(dirs=[str(folder) for folder in folders()])


def _page(subject: str, body: str, whole: str, language: str) -> str:
    """The HTML part: the same words in a plain layout, cleaned once more."""
    marked_up = markup.escaped(_MARKDOWN.render(whole))
    words = nh3.clean(
        marked_up,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
    )
    return (
        _layouts()
        .get_template("layout.html")
        .render(
            Context(
                {
                    "language": language,
                    "subject": subject,
                    "preheader": _first_sentence(body),
                    "body": mark_safe(words),  # noqa: S308 (cleaned in the line above)
                }
            )
        )
    )


def _first_sentence(body: str) -> str:
    """What a phone shows below the subject."""
    paragraph = markup.plain(body.split("\n\n", 1)[0].replace("**", "").replace("\n", " "))
    found = _SENTENCE.match(paragraph)
    return found[0] if found else paragraph
