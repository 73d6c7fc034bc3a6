"""The words of a notice: finds the templates and renders subject, text and HTML from one source.

`templates/notices/<kind>.<language>.md` starts with `Subject: …`, then a blank line, then plain
Markdown in which a line break counts. `<kind>.sample.json` holds facts for previews and tests.
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nh3
from django.conf import settings
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from notifications import filling, markup, replying

FOLDER = "notices"
_MISSING = "\ue0fe"
# Where the layout says subject and first sentence; nobody can type these (notifications.markup).
_SUBJECT_MARK, _PREHEADER_MARK = "\uf8fd", "\uf8fe"
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
    """A notice in words, ready for a mail; `preheader` is what a phone shows below the subject."""

    subject: str
    text: str
    html: str
    preheader: str = ""


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


def shipped(kind: str, language: str) -> str:
    """The words that came with the portal, as they are written."""
    for folder in folders():
        path = folder / f"{kind}.{language}.md"
        if path.exists():
            return path.read_text("utf-8")
    raise BadTemplateError(f"templates/notices/{kind}.{language}.md is missing")


def parted(source: str) -> tuple[str, str]:
    """Subject line and body of a written text."""
    head = _SUBJECT.match(source)
    if head is None:
        raise BadTemplateError("the text does not start with Subject: and a blank line")
    return head[1].strip(), source[head.end() :].strip()


def joined(subject: str, body: str) -> str:
    """The written text of a subject line and a body."""
    return f"Subject: {' '.join(subject.split())}\n\n{body.strip()}\n"


def given(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a notice with what every text may name."""
    return {
        "public_url": settings.PUBLIC_URL,
        "service_phone": settings.SERVICE_PHONE,
        "service_email": settings.SERVICE_EMAIL,
        **facts,
    }


def render(
    kind: str,
    language: str,
    facts: Mapping[str, Any],
    *,
    strict: bool = False,
    written: Template | None = None,
) -> Text:
    """The message in a language, in the shipped words or in others that were `written`.

    `strict` refuses facts that the template names and lacks.
    """
    said = {"answerable": replying.invites(kind), **facts}
    places = filling.Places()
    context = {
        key: filling.placed(markup.shielded(value), places) for key, value in given(said).items()
    }
    with translation.override(language):
        if written is None:
            source = _fill(f"{kind}.{language}.md", context, strict)
        else:
            source = written.render(Context(context, autoescape=False))
        if strict or said.get("leave"):
            footer = _fill(f"_footer.{language}.md", context, strict)
        else:
            footer = _footer(language, bool(said["answerable"]), *given({}).values())
    try:
        head, body = parted(source)
    except BadTemplateError as error:
        raise BadTemplateError(f"{kind}.{language}: {error}") from None
    subject = " ".join(places.filled(head, markup.plain).split())
    subject = " ".join(markup.plain(subject).split())
    body = re.sub(r"\n{3,}", "\n\n", body)
    form = _form(f"{body}\n\n---\n\n{footer.strip()}\n", language)
    preheader = _first_sentence(places.filled(form.first, markup.plain))
    page = places.filled(form.html, markup.escaped, html.escape)
    for mark, words in ((_SUBJECT_MARK, subject), (_PREHEADER_MARK, preheader)):
        page = page.replace(mark, html.escape(words))
    return Text(subject, places.filled(form.text, markup.plain), page, preheader)


@dataclass(frozen=True)
class _Form:
    """A mail without its facts: what stands between them in text, HTML and first paragraph."""

    text: str
    html: str
    first: str


@functools.lru_cache(maxsize=1024)
def _form(whole: str, language: str) -> _Form:
    """The form of a letter, made once for all readers whose letters differ in facts alone."""
    bare = whole.replace("**", "")
    first = bare.split("\n\n", 1)[0].replace("\n", " ")
    return _Form(markup.plain(bare), _page(whole, language), markup.plain(first))


def subject(kind: str, language: str, facts: Mapping[str, Any]) -> str:
    """The shipped subject alone: a list shows many, and needs no mail for that."""
    context = {key: markup.shielded(value) for key, value in given(facts).items()}
    with translation.override(language):
        source = _fill(f"{kind}.{language}.md", context, strict=False)
    return " ".join(markup.plain(parted(source)[0]).split())


def _fill(name: str, context: dict[str, Any], strict: bool) -> str:
    filled = _engine(strict).get_template(name).render(Context(context, autoescape=False))
    if strict and _MISSING in filled:
        raise BadTemplateError(f"{name} names facts that were not given")
    return filled


@functools.lru_cache(maxsize=64)
def _footer(language: str, answerable: bool, *_ours: str) -> str:
    """The footer of a letter that nobody may leave: the same for every reader."""
    ours = {key: markup.shielded(value) for key, value in given({}).items()}
    return _fill(f"_footer.{language}.md", ours | {"answerable": answerable}, strict=False)


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


def _page(whole: str, language: str) -> str:
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
                    "subject": _SUBJECT_MARK,
                    "preheader": _PREHEADER_MARK,
                    "body": mark_safe(words),  # noqa: S308 (cleaned in the line above)
                }
            )
        )
    )


def _first_sentence(paragraph: str) -> str:
    """What a phone shows below the subject."""
    found = _SENTENCE.match(paragraph)
    return found[0] if found else paragraph
