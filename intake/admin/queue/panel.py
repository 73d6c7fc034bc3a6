"""The filter panel: one form of plain choices, written once per language and kept a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext as _

from accounts import models as accounts
from intake import triage, workflow
from intake.admin.queue import choices
from intake.lists import catalog
from intake.lists.filtering import MINE, NONE, OTHERS, YES
from intake.models.case import CHANNEL_LABELS

Options = list[tuple[str, str]]
# A field is its heading and its choices, in groups; no choices: a day; one: a tick.
Groups = list[tuple[str, Options]]
_TICKS = ("turn", "overdue", "today", "border")
_DAYS = ("from", "to")
_ORDER = ("who", "why", "state", "category", "country", "filer", "body", "channel")
_ATTENTION = tuple(triage.BY_ATTENTION.items())


def label(name: str) -> str:
    """What a filter is called."""
    return {
        "turn": _("Waits for us"),
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "border": _("Goods at the border"),
        "who": _("Officer in charge"),
        "why": _("Latest event"),
        "state": _("State"),
        "category": _("Category"),
        "country": _("Country"),
        "filer": _("Filed through"),
        "body": _("Body that was asked"),
        "channel": _("Channel"),
        "from": _("Received from"),
        "to": _("Received until"),
    }[name]


def _states(everything: bool) -> Options:
    codes = (*workflow.OPEN, *workflow.ENDED) if everything else workflow.OPEN
    return [(code, gettext(workflow.STATES[code].label)) for code in codes]


# Filters whose choices stand in one list without headings.
_SHORT: dict[str, Callable[[bool], Options]] = {
    "why": lambda _all: [(code, gettext(triage.REASONS[lane])) for code, lane in _ATTENTION],
    "state": _states,
    "country": lambda _all: list(catalog.names().countries.items()),
    "channel": lambda _all: [(code, str(text)) for code, text in CHANNEL_LABELS.items()],
}


def groups(name: str, *, everything: bool = False) -> Groups:
    """The choices of a filter, in groups with headings."""
    names = catalog.names()
    if name == "who":
        people = [(str(pk), called) for pk, called in names.officers.items()]
        sides = [(MINE, _("Mine")), (NONE, _("Nobody yet"))]
        return [("", [*sides, (OTHERS, _("Others"))]), (_("Officers"), people)]
    if name == "category":
        tops = [(top, names.categories[top]) for top in names.tops]
        return [("", [(NONE, _("Not known"))]), (_("Top categories"), tops)]
    if name in _SHORT:
        return [("", _SHORT[name](everything))]
    found = [("", [(NONE, _("The company itself"))])] if name == "filer" else []
    return found + _organisations(names, filers=name == "filer")


def _organisations(names: catalog.Catalog, *, filers: bool) -> Groups:
    called = {code: names.bodies[pk] for code, pk in names.body_ids.items()}
    partners = (accounts.COUNCIL_ASSOCIATION, accounts.CENTRE, accounts.MISSION)
    found: Groups = []
    for kind, codes in names.kinds.items():
        if kind == accounts.SECRETARIAT or (filers and kind not in partners):
            continue
        heading = str(accounts.KIND_LABELS.get(kind, kind))
        found.append((heading, [(code, called[code]) for code in codes]))
    return found


def chosen_label(name: str, choice: str, *, everything: bool = False) -> str:
    """A choice in words, for the line of what is filtered by."""
    if name in _TICKS:
        return label(name)
    if name in _DAYS:
        return f"{label(name)}: {choice}"
    for _heading, options in groups(name, everything=everything):
        for code, text in options:
            if code == choice:
                return f"{label(name)}: {text}"
    names = catalog.names()
    return f"{label(name)}: {names.categories.get(choice, choice)}"


def html(
    wanted: Mapping[str, str],
    *,
    everything: bool = False,
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> SafeString:
    """The fields of the panel with the chosen ones chosen; `counts` beside them when given."""
    parts = _parts(everything)
    if counts is not None:
        parts = {name: _field(name, everything, counts.get(name, {})) for name in parts}
    filled = []
    for name, part in parts.items():
        choice = wanted.get(name)
        if choice is None:
            filled.append(part)
        elif name in _DAYS:
            filled.append(part.replace('value=""', f'value="{escape(choice)}"', 1))
        else:
            at = f'value="{escape(choice)}"'
            done = "checked" if name in _TICKS else "selected"
            if at in part:
                filled.append(part.replace(at, f"{at} {done}", 1))
            else:
                # A choice that the panel does not offer, such as one sub-category.
                text = escape(chosen_label(name, choice, everything=everything))
                extra = f"<option {at} selected>{text}</option></select>"
                filled.append(part.replace("</select>", extra, 1))
    return mark_safe("".join(filled))  # noqa: S308 # written by _field, which escapes


def _parts(everything: bool) -> dict[str, str]:
    key = f"desk.panel.{get_language()}.{'all' if everything else 'queue'}"
    kept: dict[str, str] | None = cache.get(key)
    if kept is None:
        names = [name for name in (*_ORDER, *_DAYS, *_TICKS) if _has(name, everything)]
        kept = {name: _field(name, everything, None) for name in names}
        if catalog.names().bodies:
            cache.set(key, kept, catalog.SECONDS)
    return kept


def _has(name: str, everything: bool) -> bool:
    return not (everything and choices.FILTERS[name].queue_only)


def _field(name: str, everything: bool, counts: Mapping[str, int] | None) -> str:
    called, place = escape(label(name)), f"filter-{name}"
    if name in _TICKS:
        count = _beside(counts, YES if name != "turn" else choices.OURS)
        value = choices.OURS if name == "turn" else YES
        return (
            f'<label class="tick"><input type="checkbox" name="{name}" value="{value}"> '
            f'{called} <span class="count" data-count="{name}:{value}">{count}</span></label>\n'
        )
    if name in _DAYS:
        return (
            f'<p><label for="{place}">{called}</label>'
            f'<input type="date" id="{place}" name="{name}" value=""></p>\n'
        )
    inner = "".join(
        _group(heading, options, counts)
        for heading, options in groups(name, everything=everything)
        if options
    )
    return (
        f'<p><label for="{place}">{called}</label><select id="{place}" name="{name}">'
        f'<option value="">{escape(pgettext("filter", "Any"))}</option>{inner}</select></p>\n'
    )


def _group(heading: str, options: Options, counts: Mapping[str, int] | None) -> str:
    inner = "".join(
        f'<option value="{escape(code)}">{escape(text)}{_beside(counts, code)}</option>'
        for code, text in options
    )
    return f'<optgroup label="{escape(heading)}">{inner}</optgroup>' if heading else inner


def _beside(counts: Mapping[str, int] | None, choice: str) -> str:
    return "" if counts is None else f" ({counts.get(choice, 0):,})"
