"""Reads proof: what keeps a text from going out as a notice, with the line of each fault."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import nh3
from django.template import Context, Template
from django.utils import translation

from notifications import manuscript, markup, texts
from notifications.manuscript import EMPTY, FILTER, LONG, Fault, ManuscriptError, Named
from notifications.texts import Text

SUBJECT_AT_MOST = 80
PREHEADER_AT_MOST = 90
# A subject stands on locked screens and in lists: numbers and codes, and nothing of a person.
IN_SUBJECTS = frozenset({"number", "code", "count"})
# What a reader cannot do without, where the shipped text has it; whatever leads somewhere besides.
OBLIGATORY = frozenset(
    {
        ("number",),
        ("code",),
        ("until",),
        ("officer", "unit"),
        ("officer", "name"),
        ("officer", "phone"),
        ("officer", "email"),
    }
)
UNKNOWN, LOST, FAILS, IN_SUBJECT, NOT_A_LIST = "unknown", "lost", "fails", "in_subject", "no_list"
MARKS, GREETING, SAME, TWO_WORDINGS, LANGUAGE = "marks", "greeting", "same", "two", "language"
LONG_SUBJECT, LONG_FIRST, NO_FIRST = "long_subject", "long_first", "no_first"
_LOOP_FACTS = frozenset({"counter", "first", "last"})
# Markdown that the plain part would show as signs.
_SIGNS = re.compile(r"^\s*(?:#{1,6} |```|\||={3,}\s*$)|\]\(|!\[|`|<[^>]*>|__", re.MULTILINE)
_GREETING = re.compile(r"\A(?:안녕하(?:세요|십니까)|Dear\b|Hello\b|Hi\b)", re.IGNORECASE)
_HANGUL = re.compile("[가-힣]")


def faults(kind: str, language: str, subject: str, body: str) -> list[Fault]:
    """Everything that is wrong with these words for this kind; empty when they may go out."""
    if not subject.strip():
        return [Fault(0, EMPTY)]
    if not body.strip():
        return [Fault(1, EMPTY)]
    try:
        template = manuscript.compiled(texts.joined(subject, body))
    except ManuscriptError as error:
        return error.faults
    unknown, signs = list(_names(kind, template)), list(_signs(body))
    if unknown:  # never rendered: a filter that is not ours may write a gigabyte
        return [*unknown, *signs]
    found = [*signs, *_lost(kind, language, template)]
    return found or list(_rendered(kind, language, template))


# --- Names --------------------------------------------------------------------------------
def resolve(facts: Mapping[str, Any], named: Named) -> tuple[bool, Any]:
    """Whether the facts hold what is named, and its value; never through an attribute."""
    if named.path[:1] == ("forloop",) and named.loops:
        return len(named.path) == 2 and named.path[1] in _LOOP_FACTS, 1
    scope = dict(facts)
    for variable, path in named.loops:
        found, rows = _at(scope, path)
        scope[variable] = _union(rows) if found and isinstance(rows, list | tuple) else None
    return _at(scope, named.path)


def _at(value: Any, path: tuple[str, ...]) -> tuple[bool, Any]:
    for part in path:
        if not isinstance(value, Mapping) or part not in value:
            return False, None
        value = value[part]
    return True, value


def _union(rows: Any) -> Any:
    """What an entry of a list may hold."""
    kept: dict[str, Any] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            return row
        kept |= {key: row[key] for key in row if row[key] or key not in kept}
    return kept


def _names(kind: str, template: Template) -> Iterator[Fault]:
    """Names that this kind of notice does not give, and filters that mean nothing here."""
    facts = texts.given(texts.sample(kind))
    for named in manuscript.names(template):
        for name in named.filters:
            if name not in manuscript.FILTERS:
                yield Fault(named.line, FILTER, named.written, name)
        known, value = resolve(facts, named)
        if not known:
            yield Fault(named.line, UNKNOWN, ".".join(named.path), _nearest(named, facts))
        elif named.line == 0 and not IN_SUBJECTS.issuperset(named.path[:1]):
            yield Fault(0, IN_SUBJECT, ".".join(named.path))
        elif _misused(named, value):
            yield Fault(named.line, NOT_A_LIST, ".".join(named.path))
        elif value and not set(named.filters) - manuscript.FILTERS and _fails(named, facts):
            yield Fault(named.line, FAILS, named.written)


def _misused(named: Named, value: Any) -> bool:
    """Whether a list is written as if it were a text, or a loop runs over anything but a list.

    An inner loop runs over what the outer one's entries hold: so none takes long.
    """
    if not named.runs:
        return not named.asked and not named.filters and isinstance(value, list | Mapping)
    outer = named.loops[-1][0] if named.loops else None
    return not isinstance(value, list) or bool(named.filters) or outer not in (None, named.path[0])


def _fails(named: Named, facts: Mapping[str, Any]) -> bool:
    """Whether the filters of one place refuse what the sample holds, in whatever branch it is."""
    context = {key: markup.shielded(value) for key, value in facts.items()}
    for variable, path in named.loops:
        context[variable] = _union(_at(context, path)[1] or [])
        context["forloop"] = dict.fromkeys(_LOOP_FACTS, 1)
    try:
        with translation.override("ko"):
            named.expression.resolve(Context(context, autoescape=False))
    except Exception:
        return True
    return False


def _nearest(named: Named, facts: Mapping[str, Any]) -> str:
    """A name that may have been meant."""
    wanted = named.path[-1].lower() if named.path else ""
    offered = offered_names(facts)
    return next((one for one in offered if one.lower().split(".")[-1] == wanted), "") or next(
        (one for one in offered if wanted[:3] and one.split(".")[-1].startswith(wanted[:3])), ""
    )


def offered_names(facts: Mapping[str, Any]) -> list[str]:
    """Every name that a text of this kind may use, in the order of the sample."""
    found = []
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found += [f"{key}.{inner}" for inner in value]
        else:
            found.append(key)
    return found


# --- What must not get lost ---------------------------------------------------------------
def obligatory(names: list[Named]) -> set[tuple[str, ...]]:
    """The paths that a text of this kind must go on saying."""
    return {
        named.path
        for named in names
        if not named.asked and (named.path in OBLIGATORY or "absolute" in named.filters)
    }


def _lost(kind: str, language: str, template: Template) -> Iterator[Fault]:
    """What the shipped words say, in each case that they know, and these do not; what fails."""
    shipped = manuscript.compiled(texts.shipped(kind, language))
    needed = obligatory(manuscript.names(shipped))
    own = manuscript.names(template)
    missing = needed - {named.path for named in own if not named.asked}
    yield from (Fault(0, LOST, ".".join(path)) for path in sorted(missing))
    if missing:
        return
    told: set[Fault] = set()
    for name, facts in variants(kind, [*manuscript.names(shipped), *own]):
        try:
            before = texts.render(kind, language, facts, written=shipped).text
        except Exception:  # noqa: S112 (facts that the shipped words do not know either)
            continue
        try:
            after = texts.render(kind, language, facts, written=template).text
        except Exception:
            place = next((one for one in own if one.path[:1] == (name,) and one.filters), None)
            told.add(Fault(place.line if place else 0, FAILS, place.written if place else name))
            continue
        for path in needed:
            value = str(_at(facts, path)[1] or "")
            shown = value.rstrip("/").rpartition("/")[2]
            if shown and shown in before and shown not in after:
                told.add(Fault(0, LOST, ".".join(path)))
    yield from sorted(told, key=lambda fault: (fault.line, fault.found))


def variants(kind: str, names: list[Named]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sample, then each fact missing or turned round, then all that texts ask about at once."""
    sample = texts.sample(kind)
    yield "", sample
    for name, value in sample.items():
        for other in _others(value):
            yield name, sample | {name: other}
    asked = {named.path[0] for named in names if named.asked and named.path}
    bare = {name: _empty(sample[name]) for name in asked if name in sample}
    if bare:
        yield "", sample | bare


