"""What the pages of the wordings show: notices filled with sample facts, lists, versions."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext

from notifications import catalog, differing, manuscript, proofing, texts, wording
from notifications.admin.faults import sentence
from notifications.catalog import Kind
from notifications.differing import Change
from notifications.gateway import wording as short_words
from notifications.gateway.wording import Short
from notifications.models import CHANNEL_LABELS, MAIL, TEXT, Wording
from notifications.models.wording import DRAFT
from notifications.texts import Text

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


# --- The list -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One kind of notice in the list."""

    kind: Kind
    label: str
    occasions: str
    subject: str
    # Per language: the version in use (0: the shipped words) and whether it failed.
    words: list[tuple[str, int, bool]]


@dataclass(frozen=True)
class Group:
    """The kinds that one audience reads."""

    label: str
    lines: list[Line]


def groups(asked: str) -> list[Group]:
    """Every kind by audience; where something is asked for, those in which it stands."""
    used = {
        (row.kind, row.language): (row.version, row.failed_at is not None)
        for row in Wording.objects.published().defer("body")
    }
    written = texts.kinds()
    kinds = [kind for kind in catalog.every() if kind.name in written]
    lines = [(kind, _line(kind, used)) for kind in kinds]
    found = []
    for audience in catalog.AUDIENCES:
        of_it = [
            line for kind, line in lines if kind.audience == audience and _matches(line, asked)
        ]
        if of_it:
            label = gettext(catalog.AUDIENCE_LABELS[audience])
            found.append(Group(label, sorted(of_it, key=lambda line: line.label)))
    return found


def _line(kind: Kind, used: Mapping[tuple[str, str], tuple[int, bool]]) -> Line:
    language = "en" if get_language() == "en" else "ko"
    subject, _body = texts.parted(texts.shipped(kind.name, language))
    return Line(
        kind,
        gettext(kind.label),
        ", ".join(gettext(catalog.occasion(step)) for step in kind.steps),
        re.sub(r"^\[?\{\{.*?\}\}\]?\s*", "", subject),
        [(code, *used.get((kind.name, code), (0, False))) for code in ("ko", "en")],
    )


def _matches(line: Line, asked: str) -> bool:
    """Whether every word asked for stands in a notice's name, occasion or own text."""
    if not asked:
        return True
    name = line.kind.name
    whole = [
        line.label,
        line.occasions,
        name,
        *(texts.shipped(name, code) for code in ("ko", "en")),
    ]
    text = " ".join(whole).casefold()
    return all(word in text for word in asked.casefold().split())


def facts_of(kind: Kind) -> list[tuple[str, str]]:
    """What is settled about a kind, whatever its words."""
    channels = [CHANNEL_LABELS[MAIL], *([CHANNEL_LABELS[TEXT]] if kind.text else [])]
    yes = [
        (kind.proceedings, gettext("Part of the proceedings: nobody can turn it off")),
        (kind.may_wait, gettext("May wait for a digest")),
        (kind.by_day, gettext("By day only")),
        (kind.replies, gettext("A reply becomes a message on the case")),
    ]
    return [
        (gettext("Who gets it"), gettext(catalog.AUDIENCE_LABELS[kind.audience])),
        (gettext("Sent when"), ", ".join(gettext(catalog.occasion(step)) for step in kind.steps)),
        (gettext("Channels"), ", ".join(str(label) for label in channels)),
        (gettext("Besides"), ", ".join(label for holds, label in yes if holds) or "–"),
    ]


# --- Previews -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Preview:
    """Words filled with sample facts, and what is wrong with them."""

    kind: str
    language: str
    row: Wording | None
    made: Text | None
    faults: list[str]

    @property
    def version(self) -> int:
        """The number in the address of the HTML part; 0 for the shipped words."""
        return self.row.version if self.row else 0

    @property
    def lengths(self) -> list[tuple[str, int, int, bool]]:
        """What has a length to keep: its label, its characters, the most, whether it does."""
        if self.made is None:
            return []
        return [
            (label, len(words), most, len(words) <= most)
            for label, words, most in (
                (gettext("Subject"), self.made.subject, proofing.SUBJECT_AT_MOST),
                (
                    gettext("Line below the subject"),
                    self.made.preheader,
                    proofing.PREHEADER_AT_MOST,
                ),
            )
        ]