def _others(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [0, 1, 2]
    return [] if isinstance(value, Mapping) else [_empty(value)]


def _empty(value: Any) -> Any:
    return value if isinstance(value, Mapping) else type(value)()


# --- How it reads -------------------------------------------------------------------------
def _signs(body: str) -> Iterator[Fault]:
    for number, line in enumerate(body.strip().split("\n"), start=1):
        plain = re.sub(r"\{[{%].*?[%}]\}", "", line)
        found = _SIGNS.search(plain)
        if found:
            yield Fault(number, MARKS, found[0].strip() or plain)


def _rendered(kind: str, language: str, template: Template) -> Iterator[Fault]:
    sample = texts.render(kind, language, texts.sample(kind), written=template)
    yield from of_text(sample, language)
    if len(sample.text) > 3 * manuscript.LONGEST:
        yield Fault(0, LONG, str(len(sample.text)))


def of_text(made: Text, language: str) -> Iterator[Fault]:
    """What is wrong with a made notice, whoever wrote its words."""
    if len(made.subject) > SUBJECT_AT_MOST:
        yield Fault(0, LONG_SUBJECT, str(len(made.subject)), str(SUBJECT_AT_MOST))
    if (language == "ko") != bool(_HANGUL.search(made.subject)):
        yield Fault(0, LANGUAGE, made.subject)
    if not words(made.preheader):
        yield Fault(1, NO_FIRST)
    if len(made.preheader) > PREHEADER_AT_MOST:
        yield Fault(1, LONG_FIRST, str(len(made.preheader)), str(PREHEADER_AT_MOST))
    if _GREETING.match(made.preheader):
        yield Fault(1, GREETING, made.preheader)
    if words(made.preheader) == words(re.sub(r"\A\[[^\]]*\]", "", made.subject)):
        yield Fault(1, SAME, made.preheader)
    if words(made.text) != visible(made.html):
        yield Fault(1, TWO_WORDINGS)


def words(text: str) -> str:
    """The letters and digits only: what a reader takes in."""
    return re.sub(r"\W+", " ", text).strip()


def visible(page: str) -> str:
    """The words of the HTML part that a reader sees."""
    body = page[page.index('<div class="sheet">') :]
    broken = re.sub(r"<(?:br|hr)>|</(?:p|li|blockquote)>", " ", body)
    return words(html.unescape(nh3.clean(broken, tags=set())))