def text_messages(kind: Kind) -> list[tuple[str, Short, int]]:
    """The short words in each language, with their length; none where a kind has none."""
    if not kind.text:
        return []
    facts = texts.sample(kind.name)
    made = [(code, short_words.short(kind.name, code, facts)) for code in ("ko", "en")]
    return [(code, short, short_words.size(short.text)) for code, short in made]


def in_use(kind: str, language: str) -> Preview:
    """A notice as it goes out now."""
    return preview(kind, language, wording.current(kind, language))


def preview(kind: str, language: str, row: Wording | None) -> Preview:
    """A version of a notice, or its shipped words."""
    if row is None:
        made = texts.render(kind, language, texts.sample(kind))
        return Preview(kind, language, None, made, [])
    shown = of_words(kind, language, row.subject, row.body)
    return Preview(kind, language, row, shown.made, shown.faults)


def of_words(kind: str, language: str, subject: str, body: str) -> Preview:
    """Words as they would read, with everything that proof-reading finds."""
    faults = [sentence(fault) for fault in proofing.faults(kind, language, subject, body)]
    try:
        written = manuscript.compiled(texts.joined(subject, body))
        made = texts.render(kind, language, texts.sample(kind), written=written)
    except Exception:  # the faults say why
        return Preview(kind, language, None, None, faults)
    return Preview(kind, language, None, made, faults)


def sandboxed(page: str) -> HttpResponse:
    """A mail's HTML as an answer that runs nothing, fetches nothing and leads nowhere."""
    response = HttpResponse(page)
    styles = " ".join(_hash(style) for style in _STYLE.findall(page)) or "'none'"
    response["Content-Security-Policy"] = (
        f"sandbox; default-src 'none'; style-src {styles}; form-action 'none'; "
        "frame-ancestors 'self'; base-uri 'none'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _hash(style: str) -> str:
    """The source expression that allows exactly this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"'sha256-{digest}'"


# --- Writing ------------------------------------------------------------------------------
def names(kind: str, language: str) -> list[tuple[str, str, bool]]:
    """Every placeholder that a text may use: how it is written, what it says, whether it must."""
    facts = texts.given(texts.sample(kind))
    shipped = manuscript.names(manuscript.compiled(texts.shipped(kind, language)))
    needed = {".".join(path) for path in proofing.obligatory(shipped)}
    filters = {".".join(named.path): named.filters for named in shipped if named.filters}
    found = []
    for name in proofing.offered_names(facts):
        value = facts[name.partition(".")[0]]
        shown = value[name.partition(".")[2]] if isinstance(value, Mapping) else value
        written = "|".join([name, *(one for one in filters.get(name, ()) if one != "slice")])
        found.append((f"{{{{ {written} }}}}", _shown(shown), name in needed))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return gettext("a list")
    return str(value)[:80]


@dataclass(frozen=True)
class Edition:
    """A version in the history, with what it changed and what can be done with it."""

    row: Wording
    changes: list[Change]
    may_use: bool
    may_restore: bool


def history(kind: str, language: str) -> list[Edition]:
    """Every version, newest first, each beside the one before; the first beside the shipped."""
    rows = wording.versions(kind, language)
    if not rows:
        return []
    subject, body = texts.parted(texts.shipped(kind, language))
    before = [f"{row.subject}\n\n{row.body}" for row in rows[1:]] + [f"{subject}\n\n{body}"]
    return [
        Edition(
            row,
            differing.words(older, f"{row.subject}\n\n{row.body}", word=differing.PLACEHOLDERS),
            row.state == DRAFT and place == 0,
            row.published_at is not None and row.state != "published",
        )
        for place, (row, older) in enumerate(zip(rows, before, strict=True))
    ]
